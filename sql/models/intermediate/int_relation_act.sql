-- The acts that count, one row for each direction in which they count: a reciprocal act once each way, and every act
-- once pooled. Only what happened and has a day.
{% set columns = "event_id, origin, event_date as date, quad_class, goldstein" %}
with act as (
    select * from {{ ref('int_event') }} where status = 'actual' and event_date is not null
)

select 'directed' as direction, source, target, {{ columns }} from act
union all
select 'directed', target, source, {{ columns }} from act where is_reciprocal
union all
select 'pooled', least(source, target), greatest(source, target), {{ columns }} from act
