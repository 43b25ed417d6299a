{{ config(materialized='incremental', sorted='period', stale=is_rebased('stored')) }}
-- depends_on: {{ ref('int_changed_day') }}
-- Articles about a pair in a month, and the tension share (after Caldara and Iacoviello 2022): the share of an outlet's
-- articles that tell a conflict act of the pair, over its standard deviation in the base, averaged over outlets;
-- 100 = the mean of the base. The base of a month is the five calendar years before its own, so that it stays when months
-- close. Where no outlet has such a base, the pooled share over its mean in the sixty months before takes its place.
with outlet_month as materialized (
    select *
    from (
        select origin, hash(outlet) as outlet, date_trunc('month', date)::date as period, sum(coded_article_count) as coded
        from {{ ref('int_outlet_day') }}
        where coded_article_count > 0
        {% if is_partial() %}
            and date >= (select date_trunc('month', min(date)) from {{ ref('int_changed_day') }})
        {% endif %}
        group by all
    ) as read
    {% if is_partial() %}
    where {{ is_rebased('read') }}
    {% endif %}
),

said as materialized (
    select said.*, year(period) as year, read.coded
    from {{ ref('int_outlet_pair') }} as said
    join outlet_month as read using (origin, outlet, period)
),

pair_month as materialized (
    select origin, source, target, period, any_value(year) as year,
        sum(articles)::integer as article_count,
        sum(conflicts)::integer as conflict_article_count,
        count(*)::integer as outlet_count
    from said
    group by origin, source, target, period
),

read_month as materialized (
    select origin, period, coded,
        sum(coded) over (
            partition by origin order by period range between interval 60 months preceding and interval 1 month preceding
        ) as coded_before
    from (
        select origin, date_trunc('month', date)::date as period, sum(coded_article_count) as coded
        from {{ ref('ind_coverage') }}
        where coded_article_count > 0
        group by all
    )
),

base as materialized (
    select *, mean / deviation as weight
    from {{ ref('int_tension_base') }}
    where deviation > 1e-9 and (origin, year) in (select distinct origin, year from pair_month)
),

based as (
    select origin, source, target, year, sum(weight) as mean from base group by all
),

-- An outlet that was not read in a month says nothing about it: its part of the base does not count there.
unread as (
    select base.origin, base.outlet, base.year, months.period
    from (select distinct origin, outlet, year from base) as base
    join (select distinct origin, year, period from pair_month) as months using (origin, year)
    anti join outlet_month as read
        on read.origin = base.origin and read.outlet = base.outlet and read.period = months.period
),

unheard as (
    select base.origin, base.source, base.target, unread.period, sum(base.weight) as mean
    from base
    join unread using (origin, outlet, year)
    group by all
),

now as (
    select said.origin, said.source, said.target, said.period, sum(said.conflicts / said.coded / base.deviation) as share
    from said
    join base
        on base.origin = said.origin and base.source = said.source and base.target = said.target
        and base.outlet = said.outlet and base.year = said.year
    where said.conflicts > 0
    group by all
),

{% if is_partial() %}
pooled as (
    select asked.*, before.conflicts_before
    from pair_month as asked
    left join (
        select asked.origin, asked.source, asked.target, asked.period, sum(earlier.conflict_article_count) as conflicts_before
        from pair_month as asked
        join (
            select origin, source, target, period, conflict_article_count from pair_month
            union all
            select origin, source, target, period, conflict_article_count
            from {{ this }} as stored
            where period >= (select min(period) - interval 60 months from pair_month) and not ({{ is_rebased('stored') }})
        ) as earlier
            on earlier.origin = asked.origin and earlier.source = asked.source and earlier.target = asked.target
            and earlier.period between asked.period - interval 60 months and asked.period - interval 1 month
        group by all
    ) as before using (origin, source, target, period)
)
{% else %}
pooled as (
    select *,
        sum(conflict_article_count) over (
            partition by origin, source, target order by period
            range between interval 60 months preceding and interval 1 month preceding
        ) as conflicts_before
    from pair_month
)
{% endif %}

select
    pooled.origin, pooled.source, pooled.target, pooled.period,
    pooled.article_count, pooled.conflict_article_count, pooled.outlet_count,
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
    and based.year = pooled.year
left join unheard
    on unheard.origin = pooled.origin and unheard.source = pooled.source and unheard.target = pooled.target
    and unheard.period = pooled.period
left join now
    on now.origin = pooled.origin and now.source = pooled.source and now.target = pooled.target and now.period = pooled.period
