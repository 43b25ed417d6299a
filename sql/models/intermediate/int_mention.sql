{{ config(
    materialized='incremental',
    sorted='tile',
    stale="article in (select hash(article_id) as article from intermediate.int_changed_article where was_date is not null)
        and reported_at >= (select min(was_date) from intermediate.int_changed_article)",
    keeps='mention, block, day, content'
) }}
-- One act as one article tells it, in its latest revision, with what is wrong with it, if anything. `block` is the key under
-- which mentions may join, `day` the day that is told, or that of the report.
select * from {{ ref('int_mention_fresh') }}
