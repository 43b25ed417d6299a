select * from {{ source('lake', 'list_changes') }}
