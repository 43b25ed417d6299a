"""How well copies of one text are told from texts that only look like one, and how fast.

    .venv/bin/python benchmarks/stories.py [--items 30000] [--planted 500] [--seed 1]

A planted test of our own: made-up articles and the sample's, among them copies as other outlets print them (a tenth of the
words edited and another headline; the same words under a byline with the outlet's name in the headline), and texts that
are no copies (one number changed, one name changed, in copies that are edited and in ones that are not).
The models build the stories; speed is the CPU time of int_story alone, on one thread, per article: the least of five
builds, because a shared processor makes a build look slower than it is, never faster.
"""

from __future__ import annotations

import argparse
import calendar
import itertools
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import feedparser

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "integration")]


import story_lake  # noqa: E402

from pipelines import settings  # noqa: E402
from pipelines.lake import Lake  # noqa: E402
from pipelines.warehouse.build import dbt  # noqa: E402
from pipelines.warehouse.load import load_lake  # noqa: E402

COMMON = [
    "the",
    "of",
    "to",
    "in",
    "and",
    "a",
    "on",
    "for",
    "with",
    "that",
    "by",
    "at",
    "from",
    "its",
    "was",
    "said",
    "has",
    "will",
    "not",
    "over",
    "after",
    "be",
    "as",
    "it",
    "is",
]
START = datetime(2026, 1, 5, tzinfo=UTC)
COPIES = ("edited", "byline")
OTHERS = ("number", "name", "edited_number", "edited_name")


