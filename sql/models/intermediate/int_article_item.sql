-- Which article each delivered item is: by guid where it is unique in its document, else by address, else by text.
-- A changed guid with the same address is the same article, and so is a changed address with the same guid;
-- the article is called after the handle that it was first delivered under, so that its id never changes later.
with item as (
    select
        item_id, batch, origin, feed_id, document_id, position, fetched_at, content_hash, coding_id,
        published_at, updated_at,
        case when is_guid_unique and guid <> '' then 'g:' || guid end as guid_handle,
        case when url <> '' then url end as url,
        't:' || md5(concat_ws(chr(31), title, summary)) as text_handle,
        -- An address that several items of one delivery share (a home page) names none of them.
        count(*) over (partition by document_id, fetched_at, feed_id, url) > 1 as is_shared
    from {{ ref('stg_item') }}
),

usable as (
    select
        * exclude (url, is_shared, text_handle),
        case when not bool_or(is_shared) over (partition by origin, feed_id, url) then 'u:' || url end as url_handle,
        text_handle
    from item
),

handled as (
    select *, coalesce(guid_handle, url_handle, text_handle) as handle from usable
),

by_address as (
    select *,
        first_value(handle) over (
            partition by origin, feed_id, coalesce(url_handle, handle)
            order by fetched_at, document_id, position
        ) as first_handle
    from handled
),

by_guid as (
    select *,
        first_value(first_handle) over (
            partition by origin, feed_id, handle order by fetched_at, document_id, position
        ) as article_handle
    from by_address
)

select
    md5(concat_ws('|', origin, feed_id, article_handle)) as article_id,
    item_id, batch, origin, feed_id, document_id, position, fetched_at, content_hash, coding_id,
    published_at, updated_at
from by_guid
