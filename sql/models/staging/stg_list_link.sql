-- The same content delivered on several days is linked once.
select distinct on (coding_id, event_ordinal, designee) * exclude (batch)
from {{ source('lake', 'list_links') }}
order by coding_id, event_ordinal, designee, score desc nulls last, entry_id
