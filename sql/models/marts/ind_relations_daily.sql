{{ config(materialized='view') }}
{{ common_indicators('relations_daily') }}
{% for h in [7, 30, 365] %}
union all
{{ indicator('relations_daily', 'relation_stock_' ~ h, 'stock_' ~ h) }}
{% endfor %}
union all
select
    origin, source || '-' || target as pair, source, target, 'pooled' as direction, period,
    'coverage_share' as indicator,
    article_count / coded_article_count::double as value,
    {{ wilson_lo('article_count', 'coded_article_count') }} as lo,
    {{ wilson_hi('article_count', 'coded_article_count') }} as hi,
    article_count as n,
    outlet_count,
    case when article_count < 5 then 'low_n' else 'ok' end as status
from {{ ref('pair_coverage_daily').include(database=false) }}
