{{ config(materialized='view') }}
-- The acts that count, one row for each direction in which they count: a reciprocal act once each way, and every act
-- once pooled. Only what happened and has a day.
{% set columns = "act, event_id, origin, pair_key, event_date as date, quad_class, goldstein, voices" %}
{% set counts = "status = 'actual' and event_date is not null" %}
select act.*, {{ relation('act') }} as relation
from (
    select 'directed' as direction, source, target, {{ columns }} from {{ ref('int_event') }} where {{ counts }}
    union all
    select 'directed', target, source, {{ columns }} from {{ ref('int_event') }} where is_reciprocal and {{ counts }}
    union all
    select 'pooled', least(source, target), greatest(source, target), {{ columns }} from {{ ref('int_event') }} where {{ counts }}
) as act
