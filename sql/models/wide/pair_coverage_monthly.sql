{{ config(materialized='incremental', stale=is_rebased('stored')) }}
-- depends_on: {{ ref('int_changed_day') }}
-- Articles about a pair in a month, and the tension share (after Caldara and Iacoviello 2022): the share of an outlet's
-- articles that tell a conflict act of the pair, over its standard deviation in the base, averaged over outlets;
-- 100 = the mean of the base. The base of a month is the five calendar years before its own, so that it stays when months
-- close. Where no outlet has such a base, the pooled share over its mean in the sixty months before takes its place.
with outlet_month as materialized (
    select origin, hash(outlet) as outlet, date_trunc('month', date)::date as period, sum(coded_article_count) as coded
    from {{ ref('int_outlet_day') }}
    where coded_article_count > 0
    group by all
),

pair_outlet as materialized (
    select said.*, said.conflicts / read.coded as share
    from {{ ref('int_outlet_pair') }} as said
    join outlet_month as read using (origin, outlet, period)
    {% if is_partial() %}
    -- A base reaches back less than six years.
    where said.period >= (select date_trunc('month', min(date)) - interval 72 months from {{ ref('int_changed_day') }})
    {% endif %}
),

pair_month as materialized (
    select origin, source, target, period,
        sum(articles)::integer as article_count,
        sum(conflicts)::integer as conflict_article_count,
        count(*)::integer as outlet_count
    from pair_outlet
    group by all
),

read_year as (
    select origin, outlet, year(period) as year, count(*) as months from outlet_month group by all
),

read_base as (
    select origin, outlet, year + after as year, sum(months) as months
    from read_year, range(1, 6) as ahead (after)
    group by all
),

pair_year as (
    select origin, source, target, outlet, year(period) as year,
        sum(share) as shares, sum(share * share) as squares
    from pair_outlet
    where conflicts > 0
    group by all
),

base as materialized (
    select origin, source, target, outlet, year,
        shares / months as mean,
        sqrt(greatest(squares - shares * shares / months, 0) / (months - 1)) as deviation
    from (
        select origin, source, target, outlet, year + after as year, sum(shares) as shares, sum(squares) as squares
        from pair_year, range(1, 6) as ahead (after)
        group by all
    )
    join read_base using (origin, outlet, year)
    where months > 1
),

based as (
    select origin, source, target, year, sum(mean / deviation) as mean from base where deviation > 1e-9 group by all
),

-- An outlet that was not read in a month says nothing about it: its part of the base does not count there.
unread as materialized (
    select years.origin, years.outlet, years.period
    from (
        select origin, outlet, make_date(year, unnest(range(1, 13))::integer, 1) as period from read_base
    ) as years
    anti join outlet_month as read using (origin, outlet, period)
    semi join outlet_month as others on others.origin = years.origin and others.period = years.period
),

unheard as (
    select base.origin, base.source, base.target, unread.period, sum(base.mean / base.deviation) as mean
    from base
    join unread on unread.origin = base.origin and unread.outlet = base.outlet and year(unread.period) = base.year
    where base.deviation > 1e-9
    group by all
),

now as (
    select said.origin, said.source, said.target, said.period, sum(said.share / base.deviation) as share
    from (select *, year(period) as year from pair_outlet where conflicts > 0) as said
    join base using (origin, source, target, outlet, year)
    where base.deviation > 1e-9
    group by all
),

read_month as (
    select origin, period, coded,
        sum(coded) over (
            partition by origin order by period range between interval 60 months preceding and interval 1 month preceding
        ) as coded_before
    from (select origin, period, sum(coded) as coded from outlet_month group by all)
),

pooled as (
    select *,
        sum(conflict_article_count) over (
            partition by origin, source, target order by period
            range between interval 60 months preceding and interval 1 month preceding
        ) as conflicts_before
    from pair_month
)

select
    pooled.* exclude (conflicts_before),
    read_month.coded::integer as coded_article_count,
    round(pooled.conflicts_before / read_month.coded_before, 12) as base_share,
    round(coalesce(
        case when based.mean - coalesce(unheard.mean, 0) > 1e-9
            then 100 * coalesce(now.share, 0) / (based.mean - coalesce(unheard.mean, 0)) end,
        100 * (pooled.conflict_article_count / read_month.coded)
            / (nullif(pooled.conflicts_before, 0) / read_month.coded_before)
    ), 9) as tension_share
from pooled
join read_month using (origin, period)
left join based
    on based.origin = pooled.origin and based.source = pooled.source and based.target = pooled.target
    and based.year = year(pooled.period)
left join unheard
    on unheard.origin = pooled.origin and unheard.source = pooled.source and unheard.target = pooled.target
    and unheard.period = pooled.period
left join now
    on now.origin = pooled.origin and now.source = pooled.source and now.target = pooled.target and now.period = pooled.period
{% if is_partial() %}
where {{ is_rebased('pooled') }}
{% endif %}
