-- The analyst's corrections with the mentions that they name, the acts of these before any correction, and the order in which
-- they were made: of two that say different things the later one holds.
select correction.*, told.mention, told.act, to_told.act as to_act,
    row_number() over (order by made_date nulls first, try_cast(correction_id as bigint) nulls first, correction_id) as place
from {{ ref('stg_correction') }} as correction
join {{ ref('int_act_mention') }} as told on told.mention = hash(correction.mention_id)
left join {{ ref('int_act_mention') }} as to_told on to_told.mention = hash(correction.to_mention_id)
