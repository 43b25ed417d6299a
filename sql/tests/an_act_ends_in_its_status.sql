{{ config(meta={
    'dagster': {'ref': {'name': 'fct_event_status'}},
    'remedy': 'No input can cause this: it is a defect of sql/models/intermediate/int_event.sql or of fct_event_status. Report it with the event_ids; an amendment of the status in data/corrections.csv holds the act as it should be until then.'
}) }}
-- The last change of an act's status is the act's status.
select event_id
from {{ ref('fct_event') }} as act
left join (
    select event_id, arg_max(status, (as_of_date, step)) as last_status from {{ ref('fct_event_status') }} group by event_id
) as history using (event_id)
where act.correction is null and history.last_status is distinct from act.status
