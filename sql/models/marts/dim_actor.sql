{{ config(static=true) }}
select actor_id, name, kind, acts_as, country, valid_from, valid_to from {{ ref('stg_actor') }}
