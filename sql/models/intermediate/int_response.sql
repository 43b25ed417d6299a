{{ config(
    materialized='incremental',
    stale='act in (select act from fresh_int_response union select act from intermediate.int_touched_act)',
    keeps='act, response_to_act'
) }}
-- depends_on: {{ ref('int_touched_day') }}
-- Which act answers which, as far as the texts say so (`stated`), and a row without any for each act that answers. Nothing
-- answers what never happened, nor what came later (a day is left to time zones).
with told as materialized (
    -- Few mentions say that they answer.
    select *, {{ pair_key('told') }} as pair_key, hash(origin, source, target, type) as wanted
    from (
        select mention.mention, link.act, mention.article, mention.day, mention.event_date, mention.response_ordinal,
            mention.origin, mention.response_source as source, mention.response_target as target, mention.response_type as type
        from {{ picked(ref('int_mention'), 'mention', 'where stored.response_type is not null or stored.response_ordinal is not null',
            'mention, article, day, event_date, origin, response_source, response_target, response_type, response_ordinal') }} as mention
        join {{ ref('int_event_mention') }} as link using (mention)
    ) as told
),

-- What the same article tells.
answered_there as materialized (
    select told.act, link.act as response_to_act
    from (select * from told where response_ordinal is not null) as told
    join {{ ref('int_mention') }} as answered
        on answered.article = told.article and answered.event_ordinal = told.response_ordinal
    join {{ ref('int_event_mention') }} as link on link.mention = answered.mention
),

asked as materialized (
    {% if is_partial() %}
    -- Acts that changed, and those that may answer one that did.
    select act from told semi join {{ ref('int_touched_act') }} using (act)
    union
    select act from answered_there where response_to_act in (select act from {{ ref('int_touched_act') }})
    union
    select act from told where {{ is_near('told', 'day', -31, 400) }}
    union
    -- What is told without a day, or was amended, may lie far from its report.
    select act from told
    where pair_key in (select pair_key from {{ ref('int_touched_day') }})
        and (event_date is null or mention in (select mention from {{ ref('int_correction') }}))
    {% else %}
    select distinct act from told
    {% endif %}
),

tied as materialized (
    select * from answered_there semi join asked using (act)
),

act as materialized (
    select act, event_date, mode, count, status
    from {{ picked(ref('int_event'), 'act', 'where stored.act in (select act from asked union all select response_to_act from tied)',
        'act, event_date, mode, count, status') }}
),

coded as (
    select tied.*
    from tied
    join act using (act)
    join act as cause on cause.act = tied.response_to_act
    where cause.status <> 'denied' and coalesce(cause.event_date <= act.event_date + 1, true)
),

-- The text names the act that is answered, but does not tell it: the latest such act within a year, one of the same mode
-- and count before others of its day.
answer as materialized (
    select told.mention, act.act, told.wanted, act.event_date, act.mode, act.count
    from told
    join act using (act)
    where told.response_ordinal is null and told.act in (select act from asked)
),

candidate as materialized (
    select act, event_id, event_date, mode, count, doing as wanted
    from {{ picked(ref('int_event'), 'act', "join (
            select wanted, year, min(since) as since, max(until) as until
            from (
                select wanted, event_date - 365 as since, event_date as until, unnest([year(event_date) - 1, year(event_date)]) as year
                from answer
            )
            group by wanted, year
        ) as asking on asking.wanted = stored.doing and asking.year = year(stored.event_date)
        where stored.status = 'actual' and stored.event_date between asking.since and asking.until",
        'act, event_id, event_date, mode, count, doing') }}
),

offered as materialized (
    select distinct wanted, event_date from candidate
),

looked as (
    select answer.*, offered.event_date as day
    from answer
    asof join offered on offered.wanted = answer.wanted and answer.event_date >= offered.event_date
    union
    -- Where that day has no other act than the answer itself.
    select answer.*, offered.event_date
    from answer
    asof join offered on offered.wanted = answer.wanted and answer.event_date > offered.event_date
),

named as (
    select looked.act,
        arg_max(candidate.act, (candidate.event_date, candidate.mode is not distinct from looked.mode,
            candidate.count is not distinct from looked.count, candidate.event_id)) as response_to_act
    from looked
    join candidate on candidate.wanted = looked.wanted and candidate.event_date = looked.day
    where looked.day >= looked.event_date - 365 and candidate.act <> looked.act
    group by looked.mention, looked.act
)

select act, response_to_act, count(*) as voices
from (select * from coded union all select * from named union all select act, null from asked)
where response_to_act is distinct from act
group by all
