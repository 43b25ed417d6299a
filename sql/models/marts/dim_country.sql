{{ config(static=true) }}
select country, name, alpha2, numeric_code, capital, part_of, valid_from, valid_to from {{ ref('stg_country') }}
