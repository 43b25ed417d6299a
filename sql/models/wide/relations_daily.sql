{{ config(materialized='incremental', stale=is_touched('stored', 'day')) }}
-- depends_on: {{ ref('int_touched_pair') }}
-- One row a pair, direction and day on which acts fell. The stock is R(t) = R(t-1) * 2^(-1/H) + the day's Goldstein sum.
-- Within a year it is a running sum over weights rescaled from the year's first day (2^(366/7) is far from overflow);
-- what earlier years leave behind is carried in by one decayed sum a year.
{% set half_lives = [7, 30, 365] %}
with sums as (
    select origin, direction, source, target, period,
        any_value(pair_key) as pair_key,
        count(*)::integer as n,
        (count(*) filter (quad_class = 1))::integer as n_vc,
        (count(*) filter (quad_class = 2))::integer as n_mc,
        (count(*) filter (quad_class = 3))::integer as n_vx,
        (count(*) filter (quad_class = 4))::integer as n_mx,
        coalesce(sum(goldstein), 0)::decimal(18, 1) as g,
        coalesce(sum(goldstein) filter (goldstein > 0), 0)::decimal(18, 1) as g_positive,
        coalesce(-sum(goldstein) filter (goldstein < 0), 0)::decimal(18, 1) as g_negative,
        coalesce(sum(goldstein * goldstein), 0)::decimal(18, 2) as g_squares
    from (select *, date as period from {{ ref('int_relation_act') }}) as act
    {% if is_partial() %}
    where {{ is_touched('act') }}
    {% endif %}
    group by all
),

summed as (
    select *, true as is_asked from sums
    {% if is_partial() %}
    union all by name
    -- The days before, for what they leave behind.
    select before.* exclude (outlet_count, stock_7, stock_30, stock_365), false as is_asked
    from {{ this }} as before
    join {{ ref('int_touched_pair') }} as touched
        on touched.pair_key = before.pair_key and before.period < touched.from_date
    {% endif %}
),

voices as (
    select relation, date as period, count(*)::integer as outlet_count
    from {{ ref('int_relation_voice') }} as voice
    {% if is_partial() %}
    where {{ is_touched('voice', day='date') }}
    {% endif %}
    group by all
),

year_left as (
    -- What a year's acts are worth at its end.
    select origin, direction, source, target, year(period) as year,
        {% for h in half_lives %}
        sum(g * power(2, (period - make_date(year(period) + 1, 1, 1)) / {{ h }}.0)) as left_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from summed as sums
    group by all
),

carried as (
    -- What all earlier years are worth at a year's beginning.
    select later.origin, later.direction, later.source, later.target, later.year,
        {% for h in half_lives %}
        sum(earlier.left_{{ h }} * power(2, (make_date(earlier.year + 1, 1, 1) - make_date(later.year, 1, 1)) / {{ h }}.0)) as carried_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from year_left as later
    join year_left as earlier
        on earlier.origin = later.origin and earlier.direction = later.direction
        and earlier.source = later.source and earlier.target = later.target
        and earlier.year < later.year
    group by all
)

select
    sums.* exclude (is_asked),
    voices.outlet_count,
    {% for h in half_lives %}
    round((coalesce(carried.carried_{{ h }}, 0)
        + sum(sums.g * power(2, (sums.period - make_date(year(sums.period), 1, 1)) / {{ h }}.0)) over in_year)
        * power(2, -(sums.period - make_date(year(sums.period), 1, 1)) / {{ h }}.0), 9) as stock_{{ h }}{{ "," if not loop.last }}
    {% endfor %}
from summed as sums
left join voices
    on voices.relation = hash(sums.origin, sums.direction, sums.source, sums.target) and voices.period = sums.period
left join carried
    on carried.origin = sums.origin and carried.direction = sums.direction
    and carried.source = sums.source and carried.target = sums.target
    and carried.year = year(sums.period)
window in_year as (
    partition by sums.origin, sums.direction, sums.source, sums.target, year(sums.period) order by sums.period
    rows between unbounded preceding and current row
)
qualify sums.is_asked
