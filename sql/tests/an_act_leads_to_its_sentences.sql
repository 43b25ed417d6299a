{{ config(meta={'dagster': {'ref': {'name': 'fct_event_mention'}}}) }}
-- Every act of ours leads to its mentions, and every mention to its evidence.
select mention.mention_id
from {{ ref('fct_event_mention') }} as mention
anti join {{ ref('fct_evidence') }} as evidence using (mention_id)
where mention.origin in ('news', 'archive')
