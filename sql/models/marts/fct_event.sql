{{ config(materialized='view') }}
with stated as (
    select event_id, arg_max(response_to_event_id, (voices, response_to_event_id)) as response_to_event_id
    from {{ ref('int_response') }}
    group by event_id
),

inferred as (
    select answer_event_id as event_id, max(event_id) as response_to_event_id
    from {{ ref('int_answer') }}
    where basis = 'inferred'
    group by answer_event_id
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
    coalesce(stated.response_to_event_id, inferred.response_to_event_id) as response_to_event_id,
    case when stated.event_id is not null then 'stated' when inferred.event_id is not null then 'inferred' end as response_basis,
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
left join stated using (event_id)
left join inferred using (event_id)
