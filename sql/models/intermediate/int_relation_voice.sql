-- Who told of a pair's acts of a day: `relation` is the hash of origin, direction, source and target.
select distinct hash(origin, direction, source, target) as relation, date, hash(voice) as voice
from {{ ref('int_relation_act') }}
join {{ ref('int_event_voice') }} using (act)
