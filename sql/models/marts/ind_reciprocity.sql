{{ config(materialized='incremental', stale=pair_key('stored') ~ ' in (select pair_key from intermediate.int_touched_series)') }}
-- depends_on: {{ ref('int_touched_series') }}
-- Does one side answer with what it got a period ago? Slope and correlation of g(b to a) on last period's g(a to b), over
-- the periods between the pair's first and last act that have coverage, as has the one before; silence counts as 0; at least
-- 104 of them.
-- Over closed months (weeks, days) only, so that a day of this month changes nothing.
-- Shown at day, week and month, because aggregation changes the sign (Shellman 2004). No p-values.
{% set grains = {'day': 'relations_daily', 'week': 'relations_weekly', 'month': 'relations_monthly'} %}
{% set last_day = {'day': 'day', 'week': 'week + 6', 'month': 'last_day(month)'} %}
{% set number = {'day': "period - date '1970-01-01'", 'week': "(period - date '1970-01-05') // 7", 'month': 'year(period) * 12 + month(period)'} %}
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
    -- Covered periods by the calendar; `links` counts those up to it whose period before is covered, too.
    select *, count(*) filter (follows) over (partition by origin order by number) as links
    from (
        select *, number - lag(number) over by_number = 1 as follows, lead(number) over by_number - number = 1 as is_followed
        from (
            select origin, period, {{ number[grain] }} as number
            from (select distinct origin, {{ grain }} as period from covered where {{ last_day[grain] }} <= until_date)
        )
        window by_number as (partition by origin order by number)
    )
),

{{ grain }}_side as materialized (
    -- Goldstein sums in tenths, which add up exactly.
    select relation.relation, relation.pair_key, covered.* exclude (origin, period), (relation.g * 10)::bigint as g
    from {{ ref(relation) }} as relation
    join {{ grain }}_number as covered using (origin, period)
    where relation.direction = 'directed'
    {% if is_partial() %}
        and relation.pair_key in (select pair_key from {{ ref('int_touched_series') }})
    {% endif %}
),

{{ grain }}_span as (
    select pair_key, min(number) as first_number, max(number) as last_number, max(links) - min(links) as n
    from {{ grain }}_side
    group by pair_key
    having max(links) - min(links) >= 104
),

-- x: what the source got from the target a period ago; y: what it gives now. The first period has none before it, the last
-- none after it. A relation's reverse is the relation with its last two bits turned.
{{ grain }}_sums as (
    select relation, any_value(n) as n, sum(sx) as sx, sum(sy) as sy, sum(sxx) as sxx, sum(syy) as syy, sum(sxy) as sxy
    from (
        select xor(relation, 3::ubigint) as relation, any_value(n) as n, sum(g) as sx, sum(g * g) as sxx, 0 as sy, 0 as syy, 0 as sxy
        from {{ grain }}_side join {{ grain }}_span using (pair_key)
        where number < last_number and is_followed
        group by relation
        union all
        select relation, any_value(n), 0, 0, sum(g), sum(g * g), 0
        from {{ grain }}_side join {{ grain }}_span using (pair_key)
        where number > first_number and follows
        group by relation
        union all
        select gives.relation, any_value(span.n), 0, 0, 0, 0, sum(gives.g * got.g)
        from {{ grain }}_side as gives
        join {{ grain }}_side as got on got.relation = xor(gives.relation, 3::ubigint) and got.number = gives.number - 1
        join {{ grain }}_span as span on span.pair_key = gives.pair_key
        group by gives.relation
    )
    group by relation
),
{% endfor %}

fitted as (
    {% for grain in grains %}
    select relation, '{{ grain }}' as grain, n,
        (n * sxy - sx * sy)::double as covariance,
        (n * sxx - sx * sx)::double as variance_x,
        (n * syy - sy * sy)::double as variance_y
    from {{ grain }}_sums
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select name.origin, name.source, name.target, grain, closed.until_date, n::integer as n,
    case when variance_x > 0 then round(covariance / variance_x, 9) end as slope,
    case when variance_x > 0 and variance_y > 0 then round(covariance / sqrt(variance_x * variance_y), 9) end as correlation
from fitted
-- Of a side that never acted there is no relation, but it got something.
join (
    select xor(relation, 3::ubigint) as relation, origin, target as source, source as target from {{ ref('int_relation') }} where direction = 'directed'
    union
    select relation, origin, source, target from {{ ref('int_relation') }} where direction = 'directed'
) as name using (relation)
join closed using (origin)
