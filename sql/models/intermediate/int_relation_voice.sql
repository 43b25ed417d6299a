{{ config(materialized='incremental', sorted='tile', stale=tiled('stored', 'pair_key', 'date', touched_days())) }}
-- depends_on: {{ ref('int_touched_day') }}
-- Who told of a pair's acts of a day.
select relation, {{ pair_of('relation') }} as pair_key, date, voice, {{ tile('pair_key', 'date') }} as tile
from (select distinct relation, date, unnest(voices) as voice from {{ counted() }})
