{# A day of a reference file that may name only a year or a month: its first day, or its last. #}
{% macro first_day(text) -%}
    case length({{ text }}) when 4 then {{ text }} || '-01-01' when 7 then {{ text }} || '-01' else {{ text }} end::date
{%- endmacro %}

{% macro last_day_of(text) -%}
    case length({{ text }})
        when 4 then ({{ text }} || '-12-31')::date
        when 7 then last_day(({{ text }} || '-01')::date)
        else {{ text }}::date
    end
{%- endmacro %}
