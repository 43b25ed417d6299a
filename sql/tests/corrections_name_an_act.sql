{{ config(severity='warn', meta={
    'dagster': {'ref': {'name': 'int_act_mention'}},
    'remedy': 'Mend or remove these lines of data/corrections.csv. A mention_id that is gone belonged to an article that was coded anew: find the new one with ./demarche query, as docs/extend.md shows.'
}) }}
-- Corrections that cannot be applied: no such mention, an unknown action or field, no reason.
select correction.*
from {{ ref('stg_correction') }} as correction
left join {{ ref('int_act_mention') }} as named on named.mention = hash(correction.mention_id)
left join {{ ref('int_act_mention') }} as other on other.mention = hash(correction.to_mention_id)
where named.mention is null
    or correction.action not in ('drop', 'merge', 'split', 'amend')
    or (correction.action = 'merge' and other.mention is null)
    or (correction.action = 'amend' and correction.field not in ('event_date', 'status', 'count', 'unit', 'mode', 'cameo'))
    or coalesce(correction.reason, '') = ''
