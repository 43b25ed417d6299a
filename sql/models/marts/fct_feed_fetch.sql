-- A gap: not one article of the feed's last delivery is in this one, so something between them may have been missed.
-- Archives are loaded whole and have none; nor has a first delivery, nor an answer that delivers no item.
with delivered as (
    select
        feed_id, fetched_at, article_id,
        dense_rank() over (partition by feed_id order by fetched_at) as delivery
    from {{ ref('int_article_item') }}
    where origin = 'news'
),

again as (
    select
        feed_id, fetched_at, delivery,
        lag(delivery) over (partition by feed_id, article_id order by delivery) = delivery - 1 as is_known
    from delivered
),

gap as (
    select feed_id, fetched_at
    from again
    where delivery > 1
    group by feed_id, fetched_at
    having not coalesce(bool_or(is_known), false)
)

select
    tried.fetch_id, tried.feed_id, tried.origin, tried.url, tried.final_url, tried.fetched_at, tried.duration_ms,
    tried.outcome, tried.http_status, tried.byte_count, tried.item_count, tried.document_id, tried.retry_after_s,
    gap.feed_id is not null as is_gap,
    tried.error
from {{ ref('stg_fetch') }} as tried
left join gap on gap.feed_id = tried.feed_id and gap.fetched_at = tried.fetched_at and tried.origin = 'news'
