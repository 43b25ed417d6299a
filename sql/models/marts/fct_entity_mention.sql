{{ config(materialized='view') }}
select
    md5(concat_ws('|', article.article_id, entity.ordinal)) as entity_mention_id,
    article.article_id,
    article.origin,
    entity.name,
    entity.actor_id,
    entity.type,
    entity.country,
    entity.role,
    entity.field,
    entity.start_char,
    entity.end_char
from {{ ref('int_article') }} as article
join {{ ref('stg_entity') }} as entity
    on entity.batch = article.batch and entity.coding_id = article.coding_id
