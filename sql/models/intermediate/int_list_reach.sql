-- Since when and until when each list was looked at with success: before and after, nothing can be known.
select
    source,
    min(fetched_at) as first_at,
    max(fetched_at) as last_at,
    count(*)::integer as snapshot_count
from {{ ref('stg_list_snapshot') }}
where outcome <> 'refused'
group by source
