-- What a sender has imposed on a target and not lifted, by kind of measure, on each day that changed it. An act that
-- lifts without naming whom ends all; one that names somebody ends one. One-off acts have a flow and no stock. What was
-- imposed before `known_from` cannot be known.
with measure_act as (
    select origin, sender, target, unnest(measures) as measure,
        coalesce(effective_date, announced_date) as date, action,
        len(designees) = 0 and count is null as is_whole
    from {{ ref('fct_sanction') }}
    where origin <> 'list' and status = 'actual' and action in ('impose', 'extend', 'lift') and coalesce(effective_date, announced_date) is not null
),

day as (
    select origin, sender, target, measure, date,
        (count(*) filter (action in ('impose', 'extend')))::integer as imposed_count,
        (count(*) filter (action = 'lift'))::integer as lifted_count,
        coalesce(bool_or(action = 'lift' and is_whole), false) as is_ended
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
            over (partition by origin, sender, target, measure, era order by date) as stock
    from era
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
    summed.origin, summed.sender, summed.target, summed.measure, summed.date,
    summed.imposed_count,
    summed.lifted_count,
    summed.imposed_count - summed.lifted_count as flow,
    case when dim.is_one_off then null else greatest(stock, 0)::integer end as stock,
    today.first_date as known_from
from summed
left join {{ ref('stg_measure') }} as dim using (measure)
left join {{ ref('int_today') }} as today on today.origin = summed.origin
union all
select
    'list', sender, target, measure, date, imposed_count, lifted_count, imposed_count - lifted_count,
    (sum(imposed_count - lifted_count) over (partition by sender, target, measure order by date))::integer,
    min(date) over (partition by sender, target, measure)
from listed_day
