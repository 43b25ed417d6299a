{{ config(materialized='incremental', stale=paired(pair_key('stored'), 'stored.date', near_days(0, 112)) ~ ' or ' ~ is_recovered('stored')) }}
-- depends_on: {{ ref('int_touched_day') }}
-- depends_on: {{ ref('int_changed_coverage') }}, {{ ref('int_relation_act') }}
-- Days on which a pair's conflict acts stand out: robust z = (x - median) / max(1.4826 MAD, sqrt(median), 1) over the
-- covered days among the 56 before, at least seven; CUSUM S = max(0, S + z - 0.5) over the same 56 days; z of 3 at least
-- and S above 4, two independent outlets at least that tell of the conflict, and coverage ok. A covered day without acts is 0;
-- a day without coverage is left out.
{% set hot = "stored.n_vx + stored.n_mx >= 3 and stored.outlet_count >= 2" %}
with {% if is_partial() -%}
near as materialized (
    {{ near_days(0, 112) }}
),

{% endif %}
suspect as materialized (
    -- z of 3 needs three acts at least: only these days, and what their history needs, are looked at.
    select relation, pair_key, origin, direction, source, target, period as date, n_vx + n_mx as x
    from {{ ref('relations_daily') }} as stored
    where {{ hot }}
    {% if is_partial() %}
        and {{ tiled('stored', 'pair_key', 'period', 'select key, day from near') }}
    union
    select relation, pair_key, origin, direction, source, target, period, n_vx + n_mx
    from {{ ref('relations_daily') }} as stored
    where {{ hot }} and {{ is_recovered('stored', 'period') }}
    {% endif %}
),

stretch as materialized (
    -- The 112 days before each of them, those that run into each other put together.
    select relation, origin, min(date) - 112 as first_date, max(date) as last_date
    from (
        select *, count(*) filter (is_apart) over (partition by relation order by date) as number
        from (
            select relation, origin, date, date - lag(date) over (partition by relation order by date) > 113 as is_apart
            from suspect
        )
    )
    group by relation, origin, number
),

needed as {{ 'materialized ' if is_partial() }}(
    select relation, origin, unnest(range(first_date, last_date + interval 1 day, interval 1 day))::date as date from stretch
),

series as (
    select needed.relation, needed.date, coalesce(conflict.x, 0) as x
    from needed
    semi join (select origin, date from {{ ref('ind_coverage') }} where status <> 'no_coverage') as covered using (origin, date)
    left join (
        select relation, period as date, n_vx + n_mx as x
        from {{ ref('relations_daily') }}
        {% if is_partial() %}
        where period in (select distinct date from needed where hash(date) >= 0)
            and tile in (select distinct {{ tile(pair_of('relation'), 'date') }} as tile from needed where hash(relation) >= 0)
        {% endif %}
    ) as conflict
        on conflict.relation = needed.relation and conflict.date = needed.date
),

history as (
    select *,
        list(x) over (
            partition by relation order by date range between interval 56 days preceding and interval 1 day preceding
        ) as history
    from series
),

centred as (
    select *, list_median(history) as median from history
),

scored as (
    select * exclude (history), len(history) as days, list_median(list_transform(history, lambda v: abs(v - median))) as mad
    from centred
),

standing as (
    select *, case when days >= 7 then (x - median) / greatest(1.4826 * mad, sqrt(median), 1) else 0 end as z from scored
),

summed as (
    select *, sum(z - 0.5) over (partition by relation order by date) as total from standing
),

watched as (
    -- max(0, S + z - 0.5) is the sum so far less the lowest sum before it.
    select *,
        total - least(total, min(total - (z - 0.5)) over (
            partition by relation order by date range between interval 55 days preceding and current row
        )) as cusum
    from summed
),

fired as materialized (
    select suspect.*, watched.median, watched.mad, watched.z, watched.cusum
    from watched
    join suspect using (relation, date)
    semi join (select origin, date from {{ ref('ind_coverage') }} where status = 'ok') as read using (origin, date)
    where round(watched.z, 6) >= 3 and round(watched.cusum, 6) > 4
)

{%- if is_partial() %},

told as materialized (
    select * from {{ ref('int_event') }} as stored where {{ tiled('stored', 'pair_key', 'event_date', 'select pair_key as key, date as day from fired') }}
)
{%- endif %}

select
    fired.origin, fired.direction, fired.source, fired.target, fired.date,
    any_value(fired.x)::integer as conflict_count,
    any_value(fired.median) as median,
    any_value(fired.mad) as mad,
    round(any_value(fired.z), 6) as z,
    round(any_value(fired.cusum), 6) as cusum,
    len(list_distinct(flatten(list(act.voices))))::integer as outlet_count,
    list(act.event_id order by act.event_id) as event_ids
from fired
join {{ '(' ~ relation_acts('told') ~ ')' if is_partial() else ref('int_relation_act') }} as act
    on act.relation = fired.relation and act.date = fired.date and act.quad_class in (3, 4)
group by fired.origin, fired.direction, fired.source, fired.target, fired.date
having outlet_count >= 2
