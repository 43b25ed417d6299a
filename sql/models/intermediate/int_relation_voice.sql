-- Who told of a pair's acts of a day.
select distinct act.origin, act.direction, act.source, act.target, act.date, voice.voice
from {{ ref('int_relation_act') }} as act
join {{ ref('int_event_voice') }} as voice using (event_id)
