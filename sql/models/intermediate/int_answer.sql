{{ config(materialized='incremental', stale=is_touched('stored', day='event_date + 366')) }}
-- depends_on: {{ ref('int_touched_pair') }}
-- For each conflict act that happened, the first act that answers it: one that the text says answers it, of the same
-- mode or of equal or greater severity, within a year (a day earlier at most: time zones); else the first of the same
-- mode by the other side within 30 days. Stated and inferred are never confused.
-- What is a year before a changed act may have another answer.
with conflict as (
    select event_id, origin, pair_key, source, target, type, mode, event_date, severity
    from {{ ref('int_event') }} as act
    where status = 'actual' and event_date is not null and quad_class in (3, 4) and not is_reciprocal
    {% if is_partial() %}
    and {{ is_touched('act', day='event_date + 366') }}
    {% endif %}
),

stated as (
    select
        act.event_id,
        arg_min(answer.event_id, (answer.event_date, answer.event_id)) as answer_event_id
    from conflict as act
    join {{ ref('int_response') }} as response on response.response_to_event_id = act.event_id
    join {{ ref('int_event') }} as answer on answer.event_id = response.event_id
    where answer.status = 'actual'
        and answer.source = act.target and answer.target = act.source
        and answer.event_date between act.event_date - 1 and act.event_date + 365
        and (answer.mode is not distinct from act.mode or answer.severity <= act.severity)
    group by act.event_id
),

following as (
    select
        origin, source, target, type, coalesce(mode, '') as mode, event_date,
        min(event_id) as event_id
    from conflict as act
    group by all
),

inferred as (
    select act.event_id, following.event_id as answer_event_id
    from conflict as act
    asof join following
        on following.origin = act.origin
        and following.source = act.target
        and following.target = act.source
        and following.type = act.type
        and following.mode = coalesce(act.mode, '')
        and following.event_date > act.event_date
    where following.event_date <= act.event_date + 30
)

select
    act.event_id,
    act.pair_key,
    act.event_date,
    coalesce(stated.answer_event_id, inferred.answer_event_id) as answer_event_id,
    case when stated.answer_event_id is not null then 'stated' when inferred.answer_event_id is not null then 'inferred' end as basis
from conflict as act
left join stated using (event_id)
left join inferred using (event_id)
