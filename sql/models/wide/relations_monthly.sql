{{ config(materialized='incremental', stale=is_touched('stored', 'month')) }}
-- depends_on: {{ ref('int_touched_pair') }}
-- A month of a pair, with the bounded level (after Yan Xuetong and Zhou Fangyin, from memory): a month's base is
-- I0 = clip(g / 4, -9, 9); the nearer the level is to the end it moves to, the less it moves:
-- I = (9 - P) / 9 * I0 upwards, (9 + P) / 9 * I0 downwards. Both are P' = P * (1 - |I0| / 9) + I0, a line in P.
-- Within a year lines are put together by windows: a product of slopes, and a sum of what each month adds over the
-- product so far (twelve slopes are no smaller than 1e-31; a slope of 0 forgets all before, and begins anew). A pair's years are
-- put together in doubling steps (a prefix scan), which needs no recursion.
{% set steps = 6 %}
{{ relations_by('month') }},

month as (
    select relation, period, year(period) as year, 1 - abs(base) / 9 as slope, base
    from (
        select hash(pair_key, direction, source) as relation, period, greatest(least(g::double / 4, 9), -9) as base
        from (
            select pair_key, direction, source, period, g from sums
            {% if is_partial() %}
            union all
            -- The months before, from which the level comes.
            select before.pair_key, before.direction, before.source, before.period, before.g
            from {{ this }} as before
            join {{ ref('int_touched_pair') }} as touched
                on touched.pair_key = before.pair_key and before.period < date_trunc('month', touched.from_date)
            {% endif %}
        )
    )
),

stretch as (
    select *, count(*) filter (slope = 0) over (partition by relation, year order by period) as stretch from month
),

slope as (
    select *,
        product(case when slope = 0 then 1 else slope end) over (
            partition by relation, year, stretch order by period rows unbounded preceding
        ) as so_far
    from stretch
),

-- What the year makes of the level P that it began with: P * slope + level.
in_year as (
    select relation, year, period, case when stretch = 0 then so_far else 0 end as slope,
        so_far * sum(base / so_far) over (
            partition by relation, year, stretch order by period rows unbounded preceding
        ) as level
    from slope
),

years as (
    select relation, list(year order by year) as years, list(slope order by year) as slope_0, list(level order by year) as level_0
    from (
        select relation, year, arg_max(slope, period) as slope, arg_max(level, period) as level from in_year group by all
    )
    group by relation
),

{% for step in range(steps) %}
{% set s = 2 ** step %}
scan_{{ step + 1 }} as (
    select relation, years,
        case when len(years) <= {{ s }} then slope_{{ step }} else list_transform(slope_{{ step }}, lambda slope, i:
            case when i > {{ s }} then slope * slope_{{ step }}[i - {{ s }}] else slope end) end as slope_{{ step + 1 }},
        case when len(years) <= {{ s }} then level_{{ step }} else list_transform(level_{{ step }}, lambda level, i:
            case when i > {{ s }} then level + slope_{{ step }}[i] * level_{{ step }}[i - {{ s }}] else level end) end as level_{{ step + 1 }}
    from {{ 'years' if step == 0 else 'scan_' ~ step }}
),
{% endfor %}

-- The level with which each year begins.
carried as (
    select relation, unnest(years[2:]) as year, unnest(level_{{ steps }}[:-2]) as level from scan_{{ steps }} where len(years) > 1
)

select sums.*, voices.outlet_count, round(in_year.slope * coalesce(carried.level, 0) + in_year.level, 9) as level
from sums
join in_year on in_year.relation = hash(sums.pair_key, sums.direction, sums.source) and in_year.period = sums.period
left join carried on carried.relation = in_year.relation and carried.year = in_year.year
left join voices
    on voices.relation = hash(sums.origin, sums.direction, sums.source, sums.target) and voices.period = sums.period
