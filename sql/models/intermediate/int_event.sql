{{ config(
    materialized='incremental',
    sorted='tile',
    stale=among('day, act', 'from intermediate.int_touched_act'),
    sliced='intermediate.int_act_mention',
    keeps='pair_key, doing, event_date, event_id'
) }}
-- depends_on: {{ ref('int_event_mention') }}, {{ ref('int_mention') }}
-- One row an act: what its best mention says (counted, stated day, surest, earliest), the count and the day that most
-- voices give where they disagree, and its status. It is called after its first report. Acts that one mention tells, the
-- most, are that mention.
{% set columns = "origin, source, target, type, is_reciprocal, mode, cameo, event_date, date_precision, date_basis, count, unit" %}
with link as materialized (
    {% if is_partial() %}
    select act, mention from {{ ref('int_touched_act') }} where not is_dropped
    {% else %}
    select act, mention from {{ ref('int_event_mention') }} where not is_dropped and {{ in_slice('act') }}
    {% endif %}
),

{% if is_partial() %}
reported as materialized (
    select * exclude (act) from {{ ref('int_touched_act') }} where not is_dropped
),

{% endif %}
{%- set mentions = 'reported' if is_partial() else ref('int_mention') -%}
shared as materialized (
    select act from link group by act having count(*) > 1
),

single as materialized (
    {% if is_partial() %}
    select act, mention from link anti join shared using (act)
    {% else %}
    -- Put together in no time, but read wide: all of them with the first slice, which reads the mentions for them once.
    select act, any_value(mention) as mention
    from {{ ref('int_event_mention') }}
    where not is_dropped and {{ in_first_slice() }}
    group by act
    having count(*) = 1
    {% endif %}
),

alone as (
    select
        single.act, mention_id as event_id, {{ columns }}, status,
        null::integer[] as counts, null::date[] as dates,
        1 as mention_count, 1 as article_count, 1 as outlet_count,
        reported_at as first_reported_at, reported_at as last_reported_at,
        least(coalesce(confidence, 0.5), 0.99) as confidence,
        [hash(voice)] as voices
    from {{ mentions }} as mention
    join single using (mention)
),

placed as materialized (
    select act, mention_id, article, {{ columns }}, status, reported_at, hash(voice) as voice, confidence,
        -- Which mention is the better one, as one number: dated, counted, stated, surer, earlier; the last bits settle ties.
        (
            ((event_date is null)::bigint << 61)
            | ((count is null)::bigint << 60)
            | (coalesce(date_basis not in ('stated', 'relative'), true)::bigint << 59)
            | (coalesce(1000000 - round(confidence * 1000000), 1000001)::bigint << 39)
            | (epoch(reported_at)::bigint + 274877906944)
        )::hugeint * 18446744073709551616 + mention as place
    from {{ mentions }} as mention
    join (select act, mention from link semi join shared using (act)) as link using (mention)
),

said as materialized (
    select
        act,
        min({'at': reported_at, 'mention_id': mention_id}).mention_id as event_id,
        any_value(origin) as origin,
        any_value(type) as type,
        -- A reciprocal act counts each way; directed reports of it tell one half.
        coalesce(arg_min(source, place) filter (is_reciprocal), arg_min(source, place)) as source,
        coalesce(arg_min(target, place) filter (is_reciprocal), arg_min(target, place)) as target,
        bool_or(is_reciprocal) as is_reciprocal,
        arg_min(mode, place) filter (mode is not null) as mode,
        coalesce(arg_min(cameo, place) filter (mode is not null), arg_min(cameo, place)) as cameo,
        arg_min(event_date, place) filter (event_date is not null) as event_date,
        arg_min(date_precision, place) as date_precision,
        arg_min(date_basis, place) filter (event_date is not null) as date_basis,
        arg_min(count, place) filter (count is not null) as count,
        arg_min(unit, place) filter (count is not null) as unit,
        min(event_date) <> max(event_date) as has_dates,
        min(count) <> max(count) as has_counts,
        bool_or(status = 'actual') as is_actual,
        bool_or(status = 'denied') as is_denied,
        bool_or(status = 'planned') as is_planned,
        max(reported_at) filter (status = 'planned') as planned_at,
        max(reported_at) filter (status = 'denied') as denied_at,
        count(*)::integer as mention_count,
        count(distinct article)::integer as article_count,
        min(reported_at) as first_reported_at,
        max(reported_at) as last_reported_at
    from placed
    group by act
),

