"""Every pair and every actor, to search in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pipelines.report.world import Page, World, actor_path, pair_path, table

PAIRS_A_PAGE = 6000


def index_pages(world: World) -> Iterator[Page]:
    """Every pair and every actor, to search in."""
    words = world.words
    rows = sorted(
        (row | {"names": (words.name(row["a"]), words.name(row["b"])), "href": pair_path(row["a"], row["b"])} for row in world.pairs.values()),
        key=lambda row: (-row["acts"], row["names"]),
    )  # fmt: skip
    codes = sorted({code for pair in world.pairs for code in pair}, key=lambda code: words.name(code))
    counts: dict[str, int] = defaultdict(int)
    for (a, b), row in world.pairs.items():
        counts[a] += row["acts"]
        counts[b] += row["acts"]
    actors = [
        {"code": code, "name": words.name(code), "href": actor_path(code), "acts": counts[code]}
        for code in codes
    ]
    chunks = [rows[i : i + PAIRS_A_PAGE] for i in range(0, len(rows), PAIRS_A_PAGE)] or [[]]
    names = ["pairs.html", *(f"pairs-{n}.html" for n in range(2, len(chunks) + 1))]
    columns = ("a", "b", "acts", "actual", "conflict", "cooperation", "first_date", "last_date")
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        values = {"rows": chunk, "actors": actors, "number": number + 1, "pages": names, "total": len(rows)}
        yield Page(name, "pairs.html", values, [] if number else [table("data/pairs.csv", columns, rows)])
