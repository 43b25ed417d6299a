{{ config(materialized='incremental', stale=pair_key('stored') ~ ' in (select pair_key from intermediate.int_touched_series)') }}
-- depends_on: {{ ref('int_touched_series') }}
-- Does one side answer with what it got a period ago? Slope and correlation of g(b to a) on last period's g(a to b), over
-- the periods between the pair's first and last act that have coverage, as has the one before; silence counts as 0; at least
-- 104 of them.
-- Over closed months (weeks, days) only, so that a day of this month changes nothing.
-- Shown at day, week and month, because aggregation changes the sign (Shellman 2004). No p-values.
with year as materialized (
    select * from {{ ref('int_reciprocity') }}
    {% if is_partial() %}
    where pair_key in (select distinct pair_key from {{ ref('int_touched_series') }} where hash(pair_key) >= 0)
    {% endif %}
),

span as materialized (
    select pair_key, grain, min(number) as first_number, max(number) as last_number, max(links) - min(links) as n
    from (
        select pair_key, any_value(origin) as origin, grain, unnest([min(first_number), max(last_number)]) as number
        from year
        group by pair_key, grain
    )
    join {{ ref('int_period') }} using (origin, grain, number)
    group by pair_key, grain
    having n >= 104
),

-- x: what the source got from the target a period ago; y: what it gives now. The first period has none before it, the last
-- none after it.
summed as (
    select relation, grain, any_value(n) as n, sum(x) as sx, sum(xx) as sxx, sum(y) as sy, sum(yy) as syy, sum(xy) as sxy
    from (
        select xor(year.relation, 3::ubigint) as relation, grain, n,
            asked - case when year.last_number = span.last_number then last_ask else 0 end as x,
            asked_squares - case when year.last_number = span.last_number then last_ask * last_ask else 0 end as xx,
            0 as y, 0 as yy, 0 as xy
        from year join span using (pair_key, grain)
        union all
        select relation, grain, n, 0, 0,
            answered - case when year.first_number = span.first_number then first_answer else 0 end,
            answered_squares - case when year.first_number = span.first_number then first_answer * first_answer else 0 end,
            products
        from year join span using (pair_key, grain)
    )
    group by relation, grain
),

named as (
    -- Of a side that never acted there is no relation, but it got something.
    select xor(relation, 3::ubigint) as relation, origin, target as source, source as target
    from {{ ref('int_relation') }} where direction = 'directed'
    union
    select relation, origin, source, target from {{ ref('int_relation') }} where direction = 'directed'
),

fitted as (
    select *,
        (n * sxy - sx * sy)::double as covariance,
        (n * sxx - sx * sx)::double as variance_x,
        (n * syy - sy * sy)::double as variance_y
    from summed
    join named using (relation)
)

select origin, source, target, grain, date_trunc('month', last_date)::date - 1 as until_date, n::integer as n,
    case when variance_x > 0 then round(covariance / variance_x, 9) end as slope,
    case when variance_x > 0 and variance_y > 0 then round(covariance / sqrt(variance_x * variance_y), 9) end as correlation
from fitted
join {{ ref('int_today') }} using (origin)
