select type, nullif(mode, '') as mode, quad, description
from {{ source('reference', 'event_types') }}
