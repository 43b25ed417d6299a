{{ config(static=true) }}
select actor_id, name, acts_as, home, office, role, valid_from, valid_to, certainty from {{ ref('stg_office') }}
