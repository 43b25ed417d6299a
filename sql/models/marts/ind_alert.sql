-- Days on which a pair's conflict acts stand out: robust z = (x - median) / max(1.4826 MAD, sqrt(median), 1) over the
-- covered days among the 56 before, at least seven; CUSUM S = max(0, S + z - 0.5) over the same 56 days; z of 3 at least
-- and S above 4, and two independent outlets at least. A covered day without acts is 0; a day without coverage is left out.
with conflict as (
    select origin, direction, source, target, period as date, n_vx + n_mx as x, outlet_count
    from {{ ref('relations_daily') }}
    where n_vx + n_mx > 0
),

suspect as (
    -- z of 3 needs three acts at least: only these days, and what their history needs, are looked at.
    select * from conflict where x >= 3 and outlet_count >= 2
),

covered as (
    select origin, date from {{ ref('ind_coverage') }} where status <> 'no_coverage'
),

needed as (
    select distinct suspect.origin, suspect.direction, suspect.source, suspect.target, covered.date
    from suspect
    join covered
        on covered.origin = suspect.origin and covered.date between suspect.date - 112 and suspect.date
),

series as (
    select needed.*, coalesce(conflict.x, 0) as x
    from needed
    left join conflict using (origin, direction, source, target, date)
),

history as (
    select *,
        list(x) over (
            partition by origin, direction, source, target order by date
            range between interval 56 days preceding and interval 1 day preceding
        ) as history
    from series
),

scored as (
    select *, list_median(history) as median,
        list_median(list_transform(history, lambda v: abs(v - list_median(history)))) as mad
    from history
),

standing as (
    select * exclude (history),
        case when len(history) >= 7
            then (x - median) / greatest(1.4826 * mad, sqrt(median), 1) else 0 end as z
    from scored
),

summed as (
    select *, sum(z - 0.5) over (partition by origin, direction, source, target order by date) as total
    from standing
),

watched as (
    -- max(0, S + z - 0.5) is the sum so far less the lowest sum before it.
    select *,
        total - least(total, min(total - (z - 0.5)) over (
            partition by origin, direction, source, target order by date
            range between interval 55 days preceding and current row
        )) as cusum
    from summed
),

fired as (
    select watched.*, suspect.outlet_count
    from watched
    join suspect using (origin, direction, source, target, date)
    where watched.z >= 3 and watched.cusum > 4
)

select
    fired.origin, fired.direction, fired.source, fired.target, fired.date,
    any_value(fired.x)::integer as conflict_count,
    any_value(fired.median) as median,
    any_value(fired.mad) as mad,
    round(any_value(fired.z), 6) as z,
    round(any_value(fired.cusum), 6) as cusum,
    any_value(fired.outlet_count) as outlet_count,
    list(act.event_id order by act.event_id) as event_ids
from fired
join {{ ref('int_relation_act') }} as act
    on act.origin = fired.origin and act.direction = fired.direction
    and act.source = fired.source and act.target = fired.target
    and act.date = fired.date and act.quad_class in (3, 4)
group by fired.origin, fired.direction, fired.source, fired.target, fired.date
