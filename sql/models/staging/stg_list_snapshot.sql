select * from {{ source('lake', 'list_snapshots') }}
