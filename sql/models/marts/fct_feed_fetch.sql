select
    fetch_id, feed_id, origin, url, final_url, fetched_at, duration_ms, outcome, http_status, byte_count, item_count,
    document_id, retry_after_s, error
from {{ ref('stg_fetch') }}
