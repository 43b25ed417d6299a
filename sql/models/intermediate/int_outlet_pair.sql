{{ config(materialized='incremental', sorted='period', stale=is_reread('stored', 'period', 'month')) }}
-- depends_on: {{ ref('int_changed_day') }}
-- Each outlet's coded articles of a month about a pair, and those of them that tell a conflict act.
select origin, source, target, outlet, period, count(*)::integer as articles, (count(*) filter (is_conflict))::integer as conflicts
from (
    select origin, source, target, outlet, date_trunc('month', date)::date as period, is_conflict
    from {{ ref('int_pair_article') }} as about
    {% if is_partial() %}
    where {{ is_reread('about', 'date', 'month') }}
    {% endif %}
)
group by all
