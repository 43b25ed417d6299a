{{ config(materialized='incremental', stale=is_touched('stored', day='date')) }}
-- depends_on: {{ ref('int_touched_day') }}
-- Who told of a pair's acts of a day.
select distinct relation, pair_key, date, unnest(voices) as voice from {{ counted() }}
