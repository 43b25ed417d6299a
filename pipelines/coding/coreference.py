"""Who "he", "the ministry", "the bloc" and "the two countries" are: from what the article said before.

A `Memory` walks through an article's sentences in order. It keeps whom each field named, the parties that acted
last, and the people and organisations named last, and offers codes for a word that names nobody itself.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipelines.coding.reference import read_csv

PRONOUNS = {
    "he": "person", "she": "person", "him": "person", "his": "person", "her": "person", "hers": "person", "himself": "person",
    "it": "subject", "its": "subject", "itself": "subject",
    "they": "both", "them": "both", "their": "both", "theirs": "both", "both": "both", "each": "both", "themselves": "both",
    "who": "none", "we": "subject", "our": "subject", "i": "person", "my": "person",
}  # fmt: skip
ORGANISATIONS = frozenset(
    [
        "UN",
        "EU",
        "NATO",
        "G7",
        "G20",
        "AU",
        "ASEAN",
        "OSCE",
        "IAEA",
        "ICC",
        "GCC",
        "ARAB",
        "ECOWAS",
        "IMF",
        "OPCW",
        "BRICS",
        "SCO",
        "CSTO",
        "CELAC",
        "OAS",
        "COE",
        "WTO",
        "WHO",
        "OPEC",
    ]
)


class Anaphora:
    """Words that point back, and to what kind of thing (bare_nouns.csv)."""

    def __init__(self, nouns: dict[str, str]):
        self.nouns = nouns

    @classmethod
    def load(cls, reference: Path) -> Anaphora:
        nouns = {}
        for row in read_csv(reference / "bare_nouns.csv", ("noun", "refers_to"), key="noun"):
            nouns[row["noun"]] = row.one_of(
                "refers_to", ("person", "subject", "other", "both", "organisation", "none")
            )
        return cls(nouns)

    def kind(self, word: str) -> str | None:
        """To what a word points back, or None where it does not."""
        return PRONOUNS.get(word) or self.nouns.get(word)


class Memory:
    """What an article has said so far."""

    def __init__(self):
        self.counts: Counter[str] = Counter()
        self.title: list[str] = []  # codes of the title, in order
        self.recent: list[str] = []  # codes as they came, latest last
        self.people: list[str] = []
        self.organisations: list[str] = []
        self.subject: str | None = None  # code of the last sentence's subject
        self.previous: list[str] = []  # codes of the last sentence
        self.off_topic = 0.0  # how much the article speaks of sport, films, weather
        self.opinion = False
        self.groups: list[list[str]] = []  # coordinations, latest last

    def begin(self, counts: Counter[str]) -> None:
        """Know how often the whole article names each code."""
        self.counts = counts

    def add_sentence(
        self,
        codes: list[str],
        people: list[str],
        subject: str | None,
        is_title: bool,
        groups: list[list[str]] | None = None,
    ) -> None:
        """Take a sentence that was just read into account."""
        if is_title:
            self.title += codes
        if codes:
            self.previous = list(dict.fromkeys(codes))
        self.recent += codes
        self.people += people
        self.groups += groups or []
        self.organisations += [c for c in codes if c in ORGANISATIONS]
        if subject:
            self.subject = subject

    def recall(self, kind: str, here: list[str], people_here: list[str], size: int = 0) -> list[str]:
        """Codes that a word of this kind may stand for, likeliest first. `here`: codes before it in its sentence."""
        if kind == "none":
            return []
        if kind == "person":
            for codes in (
                people_here,
                self.people[-1:],
                [self.subject] if self.subject else [],
                here,
                self.title,
            ):
                if codes:
                    return [codes[-1] if codes is not self.title else codes[0]]
            return []
        if kind == "organisation":
            for codes in ([c for c in here if c in ORGANISATIONS], self.organisations):
                if codes:
                    return [codes[-1]]
            return []
        if kind == "both":
            fitting = [g for g in self.groups if (len(g) == size if size else len(g) > 1)]
            if fitting and (size > 2 or len(set(here)) < 2):
                return fitting[-1]
            pool = list(dict.fromkeys(reversed(here))) or list(dict.fromkeys(self.previous)) or self.title
            if len(pool) < 2:
                pool = list(dict.fromkeys([*pool, *self.previous, *self.title]))
            return pool[:2]
        if kind == "other":
            first = here[0] if here else self.subject
            return self.salient({first} if first else set(), 1)
        # subject
        if here:
            return [here[0]]
        if self.subject:
            return [self.subject]
        return self.title[:1]

    def salient(self, without: set[str], limit: int = 3) -> list[str]:
        """The parties that the article is about, most prominent first."""
        score: Counter[str] = Counter()
        for code, n in self.counts.items():
            score[code] = n
        for place, code in enumerate(dict.fromkeys(self.title)):
            score[code] += 6 - min(place, 4)
        for code in self.previous:
            score[code] += 1.5
        if self.subject:
            score[self.subject] += 2
        ranked = sorted(score.items(), key=lambda kv: (-kv[1], kv[0]))
        return [code for code, _ in ranked if code not in without][:limit]
