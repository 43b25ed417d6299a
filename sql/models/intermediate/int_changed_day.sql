-- Days on which an article that changed appeared, or appears, and how that day was covered before.
{% if is_partial() %}
with changed as (
    select origin, date from {{ stored('int_told') or ref('fct_article') }} semi join {{ ref('int_changed_article') }} using (article_id)
    union
    select origin, coalesce(published_at, first_seen_at)::date
    from {{ ref('fct_article') }}
    semi join {{ ref('int_changed_article') }} using (article_id)
)

select changed.origin, changed.date, coalesce(was.status, 'no_coverage') as coverage
from changed
left join {{ stored('ind_coverage', 'main') or ref('fct_article') }} as was using (origin, date)
{% else %}
select origin, published_at::date as date, 'no_coverage' as coverage from {{ ref('fct_article') }} where false
{% endif %}
