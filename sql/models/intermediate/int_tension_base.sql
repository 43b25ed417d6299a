{{ config(
    materialized='incremental',
    stale="(origin, year) in (select origin, year(date) + unnest(range(1, 6)) from intermediate.int_changed_day)"
) }}
-- depends_on: {{ ref('int_changed_day') }}
-- What is usual for an outlet: mean and deviation, over the months in which it was read in the five calendar years before a
-- year, of the share of its articles that tell a conflict act of a pair. No later year than the last is looked at.
with asked as materialized (
    select origin, year
    from (select origin, unnest(range(year(first_date) + 1, year(last_date) + 1)) as year from {{ ref('int_today') }})
    {% if is_partial() %}
    -- Those that a change lies in, and a new year's.
    where (origin, year) in (select origin, year(date) + unnest(range(1, 6)) from {{ ref('int_changed_day') }})
        or (origin, year) not in (select distinct origin, year from {{ this }})
    {% endif %}
),

needed as materialized (
    select distinct origin, year - before as year from asked, range(1, 6) as reach (before)
),

outlet_month as materialized (
    select origin, hash(outlet) as outlet, date_trunc('month', date)::date as period, sum(coded_article_count) as coded
    from {{ ref('int_outlet_day') }}
    where coded_article_count > 0 and (origin, year(date)) in (select origin, year from needed)
    group by all
),

read_base as (
    select asked.origin, outlet, asked.year, count(*) as months
    from outlet_month
    join asked on asked.origin = outlet_month.origin and year(period) between asked.year - 5 and asked.year - 1
    group by all
),

pair_year as (
    select origin, source, target, outlet, year(period) as year, sum(share) as shares, sum(share * share) as squares
    from (
        select said.*, said.conflicts / read.coded as share
        from {{ ref('int_outlet_pair') }} as said
        join outlet_month as read using (origin, outlet, period)
        where said.conflicts > 0 and (said.origin, year(said.period)) in (select origin, year from needed)
    )
    group by all
),

summed as (
    select pair_year.origin, source, target, outlet, asked.year, sum(shares) as shares, sum(squares) as squares
    from pair_year
    join asked on asked.origin = pair_year.origin and pair_year.year between asked.year - 5 and asked.year - 1
    group by all
)

select origin, source, target, outlet, year,
    shares / months as mean,
    sqrt(greatest(squares - shares * shares / months, 0) / (months - 1)) as deviation
from summed
join read_base using (origin, outlet, year)
where months > 1
