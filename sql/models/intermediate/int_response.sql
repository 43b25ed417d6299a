-- Which act answers which, as far as the texts say so (`stated`).
with told as (
    select
        mention.mention_id, mention.article_id, mention.response_ordinal,
        mention.response_source, mention.response_target, mention.response_type,
        link.event_id
    from {{ ref('int_mention') }} as mention
    join {{ ref('int_event_mention') }} as link using (mention_id)
    where mention.response_type is not null or mention.response_ordinal is not null
),

coded as (
    select told.event_id, link.event_id as response_to_event_id
    from told
    join {{ ref('int_mention') }} as answered
        on answered.article_id = told.article_id and answered.event_ordinal = told.response_ordinal
    join {{ ref('int_event_mention') }} as link on link.mention_id = answered.mention_id
),

named as (
    -- The text names the act that is answered, but does not tell it: the latest such act within a year, one of the same
    -- mode and count before others of its day.
    select told.event_id,
        arg_max(answered.event_id, (answered.event_date, answered.mode is not distinct from answer.mode,
            answered.count is not distinct from answer.count, answered.event_id)) as response_to_event_id
    from told
    join {{ ref('int_event') }} as answer using (event_id)
    join {{ ref('int_event') }} as answered
        on answered.origin = answer.origin
        and answered.source = told.response_source
        and answered.target = told.response_target
        and answered.type = told.response_type
        and answered.event_date between answer.event_date - 365 and answer.event_date
        and answered.status = 'actual'
        and answered.event_id <> answer.event_id
    where told.response_ordinal is null
    group by told.mention_id, told.event_id
)

select event_id, response_to_event_id, count(*) as voices
from (select * from coded union all select * from named)
where event_id <> response_to_event_id
group by all
