#!/usr/bin/env python3
"""Measure the report: how long it takes to build, and how heavy its pages are.

benchmarks/report.py [--acts 5000] [--pairs 200] [--days 730]     on a published copy made up for the measurement
benchmarks/report.py --home DIR                                   on a home's own published copy

A made-up copy begins as an empty one with the marts' columns (of a published copy: --like, the sample's by default);
acts, reports and evidence are drawn at random with a fixed seed. Times are also given as a ratio to reading all acts
with their evidence out of the same file once, in the same run.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402

from pipelines.report.site import build_report  # noqa: E402
from pipelines.settings import DATA  # noqa: E402

SECONDS, MEGABYTES = 30, 2  # what 5,000 acts among 200 pairs may take, and a page weigh
FIRST = date(2024, 1, 1)
KINDS = (
    ("SANCTION", "expel", 4, -4.0), ("SANCTION", "sanction", 4, -8.0), ("ACCUSE", None, 3, -2.0), ("CONSULT", None, 1, 1.9),
    ("ASSAULT", "strike", 4, -10.0), ("AGREE", None, 1, 3.0), ("AID", "military", 2, 7.4), ("THREATEN", None, 3, -4.4),
)  # fmt: skip
SENTENCE = "The foreign ministry said on Friday that it had taken the step against its neighbour after a week of talks ({})."


def make_up(like: Path, target: Path, acts: int, pairs: int, days: int) -> None:
    """A published copy with so many acts among so many pairs: half of all acts fall on a tenth of the pairs."""
    draw = random.Random(20161229)
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{like}' as sample (read_only)")
        connection.execute("create schema wide")
        relations = connection.execute(
            "select schema_name, table_name, null from duckdb_tables() where database_name = 'sample' "
            "union all select schema_name, view_name, sql from duckdb_views() where database_name = 'sample' and not internal order by 3 nulls first, 1, 2"
        ).fetchall()
        for schema, name, sql in relations:
            kept = "" if name.startswith(("dim_", "_")) else "limit 0"
            connection.execute(
                sql or f'create table {schema}."{name}" as from sample.{schema}."{name}" {kept}'
            )
        states = [
            code for (code,) in connection.execute("select country from dim_country order by 1").fetchall()
        ]
        chosen = sorted({tuple(sorted(draw.sample(states, 2))) for _ in range(pairs * 3)})
        chosen = draw.sample(chosen, pairs)
        busy = chosen[: max(1, pairs // 10)]
        rows = {name: [] for name in ("event", "mention", "article", "evidence")}
        for number in range(acts):
            a, b = chosen[number] if number < pairs else draw.choice(busy if number % 2 else chosen)
            source, target_ = (a, b) if draw.random() < 0.5 else (b, a)
            type_, mode, quad, g = draw.choice(KINDS)
            day = FIRST + timedelta(days=draw.randrange(days))
            event = f"e{number:08}"
            outlets = 1 + int(draw.random() < 0.3) + int(draw.random() < 0.1)
            rows["event"].append((event, source, target_, type_, mode, quad, g, day, outlets, round(0.3 + 0.7 * draw.random(), 3), None if draw.random() < 0.7 else draw.randrange(1, 60)))  # fmt: skip
            for outlet in range(outlets):
                mention = event if outlet == 0 else f"{event}-{outlet}"
                rows["article"].append(
                    (f"a{mention}", f"Outlet {draw.randrange(28)}", f"https://news.example/{mention}", day)
                )
                rows["mention"].append((mention, event, f"a{mention}", source, target_, type_, mode, day))
                for place in range(2):
                    rows["evidence"].append(
                        (f"v{mention}{place}", mention, SENTENCE.format(mention), "taken the step")
                    )
        _insert(connection, rows, days)
        connection.execute("detach sample")


def _insert(connection: duckdb.DuckDBPyConnection, rows: dict[str, list[tuple]], days: int) -> None:
    import pandas as pd

    event = pd.DataFrame(rows["event"], columns=["event_id", "source", "target", "type", "mode", "quad_class", "goldstein", "event_date", "outlet_count", "confidence", "count"])  # fmt: skip
    mention = pd.DataFrame(rows["mention"], columns=["mention_id", "event_id", "article_id", "source", "target", "type", "mode", "event_date"])  # fmt: skip
    article = pd.DataFrame(rows["article"], columns=["article_id", "outlet", "url", "published_at"])
    evidence = pd.DataFrame(rows["evidence"], columns=["evidence_id", "mention_id", "sentence", "trigger"])
    for name, frame in (("e", event), ("m", mention), ("a", article), ("v", evidence)):
        connection.register(name, frame)
    connection.execute(
        """
        insert into fct_event by name select *, 'news' as origin, '000' as cameo, 'actual' as status, 'day' as date_precision,
            'stated' as date_basis, 'people' as unit, false as is_reciprocal, outlet_count as mention_count,
            outlet_count as article_count, event_date::timestamp as first_reported_at, event_date::timestamp as last_reported_at,
            goldstein * (1 + log10(greatest(coalesce(count, 1), 1))) as severity from e;
        insert into fct_event_mention by name select *, 'news' as origin, 'actual' as status, 0.8 as confidence,
            event_date::timestamp as reported_at from m;
        insert into fct_article by name select *, 'news' as origin, article_id as story_id, 'title' as title, 'coded' as coding_outcome,
            outlet as feed_id from a;
        insert into fct_evidence by name select *, 'body' as field, 0 as start_char, 10 as end_char from v;
        insert into fct_sanction by name select event_id as sanction_id, event_id, 'news' as origin, source as sender, target,
            'impose' as action, ['asset_freeze'] as measures, []::varchar[] as designees, 'actual' as status, event_date as announced_date
            from e where mode = 'sanction';
        insert into ind_sanctions_in_force by name
            select 'news' as origin, sender, target, 'asset_freeze' as measure, announced_date as date, count(*)::integer as imposed_count,
                0 as lifted_count, count(*)::integer as flow, min(announced_date) as known_from,
                (sum(count(*)) over (partition by sender, target order by announced_date))::integer as stock
            from fct_sanction group by sender, target, announced_date;
        insert into ind_retaliation by name select event_id, 'news' as origin, source, target, type, mode, event_date, severity,
            true as is_open from fct_event where quad_class in (3, 4);
        insert into wide.relations_daily by name
            select 'news' as origin, 'pooled' as direction, least(source, target) as source, greatest(source, target) as target,
                least(source, target) || '-' || greatest(source, target) as pair, event_date as period, count(*) as n, count(*) filter (quad_class = 1) as n_vc, count(*) filter (quad_class = 2) as n_mc,
                count(*) filter (quad_class = 3) as n_vx, count(*) filter (quad_class = 4) as n_mx, sum(goldstein) as g,
                sum(greatest(goldstein, 0)) as g_positive, sum(greatest(-goldstein, 0)) as g_negative,
                sum(goldstein * goldstein) as g_squares, max(outlet_count) as outlet_count
            from fct_event group by all;
        insert into wide.relations_monthly by name
            select origin, direction, source, target, pair, date_trunc('month', period) as period, sum(n) as n, sum(n_vc) as n_vc,
                sum(n_mc) as n_mc, sum(n_vx) as n_vx, sum(n_mx) as n_mx, sum(g) as g, sum(g_positive) as g_positive,
                sum(g_negative) as g_negative, sum(g_squares) as g_squares, max(outlet_count) as outlet_count,
                greatest(least(sum(g) / 4, 9), -9) as level
            from wide.relations_daily group by all;
        """
    )
    connection.execute(
        "insert into ind_coverage by name select 'news' as origin, ?::date + i::integer as date, 40 as article_count, 40 as coded_article_count, "
        "20 as outlet_count, 28 as enabled_outlet_count, 24 as fetch_count, 0 as failed_fetch_count, 'ok' as status "
        "from range(?) as days (i) where i % 97 > 3",
        [FIRST, days],
    )


def read_once(published: Path) -> float:
    """Seconds to read all acts with their evidence into Python: what any report must do at least."""
    with duckdb.connect(str(published), read_only=True) as connection:
        begin = time.perf_counter()
        connection.execute(
            "select * from fct_event join fct_event_mention using (event_id) join fct_evidence using (mention_id) join fct_article using (article_id)"
        ).fetchall()
        return time.perf_counter() - begin


def measure(published: Path, folder: Path) -> None:
    """Build twice, print the better time; pages, bytes, the heaviest page with what it loads."""
    with duckdb.connect(str(published), read_only=True) as connection:
        acts, pairs = connection.execute(
            "select count(*), count(distinct (least(source, target), greatest(source, target))) from fct_event where origin <> 'gdelt'"
        ).fetchone()
    read = min(read_once(published) for _ in range(3))
    runs = []
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        built = build_report(published, folder)
        runs.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = min(runs)
    shared = sum(file.stat().st_size for file in (folder / "static").iterdir())
    print(
        f"{acts:,} acts, {pairs:,} pairs: {built.pages:,} pages, {built.tables:,} tables, {built.bytes / 1e6:.1f} MB"
    )
    print(
        f"built in {wall:.1f} s ({cpu:.1f} s CPU); reading the acts once: {read:.2f} s; ratio {wall / read:.1f}"
    )
    heaviest = (built.largest + shared) / 1e6
    print(f"heaviest page with style and script: {heaviest:.2f} MB")
    held = wall < SECONDS and heaviest < MEGABYTES
    print(f"limits: {SECONDS} s, {MEGABYTES} MB a page: {'held' if held else 'BROKEN'}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--acts", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--like", type=Path, default=DATA / "home-sample" / "demarche.duckdb")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "demarche.duckdb"
        if args.home:
            published = args.home / "demarche.duckdb"
        elif not args.like.exists():
            parser.error(
                f"{args.like} does not exist: run ./demarche run first, or name a published copy with --like"
            )
        else:
            make_up(args.like, published, args.acts, args.pairs, args.days)
        measure(published, Path(folder) / "report")
    return 0


if __name__ == "__main__":
    sys.exit(main())
