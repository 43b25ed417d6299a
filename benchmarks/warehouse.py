"""What the warehouse costs: seconds, peak memory and the ratio to a full hash scan of fct_event, model by model.

    .venv/bin/python benchmarks/warehouse.py 5 10 20        (millions of synthetic acts)
    .venv/bin/python benchmarks/warehouse.py --same 1       (besides: does the day end where rebuilding everything ends?)

Makes acts with a realistic skew over 20,000 pairs and 20 years (a few pairs hold most of them) as mentions of articles, in
the order in which they were reported, and lets dbt run every model from the joining of mentions on: all of it, and then
what one more day of reports touches. How far back that day's reports reach is drawn from the articles of `training/`: a
fifth tells of a day before the last, three in a hundred of more than a month ago, one in two hundred of more than a year.
Either is published, and every query of the cookbook asked. One model at a time, so that time and memory are its own;
dbt's start-up is not counted. What it costs to know articles and stories again is measured on real text instead:
`benchmarks/history.py`.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines import settings
from pipelines.lake import Lake
from pipelines.warehouse.build import dbt, invoke
from pipelines.warehouse.load import load_lake
from pipelines.warehouse.publish import publish

# Made up here instead of built: what the mentions come from, and what is not made up (lists, sentences, entities).
MADE = ["int_mention_fresh", "int_changed_article", "int_told", "int_today", "fct_article"]
SELECTION = ["--select", "int_mention_fresh+", "fct_article+", "int_today+", "--exclude", *MADE]

SETUP = """
create schema synthetic;
create table synthetic.country as
select country as code, row_number() over (
    order by coalesce(list_position(['USA', 'RUS', 'CHN', 'IRN', 'ISR', 'IND', 'PAK', 'UKR', 'GBR', 'SAU', 'QAT'], country), 99), country
) - 1 as i
from staging.stg_country
where valid_to is null
qualify i < 200;
create table synthetic.mention as select * from intermediate.int_mention;
drop view intermediate.int_mention_fresh;
create view intermediate.int_mention_fresh as select * from synthetic.mention;
create table synthetic.changed (article_id varchar, origin varchar, outlet varchar, date date, was_date date);
drop table intermediate.int_changed_article;
create view intermediate.int_changed_article as select * from synthetic.changed
"""

# Acts of the days from {first} on, {days} of them: {acts} in all, numbered from {number}.
ACTS = """
create or replace table synthetic.act as
with drawn as (
    select i as act, hash(i) as h,
        -- pairs after Zipf: the first holds about a tenth
        least(floor(power(20000.0, ((hash(i, 1) % 1000000) + 1) / 1000000.0)), 19999)::integer as pair,
        date '{first}' + ((i - {number}) * {days} // {acts})::integer as reported,
        ({lag})::integer as lag,
        (hash(i, 3) % 100)::integer as kind, (hash(i, 4) % 100)::integer as fate, (hash(i, 5) % 100)::integer as size
    from range({number}, {number} + {acts}) t(i)
)
select act, pair, reported, reported - lag as day, fate, size,
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
join synthetic.country a on a.i = pair % 200
join synthetic.country b on b.i = (pair % 200 + 1 + pair // 200) % 200;

create or replace table synthetic.made as
select
    md5(act || '-' || copy) as mention_id,
    md5(act || '.' || copy) as article_id,
    'news' as origin,
    'outlet ' || floor(power(200.0, (hash(act, copy, 6) % 1000) / 1000.0))::integer as voice,
    reported::timestamp + (copy * interval 7 hour) + interval 2 hour as reported_at,
    0 as event_ordinal,
    case when reciprocal then least(one, other) when forward then one else other end as source,
    case when reciprocal then greatest(one, other) when forward then other else one end as target,
    type, mode, cameo,
    case when fate < 88 then 'actual' when fate < 94 then 'planned' when fate < 96 then 'denied' else 'hypothetical' end as status,
    case when hash(act, copy, 7) % 20 = 0 then null else day + (case when copy > 1 and hash(act, copy) % 4 = 0 then 1 else 0 end) end as event_date,
    case when hash(act, copy, 7) % 20 = 0 then 'none' else 'day' end as date_precision,
    case when hash(act, copy, 8) % 3 = 0 then 'publication' else 'stated' end as date_basis,
    case when size < 12 then 1 + (size * 7) % 40 end::integer as count,
    reciprocal as is_reciprocal,
    -- Two in a hundred say what they answer.
    case when hash(act, 14) % 50 = 0 then case when forward then other else one end end as response_source,
    case when hash(act, 14) % 50 = 0 then case when forward then one else other end end as response_target,
    case when hash(act, 14) % 50 = 0 then type end as response_type,
    0.6 + (hash(act, copy, 9) % 30) / 100.0 as confidence,
    'synthetic' as coder_version,
    'synthetic' as batch,
    goldstein
from (select *, type = 'CONSULT' and size < 60 as reciprocal from synthetic.act)
join staging.stg_cameo using (cameo), range(1, 4) c(copy)
where copy = 1 or hash(act, copy, 10) % 10 < 2;

insert into synthetic.mention by name
select *, hash(mention_id) as mention, hash(article_id) as article, hash(made) as content,
    hash(origin, least(source, target), greatest(source, target)) & 18446744073709551612 as pair_key,
    hash(origin, least(source, target), greatest(source, target), type) as block,
    coalesce(event_date, reported_at::date) as day, {tile} as tile
from synthetic.made as made;

insert into main.fct_article by name
select article_id, article_id as story_id, origin, voice as feed_id, voice as outlet, 'en' as lang, reported_at as published_at,
    reported_at as first_seen_at, reported_at as last_seen_at, 1 as revision_count, reported_at::date as date, voice as story_outlet, 'coded' as coding_outcome
from synthetic.made;

create or replace table intermediate.int_today as
select 'news' as origin, min(reported_at)::date as first_date, max(reported_at)::date as last_date from synthetic.mention;
drop table synthetic.act;
"""


# How many days after an act the articles of `training/` tell of it.
LAG = f"""
select least(greatest(published::date - event.date::date, 0), 7000) as lag
from (
    select published, unnest(events) as event
    from read_json('{settings.ROOT / "training" / "articles.jsonl"}',
        columns = {{published: 'timestamp', events: 'struct(status varchar, date varchar)[]'}})
)
where event.status <> 'hypothetical' and length(event.date) = 10
"""

# As the macro `tile` has it.
TILE = "(greatest((day - date '1600-01-01') // 32, 0)::ubigint << 32) | (hash(block) >> 32)"

# What changed: the reports from {first} on, and one in twenty of the day before, which their outlets have revised.
FRESH = """
create table synthetic.fresh as
select * from synthetic.mention where reported_at >= date '{first}'
union all by name
select * replace (confidence + 0.01 as confidence, hash(mention, 'revised') as content)
from synthetic.mention
where reported_at >= date '{first}' - 1 and reported_at < date '{first}' and article % 20 = 0;

insert into synthetic.changed
select distinct article_id, origin, voice, reported_at::date, case when reported_at < date '{first}' then reported_at::date end
from synthetic.fresh;

create or replace view intermediate.int_mention_fresh as select * from synthetic.fresh
"""


class Watch:
    """What this process used between two moments: its highest resident memory, and processor time."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, float, float]] = []
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self._samples.append((time.time(), pages * 4096 / 1e9, time.process_time()))
            time.sleep(0.02)

    def between(self, start: float, end: float) -> Cost:
        seen = [sample for sample in self._samples if start - 0.03 <= sample[0] <= end + 0.03]
        if not seen:
            return Cost(end - start, 0.0, 0.0)
        return Cost(end - start, seen[-1][2] - seen[0][2], max(size for _, size, _ in seen))


class Cost(NamedTuple):
    """Seconds by the clock, seconds of processors (the same under whatever else runs), gigabytes."""

    seconds: float
    used: float
    peak: float


# All mentions as they are after the day, for rebuilding everything.
WHOLE = """
create table synthetic.whole as
select * from synthetic.mention where mention not in (select mention from synthetic.fresh)
union all by name
select * from synthetic.fresh;

create or replace view intermediate.int_mention_fresh as select * from synthetic.whole
"""


def main(millions: list[float], compare: bool) -> None:
    watch = Watch()
    for million in millions:
        with tempfile.TemporaryDirectory(prefix="demarche-benchmark-") as folder:
            feeds = Path(folder) / "feeds.csv"
            feeds.write_text("feed_id,name,url,language,country,kind,outlet,enabled,reason\n")
            where = settings.replace(settings.load(Path(folder)), feeds_file=feeds)
            load_lake(Lake(where.lake), where.warehouse)
            dbt(where, "run")
            _run(where, SETUP)
            _measure(where, int(million * 1e6), watch, compare)


def _measure(where, acts: int, watch: Watch, compare: bool) -> None:
    days = 7305  # up to the tenth of a month, so that one day more closes none
    began = time.time()
    _run(where, ACTS.format(first="2006-01-11", days=days, lag="0", tile=TILE, acts=acts, number=0))
    (mentions,) = _one(where, "select count(*) from synthetic.mention")
    print(
        f"\n{acts / 1e6:g} million acts, {mentions:,} mentions (made in {time.time() - began:.0f} s)",
        flush=True,
    )
    whole = _models(where, watch, "--full-refresh")
    scan, rows = _scan(where.warehouse, "int_event")
    print(f"A hash scan of all {rows:,} acts takes {scan:.2f} s; × is a time over that.")
    _tell("everything rebuilt", whole, scan)
    _publish(where, watch, "publishing all of it")
    _next_day(where, acts, days)
    _tell("one more day", _models(where, watch), scan)
    _publish(where, watch, "publishing the day")
    scan, rows = _scan(where.published, "fct_event")
    print(f"A hash scan of fct_event, as published, takes {scan:.2f} s.")
    _cookbook(where, scan, watch)
    if compare:
        one = _digests(where)
        _run(where, WHOLE)
        _models(where, watch, "--full-refresh")
        other = _digests(where)
        differing = [name for name in one if one[name] != other[name]]
        print(
            f"rebuilt: {len(one)} tables hold the same rows"
            if not differing
            else f"REBUILT OTHERWISE: {differing}"
        )


def _digests(where) -> dict[str, tuple]:
    """Of each table and view of the marts and wide tables: how many rows, and a hash of all, floats after round(6)."""
    with duckdb.connect(str(where.warehouse), read_only=True, config={"threads": 2}) as connection:
        columns = connection.sql(
            "select schema_name || '.' || table_name, list(case data_type when 'DOUBLE' then 'round(' || column_name || ', 6) + 0.0' "
            "else column_name end order by column_index) from duckdb_columns() where schema_name in ('main', 'wide') "
            "and database_name = current_database() and not internal group by all order by all"
        ).fetchall()
        return {
            name: connection.sql(
                f"select count(*), sum(hash({', '.join(values)})::hugeint) from {name}"
            ).fetchone()
            for name, values in columns
        }


def _next_day(where, acts: int, days: int) -> None:
    """What comes the day after `days` of them: its reports, and revisions of some of the last day's."""
    _run(where, f"create or replace table synthetic.lag as {LAG}")
    first = _one(where, f"select (date '2006-01-11' + {days})::varchar")[0]
    lag = "(select list(lag order by lag) from synthetic.lag)[(1 + hash(i, 12) % (select count(*) from synthetic.lag))::bigint]"
    _run(where, ACTS.format(first=first, days=1, lag=lag, tile=TILE, acts=acts // days, number=acts))
    _run(where, FRESH.format(first=first))


def _publish(where, watch: Watch, what: str) -> None:
    began = time.time()
    publish(where.warehouse, where.published, where.published_archive)
    cost = watch.between(began, time.time())
    print(f"{what}: {cost.seconds:.1f} s ({cost.used:.1f} s of processors), {cost.peak:.1f} GB", flush=True)


def _tell(what: str, found: dict[str, Cost], scan: float) -> None:
    total = Cost(
        sum(cost.seconds for cost in found.values()),
        sum(cost.used for cost in found.values()),
        max(cost.peak for cost in found.values()),
    )
    print(
        f"{what}: {total.seconds:.1f} s ({total.used:.1f} s of processors), {total.seconds / scan:.0f} × the scan, "
        f"at most {total.peak:.1f} GB"
    )
    for name, cost in sorted(found.items(), key=lambda item: -item[1].seconds)[:24]:
        print(
            f"  {name:24} {cost.seconds:8.2f} s {cost.used:8.2f} s {cost.seconds / scan:7.2f} × {cost.peak:5.1f} GB",
            flush=True,
        )


def _models(where, watch: Watch, *arguments: str) -> dict[str, Cost]:
    """The cost of each model of one run."""
    report = invoke(where, "run", "--threads", "1", *arguments, *SELECTION)
    broken = [node for node in report.nodes if node.is_broken]
    assert not broken, broken[0].message
    return {
        node.unique_id.split(".")[-1]: watch.between(node.started, node.started + node.seconds)
        for node in report.nodes
        if node.unique_id.startswith("model.")
    }


def _scan(database: Path, table: str) -> tuple[float, int]:
    with duckdb.connect(str(database), read_only=True, config={"threads": 2}) as connection:
        connection.execute("use intermediate" if table.startswith("int_") else "use main")
        (rows,) = connection.sql(f"select count(*) from {table}").fetchone()
        times = []
        for _ in range(3):
            began = time.perf_counter()
            connection.execute(f"select bit_xor(hash(e)) from {table} as e").fetchone()
            times.append(time.perf_counter() - began)
    return min(times), rows


def _cookbook(where, scan: float, watch: Watch) -> None:
    spec = importlib.util.spec_from_file_location("cookbook", settings.ROOT / "docs" / "refresh_cookbook.py")
    cookbook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(cookbook)
    text = cookbook.COOKBOOK.read_text("utf-8")
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    with duckdb.connect(str(where.published), read_only=True, config={"threads": 2}) as connection:
        for title, query in zip(titles, cookbook.queries(text), strict=True):
            began, started = time.time(), time.perf_counter()
            connection.execute(query).fetchall()
            seconds = time.perf_counter() - started
            peak = watch.between(began, time.time()).peak
            print(f"  {title:52} {seconds:7.3f} s {seconds / scan:6.2f} × {peak:5.1f} GB")


def _run(where, statements: str) -> None:
    with duckdb.connect(str(where.warehouse), config={"threads": 2, "memory_limit": "6GB"}) as connection:
        connection.execute("set preserve_insertion_order = false")
        for statement in statements.split(";\n"):
            if statement.strip():
                connection.execute(statement)


def _one(where, query: str) -> tuple:
    with duckdb.connect(str(where.warehouse)) as connection:
        return connection.sql(query).fetchone()


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--same"]
    main([float(word) for word in words] or [1], "--same" in sys.argv)
