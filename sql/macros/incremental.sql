{# How a run recomputes only what its batches touch; the one description of it.

   A model that is `incremental` says in its config which of its rows are `stale`, as a condition, and computes in its SQL
   the rows that take their place. What is stale follows from four small tables, each made before the rows that it speaks
   of are replaced, so that it knows them as they were and as they are:

     int_changed_article  articles whose row, story or coded batch is not what it was when the models last ended
     int_touched          blocks (origin, pair, type: under one mentions may join) of the mentions of those articles, as
                          they were and as they are, and the first day that may have changed
     int_touched_act      acts that have, or had, a mention in those blocks from that day on
     int_touched_pair     pairs of those acts, and the first day on which one of them falls, or fell
     int_changed_day      days on which one of those articles appeared, or appears
     int_changed_coverage those of them on which it changed whether anything was read at all
     int_touched_series   pairs whose closed months changed, or that have one month more of them

   So the joining recomputes a block from some days before its earliest changed day, an act is recomputed whole, a pair's
   indicators from its earliest changed day, and coverage by day. Pairs go by `pair_key`, one integer (the hash of origin and
   both actors): a condition on it costs a tenth of one on their names. A run after one that did not end well, or after a change of the models, of
   a reference table or of the corrections, recomputes everything (`--full-refresh`); both give the same rows.
#}

{# Whether this run recomputes only what is touched. While dbt parses: yes, so that it sees every arrow. #}
{% macro is_partial() %}
    {% if not execute %}{{ return(true) }}{% endif %}
    {{ return(not flags.FULL_REFRESH and flags.WHICH in ('build', 'run') and stored('int_mention') is not none) }}
{% endmacro %}

{# A model's table as the last run left it, for what must know the rows as they were; not an arrow between models. #}
{% macro stored(name, schema='intermediate') %}
    {{ return(load_relation(api.Relation.create(database=target.database, schema=schema, identifier=name))) }}
{% endmacro %}

{# A pair as one integer. #}
{% macro pair_key(row) -%}
    hash({{ row }}.origin, least({{ row }}.source, {{ row }}.target), greatest({{ row }}.source, {{ row }}.target))
{%- endmacro %}

{# Rows of a pair's days, weeks or months from its first changed day on. #}
{% macro is_touched(row, grain='day', day='period', key=none) -%}
    exists (
        select 1 from intermediate.int_touched_pair as touched
        where touched.pair_key = {{ key or row ~ '.pair_key' }} and {{ row }}.{{ day }} >= date_trunc('{{ grain }}', touched.from_date)
    )
{%- endmacro %}

{# Rows of a day or month of an origin on which articles changed. #}
{% macro is_reread(row, day='date', grain='day') -%}
    exists (
        select 1 from intermediate.int_changed_day as changed
        where changed.origin = {{ row }}.origin and date_trunc('{{ grain }}', changed.date) = {{ row }}.{{ day }}
    )
{%- endmacro %}

{# Rows of the 112 days after one of which it changed whether anything was read. #}
{% macro is_recovered(row, day='date') -%}
    exists (
        select 1 from (select origin, date + unnest(range(113))::integer as date from intermediate.int_changed_coverage) as changed
        where changed.origin = {{ row }}.origin and changed.date = {{ row }}.{{ day }}
    )
{%- endmacro %}

{# Months whose base, of five years before, holds a month in which articles changed, and those months themselves. #}
{% macro is_rebased(row) -%}
    exists (
        select 1 from (
            select origin, unnest(range(date_trunc('month', date), make_date(year(date) + 6, 1, 1), interval 1 month))::date as period
            from intermediate.int_changed_day
        ) as changed
        where changed.origin = {{ row }}.origin and changed.period = {{ row }}.period
    )
{%- endmacro %}

{% materialization incremental, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {% do drop_other_kind(target) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') %}
        {% if existing is none or existing.type != 'table' or should_full_refresh() %}
        create or replace table {{ target }} as (
        {{ compiled_code }}
        );
        {% else %}
        create or replace temp table fresh_{{ this.name }} as (
        {{ compiled_code }}
        );
        delete from {{ target }} as stored where {{ config.require('stale') }};
        insert into {{ target }} by name select * from fresh_{{ this.name }};
        drop table fresh_{{ this.name }};
        {% endif %}
    {% endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
