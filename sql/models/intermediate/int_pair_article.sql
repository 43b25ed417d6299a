{{ config(
    materialized='incremental',
    stale="date in (select date from intermediate.int_changed_day) and article_id in (select article_id from intermediate.int_changed_article)"
) }}
-- depends_on: {{ ref('int_changed_day') }}
-- Which coded articles are about which pair: they tell an act of it, or name both sides; and which tell a conflict act.
with named as (
    select distinct article_id, country
    from {{ ref('fct_entity_mention') }}
    {% if is_partial() %}
    semi join {{ ref('int_changed_article') }} using (article_id)
    {% endif %}
    where country is not null
),

about as (
    select one.article_id, one.country as source, other.country as target, false as is_conflict
    from named as one
    join named as other on other.article_id = one.article_id and other.country > one.country
    union all
    select mention.article_id, least(mention.source, mention.target), greatest(mention.source, mention.target),
        mention.status = 'actual' and cameo.quad_class in (3, 4)
    from {{ ref('int_mention') }} as mention
    join {{ ref('stg_cameo') }} as cameo using (cameo)
    {% if is_partial() %}
    semi join {{ ref('int_changed_article') }} as changed on changed.article_id = mention.article_id
    {% endif %}
    where mention.problem is null
)

select
    article.origin, about.source, about.target, article.article_id, article.outlet,
    coalesce(article.published_at, article.first_seen_at)::date as date,
    bool_or(about.is_conflict) as is_conflict
from about
join {{ ref('fct_article') }} as article using (article_id)
group by all
