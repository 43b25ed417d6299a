-- Pairs whose reciprocity has to be fitted again, and the years of it that are other ones: something changed in their closed
-- months, or whether something was read then, or a month more is closed.
with closed as (
    select origin, first_date, date_trunc('month', last_date)::date - 1 as until_date from {{ ref('int_today') }}
)

{% if is_partial() %}
,

fitted as (
    select origin, max(until_date) as until_date
    from {{ stored('ind_reciprocity', 'main') or '(select origin, null::date as until_date from ' ~ ref('int_today') ~ ')' }}
    group by origin
),

-- A week may have begun in the year before; the period after is one that a period may be answered in.
changed as (
    select touched.pair_key, touched.date - 6 as from_date, touched.date + 31 as until_date
    from {{ ref('int_touched_day') }} as touched
    join {{ ref('int_relation') }} as name on name.relation = touched.pair_key
    join closed using (origin)
    where touched.date <= closed.until_date
    union all
    select name.pair_key, reach.from_date, reach.until_date
    from {{ ref('int_relation') }} as name
    join (
        select changed.origin, changed.date - 62 as from_date, changed.date + 62 as until_date
        from {{ ref('int_changed_coverage') }} as changed
        join closed using (origin)
        where changed.date <= closed.until_date
        union
        -- Also where the last day has gone back: what was read is there no longer.
        select origin, least(coalesce(fitted.until_date, closed.first_date), closed.until_date) - 62,
            greatest(fitted.until_date, closed.until_date)
        from closed
        left join fitted using (origin)
        where fitted.until_date is distinct from closed.until_date
    ) as reach using (origin)
    where name.direction = 'pooled'
)

select pair_key, unnest(range(year(from_date), year(until_date) + 1)) as year from changed
union
-- Years of which no month is closed any more, of an origin that is gone, too.
select added.pair_key, added.year
from {{ stored('int_reciprocity') or '(select pair_key, year(date) as year, null as origin from ' ~ ref('int_touched_day') ~ ')' }} as added
left join closed using (origin)
where closed.origin is null or added.year > year(closed.until_date)
{% else %}
select pair_key, year(date) as year from {{ ref('int_touched_day') }} where false
{% endif %}
