select * from {{ source('lake', 'sanctions') }}
