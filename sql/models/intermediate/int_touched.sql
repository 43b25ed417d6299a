-- Blocks whose mentions changed, and since when. The joining looks three days around a candidate, some rounds deep, and an
-- undated plan a month ahead: what a changed day can change lies no more than 80 days before it.
{% if is_partial() %}
with was as (
    select * from {{ stored('int_mention') or ref('int_mention_fresh') }} semi join {{ ref('int_changed_article') }} using (article_id)
)

select block, min(day) - 80 as from_date
from (
    (select * from was except select * from {{ ref('int_mention_fresh') }})
    union all
    (select * from {{ ref('int_mention_fresh') }} except select * from was)
)
group by block
{% else %}
select block, day as from_date from {{ ref('int_mention_fresh') }} where false
{% endif %}
