{{ relations_by('week') }}
select sums.*, voices.outlet_count
from sums
left join voices
    on voices.relation = hash(sums.origin, sums.direction, sums.source, sums.target) and voices.period = sums.period
