-- What a sender has imposed on a target and not lifted, by kind of measure, on each day that changed it. An act that
-- lifts without naming whom ends all; one that names somebody ends one. One-off acts have a flow and no stock. What was
-- imposed before `known_from` cannot be known: to lift it leaves the stock at nothing, not below.
with measure_act as (
    -- An act that some reports tell as imposed and others as extended is one.
    select event_id, origin, sender, target, measure, is_lift, min(date) as date, bool_and(is_whole) as is_whole
    from (
        select event_id, origin, sender, target, unnest(measures) as measure, action = 'lift' as is_lift,
            coalesce(effective_date, announced_date) as date,
            len(designees) = 0 and count is null as is_whole
        from {{ ref('fct_sanction') }}
        where origin <> 'list' and status = 'actual' and action in ('impose', 'extend', 'lift') and coalesce(effective_date, announced_date) is not null
    )
    group by all
),

day as (
    select origin, sender, target, measure, date,
        (count(*) filter (not is_lift))::integer as imposed_count,
        (count(*) filter (is_lift))::integer as lifted_count,
        coalesce(bool_or(is_lift and is_whole), false) as is_ended
    from measure_act
    group by all
),

era as (
    select *,
        count(*) filter (is_ended) over (partition by origin, sender, target, measure order by date) as era
    from day
),

summed as (
    select *,
        sum(case when is_ended then 0 else imposed_count - lifted_count end)
            over (partition by origin, sender, target, measure, era order by date) as total
    from era
),

standing as (
    -- max(0, stock + flow) from day to day is the sum so far less the lowest sum so far, where that is below nothing.
    select *, total - least(0, min(total) over (partition by origin, sender, target, measure, era order by date)) as stock
    from summed
),

-- An official list says who is on it: its stock is entries, those of its first snapshot included, dated where it dates them.
listed as (
    select sender, target, unnest(measures) as measure, coalesce(listed_date, first_seen_at::date) as from_date, delisted_date
    from {{ ref('fct_list_entry') }}
    where target is not null
),

listed_day as (
    select sender, target, measure, date, sum(added)::integer as imposed_count, sum(gone)::integer as lifted_count
    from (
        select sender, target, measure, from_date as date, 1 as added, 0 as gone from listed
        union all
        select sender, target, measure, delisted_date, 0, 1 from listed where delisted_date is not null
    )
    group by all
)

select
    standing.origin, standing.sender, standing.target, standing.measure, standing.date,
    standing.imposed_count,
    standing.lifted_count,
    standing.imposed_count - standing.lifted_count as flow,
    case when dim.is_one_off then null else stock::integer end as stock,
    today.first_date as known_from
from standing
left join {{ ref('stg_measure') }} as dim using (measure)
left join {{ ref('int_today') }} as today on today.origin = standing.origin
union all
select
    'list', sender, target, measure, date, imposed_count, lifted_count, imposed_count - lifted_count,
    (sum(imposed_count - lifted_count) over (partition by sender, target, measure order by date))::integer,
    min(date) over (partition by sender, target, measure)
from listed_day
