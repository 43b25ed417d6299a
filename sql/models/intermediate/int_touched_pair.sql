-- Pairs with a touched act, and the first day on which one of them falls, or fell.
select
    hash(origin, least(source, target), greatest(source, target)) as pair_key,
    origin,
    least(source, target) as one,
    greatest(source, target) as other,
    min(event_date) as from_date
from (
    select origin, source, target, event_date from {{ ref('int_touched_act') }}
    union all
    select origin, source, target, event_date from {{ ref('int_event') }} semi join {{ ref('int_touched_act') }} using (act)
)
where event_date is not null
group by all
