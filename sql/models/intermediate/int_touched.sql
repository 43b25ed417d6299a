-- Blocks of mentions that changed, and the days among which that may change how mentions are joined: the joining looks three
-- days around a candidate, five rounds deep with two steps each, and joins the rest, which makes no more than 45 days. Changes that lie so close that the days
-- before and after them (int_act_mention looks 45 days further) run into each other are one.
{% if is_partial() %}
-- depends_on: {{ ref('int_mention') }}
with changed as (
    select distinct block, day from {{ differing('int_mention') }}
),

apart as (
    select *, day - lag(day) over (partition by block order by day) > 180 as is_apart from changed
),

numbered as (
    select *, count(*) filter (is_apart) over (partition by block order by day) as number from apart
)

select block, min(day) - 45 as from_date, max(day) + 45 as until_date from numbered group by block, number
{% else %}
select block, day as from_date, day as until_date from {{ ref('int_mention') }} where false
{% endif %}
