-- One row an article. Its latest content is what counts, coded as when that content was first delivered:
-- "today" in a text means the day on which it first stood there.
-- Of an item that is edited again and again the latest 24 contents are kept as its revisions.
with content as (
    select
        article_id, content_hash,
        min({'at': fetched_at, 'document': document_id, 'position': position}) as first_delivery,
        max({'at': fetched_at, 'document': document_id, 'position': position}) as last_delivery
    from {{ ref('int_article_item') }}
    group by all
),

article as (
    select
        article_id,
        arg_max(delivery, last_delivery) as delivery,
        min(first_delivery) as first_delivery,
        max(last_delivery) as last_delivery,
        count(*) as revision_count
    from (
        select
            article_id, first_delivery as delivery, last_delivery,
            min(first_delivery) over (partition by article_id) as first_delivery,
            row_number() over (partition by article_id order by last_delivery desc) as age
        from content
    )
    where age <= 24
    group by article_id
)

select
    article.article_id,
    item.origin,
    item.batch,
    item.coding_id,
    item.item_id,
    article.first_delivery.at as first_seen_at,
    article.last_delivery.at as last_seen_at,
    article.revision_count
from article
join {{ ref('int_article_item') }} as item
    on item.article_id = article.article_id
    and item.fetched_at = article.delivery.at
    and item.document_id = article.delivery.document
    and item.position = article.delivery.position
