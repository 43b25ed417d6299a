{# Limits of 95 %, as SQL expressions. #}

{# Byar's closed form for a count (Breslow & Day 1987). #}
{% macro byar_lo(n) -%}
    case when {{ n }} = 0 then 0 else {{ n }} * power(1 - 1 / (9.0 * {{ n }}) - 1.96 / (3 * sqrt({{ n }})), 3) end
{%- endmacro %}

{% macro byar_hi(n) -%}
    ({{ n }} + 1) * power(1 - 1 / (9.0 * ({{ n }} + 1)) + 1.96 / (3 * sqrt({{ n }} + 1)), 3)
{%- endmacro %}

{# Wilson's limits for k of n; null where n is 0. #}
{% macro wilson_lo(k, n) -%}
    case when {{ n }} > 0 then
        greatest(0, round(({{ k }} + 1.9208 - 1.96 * sqrt(({{ k }})::double * ({{ n }} - {{ k }}) / {{ n }} + 0.9604)) / ({{ n }} + 3.8416), 12))
    end
{%- endmacro %}

{% macro wilson_hi(k, n) -%}
    case when {{ n }} > 0 then
        least(1, ({{ k }} + 1.9208 + 1.96 * sqrt(({{ k }})::double * ({{ n }} - {{ k }}) / {{ n }} + 0.9604)) / ({{ n }} + 3.8416))
    end
{%- endmacro %}
