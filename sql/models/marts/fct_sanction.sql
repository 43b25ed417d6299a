{{ config(materialized='incremental', stale='event_id in (select event_id from intermediate.change_int_event)') }}
-- depends_on: {{ ref('int_touched_act') }}, {{ ref('int_event_mention') }}, {{ ref('int_mention') }}
-- One sanctions act: the records of all reports of one act and action. Measures and designees are the union of what the
-- reports name; `unspecified` only where none says more.
with told as (
    {% if is_partial() %}
    select * from {{ ref('int_touched_act') }} where not is_dropped
    {% else %}
    select mention.*, link.act
    from {{ ref('int_mention') }} as mention
    join (select mention, act from {{ ref('int_event_mention') }} where not is_dropped) as link using (mention)
    {% endif %}
),

record as (
    select
        act.event_id, act.origin, act.status as event_status, act.event_date,
        sanction.*,
        (sanction.count is null, sanction.instrument is null, -told.confidence, told.reported_at, told.mention_id) as place
    from told
    join {{ ref('stg_sanction') }} as sanction
        on sanction.batch = told.batch
        and sanction.coding_id = told.coding_id
        and sanction.event_ordinal = told.event_ordinal
    join {{ ref('int_event') }} as act on act.act = told.act
    {% if is_partial() %}
    where {{ among('day, act', 'select act, day from ' ~ ref('int_touched_act'), 'act.') }}
    {% endif %}
),

joined as (
    select
        event_id, sender, target, action,
        any_value(origin) as origin,
        any_value(event_status) as status,
        list_sort(list_distinct(flatten(list(coalesce(measures, []))))) as measures,
        list_sort(list_distinct(flatten(list(coalesce(designees, []))))) as designees,
        arg_min({'count': count, 'unit': unit}, place) filter (count is not null) as counted,
        arg_min(instrument, place) filter (instrument is not null) as instrument,
        arg_min(reason, place) filter (reason is not null) as reason,
        coalesce(any_value(event_date), min(announced_date)) as announced_date,
        arg_min(effective_date, place) filter (effective_date is not null) as effective_date
    from record
    group by all
)

select
    md5(concat_ws('|', event_id, sender, target, action)) as sanction_id,
    event_id,
    origin,
    sender,
    target,
    action,
    case when len(measures) > 1 then list_filter(measures, lambda measure: measure <> 'unspecified') else measures end as measures,
    designees,
    counted.count as count,
    counted.unit as unit,
    instrument,
    reason,
    status,
    announced_date,
    effective_date
from joined
