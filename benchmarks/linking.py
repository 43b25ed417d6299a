"""How well names in the news are told apart from one another's: precision and recall on hand-made pairs.

    .venv/bin/python -m benchmarks.linking [--pairs FILE] [--list FOLDER] [--misses]

Each pair is a name as news gives it, a name as a list gives it, and whether they are the same one. The pairs are in
our own selection: transliterations, word order, aliases, shortened names, and traps (relatives, common names, generic
words). With --list, every news name is also looked up among all entries of a folder of OFAC's CSV files: how long a
look-up takes, and what is linked.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

from pipelines.coding.reference import Row, read_csv
from pipelines.lists import ofac
from pipelines.lists.entry import merged
from pipelines.lists.link import NAME_ENOUGH, Designee, Linker, Listed, likeness

PAIRS = Path(__file__).parent.parent / "tests" / "data" / "linking" / "pairs.csv"


@dataclass(frozen=True)
class Score:
    """Pairs by what was said of them: right links, wrong links, missed links, rightly unlinked."""

    hits: int
    false: list[tuple[Row, float]]
    missed: list[tuple[Row, float]]
    apart: int

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + len(self.false))

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + len(self.missed))


def measure(path: Path = PAIRS) -> Score:
    """Compare every pair; two names are held to be one where their likeness is enough for a link."""
    hits, apart, false, missed = 0, 0, [], []
    for row in read_csv(path, ("news_name", "list_name", "type", "same", "kind")):
        like = likeness(row["news_name"], row["list_name"], row["type"])
        said, same = like >= NAME_ENOUGH, row["same"] == "1"
        hits += said and same
        apart += not said and not same
        if said and not same:
            false.append((row, like))
        if same and not said:
            missed.append((row, like))
    return Score(hits, false, missed, apart)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--misses", action="store_true", help="show what was got wrong")
    options = parser.parse_args()
    score = measure(options.pairs)
    total = score.hits + score.apart + len(score.false) + len(score.missed)
    print(f"{total} pairs: precision {score.precision:.3f}, recall {score.recall:.3f}")
    print(
        f"  {score.hits} linked rightly, {len(score.false)} wrongly, {len(score.missed)} missed, {score.apart} apart"
    )
    if options.misses:
        for what, rows in (("wrongly linked", score.false), ("missed", score.missed)):
            for row, like in rows:
                print(f"  {what}: {row['news_name']} | {row['list_name']} ({row['kind']}, {like:.2f})")
    if options.list:
        files = {path.stem: path.read_bytes() for path in options.list.glob("*.csv")}
        entries = merged(ofac.parse(files).entries).values()
        start = time.perf_counter()
        linker = Linker(Listed("ofac", entry) for entry in entries)
        built = time.perf_counter()
        names = [(row["news_name"], row["type"]) for row in read_csv(options.pairs, ("news_name", "type"))]
        links = [(name, linker.link(Designee(name, type_))) for name, type_ in dict.fromkeys(names)]
        done = time.perf_counter()
        print(
            f"among {len(entries)} entries (index {built - start:.1f} s): {len(links)} names looked up, "
            f"{1000 * (done - built) / len(links):.1f} ms each"
        )
        for name, link in links:
            if link.outcome in ("linked", "ambiguous"):
                found = link.listed.entry.name if link.listed else link.evidence
                print(f"  {link.outcome:9} {name} -> {found} ({link.score})")


if __name__ == "__main__":
    main()
