"""What the warehouse costs: seconds, peak memory and the ratio to a full hash scan of fct_event, model by model.

    .venv/bin/python benchmarks/warehouse.py 5 10 20        (millions of synthetic acts)

Makes acts with a realistic skew over 20,000 pairs and 20 years (a few pairs hold most of them), as mentions of articles,
and runs every model from the joining of mentions on, in the order and with the SQL that dbt compiles, in one DuckDB
with two threads. The identity of articles and stories is measured on real text instead (a run over an archive).
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines import settings
from pipelines.lake import Lake
from pipelines.warehouse.build import dbt
from pipelines.warehouse.load import load_lake

# What is made up instead of built: the mentions, and the articles that they stand in.
SYNTHETIC = {"int_mention", "fct_article", "fct_entity_mention", "int_today"}
SKIPPED_BEFORE = {
    "int_article_item",
    "int_article",
    "int_story",
    "fct_evidence",
    "fct_sanction",
    "fct_feed_fetch",
    "fct_quarantine",
}

MAKE = """
create or replace table country as select chr(65 + i // 676) || chr(65 + (i // 26) % 26) || chr(65 + i % 26) as code, i from (select range::integer as i from range(200));

create or replace table act as
with drawn as (
    select i as act, hash(i) as h,
        -- pairs after Zipf: the first holds about a tenth
        least(floor(power(20000.0, ((hash(i, 1) % 1000000) + 1) / 1000000.0)), 19999)::integer as pair,
        date '2006-01-01' + ((hash(i, 2) % 7305)::integer) as day,
        (hash(i, 3) % 100)::integer as kind, (hash(i, 4) % 100)::integer as fate, (hash(i, 5) % 100)::integer as size
    from range({acts}) t(i)
)
select act, pair, day, fate, size,
    a.code as one, b.code as other, h % 2 = 0 as forward,
    case when kind < 35 then 'CONSULT' when kind < 45 then 'SUPPORT' when kind < 50 then 'AGREE' when kind < 55 then 'AID'
        when kind < 70 then 'ACCUSE' when kind < 75 then 'THREATEN' when kind < 80 then 'SANCTION' when kind < 85 then 'MOBILIZE'
        when kind < 97 then 'ASSAULT' else 'COERCE' end as type,
    case when kind < 35 then null when kind between 55 and 69 then 'disapprove' when kind between 75 and 79 then ['expel', 'sanction'][1 + kind % 2]
        when kind between 85 and 96 then 'strike' end as mode,
    case when kind < 35 then '040' when kind < 45 then '051' when kind < 50 then '057' when kind < 55 then '071'
        when kind < 70 then '111' when kind < 75 then '131' when kind < 80 then ['161', '163'][1 + kind % 2] when kind < 85 then '154'
        when kind < 97 then '190' else '173' end as cameo
from drawn
join country a on a.i = pair % 200
join country b on b.i = (pair % 200 + 1 + pair // 200) % 200;

create or replace table intermediate.int_mention as
select
    md5(act || '-' || copy) as mention_id,
    md5(act || '.' || copy) as article_id,
    'news' as origin,
    'outlet ' || floor(power(200.0, (hash(act, copy, 6) % 1000) / 1000.0))::integer as voice,
    null::varchar as story_id,
    day + (copy * interval 7 hour) + interval 9 hour as reported_at,
    0 as event_ordinal,
    case when forward then one else other end as source,
    case when forward then other else one end as target,
    type, mode, cameo,
    case when fate < 88 then 'actual' when fate < 94 then 'planned' when fate < 96 then 'denied' else 'hypothetical' end as status,
    case when hash(act, copy, 7) % 20 = 0 then null else day + (case when copy > 1 and hash(act, copy) % 4 = 0 then 1 else 0 end) end as event_date,
    case when hash(act, copy, 7) % 20 = 0 then 'none' else 'day' end as date_precision,
    case when hash(act, copy, 8) % 3 = 0 then 'publication' else 'stated' end as date_basis,
    case when size < 12 then 1 + (size * 7) % 40 end::integer as count,
    null::varchar as unit,
    type = 'CONSULT' and size < 60 as is_reciprocal,
    null::varchar as response_source, null::varchar as response_target, null::varchar as response_type, null::integer as response_ordinal,
    0.6 + (hash(act, copy, 9) % 30) / 100.0 as confidence,
    'synthetic' as coder_version,
    'synthetic' as batch, null::varchar as coding_id,
    null::varchar as problem,
    goldstein
from act
join staging.stg_cameo using (cameo), range(1, 4) c(copy)
where copy = 1 or hash(act, copy, 10) % 10 < 2;

create or replace table main.fct_article as
select article_id, article_id as story_id, origin, voice as feed_id, voice as outlet, null::varchar as url, null::varchar as title,
    null::varchar as summary, 'en' as lang, reported_at as published_at, null::varchar as published_flag, reported_at as first_seen_at,
    reported_at as last_seen_at, 1 as revision_count, voice as story_outlet, 'coded' as coding_outcome
from intermediate.int_mention;

create or replace table intermediate.int_today as
select 'news' as origin, min(day) as first_date, max(day) as last_date from act;
drop table act;
"""

COOKBOOK = {
    "a pair's acts of a month": "select * from fct_event where source = 'AAB' and target = 'AAC' and event_date between '2018-03-01' and '2018-03-31'",
    "one indicator of a pair": "select period, value from ind_relations_monthly where pair = 'AAB-AAC' and direction = 'pooled' and indicator = 'goldstein_mean' order by 1",
    "open retaliations of a year": "select count(*) from ind_retaliation where is_open and event_date >= '2025-01-01' and severity < -8",
    "which pairs cooled most this month": "select pair, value from ind_relations_monthly where indicator = 'goldstein_sum' and direction = 'pooled' and period = '2025-11-01' order by value limit 10",
}


def main(millions: list[float]) -> None:
    with tempfile.TemporaryDirectory(prefix="demarche-benchmark-") as folder:
        where = settings.load(Path(folder))
        feeds = Path(folder) / "feeds.csv"
        feeds.write_text("feed_id,name,outlet,url,enabled\n")
        where = settings.replace(where, feeds_file=feeds)
        load_lake(Lake(where.lake), where.warehouse)
        dbt(where, "run")
        manifest = json.loads((where.dbt_home / "target" / "manifest.json").read_text())
        models = _in_order(manifest)
        for million in millions:
            _measure(where, models, million)


def _in_order(manifest) -> list[tuple[str, str, str, str]]:
    """Models downstream of the mentions, in an order that respects their arrows: name, relation, kind, SQL."""
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    ordered: list[str] = []

    def visit(key: str) -> None:
        if key in ordered or key not in nodes:
            return
        for parent in nodes[key]["depends_on"]["nodes"]:
            visit(parent)
        ordered.append(key)

    for key in sorted(nodes):
        visit(key)
    return [
        (
            node["name"],
            f"{node['schema']}.{node['name']}",
            node["config"]["materialized"],
            node["compiled_code"],
        )
        for node in (nodes[key] for key in ordered)
        if not node["name"].startswith(("stg_", "dim_")) and node["name"] not in SYNTHETIC | SKIPPED_BEFORE
    ]


def _measure(where, models, million: float) -> None:
    with duckdb.connect(str(where.warehouse)) as connection:
        connection.execute(
            f"set threads = 2; set memory_limit = '7GB'; set preserve_insertion_order = false; set temp_directory = '{where.home}/spill'"
        )
        started = time.perf_counter()
        for statement in MAKE.format(acts=int(million * 1e6)).split(";\n"):
            if statement.strip():
                connection.execute(statement)
        connection.execute("checkpoint")
        (mentions,) = connection.sql("select count(*) from intermediate.int_mention").fetchone()
        print(
            f"\n{million:g} million acts, {mentions:,} mentions (made in {time.perf_counter() - started:.0f} s)"
        )
        seconds: dict[str, float] = {}
        for name, relation, kind, sql in models:
            started = time.perf_counter()
            connection.execute(
                f"create or replace {'view' if kind == 'view' else 'table'} {relation} as {sql}"
            )
            seconds[name] = time.perf_counter() - started
            print(f"  {name:26} {seconds[name]:7.1f} s", flush=True)
        connection.execute("checkpoint")
        started = time.perf_counter()
        connection.execute("select bit_xor(hash(e)) from main.fct_event e").fetchone()
        scan = time.perf_counter() - started
        (acts,) = connection.sql("select count(*) from main.fct_event").fetchone()
        print(
            f"  {'rebuilt, all of it':26} {sum(seconds.values()):7.1f} s, {sum(seconds.values()) / scan:.0f} times a hash scan of fct_event ({scan:.2f} s, {acts:,} acts)"
        )
        for question, query in COOKBOOK.items():
            started = time.perf_counter()
            connection.execute(query).fetchall()
            print(f"  {question:36} {time.perf_counter() - started:6.3f} s")
        print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


if __name__ == "__main__":
    main([float(word) for word in sys.argv[1:]] or [1])
