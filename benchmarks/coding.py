#!/usr/bin/env python3
"""Measure the coder.

benchmarks/coding.py GOLD.jsonl [--igo] [--errors N] [--details N] [--out FILE]   agreement with gold records
benchmarks/coding.py GOLD.jsonl --predicted FILE                    the same for records made elsewhere
benchmarks/coding.py GOLD.jsonl --quality data/coder_quality.csv    what the report says of the coder, by type
benchmarks/coding.py --stream FILE.jsonl[.gz] [--limit N] [--workers N]   items a second, peak memory
benchmarks/coding.py --cold                                         one article from a cold start
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import score  # noqa: E402

from pipelines.coding.jsonl import read_articles, to_record  # noqa: E402
from pipelines.coding.records import Article  # noqa: E402

SHOWN = ("source", "target", "type", "mode", "status", "date", "count", "trigger")


def code(lines: list[str]) -> dict[str, dict]:
    """The coder's records for the articles of JSON lines, by id."""
    from pipelines.coding.batch import coder  # loads its models once for each process

    articles = [a for a in read_articles(lines) if isinstance(a, Article)]
    return {
        article.id: to_record(article.id, coded)
        for article, coded in zip(articles, coder().code_many(articles), strict=True)
    }


def print_rows(title: str, rows: dict[str, dict[str, float]], limits: dict[str, tuple[float, float]]) -> None:
    print(f"{title:28}{'P':>7}{'R':>7}{'F1':>7}{'95 % of F1':>16}{'gold':>7}{'put out':>9}")
    for name, row in rows.items():
        span = "{:.3f} … {:.3f}".format(*limits[name]) if name in limits else ""
        print(
            f"{name:28}{row['precision']:7.3f}{row['recall']:7.3f}{row['f1']:7.3f}{span:>16}"
            f"{row['gold']:7d}{row['predicted']:9d}"
        )
    print()


def report(gold: dict[str, dict], predicted: dict[str, dict], errors: int) -> None:
    tallies, wrong = [], []
    for id_, record in gold.items():
        tally, missed, extra = score.score_article(record, predicted[id_])
        tallies.append(tally)
        if missed or extra:
            wrong.append((id_, missed, extra))
    total, limits = score.totals(tallies), score.bootstrap(tallies)
    print(f"{len(gold)} articles\n")
    print_rows("", score.rows(total, "line"), limits)
    for group in ("type", "kind", "origin"):
        print_rows(f"by {group}", score.rows(total, group), {})
    right = {key: total["right", key, "hit"] / max(1, total["right", key, "n"]) for key in score.FIELDS}
    print("right among matched events: " + ", ".join(f"{key} {share:.3f}" for key, share in right.items()))
    n = total["measures", "overlap", "n"]
    print(
        f"sanction measures overlap: {total['measures', 'overlap', 'hit'] / n if n else 0:.3f} "
        "({:.3f} … {:.3f})".format(*limits["measures overlap"])
    )
    print(f"traps left alone: {total['traps', 'clean', 'hit']} of {total['traps', 'clean', 'n']}\n")
    bins, error = score.calibration(total)
    if bins:
        print(f"{'confidence':>12}{'mean said':>11}{'right':>8}{'acts':>7}")
        for low, said, share, acts in bins:
            print(f"{low:8.1f}–{low + 0.1:.1f}{said:11.3f}{share:8.3f}{acts:7d}")
        print(f"expected calibration error: {error:.3f}")
    for id_, missed, extra in wrong[:errors]:
        article = gold[id_]
        print(f"\n{id_}: {article.get('title') or article.get('summary', '')[:150]}")
        for label, events in (("missed", missed), ("extra", extra)):
            for event in events:
                print(f"  {label:7}", json.dumps({k: event.get(k) for k in SHOWN}, ensure_ascii=False))


def print_details(gold: dict[str, dict], predicted: dict[str, dict], limit: int) -> None:
    """Where an act was found and a field of it is wrong: gold, ours, basis, and the text around the trigger."""
    for id_, article in gold.items():
        pairs = score.matched_events(article, predicted[id_])
        for ours, theirs in pairs:
            wrong = [key for key in score.FIELDS if ours.get(key) != theirs.get(key)]
            if wrong and limit:
                limit -= 1
                evidence = (theirs.get("evidence") or [{}])[0]
                values = ", ".join(f"{key} {ours.get(key)} ≠ {theirs.get(key)}" for key in wrong)
                published = str(article.get("published"))[:10]
                act = f"{ours['source']}→{ours['target']} {ours['type']}/{ours['mode']}"
                print(f"{id_} {published} {act}: {values} ({theirs.get('date_basis')})")
                print(f"    [{evidence.get('trigger')}] {evidence.get('sentence')}")
        for ours, theirs in score.matched_sanctions(article, predicted[id_]):
            keys = ("measures", "designees", "instrument", "reason", "count")
            wrong = [key for key in keys if score.plain(ours.get(key)) != score.plain(theirs.get(key))]
            if wrong and limit:
                limit -= 1
                values = ", ".join(f"{key} {ours.get(key)} ≠ {theirs.get(key)}" for key in wrong)
                print(f"{id_} {ours['sender']}→{ours['target']} {ours['action']}: {values}")


