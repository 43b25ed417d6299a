-- Articles that are not what they were when the models last ended; none where everything is recomputed.
{% if is_partial() %}
select coalesce(article.article_id, told.article_id) as article_id
from {{ ref('int_article_state') }} as article
full join {{ stored('int_told') or ref('int_article_state') }} as told using (article_id)
where article.state is distinct from told.state
{% else %}
select article_id from {{ ref('int_article_state') }} where false
{% endif %}
