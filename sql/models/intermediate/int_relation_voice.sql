{{ config(materialized='incremental', stale=is_touched('stored', day='date')) }}
-- depends_on: {{ ref('int_touched_day') }}
-- Who told of a pair's acts of a day.
select relation, {{ pair_of('relation') }} as pair_key, date, voice
from (select distinct relation, date, unnest(voices) as voice from {{ counted() }})
