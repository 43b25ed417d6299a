select
    article.article_id,
    story.story_id,
    article.origin,
    item.feed_id,
    item.outlet,
    item.url,
    item.title,
    item.summary,
    item.lang,
    item.published_at,
    item.published_flag,
    article.first_seen_at,
    article.last_seen_at,
    article.revision_count,
    story.voice as story_outlet,
    coding.outcome as coding_outcome
from {{ ref('int_article') }} as article
join {{ ref('stg_item') }} as item using (item_id)
join {{ ref('int_story') }} as story using (article_id)
left join {{ ref('stg_coding') }} as coding
    on coding.batch = article.batch and coding.coding_id = article.coding_id
