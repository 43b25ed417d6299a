{{ config(severity='warn') }}
-- Mentions that belong to no act because something is wrong with them: an unknown actor or code, a state that did not
-- exist. They stay in fct_event_mention with the reason; the reference tables or the coder need a look.
select mention_id, source, target, type, cameo, event_date, problem
from {{ ref('fct_event_mention') }}
where problem is not null and problem <> 'dropped_by_correction'
