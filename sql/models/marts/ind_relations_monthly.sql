{{ config(materialized='view') }}
{{ common_indicators('relations_monthly') }}
union all
{{ balance_indicators('relations_monthly') }}
union all
{{ indicator('relations_monthly', 'relation_level', 'level') }}
union all
select
    origin, source || '-' || target as pair, source, target, 'pooled' as direction, period,
    'tension_share' as indicator,
    round(tension_share, 9) as value,
    -- The share's limits, in proportion to the value: an outlet's articles weigh by its own base.
    round({{ wilson_lo('conflict_article_count', 'coded_article_count') }} * per_share, 9) as lo,
    round({{ wilson_hi('conflict_article_count', 'coded_article_count') }} * per_share, 9) as hi,
    conflict_article_count as n,
    outlet_count,
    case when conflict_article_count < 5 then 'low_n' else 'ok' end as status
from (
    select *,
        case when tension_share > 0 then tension_share * coded_article_count / conflict_article_count else 100 / nullif(base_share, 0) end as per_share
    from {{ ref('pair_coverage_monthly').include(database=false) }}
)
where tension_share is not null
union all
select
    month.origin, source || '-' || target as pair, source, target, 'pooled' as direction, month.period,
    'shrunk_rate' as indicator,
    round((month.conflict_article_count + 200 * rate.rate) / (month.article_count + 200), 9) as value,
    round({{ wilson_lo('month.conflict_article_count', 'month.article_count') }}, 9) as lo,
    round({{ wilson_hi('month.conflict_article_count', 'month.article_count') }}, 9) as hi,
    month.article_count as n,
    outlet_count,
    case when month.article_count < 5 then 'low_n' else 'ok' end as status
from {{ ref('pair_coverage_monthly').include(database=false) }} as month
join {{ ref('conflict_rate').include(database=false) }} as rate
    on rate.origin = month.origin and rate.period = month.period
where rate.rate is not null
