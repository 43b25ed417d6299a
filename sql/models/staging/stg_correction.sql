select
    correction_id,
    lower(action) as action,
    mention_id,
    to_mention_id,
    field,
    value,
    reason,
    author,
    made_date::date as made_date
from {{ source('operator', 'corrections') }}
