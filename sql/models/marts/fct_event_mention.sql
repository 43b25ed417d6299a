{{ config(materialized='view') }}
with answered as (
    -- Few mentions say what they answer.
    select answer.mention, answered.mention_id as response_to_mention_id
    from {{ ref('int_mention') }} as answer
    join {{ ref('int_mention') }} as answered
        on answered.article = answer.article and answered.event_ordinal = answer.response_ordinal
    where answer.response_ordinal is not null
)

select
    mention.mention_id,
    act.event_id,
    mention.article_id,
    mention.origin,
    mention.source,
    mention.target,
    mention.type,
    mention.mode,
    mention.cameo,
    mention.status,
    mention.event_date,
    mention.date_precision,
    mention.date_basis,
    mention.count,
    mention.unit,
    mention.is_reciprocal,
    answered.response_to_mention_id,
    mention.confidence,
    mention.coder_version,
    mention.reported_at,
    mention.voice as independent_outlet,
    coalesce(mention.problem, case when link.is_dropped then 'dropped_by_correction' end) as problem
from {{ ref('int_mention') }} as mention
left join {{ ref('int_event_mention') }} as link using (mention)
left join {{ ref('int_event') }} as act on act.act = case when not link.is_dropped then link.act end
left join answered using (mention)
