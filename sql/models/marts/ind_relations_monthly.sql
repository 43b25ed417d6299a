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
    tension_share as value,
    100 * ({{ wilson_lo('conflict_article_count', 'coded_article_count') }}) / nullif(base_share, 0) as lo,
    100 * ({{ wilson_hi('conflict_article_count', 'coded_article_count') }}) / nullif(base_share, 0) as hi,
    conflict_article_count as n,
    outlet_count,
    case when conflict_article_count < 5 then 'low_n' else 'ok' end as status
from {{ ref('pair_coverage_monthly').include(database=false) }}
where tension_share is not null
union all
select
    month.origin, source || '-' || target as pair, source, target, 'pooled' as direction, month.period,
    'shrunk_rate' as indicator,
    (conflict_article_count + 200 * rate.rate) / (article_count + 200) as value,
    {{ wilson_lo('conflict_article_count', 'article_count') }} as lo,
    {{ wilson_hi('conflict_article_count', 'article_count') }} as hi,
    article_count as n,
    outlet_count,
    case when article_count < 5 then 'low_n' else 'ok' end as status
from {{ ref('pair_coverage_monthly').include(database=false) }} as month
join {{ ref('conflict_rate').include(database=false) }} as rate
    on rate.origin = month.origin and rate.period = month.period
where rate.rate is not null