class Writer:
    """Made-up articles: words as frequent as in a language (Zipf), names, numbers and sentences."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = [self._word() for _ in range(8000)]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self.names = [self._word().capitalize() for _ in range(1500)]

    def _word(self) -> str:
        syllables = self.random.choices(
            [
                "ba",
                "co",
                "di",
                "fe",
                "gu",
                "la",
                "mer",
                "no",
                "pi",
                "ran",
                "sol",
                "ta",
                "vi",
                "wen",
                "zor",
                "ek",
                "us",
                "im",
            ],
            k=self.random.randint(2, 4),
        )
        return "".join(syllables)

    def plain(self, count: int) -> list[str]:
        rare = iter(self.random.choices(self.words, self.weights, k=count))
        return [self.random.choice(COMMON) if self.random.random() < 0.4 else word for word in rare]

    def headline(self) -> str:
        words = self.plain(self.random.randint(6, 9))
        return " ".join([words[0].capitalize(), *words[1:], self.random.choice(self.names)])

    def lead(self) -> str:
        return " ".join(self._sentence(self.random.randint(11, 22)) for _ in range(self.random.randint(3, 4)))

    def _sentence(self, length: int) -> str:
        words = self.plain(length)
        words[0] = words[0].capitalize()
        for place in self.random.sample(range(1, length), 2):
            words[place] = self.random.choice(self.names)
        words[self.random.randrange(1, length)] = str(self.random.randint(2, 900))
        return " ".join(words) + "."

    def edited(self, lead: str, share: float = 0.1) -> str:
        """The same with a share of its words replaced, left out or added; names and numbers stay."""
        words = []
        for word in lead.split():
            if self.random.random() >= share or not word.isalpha() or not word.islower():
                words.append(word)
            else:
                other = self.random.choices(self.words, self.weights)[0]
                words += self.random.choice(([other], [other], [], [word, other]))
        return " ".join(words)

    def changed(self, lead: str, what: str) -> str | None:
        """The same with one number, or one name within a sentence, another one everywhere; None where there is none."""
        words = lead.split()
        found = [
            word.strip(".,;:")
            for before, word in itertools.pairwise(words)
            if before[-1].isalnum()
            and (word.strip(".,;:").isdigit() if what == "number" else _is_name(word.strip(".")))
        ]
        if not found:
            return None
        old = self.random.choice(found)
        new = str(int(old) + self.random.randint(1, 9)) if old.isdigit() else self.random.choice(self.names)
        return " ".join(word.replace(old, new) if word.strip(".,;:") == old else word for word in words)


def _is_name(word: str) -> bool:
    """Whether a word within a sentence names somebody: days and months do not."""
    return word.istitle() and word.isalpha() and word not in (*calendar.day_name, *calendar.month_name)


def sample() -> list[tuple[str, str]]:
    """Headline and summary of each longer item of the recorded sample."""
    found = {}
    for path in sorted((ROOT / "data" / "sample").rglob("*.xml")):
        for entry in feedparser.parse(path).entries:
            title, summary = entry.get("title", ""), entry.get("summary", "")
            if len(summary.split()) >= 30 and "<" not in summary:
                found[summary] = title
    return [(title, summary) for summary, title in found.items()]


def planted(writer: Writer, items: int, count: int) -> list[tuple[str, str, str]]:
    """(name, headline, lead) of each article: `made-N` and `sample-N` with their `:kind` copies, and `other-N`."""
    made = [(f"made-{n}", writer.headline(), writer.lead()) for n in range(count)]
    made += [(f"sample-{n}", title, summary) for n, (title, summary) in enumerate(sample())]
    found = []
    for name, title, lead in made:
        edited = writer.edited(lead)
        found += [
            (name, title, lead),
            (f"{name}:edited", writer.headline(), edited),
            (f"{name}:byline", f"{title} - The Daily", f"By Staff. {lead}"),
        ]
        for kind, text in (("", lead), ("edited_", edited)):
            for what in ("number", "name"):
                if changed := writer.changed(text, what):
                    found.append((f"{name}:{kind}{what}", writer.headline() if kind else title, changed))
    found += [(f"other-{n}", writer.headline(), writer.lead()) for n in range(items - len(found))]
    return found


def stories(home: Path, articles: list[tuple[str, str, str]], writer: Writer) -> tuple[dict[str, str], float]:
    """The story of each article by name, as its first article's name, and the CPU seconds that it took."""
    (home / "feeds.csv").write_text(
        "feed_id,name,url,language,country,kind,outlet,enabled,fetch_body,reason\n"
    )
    where = settings.replace(settings.load(home), feeds_file=home / "feeds.csv")
    when = {}
    rows = []
    for name, title, lead in articles:
        base, _, kind = name.partition(":")
        # Copies follow within a day; the rest is spread over thirty.
        when.setdefault(base, START + timedelta(minutes=writer.random.randrange(30 * 24 * 60)))
        moment = when[base] + timedelta(minutes=writer.random.randint(1, 1440) if kind else 0)
        rows.append(
            story_lake.article(
                f"Outlet {writer.random.randrange(50)}", moment.isoformat(), title, summary=lead, guid=name
            )
        )
    lake = Lake(where.lake)
    story_lake.write(lake, rows, batch="archive-stories-0")
    load_lake(lake, where.warehouse)
    dbt(where, "run", "--select", "+int_story")
    (compiled,) = (where.dbt_home / "target" / "compiled").rglob("int_story.sql")
    with duckdb.connect(str(where.warehouse)) as connection:
        connection.execute("set threads = 1")
        took = min(_build(connection, compiled.read_text("utf-8")) for _ in range(5))
        found = connection.sql(
            "select item.guid, lead.guid from story "
            "join intermediate.int_article as a using (article_id) join staging.stg_item as item using (item_id) "
            "join intermediate.int_article as b on b.article_id = story.story_id "
            "join staging.stg_item as lead on lead.item_id = b.item_id"
        ).fetchall()
    return dict(found), took


def _build(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    """Build the stories; returns the CPU seconds that it took."""
    began = time.process_time()
    connection.execute(f"create or replace temp table story as {query}")
    return time.process_time() - began


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--items", type=int, default=30_000)
    arguments.add_argument("--planted", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    writer = Writer(given.seed)
    articles = planted(writer, given.items, given.planted)
    with tempfile.TemporaryDirectory() as home:
        found, took = stories(Path(home), articles, writer)
    for source in ("made", "sample"):
        for kinds, says in ((COPIES, "found"), (OTHERS, "falsely joined")):
            for kind in kinds:
                names = [name for name in found if name.startswith(source) and name.endswith(f":{kind}")]
                same = sum(found[name] == found[name.partition(":")[0]] for name in names)
                print(
                    f"{source:6} {kind:14} {same:5} of {len(names):5} {says} ({same / max(len(names), 1):.3f})"
                )
    strays = sum(found[name].partition(":")[0] != name.partition(":")[0] for name in found)
    print(f"joined to an unrelated text: {strays} of {len(found)}")
    print(f"{len(found):,} articles in {took:.2f} CPU seconds: {len(found) / took:,.0f} a second")


if __name__ == "__main__":
    main()
