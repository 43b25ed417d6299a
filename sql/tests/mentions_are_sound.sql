{{ config(severity='warn', meta={
    'remedy': 'Each row says its problem. A code that is missing: add it to the table of data/reference that its column belongs to. A state that did not exist on that day: the coder took the wrong one; correct the act in data/corrections.csv, or the name in data/reference. Then ./demarche run.'
}) }}
-- Mentions that belong to no act because something is wrong with them: an unknown actor or code, a state that did not
-- exist. They stay in fct_event_mention with the reason; the reference tables or the coder need a look.
select mention_id, source, target, type, cameo, event_date, problem
from {{ ref('fct_event_mention') }}
where problem is not null and problem <> 'dropped_by_correction'
