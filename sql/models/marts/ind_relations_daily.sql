{{ config(materialized='view') }}
{{ common_indicators('relations_daily') }}
{% for h in half_lives() %}
union all
{{ indicator('relation_stock', 'relation_stock_' ~ h, 'stock_' ~ h) }}
{% endfor %}
union all
select
    origin, source || '-' || target as pair, source, target, 'pooled' as direction, period,
    'coverage_share' as indicator,
    round(article_count / coded_article_count::double, 9) as value,
    round({{ wilson_lo('article_count', 'coded_article_count') }}, 9) as lo,
    round({{ wilson_hi('article_count', 'coded_article_count') }}, 9) as hi,
    article_count as n,
    outlet_count,
    case when article_count < 5 then 'low_n' else 'ok' end as status
from {{ ref('pair_coverage_daily').include(database=false) }}
