"""What becomes of a folder of real feed documents: outlets x (documents, items, kept, undated, repeated, set aside).

    python benchmarks/documents.py FOLDER

An outlet is a folder (or the file's folder). Item counts are compared with feedparser's own; status 1 where one differs.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import feedparser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipelines.feeds.failures import Failure
from pipelines.feeds.parse import parse
from pipelines.items.normalise import normalise

COLUMNS = ("documents", "items", "kept", "undated", "repeated", "aside", "no feed")


def main(folder: Path) -> int:
    outlets: dict[str, Counter] = defaultdict(Counter)
    differing = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        seen = outlets[str(path.parent.relative_to(folder))]
        seen["documents"] += 1
        content = path.read_bytes()
        theirs = len(feedparser.parse(content).entries)
        try:
            parsed = parse(content, "", "https://example.org/feed")
        except Failure as failure:
            seen["no feed"] += 1
            if theirs:
                differing += 1
                print(f"{path}: {failure.kind} ({failure}); feedparser has {theirs} items")
            continue
        fetch = {
            "fetch_id": str(path),
            "feed_id": "f",
            "origin": "news",
            "document_id": "d",
            "fetched_at": datetime.now(UTC),
        }
        found = normalise(parsed, fetch, "outlet", "", {})
        repeated = sum(row["reason"] == "duplicate" for row in found.aside)
        seen.update(
            items=len(parsed.items),
            kept=len(found.items),
            undated=sum(row["published_at"] is None for row in found.items),
            repeated=repeated,
            aside=len(found.aside) - repeated,
        )
        assert found.delivered == len(parsed.items), f"{path}: items do not add up"
        if theirs != len(parsed.items):
            differing += 1
            print(f"{path}: {len(parsed.items)} items; feedparser has {theirs}")
    total: Counter = Counter()
    print(f"{'':60}" + "".join(f"{name:>10}" for name in COLUMNS))
    for outlet, seen in outlets.items():
        total.update(seen)
        print(f"{outlet[-60:]:60}" + "".join(f"{seen[name]:10,}" for name in COLUMNS))
    print(f"{'all':60}" + "".join(f"{total[name]:10,}" for name in COLUMNS))
    print(f"{differing} documents differ from feedparser in the number of items")
    return bool(differing)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
