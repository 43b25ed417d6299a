{{ config(
    materialized='incremental',
    stale="article_id in (select article_id from intermediate.int_changed_article)"
) }}
-- depends_on: {{ ref('int_changed_day') }}, {{ ref('fct_article') }}
-- The state of each article that the models below have taken in, and its day.
select told.article_id, told.state, article.origin, article.date
from {{ ref('int_article_state') }} as told
join {{ ref('int_changed_article') if is_partial() else ref('fct_article') }} as article using (article_id)
