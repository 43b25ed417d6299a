select * from {{ source('lake', 'items') }}
