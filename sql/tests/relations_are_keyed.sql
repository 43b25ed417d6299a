-- One row a pair, direction and day.
select origin, direction, source, target, period
from {{ ref('relations_daily') }}
group by all
having count(*) > 1
