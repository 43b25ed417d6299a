{{ config(
    materialized='incremental',
    stale="exists (select 1 from intermediate.int_touched_pair as touched where touched.pair = stored.pair and stored.date >= touched.from_date)"
) }}
-- Who told of a pair's acts of a day: `relation` is the hash of origin, direction, source and target.
select distinct
    hash(act.origin, act.direction, act.source, act.target) as relation,
    hash(act.origin, least(act.source, act.target), greatest(act.source, act.target)) as pair,
    act.date,
    hash(voice.voice) as voice
from {{ ref('int_relation_act') }} as act
join {{ ref('int_event_voice') }} as voice using (act)
{% if is_partial() %}
where exists (
    select 1 from {{ ref('int_touched_pair') }} as touched
    where touched.pair = hash(act.origin, least(act.source, act.target), greatest(act.source, act.target))
        and act.date >= touched.from_date
)
{% endif %}
