{{ config(static=true) }}
select measure, label, description, is_one_off from {{ ref('stg_measure') }}
