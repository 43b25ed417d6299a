{# DuckLake keeps no comments on a view's columns, and 1.5.5 loses its way where a table is made, renamed and commented on in
   one transaction. Publishing takes the descriptions from the project itself (pipelines/warehouse/publish.py). #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if not adapter.is_ducklake(relation) -%}
        {{ return(dbt.default__persist_docs(relation, model, for_relation, for_columns)) }}
    {%- endif -%}
{%- endmacro %}
