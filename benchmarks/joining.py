"""How well reports of the same act are joined: pairwise precision and recall over hand-written groups of reports.

    .venv/bin/python benchmarks/joining.py [--faults]

Loads tests/data/joining/groups.jsonl (reports in our own words with their acts, and hard negatives: a second round, the same
count by two states, a week between) into an empty home, builds the models up to the joining, and compares every pair
of mentions. Groups are scored one by one: two of them may tell of the same act.

"""

from __future__ import annotations

import json
import sys
import tempfile
from itertools import combinations
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "integration")]

import story_lake  # noqa: E402

from pipelines import settings  # noqa: E402
from pipelines.lake import Lake  # noqa: E402
from pipelines.warehouse.build import dbt  # noqa: E402
from pipelines.warehouse.load import load_lake  # noqa: E402

GROUPS = ROOT / "tests" / "data" / "joining" / "groups.jsonl"


def joined(home: Path, groups: list[dict]) -> dict[tuple[str, int], str | None]:
    """The act that each mention (report, place) is joined to by the models."""
    (home / "feeds.csv").write_text(
        "feed_id,name,url,language,country,kind,outlet,enabled,fetch_body,reason\n"
    )
    where = settings.replace(settings.load(home), feeds_file=home / "feeds.csv")
    lake = Lake(where.lake)
    story_lake.write(
        lake, [_article(report) for group in groups for report in group["reports"]], batch="archive-groups-0"
    )
    load_lake(lake, where.warehouse)
    dbt(where, "run", "--select", "+int_event_mention")
    with duckdb.connect(str(where.warehouse), read_only=True) as connection:
        return {
            (report, ordinal): act
            for report, ordinal, act in connection.sql(
                "select item.guid, mention.event_ordinal, link.act from intermediate.int_mention as mention "
                "join intermediate.int_article as article using (article_id) join staging.stg_item as item using (item_id) "
                "left join intermediate.int_event_mention as link using (mention)"
            ).fetchall()
        }


def _article(report: dict) -> dict:
    acts = [
        story_lake.act(
            told["source"],
            told["target"],
            told["type"],
            told["mode"],
            told["date"] if told["date_precision"] == "day" else None,
            cameo=told["cameo"],
            status=told["status"],
            count=told["count"],
            unit=told["unit"],
            reciprocal=told["reciprocal"],
            precision=told["date_precision"],
            basis=told["date_basis"],
        )
        for told in report["mentions"]
    ]
    return story_lake.article(
        report["outlet"],
        report["published"],
        report["title"],
        *acts,
        summary=report["summary"],
        guid=report["id"],
    )


def score(groups: list[dict], acts: dict[tuple[str, int], str | None]) -> tuple[float, float, list[str]]:
    """Pairwise precision and recall, and a line for each wrong pair. Hypothetical mentions belong to no act."""
    told = [
        (group["id"], report, ordinal, mention)
        for group in groups
        for report in group["reports"]
        for ordinal, mention in enumerate(report["mentions"])
        if mention["status"] != "hypothetical" and mention["act"]
    ]
    right = found = wanted = 0
    faults = []
    for one, other in combinations(told, 2):
        if one[0] != other[0]:
            continue
        same = one[3]["act"] == other[3]["act"]
        a, b = acts.get((one[1]["id"], one[2])), acts.get((other[1]["id"], other[2]))
        together = a is not None and a == b
        right, found, wanted = right + (same and together), found + together, wanted + same
        if same != together:
            faults.append(f"{'not joined' if same else 'joined'}: {_line(one)}  |  {_line(other)}")
    return right / max(found, 1), right / max(wanted, 1), faults


def _line(told) -> str:
    _, report, _, m = told
    return f"{report['id']} {report['published'][:10]} {m['source']}>{m['target']} {m['type']}/{m['mode']} {m['status']} {m['date']}({m['date_basis']}) {m['count']} rec={m['reciprocal']}"


def main() -> None:
    groups = [json.loads(line) for line in GROUPS.read_text("utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory(prefix="demarche-joining-") as folder:
        precision, recall, faults = score(groups, joined(Path(folder), groups))
    mentions = sum(len(report["mentions"]) for group in groups for report in group["reports"])
    print(
        f"{len(groups)} groups, {mentions} mentions: pairwise precision {precision:.3f}, recall {recall:.3f}"
    )
    if "--faults" in sys.argv:
        print("\n".join(faults))


if __name__ == "__main__":
    main()
