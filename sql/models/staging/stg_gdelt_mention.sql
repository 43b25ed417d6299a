-- An article is its address; the files of before April 2013 have none, and each of their rows is an article.
select *, md5(concat_ws('|', 'gdelt', coalesce(url, gdelt_id::varchar))) as article_id
from {{ source('lake', 'gdelt_mentions') }}
