{{ config(materialized='view') }}
-- Acts that happened and that no report dates. They are in no series; here they are counted by the month of their first report.
with undated as (
    select origin, source, target, is_reciprocal, date_trunc('month', first_reported_at)::date as period
    from {{ ref('int_event') }}
    where status = 'actual' and event_date is null
),

told as (
    select 'directed' as direction, origin, source, target, period from undated
    union all
    select 'directed', origin, target, source, period from undated where is_reciprocal
    union all
    select 'pooled', origin, least(source, target), greatest(source, target), period from undated
)

select origin, least(source, target) || '-' || greatest(source, target) as pair, source, target, direction, period,
    count(*)::integer as undated_count
from told
group by all
