{# How a run recomputes only what its batches touch; the one description of it.

   A model that is `incremental` says in its config which of its rows are `stale`, as a condition, and computes in its SQL
   the rows that take their place. One that others rest on also says what it `keeps` of a change: some columns of its rows
   as they were and as they are, in a table beside it (`change_of`); a row that stands there twice has not changed. So each
   model finds what to do in what those before it changed:

     int_changed_article  articles whose row, story or coded batch is not what it was when the models last ended
     int_touched          blocks (origin, pair, type: under one mentions may join) of mentions that changed, and the days
                          among which that may change how mentions are joined
     int_touched_act      acts of mentions that changed, or belong to another act now
     int_touched_day      pairs and days of acts that changed, as they were and as they are
     int_changed_day      days on which one of those articles appeared, or appears
     int_changed_coverage those of them on which it changed whether anything was read at all
     int_touched_series   pairs whose closed months changed, or that have one month more of them

   So the joining looks again at some weeks around each changed mention, an act is recomputed whole, what adds up by the
   day, week or month there only, what is carried on (stock, level) from a pair's first changed day, and coverage by day.
   Mentions, acts, pairs and relations go by one integer, the hash of what names them: a condition on it costs a tenth of
   one on names. A run after one that did not end well, or after a change of the models, of a reference table or of the
   corrections, recomputes everything (`--full-refresh`); both give the same rows.
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

{# What this run changed of a model: rows as they were and as they are, with the columns that the model `keeps`. #}
{% macro change_of(name) %}
    {% do ref(name) %}
    {{ return(api.Relation.create(database=target.database, schema='intermediate', identifier='change_' ~ name)) }}
{% endmacro %}

{# The rows of it that really differ: those that do not stand there twice. As text where a config needs it. #}
{% macro differing(name) -%}
    (select * from intermediate.change_{{ name }} group by all having count(*) = 1)
{%- endmacro %}

{# A pair as one integer; its last two bits are free for a direction. #}
{% macro pair_key(row) -%}
    hash({{ row }}.origin, least({{ row }}.source, {{ row }}.target), greatest({{ row }}.source, {{ row }}.target)) & 18446744073709551612
{%- endmacro %}

{# A pair and direction as one integer: the pair pooled, from its first to its second in the alphabet, or the reverse. #}
{% macro relation(row) -%}
    {{ row }}.pair_key | case when {{ row }}.direction = 'pooled' then 0 when {{ row }}.source < {{ row }}.target then 1 else 2 end::ubigint
{%- endmacro %}

{# Rows of a pair's days, weeks or months on which an act changed. #}
{% macro is_touched(row, grain='day', day='period') -%}
    exists (
        select 1 from (select distinct pair_key, date_trunc('{{ grain }}', date)::date as date from intermediate.int_touched_day) as touched
        where touched.pair_key = {{ row }}.pair_key
            and touched.date = {{ row ~ '.' ~ day if grain == 'day' else "date_trunc('" ~ grain ~ "', " ~ row ~ '.' ~ day ~ ')' }}
    )
{%- endmacro %}

{# Rows of a pair that lie so many days from one on which an act changed. #}
{% macro is_near(row, day, from, until, key=none) -%}
    exists (
        select 1 from (
            select pair_key, date + unnest(range({{ from }}, {{ until + 1 }}))::integer as date from intermediate.int_touched_day
        ) as near
        where near.pair_key = {{ key or row ~ '.pair_key' }} and near.date = {{ row }}.{{ day }}
    )
{%- endmacro %}

{# Rows of a pair from its first changed day, or month, on. #}
{% macro is_after(row, grain='day', day='period') -%}
    exists (
        select 1 from (select pair_key, min(date) as date from intermediate.int_touched_day group by pair_key) as first
        where first.pair_key = {{ row }}.pair_key and {{ row }}.{{ day }} >= date_trunc('{{ grain }}', first.date)
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
    {%- set keeps = config.get('keeps') -%}
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
        create or replace temp table stale_{{ this.name }} as
        select stored.rowid as stale_row {{ ', ' ~ keeps if keeps }} from {{ target }} as stored where {{ config.require('stale') }};
        {% if keeps %}
        create or replace table {{ target.incorporate(path={'identifier': 'change_' ~ this.name}) }} as
        select * exclude (stale_row) from stale_{{ this.name }} union all select {{ keeps }} from fresh_{{ this.name }};
        {% endif %}
        delete from {{ target }} where rowid in (select stale_row from stale_{{ this.name }});
        insert into {{ target }} by name select * from fresh_{{ this.name }};
        drop table fresh_{{ this.name }};
        drop table stale_{{ this.name }};
        {% endif %}
    {% endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
