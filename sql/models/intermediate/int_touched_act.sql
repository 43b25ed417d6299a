-- Acts of mentions of articles that changed, or that belong to another act now, as they were and as they are. What an analyst corrected is
-- few, and may hang together across pairs: always all of it.
{% if is_partial() %}
with corrected as (
    select hash(mention_id) as mention from {{ ref('stg_correction') }}
    union all
    select hash(to_mention_id) from {{ ref('stg_correction') }}
)

select act from {{ change_of('int_act_mention') }}
union
select act from {{ ref('int_event_mention') }}
where mention in (
    select mention from {{ change_of('int_act_mention') }}
    union all
    select mention from {{ change_of('int_mention') }}
    union all
    select mention from corrected
)
-- The act that a correction split off, also where its mention is gone.
union
select hash(correction_id) from {{ ref('stg_correction') }} where action = 'split'
{% else %}
select act from {{ ref('int_event_mention') }} where false
{% endif %}
