{{ config(
    materialized='incremental',
    stale='act in (select act from fresh_int_answer union select act from intermediate.int_touched_act)'
) }}
-- depends_on: {{ ref('int_touched_day') }}
-- For each conflict act that happened, the first conflict act that answers it: one that the text says answers it, of the same
-- type and mode or of equal or greater severity, within a year (a day earlier at most: time zones); else the first of the same
-- mode by the other side within 30 days. Stated and inferred are never confused.
{% set is_conflict = "status = 'actual' and event_date is not null and quad_class in (3, 4) and not is_reciprocal" %}
{% set columns = "act, event_id, origin, pair_key, source, target, event_date, severity, mode, status, hash(type, mode) as kind" %}
{% set read = "act, event_id, origin, pair_key, source, target, type, mode, event_date, severity, status, quad_class, is_reciprocal" %}
{% set acts = ref('int_event') %}
with conflict as materialized (
    select {{ columns }}
    {% if is_partial() %}
    -- What a changed act may answer, of itself or as the texts say.
    from {{ picked(acts, 'act', 'where ' ~ is_near('stored', 'event_date', -31, 0) ~ '
        union
        select stored.rowid, stored.act from ' ~ acts ~ ' as stored where stored.act in (
            select response_to_act from ' ~ change_of('int_response') ~ '
            union
            select response_to_act from ' ~ ref('int_response') ~ ' semi join ' ~ ref('int_touched_act') ~ ' using (act)
        )', read) }}
    {% else %}
    from {{ acts }}
    {% endif %}
    where {{ is_conflict }}
),

response as materialized (
    select act, response_to_act from {{ ref('int_response') }} where response_to_act in (select act from conflict)
),

stated as (
    select act.act, min({'date': answer.event_date, 'id': answer.event_id, 'act': answer.act}).act as answer_act
    from conflict as act
    join response on response.response_to_act = act.act
    join {{ picked(acts, 'act', 'where stored.act in (select act from response)', read) }} as answer on answer.act = response.act
    where answer.status = 'actual'
        and answer.source = act.target and answer.target = act.source
        and answer.event_date between act.event_date - 1 and act.event_date + 365
        and answer.quad_class in (3, 4)
        and (hash(answer.type, answer.mode) = act.kind or answer.severity <= act.severity)
    group by act.act
),

-- The first such act of each side and day.
following as (
    select pair_key, source, hash(type, mode) as kind, event_date, min({'id': event_id, 'act': act}).act as act
    {% if is_partial() %}
    from {{ picked(acts, 'act', 'where (stored.pair_key, stored.event_date) in (select distinct pair_key, event_date + unnest(range(1, 31))::integer from conflict)', read) }}
    {% else %}
    from {{ acts }}
    {% endif %}
    where {{ is_conflict }}
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
