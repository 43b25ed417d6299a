-- The rate of conflict among articles about any pair, over the months before: what a pair with few articles is
-- shrunk to.
with month as (
    select origin, date_trunc('month', period)::date as period,
        sum(article_count) as articles, sum(conflict_article_count) as conflicts
    from {{ ref('pair_coverage_daily') }}
    group by all
)

select
    origin, period,
    (sum(conflicts) over before)::double / nullif(sum(articles) over before, 0)::double as rate
from month
window before as (partition by origin order by period rows between unbounded preceding and 1 preceding)
