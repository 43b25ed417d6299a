{{ config(materialized='incremental', stale=is_touched('stored', 'week')) }}
-- depends_on: {{ ref('int_touched_pair') }}
{{ relations_by('week') }}
select sums.*, voices.outlet_count
from sums
left join voices
    on voices.relation = hash(sums.origin, sums.direction, sums.source, sums.target) and voices.period = sums.period
