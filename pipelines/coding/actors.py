"""Who is named in a text: states, organisations, armed groups, bodies and people, at a given day.

Names come from data/reference; an Aho–Corasick automaton over their words finds all of them in one pass, and
context (capitals, titles, neighbours, what else the article names) decides between the readings of a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import ahocorasick

from pipelines.coding.reference import Row, read_csv

KINDS = "state adjective demonym capital seat region organisation group person office agency place".split()


@dataclass(frozen=True)
class Mention:
    """One name in a text. `code` is what it counts as as source or target after the guide; `start` and `end`
    are characters of the text given."""

    start: int
    end: int
    text: str
    code: str | None
    kind: str
    name: str
    country: str | None
    role: str | None
    actor_id: str | None
    certainty: float


# --- words of a text -------------------------------------------------------------------------------------


def _fold_table() -> dict[int, str]:
    """One character for one: letters lose their marks, so that offsets stay what they are."""
    table = {ord(a): b for a, b in zip("ıİøØłŁđĐðÐæÆœŒßþÞŋəƏ", "iioolLdDdDaAoOspPnee", strict=True)}
    for code in range(0xA0, 0x2000):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if code not in table and base.isascii() and base.isalnum():
            table[code] = base
    return table


_FOLD = _fold_table()
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    "a an the of and or in on at to for by with from as over after amid vs de la el al bin von van der".split()
)


def fold(text: str) -> str:
    """Lower case without diacritics; as long as the text."""
    if not text.isascii():
        text = text.translate(_FOLD)
    return text.lower()


def key_of(name: str) -> str:
    """How a name is looked up: its folded words, one blank between."""
    return " ".join(_WORD.findall(fold(name)))


class Words:
    """A text cut into words, with what is needed to look names up in it and to judge their surroundings."""

    __slots__ = ("ends", "folded", "hay", "places", "starts", "style", "text", "words")

    def __init__(self, text: str):
        self.text = text
        self.folded = fold(text)
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.words: list[str] = []
        self.places: dict[int, int] = {}  # place in hay -> word
        place = 0
        for match in _WORD.finditer(self.folded):
            self.places[place] = len(self.words)
            self.starts.append(match.start())
            self.ends.append(match.end())
            self.words.append(match.group())
            place += match.end() - match.start() + 1
        self.hay = f" {' '.join(self.words)} "
        self.style = self._style()

    def _style(self) -> str:
        """How the text uses capitals: sentence, title (headline with capitals) or caps (all of it)."""
        long = [
            self.text[s:e]
            for s, e, w in zip(self.starts, self.ends, self.words, strict=True)
            if len(w) > 3 and w.isalpha()
        ]
        if len(long) >= 2 and all(w.isupper() for w in long):
            return "caps"
        rest = long[1:]
        if len(rest) >= 3 and sum(w[0].isupper() for w in rest) >= 0.8 * len(rest):
            return "title"
        return "sentence"

    def original(self, i: int) -> str:
        return self.text[self.starts[i] : self.ends[i]]

    def gap(self, i: int) -> str:
        """What stands between word i and the next."""
        return self.text[self.ends[i] : self.starts[i + 1]]

    def is_capital(self, i: int) -> bool:
        return self.text[self.starts[i]].isupper()

    def begins_sentence(self, i: int) -> bool:
        if i == 0:
            return True
        gap = self.gap(i - 1)
        return any(c in gap for c in ".!?:\n") and not (
            gap.strip() == "." and len(self.words[i - 1]) <= 3 and self.is_capital(i - 1)
        )


# --- what a name can mean --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sense:
    """One reading of a name. Outside [since, until) it counts as `otherwise` (None: it does not hold)."""

    kind: str
    code: str | None
    name: str
    country: str | None
    role: str | None
    actor_id: str | None
    since: date | None = None
    until: date | None = None
    otherwise: str | None = None
    certainty: float = 0.95
    acronym: bool = False


@dataclass(frozen=True, slots=True)
class Office:
    """One office of a person; `until` is the first day after it."""

    code: str
    office: str
    role: str
    since: date
    until: date
    certainty: float


@dataclass(slots=True)
class Person:
    """A person and all offices, in order of time."""

    person_id: str
    name: str
    home: str | None
    offices: tuple[Office, ...]

    def at(self, on: date) -> tuple[str, Office]:
        """The office that matters on a day, and whether it is `active`, `next`, `former` or `later`."""
        active = [o for o in self.offices if o.since <= on < o.until]
        if active:
            return "active", max(active, key=lambda o: _RANK.get(o.office, 0.3))
        past = [o for o in self.offices if o.until <= on]
        ahead = [o for o in self.offices if o.since > on]
        if ahead and ahead[0].since - on < timedelta(days=120):
            return "next", ahead[0]
        if past:
            return "former", max(past, key=lambda o: (o.until, _RANK.get(o.office, 0.3)))
        return "later", ahead[0]


_RANK = {
    "head of state": 1.5,
    "head of government": 1.5,
    "de facto leader": 1.5,
    "organisation head": 1.2,
    "foreign minister": 1.0,
    "vice president": 0.8,
    "opposition leader": 0.8,
    "defence minister": 0.7,
}
_MAJOR = frozenset(
    "USA RUS CHN GBR FRA DEU ISR IRN TUR UKR IND PAK PRK KOR JPN SAU EGY SYR IRQ VEN UN EU NATO".split()
)
_CERTAINTY = {"high": 0.95, "medium": 0.8, "low": 0.6}
_FIRST, _LAST = date(1900, 1, 1), date(9999, 1, 1)

_NOISE = Sense("noise", None, "", None, None, None)

# A source credit closes a report: "(Reuters) (BBC News)".
_CREDITS = re.compile(r"(?<=[.!?\"”'’\])])\s*((?:\([^()]{2,120}\)[\s,;.]*)+)$")


def credits(text: str) -> tuple[int, int] | None:
    """Where the source credits at the end of a text stand, "(Reuters) (AP via Google News)", or None."""
    match = _CREDITS.search(text)
    return match.span(1) if match else None


class Actors:
    """All names of the reference files, ready to be found."""

    def __init__(self, names: dict[str, list[Sense | tuple[Person, bool]]], given: frozenset[str]):
        self.names = names
        self.given = given
        self.automaton = ahocorasick.Automaton()
        for key in names:
            self.automaton.add_word(f" {key} ", key)
        self.automaton.make_automaton()

    @classmethod
    def load(cls, reference: Path) -> Actors:
        """Read the reference CSVs of a folder; a fault raises InputError with file and line."""
        names: dict[str, list] = defaultdict(list)
        for alias, sense in _senses(reference):
            key = key_of(alias)
            if key and sense not in names[key]:
                names[key].append(sense)
        people = _people(reference)
        given = set()
        for person, aliases in people:
            for alias in aliases:
                key = key_of(alias)
                full = " " in key
                if key and all(s[0] is not person for s in names[key] if isinstance(s, tuple)):
                    names[key].append((person, full))
            first = key_of(person.name).split()
            if len(first) > 1 and len(first[0]) > 2:
                given.add(first[0])
        return cls({k: v for k, v in names.items() if v}, frozenset(given))

    def find(self, text: str, on: date) -> list[Mention]:
        """The names in a text, longest first where they overlap, in order of the text."""
        return self.resolve_article({"text": text}, on)["text"]

    def resolve_article(self, fields: dict[str, str], on: date) -> dict[str, list[Mention]]:
        """The names in each field, decided with the whole article in view."""
        texts = {name: Words(text or "") for name, text in fields.items()}
        found = {name: list(self._candidates(words)) for name, words in texts.items()}
        evidence: Counter[str] = Counter()
        people: set[str] = set()
        for name, words in texts.items():
            for first, last, key in found[name]:
                for sense in self.names[key]:
                    if isinstance(sense, tuple):
                        if sense[1]:
                            people.add(sense[0].person_id)
                    elif sense.code and sense.kind != "place" and self._fits(words, first, last, sense):
                        evidence[sense.code] += 1
        return {name: self._choose(words, found[name], on, evidence, people) for name, words in texts.items()}

    def _candidates(self, words: Words) -> Iterator[tuple[int, int, str]]:
        """Spans of words (first, last, key) that are a known name, without the source credits."""
        masked = credits(words.text)
        limit = masked[0] if masked else len(words.text)
        spans = []
        for end, key in self.automaton.iter(words.hay):
            first = words.places[end - len(key) - 1]
            last = first + key.count(" ")
            if words.ends[last] > limit or not any(words.is_capital(i) for i in range(first, last + 1)):
                continue
            if last > first and not self._joined(words, first, last):
                continue
            spans.append((first, last, key))
        spans.sort(key=lambda s: (s[0], -s[1]))
        return iter(spans)

    @staticmethod
    def _joined(words: Words, first: int, last: int) -> bool:
        """Whether the words of a span stand together as one name."""
        for i in range(first, last):
            gap = words.gap(i)
            if gap in (" ", "-", "–", "‑", "'", "’", ".", " & ", ", ", "/"):
                continue
            if gap == ". " and len(words.words[i]) <= 3:
                continue
            return False
        return True

    @staticmethod
    def _fits(words: Words, first: int, last: int, sense: Sense) -> bool:
        """Whether the capitals are those of the name: acronyms in capitals, others with a capital first."""
        if sense.acronym:
            return words.text[words.starts[first] : words.ends[last]].isupper()
        lead = first + 1 if words.words[first] == "the" and last > first else first
        return words.is_capital(lead) or words.is_capital(last)

    def _choose(
        self,
        words: Words,
        spans: Iterable[tuple[int, int, str]],
        on: date,
        evidence: Counter[str],
        people: set[str],
    ) -> list[Mention]:
        mentions: list[Mention] = []
        free = 0
        for first, last, key in spans:
            if first < free:
                continue
            mention = self._resolve(words, first, last, key, on, evidence, people)
            if mention is None:
                continue
            free = last + 1
            if mention.kind != "noise":
                mentions.append(mention)
        return mentions

    def _resolve(self, words, first, last, key, on, evidence, people) -> Mention | None:
        start, end = words.starts[first], words.ends[last]
        if (
            words.text[end : end + 1] == "."
            and words.text[start:end].count(".")
            and len(words.words[last]) == 1
        ):
            end += 1  # the last dot of U.S.
        static: list[Sense] = []
        persons: list[tuple[Person, bool]] = []
        for sense in self.names[key]:
            if isinstance(sense, tuple):
                persons.append(sense)
            elif sense.kind == "noise":
                return Mention(start, end, words.text[start:end], None, "noise", key, None, None, None, 1.0)
            elif self._fits(words, first, last, sense):
                static.append(sense)
        for sense in static:
            code = sense.code
            if (sense.since and on < sense.since) or (sense.until and on >= sense.until):
                if not sense.otherwise:
                    continue
                code = sense.otherwise
            country = sense.country if code == sense.code else code
            return Mention(
                start,
                end,
                words.text[start:end],
                code,
                sense.kind,
                sense.name,
                country,
                sense.role,
                sense.actor_id,
                sense.certainty,
            )
        best = None
        for person, full in persons:
            if not words.is_capital(last) and not words.is_capital(first):
                continue
            state, office = person.at(on)
            score = {"active": 3.0, "next": 1.5, "former": 1.0, "later": -2.0}[state] + _RANK.get(
                office.office, 0.3
            )
            score += (
                10 * (person.person_id in people) + 2 * (evidence[office.code] > 0) + (office.code in _MAJOR)
            )
            if full:
                score += 20
            if score >= 4.4 and (best is None or score > best[0]):
                best = (score, person, state, office)
        if best is None:
            return None
        score, person, state, office = best
        code = office.code if state == "active" else person.home or office.code
        role = office.role if state == "active" else f"former {office.role}" if state == "former" else None
        country = person.home if len(office.code) != 3 or office.code in ("OAS", "IMF") else office.code
        certainty = min(0.97, 0.5 + score / 30) * office.certainty
        return Mention(
            start,
            end,
            words.text[start:end],
            code,
            "person",
            person.name,
            country,
            role,
            person.person_id,
            round(certainty, 3),
        )


def is_place_context(text: str, mention: Mention) -> bool:
    """Whether a capital or country stands there as a place: "in Moscow", "near Kabul", "from Paris"."""
    before = text[max(0, mention.start - 24) : mention.start].lower()
    return bool(
        re.search(
            r"\b(?:in|at|near|from|outside|into|around|inside|across|through|throughout|downtown|central|via|toward|towards)\s+(?:the\s+)?$",
            before,
        )
    )


# --- reading the reference files -------------------------------------------------------------------------


def _is_acronym(alias: str) -> bool:
    letters = [c for c in alias if c.isalpha()]
    return 1 < len(letters) <= 6 and all(c.isupper() for c in letters)


def _senses(reference: Path) -> Iterator[tuple[str, Sense]]:
    for row in read_csv(reference / "noise.csv", ["phrase", "kind"], key="phrase"):
        yield row["phrase"], _NOISE
    yield from _countries(reference / "countries.csv")
    for row in read_csv(
        reference / "organisations.csv", ["code", "name", "other_names", "seats", "acts_as"], key="code"
    ):
        sense = Sense("organisation", row["acts_as"] or None, row["name"], None, None, row["code"])
        yield from _named(row, sense)
    for row in read_csv(
        reference / "groups.csv",
        ["group_id", "name", "other_names", "acts_as", "valid_from", "valid_to"],
        key="group_id",
    ):
        code = row["acts_as"] or None
        country = code if code and code not in ("ISIS", "ALQAEDA") else None
        sense = Sense(
            "group",
            code,
            row["name"],
            country,
            "armed group",
            row["group_id"],
            row.day_of("valid_from"),
            row.day_of("valid_to"),
        )
        yield from _named(row, sense)
    for row in read_csv(
        reference / "agencies.csv",
        ["agency_id", "name", "other_names", "acts_as", "country", "kind", "valid_from", "valid_to"],
        key="agency_id",
    ):
        kind = row.one_of("kind", ("agency", "seat", "organisation"))
        sense = Sense(
            kind,
            row["acts_as"] or None,
            row["name"],
            row["country"] or None,
            None,
            row["agency_id"],
            row.day_of("valid_from"),
            row.day_of("valid_to"),
        )
        yield from _named(row, sense)
    for row in read_csv(
        reference / "regions.csv",
        ["name", "other_names", "adjectives", "acts_as", "country", "kind", "valid_from", "valid_to"],
        key="name",
    ):
        kind = row.one_of("kind", ("region", "place"))
        sense = Sense(
            kind,
            row["acts_as"] or None,
            row["name"],
            row["country"] or None,
            None,
            None,
            row.day_of("valid_from"),
            row.day_of("valid_to"),
        )
        yield from _named(row, sense)
        for alias in row.items_of("adjectives"):
            yield alias, replace(sense, kind="adjective")


def _named(row: Row, sense: Sense) -> Iterator[tuple[str, Sense]]:
    for alias in (row["name"], *row.items_of("other_names")):
        yield alias, replace(sense, acronym=_is_acronym(alias))


def _countries(path: Path) -> Iterator[tuple[str, Sense]]:
    columns = "alpha3 alpha2 numeric name other_names adjectives demonyms capital seats part_of valid_from valid_to".split()
    for row in read_csv(path, columns, key="alpha3"):
        code = row["part_of"] or row["alpha3"]
        base = Sense(
            "state",
            code,
            row["name"],
            code,
            None,
            row["alpha3"],
            row.day_of("valid_from"),
            row.day_of("valid_to"),
            row.get("before") or None,
        )
        for kind, aliases in (
            ("state", (row["name"], *row.items_of("other_names"))),
            ("adjective", row.items_of("adjectives")),
            ("demonym", row.items_of("demonyms")),
            ("capital", (*row.items_of("capital"), *row.items_of("seats"))),
        ):
            for alias in aliases:
                yield alias, replace(base, kind=kind, acronym=_is_acronym(alias))


def _people(reference: Path) -> list[tuple[Person, list[str]]]:
    columns = "person_id name other_names acts_as home office role valid_from valid_to certainty".split()
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in read_csv(reference / "offices.csv", columns):
        rows[row["person_id"]].append(row)
    people = []
    for person_id, group in rows.items():
        aliases: dict[str, None] = {}
        offices, home = [], None
        for row in group:
            aliases |= dict.fromkeys((row["name"], *row.items_of("other_names")))
            home = home or row["home"] or None
            since, until = row.day_of("valid_from") or _FIRST, row.day_of("valid_to", end=True) or _LAST
            if until < since:
                row.fail(f"valid_to {row['valid_to']} is before valid_from {row['valid_from']}")
            offices.append(
                Office(
                    row["acts_as"],
                    row["office"],
                    row["role"],
                    since,
                    until,
                    _CERTAINTY[row.one_of("certainty", _CERTAINTY)],
                )
            )
        offices.sort(key=lambda o: (o.since, o.until))
        if home is None:
            home = next((o.code for o in offices if len(o.code) == 3 and o.code.isupper()), None)
        people.append((Person(person_id, group[0]["name"], home, tuple(offices)), list(aliases)))
    return people
