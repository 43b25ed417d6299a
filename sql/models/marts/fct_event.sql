{{ config(materialized='view') }}
with stated as (
    select response.act, arg_max(answered.event_id, (response.voices, answered.event_id)) as event_id
    from {{ ref('int_response') }} as response
    join {{ ref('int_event') }} as answered on answered.act = response.response_to_act
    group by response.act
),

inferred as (
    -- Of several that it may answer, the last.
    select answer.answer_act as act, arg_max(cause.event_id, (cause.event_date, cause.event_id)) as event_id
    from {{ ref('int_answer') }} as answer
    join {{ ref('int_event') }} as cause on cause.act = answer.act
    where answer.basis = 'inferred'
    group by answer.answer_act
)

select
    act.event_id,
    act.origin,
    act.source,
    act.target,
    act.type,
    act.mode,
    act.cameo,
    act.quad_class,
    act.goldstein,
    act.severity,
    act.event_date,
    act.date_precision,
    act.date_basis,
    act.status,
    act.count,
    act.unit,
    act.is_reciprocal,
    coalesce(stated.event_id, inferred.event_id) as response_to_event_id,
    case when stated.act is not null then 'stated' when inferred.act is not null then 'inferred' end as response_basis,
    act.mention_count,
    act.article_count,
    act.outlet_count,
    act.first_reported_at,
    act.last_reported_at,
    act.confidence,
    act.counts as reported_counts,
    act.dates as reported_dates,
    act.correction
from {{ ref('int_event') }} as act
left join stated on stated.act = act.act
left join inferred on inferred.act = act.act
