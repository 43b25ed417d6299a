{{ relations_by('week') }}
select sums.*, voices.outlet_count
from sums
left join voices using (origin, direction, source, target, period)
