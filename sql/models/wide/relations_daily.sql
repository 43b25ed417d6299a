{{ config(materialized='incremental', sliced='intermediate.int_event', stale=is_after('wide.relations_daily', 'stored')) }}
-- depends_on: {{ ref('int_touched_day') }}, {{ ref('int_relation_voice') }}
-- One row a pair, direction and day on which acts fell. The stock is R(t) = R(t-1) * 2^(-1/H) + the day's Goldstein sum.
-- Within sixteen years it is a running sum over weights rescaled from their first day (2^(5844/7) is far from overflow);
-- what was before them is carried in, decayed.
{% set half_lives = [7, 30, 365] %}
with first as (
    select pair_key, min(date) as date from {{ ref('int_touched_day') }} group by pair_key
),

added as (
    select relation, date as period,
        count(*)::integer as n,
        (count(*) filter (quad_class = 1))::integer as n_vc,
        (count(*) filter (quad_class = 2))::integer as n_mc,
        (count(*) filter (quad_class = 3))::integer as n_vx,
        (count(*) filter (quad_class = 4))::integer as n_mx,
        coalesce(sum(goldstein), 0)::decimal(18, 1) as g,
        coalesce(sum(goldstein) filter (goldstein > 0), 0)::decimal(18, 1) as g_positive,
        coalesce(-sum(goldstein) filter (goldstein < 0), 0)::decimal(18, 1) as g_negative,
        coalesce(sum(goldstein * goldstein), 0)::decimal(18, 2) as g_squares
    from {{ counted() }}
    {% if not is_partial() %}
    where {{ in_slice('relation') }}
    {% endif %}
    group by all
),

told as (
    select relation, date as period, count(*)::integer as outlet_count
    {% if is_partial() %}
    from (select distinct relation, date, unnest(voices) as voice from {{ counted() }})
    {% else %}
    from {{ ref('int_relation_voice') }}
    where {{ in_slice('relation') }}
    {% endif %}
    group by all
),

summed as (
    select added.*, coalesce(told.outlet_count, 0) as outlet_count from added left join told using (relation, period)
    {% if is_partial() %}
    union all by name
    -- Later days, of which only the stock changes.
    select relation, period, {{ sum_columns() | join(', ') }}, outlet_count
    from {{ picked(this, 'relation, period', 'join first on first.pair_key = stored.pair_key and first.date <= stored.period',
        'relation, pair_key, period, outlet_count, ' ~ (sum_columns() | join(', '))) }} as later
    where not {{ is_touched('later') }}
    {% endif %}
),

era as materialized (
    select *, year(period) // 16 as era, period - make_date((year(period) // 16 * 16)::integer, 1, 1) as day from summed
),

left_over as (
    -- What is left at an era's end of the acts in it.
    select relation, era + 1 as era, make_date(((era + 1) * 16)::integer, 1, 1) as at,
        {% for h in half_lives %}
        sum(g * power(2, (day - (make_date(((era + 1) * 16)::integer, 1, 1) - make_date((era * 16)::integer, 1, 1))) / {{ h }}.0)) as left_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from era
    group by relation, era
    {% if is_partial() %}
    union all
    -- What is left of the days before.
    select relation, 0, period, {% for h in half_lives %}stock_{{ h }}{{ ", " if not loop.last }}{% endfor %}
    from {{ this }}
    where rowid in ({{ last_before_touched() }})
    {% endif %}
),

carried as (
    -- What all that is worth at an era's beginning.
    select later.relation, later.era,
        {% for h in half_lives %}
        sum(earlier.left_{{ h }} * power(2, (earlier.at - make_date((later.era * 16)::integer, 1, 1)) / {{ h }}.0)) as carried_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from (select distinct relation, era from era) as later
    join left_over as earlier on earlier.relation = later.relation and earlier.era <= later.era
    group by all
),

stock as (
    select era.* exclude (era, day),
        {% for h in half_lives %}
        round((coalesce(carried.carried_{{ h }}, 0) + sum(era.g * power(2, era.day / {{ h }}.0)) over in_era)
            * power(2, -era.day / {{ h }}.0), 12) as stock_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from era
    left join carried using (relation, era)
    window in_era as (partition by relation, era order by period rows between unbounded preceding and current row)
)

select name.* exclude (relation, pair_key), stock.period, name.pair_key, stock.* exclude (relation, period), stock.relation
from stock
join {{ ref('int_relation') }} as name using (relation)
