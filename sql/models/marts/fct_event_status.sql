{{ config(materialized='view') }}
-- The first report of each status, up to that of the act's own status: a proposal reported after the deed is no change, and
-- what was called off never was done, whoever reported it so (fct_event_mention keeps who did).
with mention as (
    select act.act, act.event_id, act.status as act_status, mention.status, mention.reported_at, mention.mention_id
    from (select * from {{ ref('int_event') }} where mention_count > 1 or correction is not null) as act
    join {{ ref('int_event_mention') }} as link on link.act = act.act and not link.is_dropped
    join {{ ref('int_mention') }} as mention using (mention)
),

first_said as (
    select act, any_value(event_id) as event_id, any_value(act_status) as act_status, status,
        min({'at': reported_at, 'mention_id': mention_id}) as said
    from mention
    group by act, status
),

changed as (
    select
        event_id,
        status,
        said,
        case when status = act_status then 3 when status = 'planned' then 1 else 2 end as step,
        max(said) filter (status = act_status) over (partition by act) as settled
    from first_said
    where not (act_status = 'denied' and status = 'actual')
)

-- What one mention tells, the most, is called after it.
select event_id, status, first_reported_at::date as as_of_date, event_id as mention_id, 3 as step
from {{ ref('int_event') }}
where mention_count = 1 and correction is null
union all
select event_id, status, said.at::date as as_of_date, said.mention_id as mention_id, step
from changed
where settled is null or step = 3 or said.at < settled.at or (step = 1 and said.at::date <= settled.at::date)
