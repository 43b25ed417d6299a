"""How the report says things: names of actors, acts in a sentence, days, numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pipelines.coding.reference import read_csv
from pipelines.plural import plural

PHRASES = Path(__file__).with_name("phrases.csv")

# Names that English gives an article.
_WITH_ARTICLE = re.compile(
    r"^United |^(Netherlands|Philippines|Bahamas|Gambia|Maldives|Comoros|Seychelles)$|"
    r"( Islands| Republic| Union| Nations| League| Council| Court| Agency| Organi[sz]ation| Fund| States| Army)$|"
    r"^(Organization|Council|Organi[sz]ation) of|^Democratic Republic|^(OSCE|OPCW|G7|G8|G20|SCO|CSTO|OAS|Taliban)$|^Taliban$"
)


@dataclass(frozen=True)
class Phrase:
    """How one type and mode of act is told: did, would do, a noun, and what it hits where no report says what."""

    did: str
    would: str
    noun: str
    object: str


@dataclass
class Words:
    """Names and phrases for everything that pages tell."""

    names: Mapping[str, str]
    adjectives: Mapping[str, str]
    phrases: Mapping[tuple[str, str], Phrase]
    measures: Mapping[str, str] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """An actor's name; its code where nobody knows it."""
        return self.names.get(code, code)

    def the(self, code: str) -> str:
        """An actor's name as it stands in a sentence."""
        name = self.name(code)
        return f"the {name}" if _WITH_ARTICLE.search(name) else name

    def phrase(self, type_: str, mode: str | None) -> Phrase:
        """The phrase of an act; that of its type where the mode has none."""
        found = self.phrases.get((type_, mode or "")) or self.phrases.get((type_, ""))
        plain = type_.lower()
        return found or Phrase(f"{plain} {{t}}", f"{plain} {{t}}", plain, "")

    def hit(self, act: Mapping, phrase: Phrase) -> str:
        """What an act hit: '35 Russian officials', or the target where no report says."""
        target = act["target"]
        unit = act["unit"] or phrase.object
        if not act["count"] and not phrase.object:
            return self.the(target)
        counted = f"{act['count']:,} " if act["count"] else ""
        if act["count"] == 1:
            unit = singular(unit)
        if not unit:
            return f"{counted}of {self.the(target)}"
        if adjective := self.adjectives.get(target):
            return f"{counted}{adjective} {unit}"
        return f"{counted}{unit} of {self.the(target)}"

    def did(self, act: Mapping) -> str:
        """What the source did to the target, without the subject: 'expelled 35 Russian officials'."""
        phrase = self.phrase(act["type"], act["mode"])
        return phrase.did.format(t=self.the(act["target"]), hit=self.hit(act, phrase))

    def would(self, act: Mapping) -> str:
        """The same as an infinitive: 'expel 35 Russian officials'."""
        phrase = self.phrase(act["type"], act["mode"])
        return phrase.would.format(t=self.the(act["target"]), hit=self.hit(act, phrase))

    def noun(self, act: Mapping, with_unit: bool = True) -> str:
        """The act as a noun: 'expulsion of 35 officials' (or 'of 35'); the number where the kind of act hits what is counted."""
        phrase = self.phrase(act["type"], act["mode"])
        unit = act["unit"] or phrase.object
        if not act["count"] or not unit or "{hit}" not in phrase.did:
            return phrase.noun
        joint = "on" if phrase.noun == "sanctions" else "of"
        counted = f"{phrase.noun} {joint} {act['count']:,}"
        return f"{counted} {singular(unit) if act['count'] == 1 else unit}" if with_unit else counted

    def measure(self, code: str) -> str:
        """The label of a kind of measure, in lower case."""
        label = self.measures.get(code, code.replace("_", " "))
        return "measure not named" if code == "unspecified" else label[0].lower() + label[1:]

    def said(self, act: Mapping) -> str:
        """An act as a whole sentence without its end, with what became of it where it was not done."""
        who = capital(self.the(act["source"]))
        if act["status"] == "planned":
            return f"{who} planned to {self.would(act)}"
        if act["status"] == "denied":
            return f"{who} did not {self.would(act)}"
        if act["is_reciprocal"]:
            return f"{who} and {self.the(act['target'])}: {self.phrase(act['type'], act['mode']).noun} (both sides)"
        return f"{who} {self.did(act)}"


def load_words(
    names: Iterable[Mapping], groups: Iterable[Mapping], measures: Iterable[Mapping], countries: Path
) -> Words:
    """The words of a report: names from the published copy, adjectives and phrases from the reference."""
    known = {row["code"]: row["name"] for row in groups}
    known |= {row["code"]: row["name"] for row in names}
    adjectives = {
        row["alpha3"]: row["adjectives"].split("|")[0]
        for row in read_csv(countries, ("alpha3", "adjectives"))
        if row["adjectives"]
    }
    adjectives["USA"] = "American"
    phrases = {
        (row["type"], row["mode"]): Phrase(row["did"], row["would"], row["noun"], row["object"])
        for row in read_csv(PHRASES, ("type", "mode", "did", "would", "noun", "object"))
    }
    return Words(known, adjectives, phrases, {row["measure"]: row["label"] for row in measures})


def singular(unit: str) -> str:
    """A plural unit for one of it; irregular ones stay."""
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    irregular = {"people": "person", "staff": "member of staff", "premises": "premises"}
    if unit in irregular:
        return irregular[unit]
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit


def capital(text: str) -> str:
    """The first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def day(value: date | datetime | None) -> str:
    """A day as people write it: 29 December 2016."""
    return f"{value.day} {value:%B %Y}" if value else "day unknown"


def short_day(value: date | datetime | None) -> str:
    """A day in little room: 29 Dec 2016."""
    return f"{value.day} {value:%b %Y}" if value else "undated"


def month(value: date) -> str:
    """A month in little room: Dec 2016."""
    return f"{value:%b %Y}"


def signed(value: float | None, digits: int = 1) -> str:
    """A number with its sign and a real minus; empty for none."""
    if value is None:
        return ""
    text = f"{value:+.{digits}f}"
    return ("0" if float(text) == 0 else text).replace("-", "−")


def listed(parts: Iterable[str]) -> str:
    """'a, b and c'."""
    parts = list(parts)
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def lag(days: int) -> str:
    """Days between two acts in words."""
    if days == 0:
        return "the same day"
    if days < 0:
        return f"{plural(-days, 'day')} before (time zones)"
    return f"{plural(days, 'day')} later"
