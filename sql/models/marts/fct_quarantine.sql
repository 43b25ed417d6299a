select quarantine_id, origin, feed_id, document_id, position, fetched_at, reason, evidence from {{ ref('stg_quarantine') }}
