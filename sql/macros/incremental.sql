{# How a run recomputes only what its batches touch; the one description of it.

   A model that is `incremental` says in its config which of its rows are `stale`, as a condition, and computes in its SQL
   the rows that take their place. One that others rest on also says what it `keeps` of a change: some columns of its rows
   as they were and as they are, in a table beside it (`change_of`); a row that stands there twice has not changed. So each
   model finds what to do in what those before it changed:

     int_changed_article  articles whose row, story or coded batch is not what it was when the models last ended
     int_touched          blocks (origin, pair, type: under one mentions may join) of mentions that changed, and the days
                          among which that may change how mentions are joined
     int_touched_act      acts of mentions that changed, or belong to another act now, with their mentions and days
     int_touched_day      pairs and days of acts that changed, as they were and as they are
     int_relation_fresh   the acts of those days
     int_changed_day      days on which one of those articles appeared, or appears
     int_changed_coverage those of them on which it changed whether anything was read at all
     int_touched_series   pairs whose closed months changed, or that have one month more of them, and in which years

   So the joining looks again at some weeks around each changed mention, an act is recomputed whole, what adds up by the
   day, week or month there only, what is carried on (stock, level) from a pair's first changed month, and coverage by day.
   Mentions, acts, pairs and relations go by one integer, the hash of what names them: a condition on it costs a tenth of
   one on names. Where everything is recomputed, large tables are `sorted` by time, or by `tile` (32 days of one key) where all
   of a key's days about a day are asked for: most changes lie in the last days, and what is looked for by its day as well is
   found in a few of a table's parts.

   A run after one that did not end well, or after a change of the models, of a reference table or of the corrections,
   recomputes everything (`--full-refresh`); both give the same rows.
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

{# The pair of a relation. #}
{% macro pair_of(relation) -%}
    {{ relation }} & 18446744073709551612
{%- endmacro %}

{# A key's 32 days as one integer: first come the days, then what tells keys apart, so that a table sorted by it is sorted by time. #}
{% macro tile(key, day) -%}
    (greatest(({{ day }} - date '1600-01-01') // 32, 0)::ubigint << 32) | (hash({{ key }}) >> 32)
{%- endmacro %}

{# Rows whose `columns` are among those `found` by a query, each for itself; which is enough where one of them is an id and
   another tells in which parts of a table it may lie, the table being sorted by time. DuckDB skips the rest by Bloom filters: it
   makes one for each single column that is compared, where there is little to compare with and that was itself filtered
   (hence the conditions that always hold). #}
{% macro among(columns, found, row='') -%}
    {% for column in columns.split(', ') -%}
    {{ row }}{{ column }} in (select distinct {{ column }} from ({{ found }}) where hash({{ column }}) >= 0) {{ "and " if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Rows whose key and day are among those `found` (as key and day) together: in a table of few rows, and in one that is sorted
   by the key's tiles. #}
{% macro paired(key, day, found) -%}
    {{ day }} in (select distinct day from ({{ found }}) where hash(day) >= 0)
    and {{ key }} in (select distinct key from ({{ found }}) where hash(key) >= 0)
    and ({{ key }}, {{ day }}) in (select key, day from ({{ found }}))
{%- endmacro %}

{% macro tiled(row, key, day, found) -%}
    {{ row }}.tile in (select distinct {{ tile('key', 'day') }} as tile from ({{ found }}) where hash(key) >= 0)
    and {{ row }}.{{ day }} in (select distinct day from ({{ found }}) where hash(day) >= 0)
    and ({{ row }}.{{ key }}, {{ row }}.{{ day }}) in (select key, day from ({{ found }}))
{%- endmacro %}

{# Pairs and days (as key and day) on which an act changed, or all days of such weeks or months. #}
{% macro touched_days(grain='day') -%}
    {%- if grain == 'day' -%}
    select pair_key as key, date as day from intermediate.int_touched_day
    {%- else -%}
    select pair_key as key, unnest(range(first, first + interval 1 {{ grain }}, interval 1 day))::date as day
    from (select distinct pair_key, date_trunc('{{ grain }}', date) as first from intermediate.int_touched_day)
    {%- endif -%}
{%- endmacro %}

{# Pairs and days that lie so many days from one on which an act changed. #}
{% macro near_days(from, until) -%}
    select distinct pair_key as key, date + unnest(range({{ from }}, {{ until + 1 }}))::integer as day from intermediate.int_touched_day
{%- endmacro %}

{# Rows of relations_monthly from a pair's first changed month on. #}
{% macro is_after(row) -%}
    {{ paired(row ~ '.pair_key', row ~ '.period',
        "select pair_key as key, unnest(range(date_trunc('month', min(date)),
            (select max(period) from wide.relations_monthly) + interval 1 day, interval 1 month))::date as day
        from intermediate.int_touched_day group by pair_key") }}
{%- endmacro %}

{# Rows of a day of an origin on which articles changed, or of the days of such a month. #}
{% macro is_reread(row, day='date', grain='day') -%}
    {%- set of_grain = "select distinct origin as key, unnest(range(date_trunc('" ~ grain ~ "', date), date_trunc('" ~ grain ~ "', date) + interval 1 " ~ grain ~ ", interval 1 day))::date as day" %}
    {{ paired(row ~ '.origin', row ~ '.' ~ day, of_grain ~ ' from intermediate.int_changed_day') }}
{%- endmacro %}

{# Rows of the 112 days after one of which it changed whether anything was read. #}
{% macro is_recovered(row, day='date') -%}
    {{ paired(row ~ '.origin', row ~ '.' ~ day,
        'select distinct origin as key, date + unnest(range(113))::integer as day from intermediate.int_changed_coverage') }}
{%- endmacro %}

{# Months whose base, of five years before, holds a month in which articles changed, and those months themselves. #}
{% macro is_rebased(row) -%}
    {{ paired(row ~ '.origin', row ~ '.period',
        "select distinct origin as key, unnest(range(date_trunc('month', date), make_date(year(date) + 6, 1, 1), interval 1 month))::date as day
        from intermediate.int_changed_day") }}
{%- endmacro %}

{# Rows of one slice: a model that is `sliced` by a table recomputes everything in slices, each from so many rows of that
   table that what is grouped and joined stays in memory. Outside of that, all rows. The last two bits of a key do not count: a
   pair is in the slice of its relations. #}
{% macro in_slice(key) -%}
    coalesce(({{ key }} >> 2) % getvariable('slices') = getvariable('slice'), true)
{%- endmacro %}

{# Whether this is the first slice, or all there is. #}
{% macro in_first_slice() -%}
    coalesce(getvariable('slice') = 0, true)
{%- endmacro %}

{% macro slices_of(table) %}
    {%- set rows = run_query('select count(*) from ' ~ table).columns[0].values()[0] if table else 0 -%}
    {{ return(1 + rows // 8000000) }}
{% endmacro %}

{% materialization incremental, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set keeps = config.get('keeps') -%}
    {% do drop_other_kind(target) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') %}
        {% if existing is none or existing.type != 'table' or should_full_refresh() %}
        {%- set slices = slices_of(config.get('sliced')) %}
        {%- for slice in range(slices) %}
        set variable slices = {{ slices }};
        set variable slice = {{ slice }};
        {{ 'create or replace table ' ~ target ~ ' as' if loop.first else 'insert into ' ~ target ~ ' by name' }} (
        select * from (
        {{ compiled_code }}
        )
        {{ 'order by ' ~ config.get('sorted') if config.get('sorted') }}
        );
        {%- endfor %}
        reset variable slices;
        reset variable slice;
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
        delete from {{ target }} where rowid in (select stale_row from stale_{{ this.name }} where hash(stale_row) >= 0);
        insert into {{ target }} by name select * from fresh_{{ this.name }};
        drop table fresh_{{ this.name }};
        drop table stale_{{ this.name }};
        {% endif %}
    {% endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
