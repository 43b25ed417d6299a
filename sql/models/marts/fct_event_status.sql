{{ config(materialized='view') }}
-- The first report of each status, up to that of the act's own status: a proposal reported after the deed is no change, and
-- what was called off never was done, whoever reported it so (fct_event_mention keeps who did).
with mention as (
    select link.act, link.event_id, link.mention_count, mention.status, mention.reported_at, mention.mention_id
    from {{ ref('int_event_mention') }} as link
    join {{ ref('int_mention') }} as mention using (mention_id)
    where not link.is_dropped
),

first_said as (
    select act, any_value(event_id) as event_id, status,
        first({'at': reported_at, 'mention_id': mention_id} order by reported_at, mention_id) as said
    from mention
    where mention_count > 1
    group by act, status
),

changed as (
    select
        first_said.event_id,
        first_said.status,
        first_said.said,
        case first_said.status when 'planned' then 1 when act.status then 3 else 2 end as step,
        max(first_said.said) filter (first_said.status = act.status) over (partition by first_said.act) as settled
    from first_said
    join {{ ref('int_event') }} as act using (act)
    where not (act.status = 'denied' and first_said.status = 'actual')
)

select event_id, status, reported_at::date as as_of_date, mention_id, case status when 'planned' then 1 else 3 end as step
from mention
where mention_count = 1
union all
select event_id, status, said.at::date as as_of_date, said.mention_id as mention_id, step
from changed
where settled is null or step = 3 or said.at < settled.at or (step = 1 and said.at::date <= settled.at::date)
