-- Pairs whose reciprocity has to be fitted again: something changed in their closed months, or a month more is closed.
with closed as (
    select origin, date_trunc('month', last_date)::date - 1 as until_date from {{ ref('int_today') }}
)

{% if is_partial() %}
select touched.pair_key
from {{ ref('int_touched_day') }} as touched
join {{ ref('int_relation') }} as name on name.relation = touched.pair_key
join closed using (origin)
where touched.date <= until_date
union
select series.pair_key
from {{ ref('relations_daily') }} as series
join closed using (origin)
left join (select origin, min(date) as date from {{ ref('int_changed_coverage') }} group by origin) as changed using (origin)
where (changed.date <= closed.until_date and series.period >= changed.date - 31)
    or series.origin not in (
        select fitted.origin
        from {{ stored('ind_reciprocity', 'main') or ref('relations_daily') }} as fitted
        join closed on closed.origin = fitted.origin and closed.until_date = fitted.until_date
    )
{% else %}
select pair_key from {{ ref('int_touched_day') }} where false
{% endif %}
