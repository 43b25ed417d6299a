{{ config(
    materialized='incremental',
    stale="article_id in (select article_id from intermediate.int_changed_article)"
) }}
-- The state of each article that the models below have taken in.
select article_id, state
from {{ ref('int_article_state') }}
{% if is_partial() %}
semi join {{ ref('int_changed_article') }} using (article_id)
{% endif %}
