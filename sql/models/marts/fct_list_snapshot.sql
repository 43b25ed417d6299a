select
    snapshot_id, source, fetched_at, outcome, reason, entry_count, added_count, amended_count, removed_count, previous_at,
    len(document_ids) as document_count
from {{ ref('stg_list_snapshot') }}
