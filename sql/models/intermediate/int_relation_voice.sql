{{ config(materialized='incremental', stale=is_touched('stored', day='date')) }}
-- depends_on: {{ ref('int_touched_pair') }}
-- Who told of a pair's acts of a day: `relation` is the hash of origin, direction, source and target.
select distinct
    hash(act.origin, act.direction, act.source, act.target) as relation,
    act.pair_key,
    act.date,
    hash(voice.voice) as voice
from {{ ref('int_relation_act') }} as act
join {{ ref('int_event_voice') }} as voice using (act)
{% if is_partial() %}
where {{ is_touched('act', day='date') }}
{% endif %}
