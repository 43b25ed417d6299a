{# Half-lives of the relation stock, in days. #}
{% macro half_lives() -%}
    {{ return([7, 30, 365]) }}
{%- endmacro %}

{# What a pair's acts add up to. #}
{% macro sum_columns() -%}
    {{ return({'n': 'integer', 'n_vc': 'integer', 'n_mc': 'integer', 'n_vx': 'integer', 'n_mx': 'integer',
        'g': 'decimal(18, 1)', 'g_positive': 'decimal(18, 1)', 'g_negative': 'decimal(18, 1)', 'g_squares': 'decimal(18, 2)'}) }}
{%- endmacro %}

{# Acts that count, of a table of acts, one row for each direction in which they count. #}
{% macro relation_acts(acts) -%}
{% set columns = "act, event_id, origin, pair_key, event_date as date, quad_class, goldstein, voices" %}
{% set counts = "status = 'actual' and event_date is not null" %}
select act.*, {{ relation('act') }} as relation
from (
    select 'directed' as direction, source, target, {{ columns }} from {{ acts }} where {{ counts }}
    union all
    select 'directed', target, source, {{ columns }} from {{ acts }} where is_reciprocal and {{ counts }}
    union all
    select 'pooled', least(source, target), greatest(source, target), {{ columns }} from {{ acts }} where {{ counts }}
) as act
{%- endmacro %}

{# The acts that count, of which a run makes its sums. #}
{% macro counted() -%}
    {%- do ref('int_relation_act') -%}{%- do ref('int_relation_fresh') -%}
    {{ return(ref('int_relation_fresh') if is_partial() else ref('int_relation_act')) }}
{%- endmacro %}

{# Weeks or months of a pair, as `sums`: the days' sums, and the outlets that told of it. Each is grouped by itself: together in
   one table the sums would be carried along with every outlet's row. `also`: what else is made of the days, by name. #}
{% macro relations_by(grain, also={}) -%}
with added as (
    select relation, date_trunc('{{ grain }}', stored.period)::date as period,
        {%- for column, expression in also.items() %}
        {{ expression }} as {{ column }},
        {%- endfor %}
        {%- for column, type in sum_columns().items() %}
        sum({{ column }})::{{ type }} as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref('relations_daily') }} as stored
    where {{ tiled('stored', 'pair_key', 'period', touched_days(grain)) if is_partial() else in_slice('relation') }}
    group by all
),

told as (
    select relation, period, count(*)::integer as outlet_count
    from (
        select distinct relation, date_trunc('{{ grain }}', date)::date as period, voice
        from {{ ref('int_relation_voice') }} as stored
        where {{ tiled('stored', 'pair_key', 'date', touched_days(grain)) if is_partial() else in_slice('relation') }}
    )
    group by all
),

sums as (
    select added.*, coalesce(told.outlet_count, 0) as outlet_count from added left join told using (relation, period)
)
{%- endmacro %}

{# The rows of one indicator, from a wide table: value, limits, acts, outlets, status. #}
{% macro indicator(relation, name, value, lo='null', hi='null') %}
select
    origin,
    pair, source, target, direction, period,
    '{{ name }}' as indicator,
    round(({{ value }})::double, 9) as value,
    round(({{ lo }})::double, 9) as lo,
    round(({{ hi }})::double, 9) as hi,
    n,
    outlet_count,
    case when n < 5 then 'low_n' else 'ok' end as status
from {{ ref(relation).include(database=false) }}
{% endmacro %}

{# The indicators that every grain has. #}
{% macro common_indicators(relation) %}
{% set error %}1.96 * sqrt(greatest(g_squares::double - g::double * g::double / n, 0) / (n - 1)){% endset %}
{{ indicator(relation, 'event_count', 'n', byar_lo('n'), byar_hi('n')) }}
union all
{{ indicator(relation, 'goldstein_sum', 'g',
    'case when n > 1 then g::double - ' ~ error ~ ' * sqrt(n) end', 'case when n > 1 then g::double + ' ~ error ~ ' * sqrt(n) end') }}
union all
{{ indicator(relation, 'goldstein_mean', 'g::double / n',
    'case when n > 1 then g::double / n - ' ~ error ~ ' / sqrt(n) end', 'case when n > 1 then g::double / n + ' ~ error ~ ' / sqrt(n) end') }}
{% for short, long in [('vc', 'verbal_cooperation'), ('mc', 'material_cooperation'), ('vx', 'verbal_conflict'), ('mx', 'material_conflict')] %}
union all
{{ indicator(relation, long ~ '_count', 'n_' ~ short, byar_lo('n_' ~ short), byar_hi('n_' ~ short)) }}
union all
{{ indicator(relation, long ~ '_share', '(n_' ~ short ~ ' + 0.5) / (n + 2)', wilson_lo('n_' ~ short, 'n'), wilson_hi('n_' ~ short, 'n')) }}
{% endfor %}
{% endmacro %}

{# The indicators of weeks and months. #}
{% macro balance_indicators(relation) %}
{{ indicator(relation, 'net_cooperation', 'case when g_positive + g_negative > 0 then (g_positive - g_negative)::double / (g_positive + g_negative)::double end') }}
union all
{{ indicator(relation, 'conflict_ratio', 'case when g_positive + g_negative > 0 then g_negative::double / (g_positive + g_negative)::double end') }}
union all
{{ indicator(relation, 'risk', '(n_mx + 0.5 * n_vx) / n') }}
{% endmacro %}
