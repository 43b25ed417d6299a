{{ config(materialized='incremental', sorted='period', stale=is_reread('stored', 'period')) }}
-- depends_on: {{ ref('int_changed_day') }}
-- Articles about a pair on the day that they appeared, among all coded articles of that day.
select about.*, coverage.coded_article_count
from (
    select origin, source, target, date as period,
        sum(articles)::integer as article_count,
        sum(conflicts)::integer as conflict_article_count,
        count(*)::integer as outlet_count
    from (
        select origin, source, target, date, outlet, count(*) as articles, count(*) filter (is_conflict) as conflicts
        from {{ ref('int_pair_article') }} as about
        {% if is_partial() %}
        where {{ is_reread('about') }}
        {% endif %}
        group by all
    )
    group by all
) as about
join {{ ref('ind_coverage') }} as coverage on coverage.origin = about.origin and coverage.date = about.period
