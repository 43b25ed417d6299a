-- One row an act: what its best mention says (counted, stated day, surest, earliest), the count and the day that most
-- voices give where they disagree, and its status.
with mention as (
    select
        link.event_id,
        mention.*,
        -- The smallest is the best.
        (mention.event_date is null, mention.count is null, mention.date_basis not in ('stated', 'relative'),
            -mention.confidence, mention.reported_at, mention.mention_id) as place
    from {{ ref('int_event_mention') }} as link
    join {{ ref('int_mention') }} as mention using (mention_id)
    where not link.is_dropped
),

said as (
    select
        event_id,
        any_value(origin) as origin,
        any_value(type) as type,
        arg_min({'source': source, 'target': target, 'is_reciprocal': is_reciprocal}, (not is_reciprocal, place)) as sides,
        arg_min(mode, place) filter (mode is not null) as mode,
        arg_min(cameo, (mode is null, place)) as cameo,
        arg_min({'event_date': event_date, 'date_precision': date_precision, 'date_basis': date_basis}, place) as dating,
        arg_min({'count': count, 'unit': unit}, place) filter (count is not null) as counted,
        min(event_date) <> max(event_date) as has_dates,
        min(count) <> max(count) as has_counts,
        bool_or(status = 'actual') as is_actual,
        bool_or(status = 'denied') as is_denied,
        max(reported_at) filter (status = 'planned') as planned_at,
        max(reported_at) filter (status = 'denied') as denied_at,
        count(*) as mention_count,
        count(distinct article_id) as article_count,
        min(reported_at) as first_reported_at,
        max(reported_at) as last_reported_at
    from mention
    group by event_id
),

voices as (
    select
        event_id,
        count(*) as outlet_count,
        -- Independent voices: the act is wrong only where all of them are.
        round(1 - product(1 - least(coalesce(confidence, 0.5), 0.99)), 4) as confidence,
        count(*) filter (says_actual) as actual_voices,
        count(*) filter (says_denied and not says_actual) as denied_voices
    from {{ ref('int_event_voice') }}
    group by event_id
),

agreed_count as (
    select event_id, arg_max({'count': count, 'unit': unit}, (voices, -place_rank)) as counted,
        list(count order by count) as counts
    from (
        select event_id, count, any_value(unit order by place) as unit, count(distinct voice) as voices,
            row_number() over (partition by event_id order by min(place)) as place_rank
        from mention
        where count is not null and event_id in (select event_id from said where has_counts)
        group by event_id, count
    )
    group by event_id
),

agreed_date as (
    select event_id, arg_max({'event_date': event_date, 'date_precision': date_precision, 'date_basis': date_basis}, (voices, -place_rank)) as dating,
        list(event_date order by event_date) as dates
    from (
        select event_id, event_date, any_value(date_precision order by place) as date_precision,
            any_value(date_basis order by place) as date_basis, count(distinct voice) as voices,
            row_number() over (partition by event_id order by min(place)) as place_rank
        from mention
        where event_date is not null and event_id in (select event_id from said where has_dates)
        group by event_id, event_date
    )
    group by event_id
),

amended as (
    select
        link.event_id,
        any_value(value order by correction_id) filter (field = 'event_date') as event_date,
        any_value(value order by correction_id) filter (field = 'status') as status,
        any_value(value order by correction_id) filter (field = 'count') as count,
        any_value(value order by correction_id) filter (field = 'unit') as unit,
        any_value(value order by correction_id) filter (field = 'mode') as mode,
        any_value(value order by correction_id) filter (field = 'cameo') as cameo,
        string_agg(distinct correction.action || ': ' || correction.reason, '; ' order by correction.action || ': ' || correction.reason) as correction
    from {{ ref('stg_correction') }} as correction
    join {{ ref('int_event_mention') }} as link using (mention_id)
    group by link.event_id
),

act as (
    select
        said.event_id,
        said.origin,
        said.sides.source as source,
        said.sides.target as target,
        said.sides.is_reciprocal as is_reciprocal,
        said.type,
        coalesce(amended.mode, said.mode) as mode,
        coalesce(amended.cameo, said.cameo) as cameo,
        coalesce(amended.status, case
            when is_actual and (not is_denied or actual_voices >= denied_voices) then 'actual'
            when is_denied and denied_at >= coalesce(planned_at, denied_at) then 'denied'
            when is_actual then 'actual'
            else 'planned'
        end) as status,
        coalesce(amended.event_date::date, agreed_date.dating.event_date, said.dating.event_date) as event_date,
        case when amended.event_date is not null then 'day' else coalesce(agreed_date.dating.date_precision, said.dating.date_precision) end as date_precision,
        coalesce(agreed_date.dating.date_basis, said.dating.date_basis) as date_basis,
        coalesce(amended.count::integer, agreed_count.counted.count, said.counted.count) as count,
        coalesce(amended.unit, agreed_count.counted.unit, said.counted.unit) as unit,
        agreed_date.dates,
        agreed_count.counts,
        said.mention_count,
        said.article_count,
        voices.outlet_count,
        said.first_reported_at,
        said.last_reported_at,
        voices.confidence,
        amended.correction
    from said
    join voices using (event_id)
    left join agreed_count using (event_id)
    left join agreed_date using (event_id)
    left join amended using (event_id)
)

select
    act.*,
    cameo.quad_class,
    cameo.goldstein,
    -- One expelled and 755 are the same -4.0 in Goldstein; a tenfold count adds the value once more. Ours.
    round(cameo.goldstein::double * (1 + log10(greatest(coalesce(act.count, 1), 1))), 6) as severity
from act
left join {{ ref('stg_cameo') }} as cameo using (cameo)
