-- The analyst's corrections with the mentions that they name, and the acts of these before any correction.
select correction.*, told.mention, told.act, to_told.act as to_act
from {{ ref('stg_correction') }} as correction
join {{ ref('int_act_mention') }} as told on told.mention = hash(correction.mention_id)
left join {{ ref('int_act_mention') }} as to_told on to_told.mention = hash(correction.to_mention_id)
