{{ config(
    materialized='incremental',
    stale="date in (select date from intermediate.int_changed_day) and article in (select hash(article_id) from intermediate.int_changed_article)"
) }}
-- depends_on: {{ ref('int_changed_day') }}
-- Which coded articles are about which pair: they tell an act of it, or name both sides; and which tell a conflict act.
-- Articles and outlets by their hashes.
with named as (
    select distinct hash(article_id) as article, country
    from {{ ref('fct_entity_mention') }}
    {% if is_partial() %}
    semi join {{ ref('int_changed_article') }} using (article_id)
    {% endif %}
    where country is not null
),

about as (
    select one.article, one.country as source, other.country as target, false as is_conflict
    from named as one
    join named as other on other.article = one.article and other.country > one.country
    union all
    select mention.article, least(mention.source, mention.target), greatest(mention.source, mention.target),
        mention.status = 'actual' and cameo.quad_class in (3, 4)
    from {{ ref('int_mention') }} as mention
    join {{ ref('stg_cameo') }} as cameo using (cameo)
    {% if is_partial() %}
    semi join (select hash(article_id) as article from {{ ref('int_changed_article') }}) as changed on changed.article = mention.article
    {% endif %}
    where mention.problem is null
)

select
    article.origin, said.source, said.target, said.article, hash(article.outlet) as outlet,
    coalesce(article.published_at, article.first_seen_at)::date as date,
    said.is_conflict
from (select article, source, target, bool_or(is_conflict) as is_conflict from about group by all) as said
join (
    select *, hash(article_id) as article from {{ ref('fct_article') }}
    {% if is_partial() %}
    semi join {{ ref('int_changed_article') }} using (article_id)
    {% endif %}
) as article using (article)
