{{ config(
    materialized='incremental',
    stale='mention in (select mention from intermediate.int_touched_act union all select mention from intermediate.change_int_mention)'
) }}
-- depends_on: {{ ref('int_touched_act') }}, {{ ref('int_event_mention') }}, {{ ref('int_mention') }}
-- The mentions that say what they answer, with the acts that they belong to: few of all. `wanted` is what they answer, by name.
{% set answers = "response_type is not null or response_ordinal is not null" %}
select *, {{ pair_key('told') }} as pair_key, hash(origin, source, target, type) as wanted
from (
    select mention, act, article, day, event_date, response_ordinal,
        origin, response_source as source, response_target as target, response_type as type
    {% if is_partial() %}
    from {{ ref('int_touched_act') }}
    where {{ answers }}
    {% else %}
    from (select * from {{ ref('int_mention') }} where {{ answers }})
    join (select mention, act from {{ ref('int_event_mention') }}) using (mention)
    {% endif %}
) as told
