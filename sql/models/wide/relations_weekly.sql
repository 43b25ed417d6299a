{{ config(materialized='incremental', sliced='wide.relations_daily', sorted='period', stale=paired('stored.pair_key', 'stored.period', touched_days('week'))) }}
-- depends_on: {{ ref('int_touched_day') }}
{{ relations_by('week') }}

select name.* exclude (relation, pair_key), sums.period, name.pair_key, sums.* exclude (relation, period), sums.relation
from sums
join {{ ref('int_relation') }} as name using (relation)
