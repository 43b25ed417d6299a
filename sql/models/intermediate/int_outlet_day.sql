{{ config(materialized='incremental', sorted='date', stale=is_reread('stored')) }}
-- depends_on: {{ ref('int_changed_day') }}
-- What was delivered and coded of each outlet's articles of a day.
select origin, date, outlet,
    count(*)::integer as article_count,
    (count(*) filter (coding_outcome = 'coded'))::integer as coded_article_count
from {{ ref('fct_article') }} as article
{% if is_partial() %}
where {{ is_reread('article') }}
{% endif %}
group by all
