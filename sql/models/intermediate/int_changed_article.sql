-- Articles that are not what they were when the models last ended, with the day on which they appear and the one on which they
-- appeared to them; none where everything is recomputed.
{% if is_partial() %}
with changed as materialized (
    select coalesce(article.article_id, told.article_id) as article_id, told.origin, told.date as was_date
    from {{ ref('int_article_state') }} as article
    full join {{ stored('int_told') or ref('int_article_state') }} as told using (article_id)
    where article.state is distinct from told.state
)

select changed.article_id, coalesce(article.origin, changed.origin) as origin, article.outlet, article.date, changed.was_date
from changed
left join (
    select article_id, origin, outlet, date
    from {{ ref('fct_article') }}
    where article_id in (select article_id from changed where hash(article_id) >= 0)
) as article using (article_id)
{% else %}
select article_id, origin, outlet, date, date as was_date from {{ ref('fct_article') }} where false
{% endif %}
