{{ config(materialized='view') }}
select
    act.event_id,
    act.origin,
    act.source,
    act.target,
    act.type,
    act.mode,
    act.event_date,
    act.count,
    act.severity,
    answer.event_id as answer_event_id,
    answered.basis,
    answer.event_date as answer_date,
    answer.count as answer_count,
    answer.severity as answer_severity,
    answer.event_date - act.event_date as lag_days,
    case
        when act.count is null and answer.count is null and answer.event_id is not null then 1.0
        when act.count is not null and answer.count is not null
            then least(act.count, answer.count)::double / greatest(act.count, answer.count, 1)
    end as matching,
    answer.event_id is null as is_open,
    today.last_date as as_of_date
from {{ ref('int_answer') }} as answered
join {{ ref('int_event') }} as act using (act)
left join {{ ref('int_event') }} as answer on answer.act = answered.answer_act
left join {{ ref('int_today') }} as today on today.origin = act.origin