QUALITY = ("set", "coder_version", "group", "name", "precision", "recall", "f1", "gold", "put_out", "hit")


def write_quality(path: str, name: str, gold: dict[str, dict], predicted: dict[str, dict]) -> None:
    """Precision and recall as a CSV of one set: first the lines, then the types of acts, most frequent in gold first."""
    from pipelines.coding.batch import coder

    total = score.totals(score.score_article(record, predicted[id_])[0] for id_, record in gold.items())
    lines, types = score.rows(total, "line"), score.rows(total, "type")
    types = dict(sorted(types.items(), key=lambda item: (-item[1]["gold"], item[0])))
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(QUALITY)
        for group, rows in (("line", lines), ("type", types)):
            for label, row in rows.items():
                shares = (f"{row[key]:.4f}" for key in ("precision", "recall", "f1"))
                hit = total[group, label, "hit"]
                writer.writerow(
                    (name, coder().version, group, label, *shares, row["gold"], row["predicted"], hit)
                )


def measure_gold(args: argparse.Namespace) -> int:
    gold = score.read_records(args.gold)
    lines = Path(args.gold).read_text(encoding="utf-8").splitlines()
    predicted = score.read_records(args.predicted) if args.predicted else code(lines)
    absent = [id_ for id_ in gold if id_ not in predicted]
    if absent:
        print(f"{len(absent)} gold articles were not coded, first: {absent[0]}", file=sys.stderr)
        return 2
    if args.out:
        with open(args.out, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in predicted.values())
    if args.igo:
        score.merge_organisations(gold.values())
        score.merge_organisations(predicted.values())
    report(gold, predicted, args.errors)
    if args.quality:
        write_quality(args.quality, f"the {len(gold)} articles of {Path(args.gold).name}", gold, predicted)
    if args.details:
        print("\nfields that are wrong where the act is right (gold ≠ ours)")
        print_details(gold, predicted, args.details)
    return 0


def _code_chunk(lines: list[str]) -> tuple[int, int]:
    records = code(lines)
    return len(records), sum(len(record["events"]) for record in records.values())


def peak_memory_mb() -> float:
    """Resident peak of this process and, summed, of the largest child for each that ended (Linux: kB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _memory(_: int) -> tuple[int, float]:
    return os.getpid(), peak_memory_mb()


def measure_stream(args: argparse.Namespace) -> int:
    opener = gzip.open if args.stream.endswith(".gz") else open
    with opener(args.stream, "rt", encoding="utf-8") as stream:
        lines = [line for line in islice(stream, args.limit) if line.strip()]
    chunks = [lines[i : i + 1000] for i in range(0, len(lines), 1000)]
    begin, items, events = time.perf_counter(), 0, 0
    with ProcessPoolExecutor(args.workers) as pool:
        for done, found in pool.map(_code_chunk, chunks):
            items, events = items + done, events + found
        seconds = time.perf_counter() - begin
        memory = sum(dict(pool.map(_memory, range(args.workers * 4))).values())
    rate = items / seconds
    print(
        f"{items} items in {seconds:.1f} s with {args.workers} processes: {rate:.0f} items/s, {events} acts"
    )
    print(
        f"peak memory: {memory + peak_memory_mb():.0f} MB (workers {memory:.0f}, this process {peak_memory_mb():.0f})"
    )
    return 0


COLD = {
    "id": "cold",
    "published": "2016-12-30T14:05:00Z",
    "title": "Obama expels 35 Russian diplomats over election hacking",
    "summary": "The United States ordered 35 diplomats to leave and imposed sanctions on Russia's GRU on Thursday.",
}


def measure_cold(args: argparse.Namespace) -> int:
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        done = subprocess.run(
            [str(ROOT / "demarche"), "code", "-", "-"],
            input=json.dumps(COLD) + "\n",
            capture_output=True,
            text=True,
            check=False,
        )
        seconds.append(time.perf_counter() - begin)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return 1
    acts = len(json.loads(done.stdout)["events"])
    print(f"one article from a cold start: {', '.join(f'{s:.2f}' for s in seconds)} s, {acts} acts")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="?")
    parser.add_argument("--predicted", help="score these records instead of running the coder")
    parser.add_argument("--out", help="keep the coder's records here")
    parser.add_argument("--quality", metavar="FILE", help="write precision and recall by type here, as CSV")
    parser.add_argument(
        "--errors", type=int, default=0, metavar="N", help="show the first N articles with errors"
    )
    parser.add_argument(
        "--details", type=int, default=0, metavar="N", help="show N wrong fields of right acts"
    )
    parser.add_argument(
        "--igo", action="store_true", help="take all international organisations as one actor, IGO"
    )
    parser.add_argument("--stream", metavar="FILE")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cold", action="store_true")
    args = parser.parse_args()
    if args.cold:
        return measure_cold(args)
    if args.stream:
        return measure_stream(args)
    if not args.gold:
        parser.error("name a gold file, --stream or --cold")
    return measure_gold(args)


if __name__ == "__main__":
    sys.exit(main())
