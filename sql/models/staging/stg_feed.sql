select * from {{ source('operator', 'feeds') }}
