{{ config(materialized='incremental', stale=pair_key('stored') ~ ' in (select pair_key from intermediate.int_touched_series)') }}
-- depends_on: {{ ref('int_touched_series') }}
-- Does one side answer with what it got a period ago? Slope and correlation of g(b to a) on last period's g(a to b), over
-- the periods with coverage between the pair's first and last act, silence counting as 0; at least 104 of them.
-- Over closed months (weeks, days) only, so that a day of this month changes nothing.
-- Shown at day, week and month, because aggregation changes the sign (Shellman 2004). No p-values.
{% set grains = {'day': 'relations_daily', 'week': 'relations_weekly', 'month': 'relations_monthly'} %}
{% set last_day = {'day': 'day', 'week': 'week + 6', 'month': 'last_day(month)'} %}
with closed as (
    select origin, date_trunc('month', last_date)::date - 1 as until_date from {{ ref('int_today') }}
),

covered as (
    select origin, until_date, date as day, date_trunc('week', date)::date as week, date_trunc('month', date)::date as month
    from {{ ref('ind_coverage') }}
    join closed using (origin)
    where status <> 'no_coverage'
),

{% for grain, relation in grains.items() %}
{{ grain }}_number as (
    select origin, period, count(*) over (partition by origin order by period) as number
    from (select distinct origin, {{ grain }} as period from covered where {{ last_day[grain] }} <= until_date)
),

{{ grain }}_side as (
    select relation.origin, relation.source, relation.target, relation.g, number.number
    from {{ ref(relation) }} as relation
    join {{ grain }}_number as number using (origin, period)
    where relation.direction = 'directed'
    {% if is_partial() %}
        and relation.pair_key in (select pair_key from {{ ref('int_touched_series') }})
    {% endif %}
),

{{ grain }}_span as (
    select origin, least(source, target) as a, greatest(source, target) as b,
        min(number) as first_number, max(number) as last_number, max(number) - min(number) as n
    from {{ grain }}_side
    group by all
),

{{ grain }}_sums as (
    select lagged.origin, source, target,
        sum(x) as sx, sum(y) as sy, sum(x * x) as sxx, sum(y * y) as syy, sum(x * y) as sxy
    from (
        -- x: what the source got from the target a period ago; y: what it gives now.
        select origin, source, target, number, sum(x)::double as x, sum(y)::double as y
        from (
            select origin, target as source, source as target, number + 1 as number, g as x, 0 as y from {{ grain }}_side
            union all
            select origin, source, target, number, 0, g from {{ grain }}_side
        )
        group by all
    ) as lagged
    join {{ grain }}_span as span
        on span.origin = lagged.origin and span.a = least(lagged.source, lagged.target) and span.b = greatest(lagged.source, lagged.target)
    -- The first period has none before it, the last none after it.
    where number > first_number and number <= last_number
    group by all
),
{% endfor %}

fitted as (
    {% for grain in grains %}
    select sums.origin, sums.source, sums.target, '{{ grain }}' as grain, span.n,
        (span.n * sxy - sx * sy) as covariance,
        (span.n * sxx - sx * sx) as variance_x,
        (span.n * syy - sy * sy) as variance_y
    from {{ grain }}_sums as sums
    join {{ grain }}_span as span
        on span.origin = sums.origin and span.a = least(sums.source, sums.target) and span.b = greatest(sums.source, sums.target)
    where span.n >= 104
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select origin, source, target, grain, closed.until_date, n::integer as n,
    case when variance_x > 0 then round(covariance / variance_x, 9) end as slope,
    case when variance_x > 0 and variance_y > 0 then round(covariance / sqrt(variance_x * variance_y), 9) end as correlation
from fitted
join closed using (origin)
