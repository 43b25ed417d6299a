-- Articles about a pair in a month, and the tension share (after Caldara and Iacoviello 2022): the share of an outlet's
-- articles that tell a conflict act of the pair, divided by its standard deviation over the last sixty months, averaged
-- over outlets, 100 = the mean of the base. An outlet without a deviation cannot be scaled: the pooled share
-- over its pooled mean takes its place where no outlet has one.
with outlet_month as (
    select origin, outlet, date_trunc('month', coalesce(published_at, first_seen_at))::date as period, count(*) as coded
    from {{ ref('fct_article') }}
    where coding_outcome = 'coded'
    group by all
),

pair_outlet as (
    select origin, source, target, outlet, date_trunc('month', date)::date as period,
        count(*) as articles, count(*) filter (is_conflict) as conflicts
    from {{ ref('int_pair_article') }}
    group by all
),

pair_month as (
    select origin, source, target, period,
        sum(articles)::integer as article_count,
        sum(conflicts)::integer as conflict_article_count,
        count(*)::integer as outlet_count
    from pair_outlet
    group by all
),

-- The base of a month: the sixty before it, as far as the outlet was read.
base_months as (
    select month.origin, month.period, base.outlet, count(*) as months, sum(base.coded) as coded
    from (select distinct origin, period from outlet_month) as month
    join outlet_month as base
        on base.origin = month.origin and base.period < month.period and base.period >= month.period - interval 60 months
    group by all
),

base as (
    select pair_month.origin, pair_month.source, pair_month.target, pair_month.period, earlier.outlet,
        sum(earlier.conflicts / read.coded) as shares,
        sum(power(earlier.conflicts / read.coded, 2)) as squares,
        sum(earlier.conflicts) as conflicts
    from pair_month
    join pair_outlet as earlier
        on earlier.origin = pair_month.origin and earlier.source = pair_month.source and earlier.target = pair_month.target
        and earlier.period < pair_month.period and earlier.period >= pair_month.period - interval 60 months
    join outlet_month as read
        on read.origin = earlier.origin and read.outlet = earlier.outlet and read.period = earlier.period
    where earlier.conflicts > 0
    group by all
),

scaled as (
    select base.origin, base.source, base.target, base.period, base.outlet,
        base.shares / base_months.months as mean,
        case when base_months.months > 1
            then sqrt(greatest(base.squares - base.shares * base.shares / base_months.months, 0) / (base_months.months - 1)) end as deviation,
        coalesce(now.conflicts, 0) / read.coded as share
    from base
    join base_months
        on base_months.origin = base.origin and base_months.outlet = base.outlet and base_months.period = base.period
    join outlet_month as read
        on read.origin = base.origin and read.outlet = base.outlet and read.period = base.period
    left join pair_outlet as now
        on now.origin = base.origin and now.source = base.source and now.target = base.target
        and now.outlet = base.outlet and now.period = base.period
),

tension as (
    select origin, source, target, period, 100 * sum(share / deviation) / sum(mean / deviation) as value
    from scaled
    where deviation > 1e-9
    group by all
),

pooled_base as (
    select base.origin, base.source, base.target, base.period, sum(base.conflicts) as conflicts
    from base
    group by all
),

read_before as (
    select origin, period, sum(coded) as coded from base_months group by all
),

read_now as (
    select origin, period, sum(coded) as coded from outlet_month group by all
)

select
    pair_month.*,
    read_now.coded::integer as coded_article_count,
    round(pooled_base.conflicts / read_before.coded, 12) as base_share,
    round(coalesce(
        tension.value,
        100 * (pair_month.conflict_article_count / read_now.coded) / (pooled_base.conflicts / read_before.coded)
    ), 9) as tension_share
from pair_month
join read_now using (origin, period)
left join read_before using (origin, period)
left join pooled_base using (origin, source, target, period)
left join tension using (origin, source, target, period)
