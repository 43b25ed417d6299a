{{ config(materialized='incremental', stale=is_reread('stored', 'period')) }}
-- depends_on: {{ ref('int_changed_day') }}
-- Articles about a pair on the day that they appeared, among all coded articles of that day.
select
    about.origin, about.source, about.target, about.date as period,
    count(*)::integer as article_count,
    (count(*) filter (about.is_conflict))::integer as conflict_article_count,
    count(distinct about.outlet)::integer as outlet_count,
    any_value(coverage.coded_article_count) as coded_article_count
from {{ ref('int_pair_article') }} as about
join {{ ref('ind_coverage') }} as coverage on coverage.origin = about.origin and coverage.date = about.date
{% if is_partial() %}
where {{ is_reread('about') }}
{% endif %}
group by all
