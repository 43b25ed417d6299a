select * from {{ source('lake', 'codings') }}
