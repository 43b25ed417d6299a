{{ config(
    materialized='incremental',
    stale='act in (select act from fresh_int_response union select act from intermediate.int_touched_act)',
    keeps='act, event_date, response_to_act, response_to_date'
) }}
-- Which act answers which, as far as the texts say so (`stated`), and a row without any for each act that answers. Nothing
-- answers what never happened, nor what came later (a day is left to time zones).
with told as materialized (
    select * from {{ ref('int_answering') }}
),

{% if is_partial() %}
changed as materialized (
    select distinct doing, event_date from {{ change_of('int_event') }}
),

-- Acts that changed, and those that may answer one that did. What is told without a day, or was amended, may lie far from its
-- report: its act tells.
asked as materialized (
    select act, true as is_sure from told semi join {{ ref('int_touched_act') }} using (act)
    union
    select told.act, true
    from {{ ref('int_touched_act') }} as answered
    join told on told.article = answered.article and told.response_ordinal = answered.event_ordinal
    union
    select told.act, true
    from told
    semi join changed
        on changed.doing = told.wanted
        and changed.event_date <= told.event_date + 50 and changed.event_date >= told.event_date - 415
    union
    select act, false
    from told
    where wanted in (select doing from changed)
        and (event_date is null or mention in (select mention from {{ ref('int_correction') }}))
),

telling as materialized (
    select told.*, is_sure
    from told
    join (select act, bool_or(is_sure) as is_sure from asked group by act) as asked using (act)
),
{% endif %}
{%- set telling = 'telling' if is_partial() else 'told' %}

-- What the same article tells.
tied as materialized (
    select telling.act, link.act as response_to_act
    from (select * from {{ telling }} where response_ordinal is not null) as telling
    join {{ ref('int_mention') }} as answered
        on answered.article = telling.article and answered.event_ordinal = telling.response_ordinal
        and hash(telling.article) >= 0
    join {{ ref('int_event_mention') }} as link on link.mention = answered.mention and hash(answered.mention) >= 0
),

act as materialized (
    select act, event_date, mode, count, status
    from {{ ref('int_event') }}
    where act in (select act from (select act from {{ telling }} union all select response_to_act from tied) where hash(act) >= 0)
),

{% if is_partial() %}
meant as materialized (
    select * from telling
    where act in (
        select act
        from telling
        join act using (act)
        where is_sure or (wanted, act.event_date) in (select doing, event_date + unnest(range(-1, 367))::integer from changed)
    )
),
{% endif %}
{%- set meant = 'meant' if is_partial() else 'told' %}

coded as (
    select tied.act, act.event_date, tied.response_to_act, cause.event_date as response_to_date
    from (select * from tied semi join {{ meant }} using (act)) as tied
    join act using (act)
    join act as cause on cause.act = tied.response_to_act
    where cause.status <> 'denied' and coalesce(cause.event_date <= act.event_date + 1, true)
),

-- The text names the act that is answered, but does not tell it: the latest such act within a year, one of the same mode
-- and count before others of its day.
answer as materialized (
    select told.mention, act.act, told.pair_key, told.wanted, act.event_date, act.mode, act.count
    from {{ meant }} as told
    join act using (act)
    where told.response_ordinal is null
),

candidate as materialized (
    select act, event_id, event_date, mode, count, doing as wanted
    from {{ ref('int_event') }} as stored
    join (
        select wanted, year, min(since) as since, max(until) as until
        from (
            select wanted, event_date - 365 as since, event_date as until, unnest([year(event_date) - 1, year(event_date)]) as year
            from answer
        )
        group by wanted, year
    ) as asking
        on asking.wanted = stored.doing and asking.year = year(stored.event_date)
        and stored.event_date between asking.since and asking.until and hash(asking.wanted) >= 0
    where stored.status = 'actual'
    {%- if is_partial() %}
        and stored.tile in (
            select distinct {{ tile('pair_key', 'day') }} as tile
            from (select pair_key, event_date - unnest([0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 365])::integer as day from answer)
            where hash(pair_key) >= 0
        )
    {%- endif %}
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
    select looked.act, any_value(looked.event_date) as event_date,
        arg_max(candidate.act, (candidate.event_date, candidate.mode is not distinct from looked.mode,
            candidate.count is not distinct from looked.count, candidate.event_id)) as response_to_act,
        max(candidate.event_date) as response_to_date
    from looked
    join candidate on candidate.wanted = looked.wanted and candidate.event_date = looked.day
    where looked.day >= looked.event_date - 365 and candidate.act <> looked.act
    group by looked.mention, looked.act
)

select act, event_date, response_to_act, response_to_date, count(*) as voices
from (
    select * from coded
    union all by name
    select * from named
    union all by name
    select distinct told.act, act.event_date from {{ meant }} as told left join act using (act)
)
where response_to_act is distinct from act
group by all
