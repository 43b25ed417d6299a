{{ config(materialized='incremental', stale=is_touched('stored', 'month')) }}
-- depends_on: {{ ref('int_touched_pair') }}
-- A month of a pair, with the bounded level (after Yan Xuetong and Zhou Fangyin, from memory): a month's base is
-- I0 = clip(g / 4, -9, 9); the nearer the level is to the end it moves to, the less it moves:
-- I = (9 - P) / 9 * I0 upwards, (9 + P) / 9 * I0 downwards. Both are P' = P * (1 - |I0| / 9) + I0, a line in P; lines are
-- put together in doubling steps over a pair's months (a prefix scan), which needs no recursion.
{% set steps = 9 %}
{{ relations_by('month') }},

lines as (
    select origin, direction, source, target,
        list(period order by period) as periods,
        list(1 - abs(greatest(least(g::double / 4, 9), -9)) / 9 order by period) as slope_0,
        list(greatest(least(g::double / 4, 9), -9) order by period) as level_0
    from (
        select origin, direction, source, target, period, g from sums
        {% if is_partial() %}
        union all
        -- The months before, from which the level comes.
        select before.origin, before.direction, before.source, before.target, before.period, before.g
        from {{ this }} as before
        join {{ ref('int_touched_pair') }} as touched
            on touched.pair = hash(before.origin, least(before.source, before.target), greatest(before.source, before.target))
            and before.period < date_trunc('month', touched.from_date)
        {% endif %}
    )
    group by all
),

{% for step in range(steps) %}
{% set s = 2 ** step %}
scan_{{ step + 1 }} as (
    select origin, direction, source, target, periods,
        {% if step > 0 %}
        case when len(periods) <= {{ s }} then slope_{{ step }} else list_transform(slope_{{ step }}, lambda slope, i:
            case when i > {{ s }} then slope * slope_{{ step }}[i - {{ s }}] else slope end) end as slope_{{ step + 1 }},
        case when len(periods) <= {{ s }} then level_{{ step }} else list_transform(level_{{ step }}, lambda level, i:
            case when i > {{ s }} then level + slope_{{ step }}[i] * level_{{ step }}[i - {{ s }}] else level end) end as level_{{ step + 1 }}
        {% else %}
        list_transform(slope_0, lambda slope, i: case when i > 1 then slope * slope_0[i - 1] else slope end) as slope_1,
        list_transform(level_0, lambda level, i: case when i > 1 then level + slope_0[i] * level_0[i - 1] else level end) as level_1
        {% endif %}
    from {{ 'lines' if step == 0 else 'scan_' ~ step }}
),
{% endfor %}

leveled as (
    select origin, direction, source, target, unnest(periods) as period, unnest(level_{{ steps }}) as level
    from scan_{{ steps }}
)

select sums.*, voices.outlet_count, round(leveled.level, 9) as level
from sums
join leveled using (origin, direction, source, target, period)
left join voices
    on voices.relation = hash(sums.origin, sums.direction, sums.source, sums.target) and voices.period = sums.period
