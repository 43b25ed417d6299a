select *, batch[7:]::date as added_date
from {{ source('lake', 'gdelt_files') }}
