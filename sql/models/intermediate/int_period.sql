-- The periods of closed months that were read, by the calendar: does the one before follow at once, and the one after? `links`
-- counts those up to it whose period before was read, too.
{% set grains = {
    'day': {'last_day': 'day', 'number': "period - date '1970-01-01'"},
    'week': {'last_day': 'week + 6', 'number': "(period - date '1970-01-05') // 7"},
    'month': {'last_day': 'last_day(month)', 'number': 'year(period) * 12 + month(period)'},
} %}
with covered as (
    select origin, date_trunc('month', last_date)::date - 1 as until_date,
        date as day, date_trunc('week', date)::date as week, date_trunc('month', date)::date as month
    from {{ ref('ind_coverage') }}
    join {{ ref('int_today') }} using (origin)
    where status <> 'no_coverage'
),

period as (
    {% for grain, of in grains.items() %}
    select origin, '{{ grain }}' as grain, period, {{ of.number }} as number
    from (select distinct origin, {{ grain }} as period from covered where {{ of.last_day }} <= until_date)
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select *, count(*) filter (follows) over (partition by origin, grain order by number) as links
from (
    select *, coalesce(number - lag(number) over by_number = 1, false) as follows,
        coalesce(lead(number) over by_number - number = 1, false) as is_followed
    from period
    window by_number as (partition by origin, grain order by number)
)
