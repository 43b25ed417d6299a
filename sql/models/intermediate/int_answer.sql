{{ config(
    materialized='incremental',
    sorted='event_date',
    stale=among('event_date, act', 'select act, event_date from fresh_int_answer union all select act, day from intermediate.int_touched_act')
) }}
-- depends_on: {{ ref('int_touched_day') }}
-- For each conflict act that happened, the first conflict act that answers it: one that the text says answers it, of the same
-- type and mode or of equal or greater severity, within a year (a day earlier at most: time zones); else the first of the same
-- mode by the other side within 30 days. Stated and inferred are never confused.
{% set is_conflict = "status = 'actual' and event_date is not null and quad_class in (3, 4) and not is_reciprocal" %}
{% set columns = "act, event_id, origin, pair_key, source, target, event_date, severity, mode, status, hash(type, mode) as kind" %}
{% set acts = ref('int_event') %}
with {% if is_partial() -%}
near as materialized (
    {{ near_days(-31, 0) }}
),

{% endif %}
conflict as materialized (
    select {{ columns }}
    from {{ acts }} as stored
    where {{ is_conflict }}
    {% if is_partial() %}
    -- What a changed act may answer, of itself or as the texts say.
        and {{ tiled('stored', 'pair_key', 'event_date', 'select key, day from near') }}
    union
    select {{ columns }}
    from {{ acts }} as stored
    where {{ is_conflict }}
        and {{ among('event_date, act', 'select response_to_act as act, response_to_date as event_date from ' ~ differing('int_response') ~ '
            union all
            select response_to_act, response_to_date from ' ~ ref('int_response') ~ ' semi join ' ~ ref('int_touched_act') ~ ' using (act)') }}
    {% endif %}
),

response as materialized (
    select act, event_date, response_to_act from {{ ref('int_response') }} where response_to_act in (select act from conflict)
),

stated as (
    select act.act, min({'date': answer.event_date, 'id': answer.event_id, 'act': answer.act}).act as answer_act
    from conflict as act
    join response on response.response_to_act = act.act
    join (
        select * from {{ acts }} where {{ among('event_date, act', 'select act, event_date from response') }}
    ) as answer on answer.act = response.act
    where answer.status = 'actual'
        and answer.source = act.target and answer.target = act.source
        and answer.event_date between act.event_date - 1 and act.event_date + 365
        and answer.quad_class in (3, 4)
        and (hash(answer.type, answer.mode) = act.kind or answer.severity <= act.severity)
    group by act.act
),

-- The first such act of each side and day.
{% if is_partial() -%}
after as materialized (
    select distinct pair_key as key, event_date + unnest(range(1, 31))::integer as day from conflict
),

{% endif %}
following as (
    select pair_key, source, hash(type, mode) as kind, event_date, min({'id': event_id, 'act': act}).act as act
    from {{ acts }} as stored
    where {{ is_conflict }}
    {% if is_partial() %}
        and {{ tiled('stored', 'pair_key', 'event_date', 'select key, day from after') }}
    {% endif %}
    group by all
),

inferred as (
    select act.act, following.act as answer_act
    from conflict as act
    asof join following
        on following.pair_key = act.pair_key and following.source = act.target and following.kind = act.kind
        and following.event_date > act.event_date
    where following.event_date <= act.event_date + 30
)

select
    conflict.act,
    conflict.event_date,
    coalesce(stated.answer_act, inferred.answer_act) as answer_act,
    case when stated.answer_act is not null then 'stated' when inferred.answer_act is not null then 'inferred' end as basis
from conflict
left join stated using (act)
left join inferred using (act)
