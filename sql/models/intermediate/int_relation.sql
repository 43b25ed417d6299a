{{ config(materialized='incremental', stale='false') }}
-- What the integers of relations (a pair and direction) and pairs stand for. Those of which no act is left stay; no one asks.
select relation, any_value(pair_key) as pair_key, any_value(origin) as origin, any_value(direction) as direction,
    any_value(source) as source, any_value(target) as target,
    any_value(least(source, target) || '-' || greatest(source, target)) as pair
from {{ counted() }}
{% if is_partial() %}
where relation not in (select relation from {{ this }})
{% endif %}
group by relation
