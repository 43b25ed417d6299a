{{ config(
    materialized='incremental',
    sorted='date',
    stale="date in (select date from intermediate.int_changed_day where hash(date) >= 0)
        and article in (select hash(article_id) as article from intermediate.int_changed_article where was_date is not null)"
) }}
-- depends_on: {{ ref('int_changed_day') }}, {{ ref('fct_article') }}
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
    where mention.problem is null
    {% if is_partial() %}
        and mention.article in (select hash(article_id) as article from {{ ref('int_changed_article') }} where hash(article_id) >= 0)
        and mention.day in (select day from {{ change_of('int_mention') }} where hash(day) >= 0)
    {% endif %}
)

select
    article.origin, said.source, said.target, said.article, hash(article.outlet) as outlet,
    article.date,
    said.is_conflict
from (select article, source, target, bool_or(is_conflict) as is_conflict from about group by all) as said
join (
    select *, hash(article_id) as article from {{ ref('int_changed_article') if is_partial() else ref('fct_article') }}
) as article using (article)
