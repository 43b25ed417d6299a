{{ config(
    materialized='incremental',
    sliced='intermediate.int_mention',
    sorted='tile',
    stale=among('tile, mention', 'select mention, tile from fresh_int_act_mention union all select mention, ' ~ tile('block', 'day') ~ ' as tile from ' ~ differing('int_mention')),
    keeps='mention, act, day, tile'
) }}
-- Which mentions tell the same act. Mentions are compared with an anchor, never in chains.
--
-- 1. Candidates: mentions with a day that agree in origin, pair, direction, type, mode, count and day.
-- 2. Two candidates of one block (origin, pair, type) may be one act when their modes and counts do not contradict and
--    their days lie within the window that their precision allows (see macros/joining.sql).
-- 3. Anchors, in rounds: a candidate to which no better one (counted before uncounted, stated before inferred day, more
--    voices) may be joined is an anchor; what may be joined to it is taken away; again, with what remains.
-- 4. Each other candidate joins the nearest anchor that it may be joined to.
-- 5. A mention without a day joins one act of its block that had happened when it was reported, else it is counted as undated.
-- Hypothetical mentions, and those with a problem, stay mentions.
{% set rounds = 5 %}

-- Where a run recomputes only touched days of touched blocks, mentions of the 45 days before and after are looked at too,
-- and acts of other days are taken as they are; mentions without a day may be joined to what changed however long ago. Only
-- what is joined otherwise than before is put out, and what is told otherwise.
{% set partial = is_partial() %}
{% set columns -%}
    mention.mention, mention.article, mention.event_ordinal, mention.block, mention.day, mention.mode, mention.count, mention.event_date,
    mention.date_precision, mention.status, mention.reported_at, mention.voice,
    case when mention.is_reciprocal then 0 when mention.source < mention.target then 1 else 2 end as direction,
    coalesce(mention.date_basis in ('stated', 'relative'), false) as is_stated,
    -- Acts that a state does to another every day in a war or a crisis: each day is another act.
    mention.type in ('ASSAULT', 'MOBILIZE', 'COERCE', 'ACCUSE', 'REQUEST', 'REJECT', 'THREATEN', 'PROTEST', 'SUPPORT')
        and coalesce(mention.mode not in ('kill', 'occupy', 'abduct', 'seize'), true) as is_daily,
    -- Some acts run over midnight, or are told by the clock of either side.
    mention.type = 'CONSULT' or coalesce(mention.mode in ('kill', 'occupy'), false) as is_nightly
{%- endset %}

with {% if partial -%}
near as materialized (
    select block, unnest(range(from_date - 45, until_date + 46, interval 1 day))::date as day from {{ ref('int_touched') }}
),
{% endif %}
mention as (
    select *, hash(block, direction, mode, count, event_date) as candidate
    from (
        {% if partial %}
        select {{ columns }}, mention.day between touched.from_date and touched.until_date as is_asked
        from (
            select * from {{ ref('int_mention') }} as told where {{ tiled('told', 'block', 'day', 'select block as key, day from near') }}
        ) as mention
        join {{ ref('int_touched') }} as touched
            on touched.block = mention.block and mention.day between touched.from_date - 45 and touched.until_date + 45
        {% else %}
        select {{ columns }}, true as is_asked
        from {{ ref('int_mention') }} as mention
        {% endif %}
        where mention.event_date is not null and mention.problem is null and mention.status <> 'hypothetical'
            {%- if not partial %} and {{ in_slice('mention.block') }}{% endif %}
    )
),

