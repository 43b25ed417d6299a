"""What an article is not about: sport, films, weather, recalls of nuts (off_topic.csv), and what is opinion."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.coding.reference import read_csv

_OPINION = re.compile(
    r"^\s*(?:opinion|analysis|comment|editorial|explainer|(?:\w+\s)?review|what if|letters?|column|quiz|correction|clarification|podcast|obituary|"
    r"timeline|factbox|profile|q&a|why|how|what)\b[:\s]",
    re.I,
)


class OffTopic:
    """The words of off_topic.csv."""

    def __init__(self, words: set[str]):
        self.pattern = re.compile(
            r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")(?![\w-])",
            re.I,
        )

    @classmethod
    def load(cls, reference: Path) -> OffTopic:
        words = {
            w.lower()
            for row in read_csv(reference / "off_topic.csv", ("topic", "words"), key="topic")
            for w in row.items_of("words")
        }
        return cls(words)

    def weigh(self, fields: dict[str, str]) -> float:
        """How many such words stand in every hundred words of title, summary and the body's beginning (capped)."""
        text = " ".join((fields.get("title", ""), fields.get("summary", ""), fields.get("body", "")[:1500]))
        found = {m.group().lower() for m in self.pattern.finditer(text)}
        length = max(30, text.count(" ") + 1)
        return min(10.0, 100.0 * len(found) / length)


def is_opinion(fields: dict[str, str]) -> bool:
    """Whether the title calls the article opinion, analysis, review or the like, or asks a question."""
    title = fields.get("title", "")
    return bool(_OPINION.match(title)) or title.rstrip().endswith("?")
