select * from {{ source('lake', 'list_entries') }}
