select * from {{ source('lake', 'fetches') }}
