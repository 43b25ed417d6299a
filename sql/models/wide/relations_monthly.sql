{{ config(materialized='incremental', sliced='wide.relations_daily', sorted='period', stale=is_after('stored')) }}
-- depends_on: {{ ref('int_touched_day') }}
-- A month of a pair, with what is carried on from month to month.
-- The bounded level (after Yan Xuetong and Zhou Fangyin, from memory): a month's base is I0 = clip(g / 4, -9, 9); the nearer
-- the level is to the end it moves to, the less it moves: I = (9 - P) / 9 * I0 upwards, (9 + P) / 9 * I0 downwards. Both are
-- P' = P * (1 - |I0| / 9) + I0, a line in P. The lines of a relation's months are put together in doubling steps (a prefix
-- scan), which needs no recursion: 2^10 months.
-- The stock: what the month's acts leave to the next (`left`, as of that one's first day), and what all months before leave to
-- this one (`carried`). Within sixteen years it is a running sum over weights rescaled from their first day (2^(5844/7) is far
-- from overflow); what was before them is carried in, decayed.
{% set steps = 10 %}
{% set left = {} %}
{% for h in half_lives() %}
{% do left.update({'left_' ~ h: 'round(arg_max(month_stock_' ~ h ~ ', stored.period) * power(2, (max(stored.period) - last_day(max(stored.period)) - 1) / ' ~ h ~ '.0), 12)'}) %}
{% endfor %}
{% set era_start = "make_date(({0} * 16)::integer, 1, 1)" %}
{{ relations_by('month', left) }},

summed as materialized (
    select * from sums
    {% if is_partial() %}
    union all by name
    -- Later months, of which only what is carried changes.
    select relation, period, {{ left | join(', ') }}, {{ sum_columns() | join(', ') }}, outlet_count
    from {{ this }} as later
    where {{ is_after('later') }}
        and (pair_key, period) not in (select pair_key, date_trunc('month', date)::date from {{ ref('int_touched_day') }})
    {% endif %}
),

coded as (
    -- Month and base (in fortieths, which are whole) as one integer: a relation's are sorted as such.
    select relation, list_sort(list(
        (year(period) * 12 + month(period) - 1) * 1024 + 360 + greatest(least((g * 10)::bigint, 360), -360)
    )) as codes
    from summed
    group by relation
),

{% if is_partial() %}
first as (
    select pair_key, date_trunc('month', min(date))::date as date from {{ ref('int_touched_day') }} group by pair_key
),

before as materialized (
    -- The last month of each relation before them: what a recomputation goes on from.
    select relation, max(stored.period) as period, arg_max(level, stored.period) as level,
        {% for h in half_lives() %}
        arg_max(carried_{{ h }} * power(2, (stored.period - last_day(stored.period) - 1) / {{ h }}.0) + left_{{ h }}, stored.period) as left_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ this }} as stored
    join first on first.pair_key = stored.pair_key and stored.period < first.date and hash(first.pair_key) >= 0
    group by relation
),

{% endif %}
based as (
    select relation, codes, list_transform(codes, lambda code: (code % 1024 - 360) / 40) as bases,
        {{ 'coalesce(before.level, 0)' if is_partial() else '0' }} as level
    from coded
    {{ 'left join before using (relation)' if is_partial() }}
),

scan_0 as (
    select relation, codes, list_transform(bases, lambda base: 1 - abs(base) / 9) as slope_0,
        list_transform(bases, lambda base, i: base + case when i = 1 then (1 - abs(base) / 9) * level else 0 end) as level_0
    from based
),

{% for step in range(steps) %}
{% set s = 2 ** step %}
scan_{{ step + 1 }} as (
    select relation, codes,
        case when len(codes) <= {{ s }} then slope_{{ step }} else list_transform(slope_{{ step }}, lambda slope, i:
            case when i > {{ s }} then slope * slope_{{ step }}[i - {{ s }}] else slope end) end as slope_{{ step + 1 }},
        case when len(codes) <= {{ s }} then level_{{ step }} else list_transform(level_{{ step }}, lambda level, i:
            case when i > {{ s }} then level + slope_{{ step }}[i] * level_{{ step }}[i - {{ s }}] else level end) end as level_{{ step + 1 }}
    from scan_{{ step }}
),
{% endfor %}

level as (
    select relation, make_date((month // 12)::integer, (month % 12 + 1)::integer, 1) as period, round(level, 9) as level
    from (select relation, unnest(codes) // 1024 as month, unnest(level_{{ steps }}) as level from scan_{{ steps }})
),

era as materialized (
    select relation, period, year(period) // 16 as era,
        period - {{ era_start.format('(year(period) // 16)') }} as day,
        last_day(period) + 1 - {{ era_start.format('(year(period) // 16)') }} as next_day,
        {{ left | join(', ') }}
    from summed
),

left_over as (
    -- What is left at an era's end of the acts in it.
    select relation, era + 1 as era, {{ era_start.format('(era + 1)') }} as at,
        {% for h in half_lives() %}
        sum(left_{{ h }} * power(2, (next_day - ({{ era_start.format('(era + 1)') }} - {{ era_start.format('era') }})) / {{ h }}.0)) as left_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from era
    group by relation, era
    {% if is_partial() %}
    union all
    -- What is left of the months before.
    select relation, 0, last_day(period) + 1, {{ left | join(', ') }} from before
    {% endif %}
),

brought as (
    -- What all that is worth at an era's beginning.
    select later.relation, later.era,
        {% for h in half_lives() %}
        sum(earlier.left_{{ h }} * power(2, (earlier.at - {{ era_start.format('later.era') }}) / {{ h }}.0)) as brought_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from (select distinct relation, era from era) as later
    join left_over as earlier on earlier.relation = later.relation and earlier.era <= later.era
    group by all
),

carried as (
    select relation, period,
        {% for h in half_lives() %}
        round((coalesce(brought_{{ h }}, 0) + coalesce(sum(left_{{ h }} * power(2, next_day / {{ h }}.0)) over in_era, 0))
            * power(2, -day / {{ h }}.0), 12) as carried_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from era
    left join brought using (relation, era)
    window in_era as (partition by relation, era order by period rows between unbounded preceding and 1 preceding)
)

select name.* exclude (relation, pair_key), summed.period, name.pair_key, summed.* exclude (relation, period), level.level,
    carried.* exclude (relation, period), summed.relation
from summed
join level using (relation, period)
join carried using (relation, period)
join {{ ref('int_relation') }} as name using (relation)