candidate as (
    select
        candidate,
        any_value(block) as block,
        any_value(direction) as direction,
        any_value(mode) as mode,
        any_value(count) as count,
        any_value(event_date) as day,
        any_value(is_asked) as is_asked,
        any_value(is_daily) as is_daily,
        any_value(is_nightly) as is_nightly,
        bool_or(status in ('planned', 'denied')) as is_planned,
        bool_or(is_stated) as is_stated,
        {# The order in which candidates become anchors, as one number; its lower bits settle ties without favouring early days. #}
        ((any_value(count) is not null)::ubigint << 63)
            | ((any_value(direction) = 0)::ubigint << 62)
            | (bool_or(is_stated)::ubigint << 61)
            | ((any_value(mode) is not null)::ubigint << 60)
            | (least(count(distinct voice), 255)::ubigint << 52)
            | (candidate >> 12) as rank
    from mention
    group by candidate
),

crowded as materialized (
    -- Only candidates with a neighbour within three days can be anything but their own anchor.
    select *, epoch(day)::bigint // 345600 as bucket
    from candidate
    window by_day as (partition by block order by day)
    qualify day - lag(day) over by_day <= 3 or lead(day) over by_day - day <= 3
),

several as materialized (
    -- Those of articles that tell more than one act.
    select * from mention where article in (select article from mention where event_ordinal > 0)
),

apart as materialized (
    -- What one article tells as two acts of a block on two days is two acts.
    select distinct one.candidate, other.candidate as other
    from several as one
    join several as other
        on other.article = one.article and other.block = one.block and other.candidate <> one.candidate
    where one.event_date <> other.event_date and one.direction = other.direction
        and one.mode is not distinct from other.mode
),

edge as materialized (
    -- `worse` may be joined to `better`.
    select
        worse.candidate as worse,
        better.candidate as better,
        -- Nearer in days, then of the same mode, then of the same count; the last bits settle ties.
        (abs(worse.day - better.day)::ubigint << 62)
            | ((worse.mode is distinct from better.mode)::ubigint << 61)
            | ((worse.count is distinct from better.count)::ubigint << 60)
            | (better.candidate >> 4) as distance
    from (select *, unnest([bucket - 1, bucket, bucket + 1]) as near from crowded) as worse
    join crowded as better
        on better.block = worse.block and better.bucket = worse.near and better.rank > worse.rank
    anti join apart on apart.candidate = worse.candidate and apart.other = better.candidate
    where {{ may_be_one('worse', 'better') }}
),

remaining_0 as materialized (select distinct worse as candidate from edge),

-- A better candidate without a better one of its own is an anchor at once.
{% for round in range(rounds) %}
anchor_{{ round }} as materialized (
    {% if round == 0 %}
    select distinct better as candidate from edge anti join remaining_0 on remaining_0.candidate = edge.better
    {% else %}
    select candidate from remaining_{{ round }}
    anti join (
        select edge.worse from edge semi join remaining_{{ round }} as open on open.candidate = edge.better
    ) as beaten on beaten.worse = remaining_{{ round }}.candidate
    {% endif %}
),

remaining_{{ round + 1 }} as materialized (
    select candidate from remaining_{{ round }}
    anti join anchor_{{ round }} using (candidate)
    anti join (
        select edge.worse from edge semi join anchor_{{ round }} as chosen on chosen.candidate = edge.better
    ) as taken on taken.worse = remaining_{{ round }}.candidate
),
{% endfor %}

anchor as materialized (
    {% for round in range(rounds) %}
    select candidate from anchor_{{ round }} union all
    {% endfor %}
    select candidate from remaining_{{ rounds }}
),

joined_to_anchor as materialized (
    select edge.worse as candidate, arg_min(edge.better, edge.distance) as act
    from edge
    semi join anchor on anchor.candidate = edge.better
    anti join anchor as own on own.candidate = edge.worse
    group by edge.worse
),

joined as materialized (
    select candidate, act from joined_to_anchor
    union all
    -- An uncounted report of the very day of a counted one that was itself joined goes with it.
    select edge.worse, arg_min(joined_to_anchor.act, edge.distance)
    from edge
    join joined_to_anchor on joined_to_anchor.candidate = edge.better
    semi join anchor on anchor.candidate = edge.worse
    semi join (select candidate from crowded where count is null) as uncounted on uncounted.candidate = edge.worse
    anti join joined_to_anchor as leads on leads.act = edge.worse
    where edge.distance < 1::ubigint << 62
    group by edge.worse
),

dated as (
    select mention.mention, mention.block, mention.day, coalesce(joined.act, mention.candidate) as act
    from mention
    left join joined using (candidate)
    where mention.is_asked
),

undated as materialized (
    select
        mention, block, day, direction, mode, count, status, is_daily, reported_at::date as reported,
        hash(block, direction, mode, count) as wanted,
        -- Where the text gives a month or a year, it is an earlier one: a day of this one would have been named.
        case date_precision
            when 'month' then date_trunc('month', reported_at)::date - 1
            when 'year' then date_trunc('year', reported_at)::date - 1
            else reported_at::date + 1
        end as latest,
        case
            when date_precision in ('month', 'year') then 7300
            when is_daily then 30
            -- That something was called off is soon forgotten, unless its number tells what.
            when status = 'denied' and coalesce(count, 0) <= 2 then 120
            else 400
        end as reach
    from (
        select {{ columns }}
        {% if partial %}
        -- Those that reach back to days that are touched.
        from {{ ref('int_mention') }} as mention
        semi join (select * from {{ ref('int_touched') }} where hash(block) >= 0) as touched
            on touched.block = mention.block and touched.from_date <= mention.day
            and touched.until_date >= mention.day - case when mention.date_precision in ('month', 'year') then 7300 else 400 end
        {% else %}
        from {{ ref('int_mention') }} as mention
        {% endif %}
        where mention.event_date is null and mention.problem is null and mention.status <> 'hypothetical'
            {%- if not partial %} and {{ in_slice('mention.block') }}{% endif %}
    )
),

{%- if partial %}
within_reach as materialized (
    -- Days of a block among which an act may be that an undated mention tells.
    select distinct block, unnest(range(reported - reach, reported + 31, interval 1 day))::date as day
    from (select distinct block, reported, reach from undated)
),
{%- endif %}

known as materialized (
    -- What an undated mention may join: candidates and their acts.
    select block, direction, mode, count, day, coalesce(joined.act, candidate.candidate) as act, is_planned
    from candidate
    left join joined using (candidate)
    where is_asked
    {% if partial %}
    union all
    select mention.block, mention.direction, mention.mode, mention.count, mention.event_date, stored.act,
        mention.status in ('planned', 'denied')
    from (
        select {{ columns }}
        from (
            select * from {{ ref('int_mention') }} as told
            where event_date is not null and {{ tiled('told', 'block', 'day', 'select block as key, day from within_reach') }}
        ) as mention
        anti join {{ ref('int_touched') }} as touched
            on touched.block = mention.block and mention.day between touched.from_date and touched.until_date
    ) as mention
    join (
        select mention, act from {{ this }} as told where {{ tiled('told', 'block', 'day', 'select block as key, day from within_reach') }}
    ) as stored using (mention)
    {% endif %}
),

-- What an undated mention may be looking for: its mode and count, or any where it names none.
offered as materialized (
    select wanted, day, min(act) as act
    from (
        select day, act, hash(block, direction, unnest([mode, mode, null, null]), unnest([count, null, count, null])) as wanted
        from known
    )
    semi join undated using (wanted)
    group by all
),

past as (
    -- The latest act that had happened when it was reported.
    select undated.mention, offered.act
    from undated
    asof join offered on offered.wanted = undated.wanted and undated.latest >= offered.day
    where (undated.status <> 'planned') and offered.day >= undated.reported - undated.reach
),

proposed as materialized (
    -- Acts that somebody told as a plan, or as called off.
    select distinct act from known where is_planned
),

coming as (
    -- What is planned lies ahead, or has been announced these days: within a month.
    select undated.mention, offered.act
    from undated
    asof join offered on offered.wanted = undated.wanted and undated.reported - 3 <= offered.day
    where undated.status = 'planned' and offered.day <= undated.reported + 30
        and (offered.day > undated.reported or offered.act in (select act from proposed))
),

placed as materialized (
    select mention, act from past
    union all
    select mention, act from coming
),

told as materialized (
    select mention, act, block, day from dated
    union all
    select undated.mention, coalesce(placed.act,
        -- What joins no dated act is counted as undated: one act for a block, mode, count and month of reporting.
        hash(block, direction, mode, count, 'undated', date_trunc('month', reported))), block, day
    from undated
    left join placed using (mention)
)

select told.*, {{ tile('told.block', 'told.day') }} as tile
from told
{% if partial %}
left join (
    select mention, act from {{ this }} as was where {{ tiled('was', 'block', 'day', 'select distinct block as key, day from told') }}
) as stored using (mention)
left join (select distinct mention, true as is_new from {{ differing('int_mention') }}) as changed using (mention)
where changed.is_new or stored.act is distinct from told.act
{% endif %}
