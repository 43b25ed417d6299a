{{ config(static=true) }}
select organisation, name, other_names, seats from {{ ref('stg_organisation') }}
