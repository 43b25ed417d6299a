{{ config(materialized='incremental', sliced='intermediate.int_event', sorted='tile', stale=tiled('stored', 'pair_key', 'period', touched_days('month'))) }}
-- depends_on: {{ ref('int_touched_day') }}, {{ ref('int_relation_voice') }}
-- One row a pair, direction and day on which acts fell. The stock is R(t) = R(t-1) * 2^(-1/H) + the day's Goldstein sum: here
-- what the month's own acts make of it; what those before are worth on its first day stands in relations_monthly, so that a
-- late report changes one month of days. relation_stock puts both together.
with added as (
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
    -- The other days of these months, of which only the stock changes.
    select relation, period, {{ sum_columns() | join(', ') }}, outlet_count
    from {{ this }} as other
    where {{ tiled('other', 'pair_key', 'period', touched_days('month')) }} and (pair_key, period) not in (select pair_key, date from {{ ref('int_touched_day') }})
    {% endif %}
),

stock as (
    select *,
        {% for h in half_lives() %}
        round(sum(g * power(2, day(period) / {{ h }}.0)) over month * power(2, -day(period) / {{ h }}.0), 12) as month_stock_{{ h }}{{ "," if not loop.last }}
        {% endfor %}
    from summed
    window month as (
        partition by relation, date_trunc('month', period) order by period rows between unbounded preceding and current row
    )
)

select name.* exclude (relation, pair_key), stock.period, name.pair_key, stock.* exclude (relation, period), stock.relation,
    {{ tile('name.pair_key', 'stock.period') }} as tile
from stock
join {{ ref('int_relation') }} as name using (relation)
