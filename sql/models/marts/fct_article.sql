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
    coalesce(item.published_at, article.first_seen_at)::date as date,
    story.voice as story_outlet,
    coding.outcome as coding_outcome
from {{ ref('int_article') }} as article
join {{ ref('stg_item') }} as item using (item_id)
join {{ ref('int_story') }} as story using (article_id)
left join {{ ref('stg_coding') }} as coding
    on coding.batch = article.batch and coding.coding_id = article.coding_id
union all by name
select
    article_id, article_id as story_id, 'gdelt' as origin, 'gdelt' as feed_id, any_value(outlet) as outlet, any_value(url) as url,
    null as title, null as summary, null as lang, min(added_date)::timestamp as published_at, null as published_flag,
    min(added_date)::timestamp as first_seen_at, max(added_date)::timestamp as last_seen_at, 1 as revision_count, min(added_date) as date,
    any_value(outlet) as story_outlet, 'coded' as coding_outcome
from {{ ref('stg_gdelt_mention') }}
group by article_id
order by date
