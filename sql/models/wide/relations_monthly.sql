{{ config(materialized='incremental', sliced='wide.relations_daily', stale=is_after('wide.relations_monthly', 'stored', 'month')) }}
-- depends_on: {{ ref('int_touched_day') }}
-- A month of a pair, with the bounded level (after Yan Xuetong and Zhou Fangyin, from memory): a month's base is
-- I0 = clip(g / 4, -9, 9); the nearer the level is to the end it moves to, the less it moves:
-- I = (9 - P) / 9 * I0 upwards, (9 + P) / 9 * I0 downwards. Both are P' = P * (1 - |I0| / 9) + I0, a line in P. The lines
-- of a relation's months are put together in doubling steps (a prefix scan), which needs no recursion: 2^10 months.
{% set steps = 10 %}
{{ relations_by('month') }},

{% if is_partial() %}
first as (
    select pair_key, date_trunc('month', min(date))::date as date from {{ ref('int_touched_day') }} group by pair_key
),

{% endif %}

summed as materialized (
    select * from sums
    {% if is_partial() %}
    union all by name
    -- Later months, of which only the level changes.
    select relation, period, {{ sum_columns() | join(', ') }}, outlet_count
    from {{ picked(this, 'relation, period', 'join first on first.pair_key = stored.pair_key and first.date <= stored.period',
        'relation, pair_key, period, outlet_count, ' ~ (sum_columns() | join(', '))) }} as later
    where not {{ is_touched('later', 'month') }}
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
before as (
    -- The level before them, whatever it came from.
    select relation, level from {{ this }} where rowid in ({{ last_before_touched() }})
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
)

select name.* exclude (relation, pair_key), summed.period, name.pair_key, summed.* exclude (relation, period), level.level, summed.relation
from summed
join level using (relation, period)
join {{ ref('int_relation') }} as name using (relation)
