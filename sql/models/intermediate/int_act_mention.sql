-- Which mentions tell the same act. Mentions are compared with an anchor, never in chains.
--
-- 1. Candidates: mentions with a day that agree in origin, pair, direction, type, mode, count and day.
-- 2. Two candidates of one block (origin, pair, type) may be one act when their modes and counts do not contradict and
--    their days lie within the window that their precision allows (see `may_be_one` below).
-- 3. Anchors, in rounds: a candidate to which no better one (counted before uncounted, stated before inferred day, more
--    voices) may be joined is an anchor; what may be joined to it is taken away; again, with what remains.
-- 4. Each other candidate joins the nearest anchor that it may be joined to.
-- 5. A mention without a day joins one act of its block that had happened when it was reported, else it is counted as undated.
-- Hypothetical mentions, and those with a problem, stay mentions.
{% set rounds = 5 %}

with mention as (
    select
        mention_id, origin, type, mode, count, event_date, status, reported_at, voice, source, target,
        hash(origin, least(source, target), greatest(source, target), type) as block,
        case when is_reciprocal then 0 when source < target then 1 else 2 end as direction,
        date_basis in ('stated', 'relative') as is_stated,
        -- Acts that a state does to another every day in a war or a crisis: each day is another act.
        type in ('ASSAULT', 'MOBILIZE', 'COERCE', 'ACCUSE', 'REQUEST', 'REJECT', 'THREATEN', 'PROTEST', 'SUPPORT') as is_daily
    from {{ ref('int_mention') }}
    where problem is null and status <> 'hypothetical'
),

candidate as (
    select
        hash(block, direction, mode, count, event_date) as candidate,
        block, direction, mode, count, event_date as day,
        any_value(is_daily) as is_daily,
        bool_or(is_stated) as is_stated,
        count(distinct voice) as voices,
        {# The order in which candidates become anchors; the hash settles ties without favouring early days. #}
        (count is not null, direction = 0, bool_or(is_stated), mode is not null, count(distinct voice),
            hash(block, direction, mode, count, event_date)) as rank
    from mention
    where event_date is not null
    group by block, direction, mode, count, event_date
),

crowded as (
    -- Only candidates with a neighbour within three days can be anything but their own anchor.
    select *
    from candidate
    window by_day as (partition by block order by day, candidate)
    qualify day - lag(day) over by_day <= 3 or lead(day) over by_day - day <= 3
),

near as (
    select *, day_bucket + step as bucket
    from (select *, epoch(day)::bigint // 345600 as day_bucket from crowded), (values (-1), (0), (1)) as steps (step)
),

edge as (
    -- `worse` may be joined to `better`.
    select
        worse.candidate as worse,
        better.candidate as better,
        (abs(worse.day - better.day), worse.mode is distinct from better.mode, worse.count is distinct from better.count) as distance,
        better.rank as better_rank
    from near as worse
    join (select *, epoch(day)::bigint // 345600 as bucket from crowded) as better
        on better.block = worse.block and better.bucket = worse.bucket and better.rank > worse.rank
    where {{ may_be_one('worse', 'better') }}
),

remaining_0 as (select candidate from crowded),

{% for round in range(rounds) %}
anchor_{{ round }} as materialized (
    select candidate from remaining_{{ round }}
    where candidate not in (
        select edge.worse from edge
        where edge.better in (select candidate from remaining_{{ round }})
    )
),

remaining_{{ round + 1 }} as materialized (
    select candidate from remaining_{{ round }}
    where candidate not in (select candidate from anchor_{{ round }})
        and candidate not in (
            select edge.worse from edge where edge.better in (select candidate from anchor_{{ round }})
        )
),
{% endfor %}

anchor as materialized (
    {% for round in range(rounds) %}
    select candidate from anchor_{{ round }} union all
    {% endfor %}
    select candidate from remaining_{{ rounds }}
),

joined as (
    select edge.worse as candidate, arg_min(edge.better, (edge.distance, edge.better)) as act
    from edge
    where edge.better in (select candidate from anchor) and edge.worse not in (select candidate from anchor)
    group by edge.worse
),

dated as (
    select mention.mention_id, coalesce(joined.act, candidate.candidate) as act
    from mention
    join candidate
        on candidate.block = mention.block
        and candidate.direction = mention.direction
        and candidate.mode is not distinct from mention.mode
        and candidate.count is not distinct from mention.count
        and candidate.day = mention.event_date
    left join joined on joined.candidate = candidate.candidate
),

undated as (
    select
        mention_id, block, direction, mode, count, status, reported_at::date as reported, is_daily,
        hash(block, direction, mode, count) as wanted
    from mention
    where event_date is null
),

-- What an undated mention may be looking for: its mode and count, or any where it names none.
offered as (
    select hash(block, direction, wanted_mode, wanted_count) as wanted, day, min(act) as act
    from (
        select candidate.*, coalesce(joined.act, candidate.candidate) as act,
            unnest([mode, mode, null, null]) as wanted_mode, unnest([count, null, count, null]) as wanted_count
        from candidate
        left join joined on joined.candidate = candidate.candidate
        where candidate.block in (select block from undated)
    )
    group by 1, 2
),

past as (
    -- The latest act that had happened when it was reported: within a year and a month, or a month for daily acts.
    select undated.mention_id, offered.act
    from undated
    asof join offered on offered.wanted = undated.wanted and undated.reported + 1 >= offered.day
    where undated.status <> 'planned'
        and offered.day >= undated.reported - case when undated.is_daily then 30 when undated.status = 'denied' then 60 else 400 end
),

coming as (
    -- What is planned lies ahead: the next such act within a month.
    select undated.mention_id, offered.act
    from undated
    asof join offered on offered.wanted = undated.wanted and undated.reported - 3 <= offered.day
    where undated.status = 'planned' and offered.day <= undated.reported + 30
),

placed as (
    select mention_id, act from dated
    union all
    select mention_id, act from past
    union all
    select mention_id, act from coming
)

select mention_id, act from placed
union all
-- What joins no dated act is counted as undated: one act for a block, mode, count and month of reporting.
select mention_id, hash(block, direction, mode, count, 'undated', date_trunc('month', reported)) as act
from undated
anti join placed using (mention_id)
