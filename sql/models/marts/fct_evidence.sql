{{ config(materialized='view') }}
select
    md5(concat_ws('|', mention.mention_id, evidence.evidence_ordinal)) as evidence_id,
    mention.mention_id,
    evidence.field,
    evidence.sentence,
    evidence.trigger,
    evidence.start_char,
    evidence.end_char
from {{ ref('int_mention') }} as mention
join {{ ref('stg_evidence') }} as evidence
    on evidence.batch = mention.batch
    and evidence.coding_id = mention.coding_id
    and evidence.event_ordinal = mention.event_ordinal
