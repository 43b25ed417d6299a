{{ config(static=true) }}
select cameo, label, root, quad_class, goldstein from {{ ref('stg_cameo') }}
