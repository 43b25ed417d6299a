{{ config(static=true) }}
select type, mode, quad, description from {{ ref('stg_event_type') }}
