{{ config(materialized='incremental', stale='true') }}
-- depends_on: {{ ref('int_changed_day') }}
-- The rate of conflict among articles about any pair, over the months before: what a pair with few articles is
-- shrunk to.
with month as (
    select origin, period, sum(article_count)::bigint as article_count, sum(conflict_article_count)::bigint as conflict_article_count
    from {{ ref('pair_coverage_monthly') }} as month
    {% if is_partial() %}
    where {{ is_reread('month', 'period', 'month') }}
    {% endif %}
    group by origin, period
    {% if is_partial() %}
    union all by name
    select * exclude (rate) from {{ this }} as month where not ({{ is_reread('month', 'period', 'month') }})
    {% endif %}
)

select *,
    (sum(conflict_article_count) over before)::double / nullif(sum(article_count) over before, 0)::double as rate
from month
window before as (partition by origin order by period rows between unbounded preceding and 1 preceding)
