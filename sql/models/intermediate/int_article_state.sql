{{ config(materialized='view') }}
-- What the models make of an article rests on: which delivery counts, its story, and what the batch holds. Another state is
-- another article to them.
with made as (
    select batch, hash(string_agg(table_name || fingerprint, '|' order by table_name)) as made
    from {{ source('lake', 'loaded_batch') }}
    where table_name not in ('fetches', 'quarantine')
    group by batch
)

select
    article.article_id,
    hash(article.batch, article.coding_id, article.item_id, article.first_seen_at, story.story_id, story.voice, made.made) as state
from {{ ref('int_article') }} as article
join {{ ref('int_story') }} as story using (article_id)
left join made using (batch)
union all
-- An article's mentions may lie in several batches, and several in one.
select article_id, bit_xor(hash(batch, made))
from (select distinct article_id, batch, made.made from {{ ref('stg_gdelt_mention') }} left join made using (batch))
group by article_id