voices as (
    select
        act,
        list(voice order by voice) as voices,
        count(*)::integer as outlet_count,
        -- Independent voices: the act is wrong only where all of them are.
        round(1 - product(1 - least(coalesce(confidence, 0.5), 0.99)), 4) as confidence,
        count(*) filter (last_status = 'actual') as actual_voices,
        count(*) filter (last_status = 'denied') as denied_voices
    from (
        -- Copies of one story are one outlet, the one that had it first. An outlet's last word counts; where one article
        -- tells a plan and its end, the end.
        select act, voice, max(confidence) as confidence,
            arg_max(status, epoch_us(reported_at) * 4 + case status when 'denied' then 3 when 'actual' then 2 else 1 end) as last_status
        from placed
        group by all
    )
    group by act
),

agreed_count as (
    select act, list(count order by count) as counts,
        first(count order by voices desc, place) as count, first(unit order by voices desc, place) as unit
    from (
        select act, count, arg_min(unit, place) as unit, count(distinct voice) as voices, min(place) as place
        from placed
        semi join (select act from said where has_counts) as disputed using (act)
        where count is not null
        group by act, count
    )
    group by act
),

agreed_date as (
    select act, list(event_date order by event_date) as dates,
        first(event_date order by voices desc, place) as event_date,
        first(date_precision order by voices desc, place) as date_precision,
        first(date_basis order by voices desc, place) as date_basis
    from (
        select act, event_date, arg_min(date_precision, place) as date_precision,
            arg_min(date_basis, place) as date_basis, count(distinct voice) as voices, min(place) as place
        from placed
        semi join (select act from said where has_dates) as disputed using (act)
        where event_date is not null
        group by act, event_date
    )
    group by act
),

together as (
    select
        said.act, said.event_id, said.origin, said.type,
        said.source, said.target, said.is_reciprocal, said.mode, said.cameo,
        coalesce(agreed_date.event_date, said.event_date) as event_date,
        coalesce(agreed_date.date_precision, said.date_precision) as date_precision,
        coalesce(agreed_date.date_basis, said.date_basis) as date_basis,
        coalesce(agreed_count.count, said.count) as count,
        coalesce(agreed_count.unit, said.unit) as unit,
        case
            -- What somebody announced as a plan is undone when more outlets end with its denial than with the deed; that
            -- the accused denies a deed undoes nothing.
            when is_actual and not (is_planned and denied_voices > actual_voices) then 'actual'
            when is_actual or denied_at >= coalesce(planned_at, denied_at) then 'denied'
            else 'planned'
        end as status,
        agreed_count.counts,
        agreed_date.dates,
        said.mention_count,
        said.article_count,
        voices.outlet_count,
        said.first_reported_at,
        said.last_reported_at,
        voices.confidence,
        voices.voices
    from said
    join voices using (act)
    left join agreed_count using (act)
    left join agreed_date using (act)
),

amended as (
    select
        link.act,
        first(value order by place desc) filter (field = 'event_date') as event_date,
        first(value order by place desc) filter (field = 'status') as status,
        first(value order by place desc) filter (field = 'count') as count,
        first(value order by place desc) filter (field = 'unit') as unit,
        first(value order by place desc) filter (field = 'mode') as mode,
        first(value order by place desc) filter (field = 'cameo') as cameo,
        string_agg(distinct action || ': ' || reason, '; ' order by action || ': ' || reason) as correction
    from {{ ref('int_correction') }} as correction
    join {{ ref('int_event_mention') }} as link using (mention)
    group by link.act
),

act as (
    select
        act, event_id, origin, source, target, type,
        coalesce(amended.mode, told.mode) as mode,
        coalesce(amended.cameo, told.cameo) as cameo,
        coalesce(amended.status, told.status) as status,
        coalesce(try_cast(amended.event_date as date), told.event_date) as event_date,
        case when amended.event_date is not null then 'day' else told.date_precision end as date_precision,
        told.date_basis,
        coalesce(try_cast(amended.count as integer), told.count) as count,
        coalesce(amended.unit, told.unit) as unit,
        is_reciprocal, counts, dates, mention_count, article_count, outlet_count,
        first_reported_at, last_reported_at, confidence, voices, correction
    from (select * from alone union all by name select * from together) as told
    left join amended using (act)
)

select
    act.*,
    -- The day that is told, or that of the first report.
    coalesce(act.event_date, act.first_reported_at::date) as day,
    {{ pair_key('act') }} as pair_key,
    {{ tile('pair_key', 'day') }} as tile,
    hash(act.origin, act.source, act.target, act.type) as doing,
    cameo.quad_class,
    cameo.goldstein,
    -- One expelled and 755 are the same -4.0 in Goldstein; a tenfold count adds the value once more. Ours. More than 10,000
    -- is a population, a crowd or a running total, and says nothing of one act.
    round(cameo.goldstein::double
        * (1 + log10(case when act.count between 1 and 10000 then act.count else 1 end)), 6) as severity
from act
left join {{ ref('stg_cameo') }} as cameo using (cameo)
