{# Tables and views in one statement each: DuckDB replaces them whole or not at all, so that nothing has to be renamed. A run
   that recomputes only what is touched leaves views as they are, and tables that rest on reference tables alone (`static`). #}
{% macro stays(target) %}
    {%- set existing = load_cached_relation(target) -%}
    {{ return(is_partial() and existing is not none and existing.type == target.type) }}
{% endmacro %}

{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {% do drop_other_kind(target) %}
    {{ run_hooks(pre_hooks) }}
    {% if config.get('static') and stays(target) %}
    {% call noop_statement('main', 'KEPT') %}{% endcall %}
    {% else %}
    {% call statement('main') %}
        create or replace table {{ target }} as (
        {{ compiled_code }}
        )
    {% endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {% do drop_other_kind(target) %}
    {{ run_hooks(pre_hooks) }}
    {% if not config.get('by_run') and stays(target) %}
    {% call noop_statement('main', 'KEPT') %}{% endcall %}
    {% else %}
    {% call statement('main') %}
        create or replace view {{ target.include(database=false) }} as (
        {{ compiled_code }}
        )
    {% endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# A model that was a table and is a view now, or the reverse. #}
{% macro drop_other_kind(target) %}
    {%- set existing = load_cached_relation(target) -%}
    {% if existing is not none and existing.type != target.type %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
{% endmacro %}

{# What tables and columns are, as comments in the file itself: for all models of a run at once, because a statement of its
   own for each column costs more than the model. What stayed, or had only some rows replaced, keeps its own. #}
{% macro describe(results) %}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node')
        | selectattr('resource_type', 'equalto', 'model') | selectattr('schema', 'in', ['main', 'wide']) | list -%}
    begin;
    {%- for node in built if not (is_partial() and (node.config.materialized != 'table' or node.config.get('static'))) %}
        {%- set kind = 'view' if node.config.materialized == 'view' else 'table' %}
        comment on {{ kind }} {{ node.schema }}.{{ node.name }} is '{{ node.description | replace("'", "''") }}';
        {%- for column in node.columns.values() %}
        comment on column {{ node.schema }}.{{ node.name }}."{{ column.name }}" is '{{ column.description | replace("'", "''") }}';
        {%- endfor %}
    {%- endfor %}
    commit;
{% endmacro %}
