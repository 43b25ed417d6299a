{{ config(materialized='view') }}
-- The stock of each day on which acts fell: what the month's own acts make of it, and what those before them left, decayed.
select daily.* exclude (month_stock_{{ half_lives() | join(', month_stock_') }}, tile),
    {% for h in half_lives() %}
    round(month_stock_{{ h }} + carried_{{ h }} * power(2, (1 - day(daily.period)) / {{ h }}.0), 12) as stock_{{ h }}{{ "," if not loop.last }}
    {% endfor %}
from {{ ref('relations_daily').include(database=false) }} as daily
join {{ ref('relations_monthly').include(database=false) }} as monthly
    on monthly.relation = daily.relation and monthly.period = date_trunc('month', daily.period)::date
    -- The same again, so that who asks for one pair reads but its months.
    and monthly.source = daily.source and monthly.target = daily.target
