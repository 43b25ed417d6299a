{{ config(
    materialized='incremental',
    stale="article_id in (select article_id from intermediate.int_changed_article)"
) }}
-- depends_on: {{ ref('int_changed_day') }}
-- The state of each article that the models below have taken in, and its day.
select told.article_id, told.state, article.origin, coalesce(article.published_at, article.first_seen_at)::date as date
from {{ ref('int_article_state') }} as told
join {{ ref('fct_article') }} as article using (article_id)
{% if is_partial() %}
semi join {{ ref('int_changed_article') }} as changed on changed.article_id = told.article_id
{% endif %}
