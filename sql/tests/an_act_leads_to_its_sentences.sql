{{ config(meta={
    'dagster': {'ref': {'name': 'fct_event_mention'}},
    'remedy': 'Mentions and evidence of a batch do not belong together. Make the batch anew (the day of the mention: ./demarche run --from DAY --to DAY); where the rows stay, the coder put out an act without a sentence: report it with the mention_ids.'
}) }}
-- Every act of ours leads to its mentions, and every mention to its evidence.
select mention.mention_id
from {{ ref('fct_event_mention') }} as mention
anti join {{ ref('fct_evidence') }} as evidence using (mention_id)
where mention.origin in ('news', 'archive')
