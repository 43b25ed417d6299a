-- Which act answers which, as far as the texts say so (`stated`).
with told as materialized (
    select
        mention.mention_id, mention.article_id, mention.response_ordinal,
        mention.response_source, mention.response_target, mention.response_type,
        link.event_id
    from {{ ref('int_mention') }} as mention
    join {{ ref('int_event_mention') }} as link using (mention_id)
    where mention.response_type is not null or mention.response_ordinal is not null
),

coded as (
    -- Nothing answers what never happened, nor what came later (a day is left to time zones).
    select told.event_id, link.event_id as response_to_event_id
    from told
    join {{ ref('int_mention') }} as answered
        on answered.article_id = told.article_id and answered.event_ordinal = told.response_ordinal
    join {{ ref('int_event_mention') }} as link on link.mention_id = answered.mention_id
    join {{ ref('int_event') }} as act on act.event_id = told.event_id
    join {{ ref('int_event') }} as cause on cause.event_id = link.event_id
    where cause.status <> 'denied' and coalesce(cause.event_date <= act.event_date + 1, true)
),

-- Few acts say that they answer; put apart first, lest all acts of an origin are compared with each other.
answer as materialized (
    select told.*, act.origin, act.event_date, act.mode, act.count
    from told
    join {{ ref('int_event') }} as act using (event_id)
    where told.response_ordinal is null
),

candidate as materialized (
    select act.event_id, act.origin, act.source, act.target, act.type, act.mode, act.count, act.event_date
    from {{ ref('int_event') }} as act
    semi join answer
        on answer.origin = act.origin and answer.response_source = act.source
        and answer.response_target = act.target and answer.response_type = act.type
    where act.status = 'actual' and act.event_date is not null
),

named as (
    -- The text names the act that is answered, but does not tell it: the latest such act within a year, one of the same
    -- mode and count before others of its day.
    select answer.event_id,
        arg_max(answered.event_id, (answered.event_date, answered.mode is not distinct from answer.mode,
            answered.count is not distinct from answer.count, answered.event_id)) as response_to_event_id
    from answer
    join candidate as answered
        on answered.origin = answer.origin
        and answered.source = answer.response_source
        and answered.target = answer.response_target
        and answered.type = answer.response_type
    where answered.event_date between answer.event_date - 365 and answer.event_date
        and answered.event_id <> answer.event_id
    group by answer.mention_id, answer.event_id
)

select event_id, response_to_event_id, count(*) as voices
from (select * from coded union all select * from named)
where event_id <> response_to_event_id
group by all
