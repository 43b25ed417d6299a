"""How many: numbers that count people, bodies and things in English news. Which of them an act hit: `counting.py`.

Number words are read by text2num. Money, shares, ages, dates, distances and the numbers of resolutions are no
counts; "more than 60" is 60, "the same number" is the count before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from text_to_num import text2num

from pipelines.coding.reference import read_csv
from pipelines.settings import DATA

if TYPE_CHECKING:
    pass

KINDS = ("person", "body", "thing")
UNITS_FILE = DATA / "reference" / "units.csv"


@dataclass(frozen=True)
class Unit:
    """What can be counted: its plural as the records write it, and its kind (person, body, thing)."""

    plural: str
    kind: str


@dataclass(frozen=True)
class Count:
    """A number in a text and what it counts. Offsets in characters; head_* are those of the counted noun.

    unit and kind are None where the number stands alone ("31 from Moscow", "Norway three"); the kind is "other" where
    the noun is not in units.csv. is_vague: "dozens",
    "several" (value None). is_reference: "the same number". is_lone: a single one without a number ("its ambassador").
    """

    start: int
    end: int
    value: int | None
    unit: str | None
    kind: str | None = None
    head_start: int = -1
    head_end: int = -1
    is_vague: bool = False
    is_reference: bool = False
    is_lone: bool = False


_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_WORD = rf"(?:{_SMALL.replace(' ', '|')})"
_NUMBER = re.compile(
    rf"(?<![\w$£€¥.#/-])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<dec>\.\d+)?(?!\w)|(?P<words>(?:(?:{_WORD}|an?)(?:[\s-](?:hundred|thousand|(?<=hundred\s)and|(?<=thousand\s)and|{_WORD}))+|{_WORD})(?![\w-]*\w)|(?P<dozen>(?:(?:an?|half\s+a|{_WORD})\s+)?dozen)\b))"
    r"|(?P<same>\bthe\s+same\s+number\b|\bas\s+many\b|\ban\s+equal\s+number\b)"
    r"|(?P<vague>\b(?:several|dozens|scores|hundreds|thousands|many|some|numerous|a\s+few|a\s+number)\b)",
    re.I,
)
_MONEY_BEFORE = re.compile(r"(?:[$£€¥]|\b(?:USD|EUR|Rs\.?|CHF))\s?$")
_NOT_BEFORE = re.compile(
    r"\b(?:resolutions?|order|article|chapter|no\.?|section|flight|group|round|phase|unit|route|highway|division|battalion|title|protocol|level|"
    r"aged?(?:\s+(?:between\s+)?\d+(?:,|\s+(?:and|to)))?|version|package|boeing|airbus|channel|page|line|grade|world\s+war|covid|paragraph|nos\.?)\s*[-–]?$",
    re.I,
)
_NOT_AFTER = re.compile(
    r"^(?:\s*(?:%|percent\b|per\s?cent\b|pc\b|°)|\s*(?:million|billion|trillion|bn|m|tn|mn|thousand)?\s*(?:dollars?|euros?|pounds?|yen|yuan|roubles?|rubles?|francs?|rupees?|lira|barrels?|tonn?es?|tons?|kg|kilograms?|"
    r"km|kilomet(?:re|er)s?|miles?|met(?:re|er)s?|feet|foot|inch(?:es)?|hectares?|acres?|square|nautical|litres?|gallons?|megawatts?|mw|gw|knots|degrees?|points?|seats?|votes?|cents?)\b"
    r"|\s*[-–]?\s*(?:years?|year-old|months?|weeks?|days?|hours?|minutes?|seconds?|nights?|decades?|centur(?:y|ies)|times|o'clock|a\.?m\b|p\.?m\b|am\b|pm\b)\b"
    r"|\s*(?:million|billion|trillion)\b|\s*[-–](?:year|day|month|hour|week|point|nation|member|party|man|mile|km|strong|wheel|way|storey|story|month)|\s*[:/]\d|\s*[-–]\s*\d+\s*(?:victory|win|vote)?|\s*(?:st|nd|rd|th)\b)",
    re.I,
)
# "half of its 400 soldiers": the whole, not the part
_SHARE = re.compile(
    r"\b(?:half|thirds?|quarters?|fifths?|tenths?|percent|per\s+cent|%|most|some|part|many|majority|share|few)\s+of\s+(?:the|its|their|his|her)\s+(?:\w+\s+)?$|\bhalf\s+(?:its|their|the)\s+$",
    re.I,
)
_MONTHS = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
STOPS = frozenset(
    [
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "over",
        "after",
        "before",
        "as",
        "and",
        "or",
        "but",
        "who",
        "which",
        "that",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "will",
        "would",
        "may",
        "could",
        "than",
        "per",
        "more",
        "less",
        "under",
        "since",
        "while",
        "when",
        "where",
        "because",
        "against",
        "about",
        "near",
        "among",
        "including",
        "during",
        "across",
        "inside",
        "outside",
        "around",
        "into",
        "out",
        "off",
        "up",
        "down",
        "if",
        "not",
        "its",
        "their",
        "his",
        "her",
        "the",
        "a",
        "an",
        "said",
    ]
)
_OFFICES = frozenset(["consulate", "attorney", "secretary", "governor", "director", "inspector", "solicitor"])
_MANY = re.compile(r"s$|^(?:people|men|women|children|staff|personnel|crew|police)$", re.I)
_PEOPLE = re.compile(r"\w{3,}s$")  # "60 Russians and": no adjective
_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[\w’'.-]*\w|[,;:()]")


@cache
def units(path: Path = UNITS_FILE) -> dict[str, Unit]:
    """The countable nouns of units.csv, singular and plural, lower case."""
    known: dict[str, Unit] = {}
    for row in read_csv(path, ("word", "unit", "kind"), key="word"):
        unit = Unit(row["unit"] or row.fail("column unit is empty"), row.one_of("kind", KINDS))
        for form in (row["word"].lower(), plural(row["word"].lower()), unit.plural.lower()):
            known.setdefault(form, unit)
    return known


def plural(word: str) -> str:
    """The English plural of a noun, by the ordinary rules ("man" and its compounds included)."""
    if re.search(r"(?:^|[^u])man$", word) and word.lower() not in ("german", "roman", "ottoman"):
        return word[:-3] + "men"
    if word in ("aircraft", "staff", "personnel", "people", "police", "troops"):
        return word
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if re.search(r"(?:s|x|z|(?<!gar)(?<!nar)ch|sh)$", word):
        return word + "es"
    return word + "s"


def _value(match: re.Match) -> int | None:
    if match["digits"]:
        return int(match["digits"].replace(",", ""))
    if match["dozen"]:
        word = match["dozen"].lower().split()
        if word[0] == "half":
            return 6
        return 12 * (text2num(word[0], "en") if len(word) > 1 and word[0] not in ("a", "an") else 1)
    words = re.sub(r"[\s-]+", " ", match["words"].lower())
    words = re.sub(r"^an? ", "one ", words)
    try:
        return int(text2num(words.removesuffix(" and"), "en"))
    except ValueError:
        return None


def find_counts(text: str) -> list[Count]:
    """Every number of a text that counts something, in order of place. Money, ages, shares, dates, distances and
    numbers of legal acts are left out; "dozens" and the like are kept as vague, without a value."""
    found: list[Count] = []
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 30) : start], text[end : end + 60]
        if match["same"]:
            last = next((c for c in reversed(found) if c.value), None)
            found.append(
                Count(
                    start, end, last and last.value, last and last.unit, last and last.kind, is_reference=True
                )
            )
            continue
        if match["vague"]:
            head = _head(text, end)
            if head and match["vague"].lower() not in ("some", "many"):
                found.append(
                    Count(start, end, None, head[0].plural, head[0].kind, head[1], head[2], is_vague=True)
                )
            continue
        if (
            match["dec"]
            or _NOT_AFTER.match(after)
            or _MONEY_BEFORE.search(before)
            or _NOT_BEFORE.search(before)
        ):
            continue
        if _is_date(match, before, after) or _SHARE.search(before):
            continue
        value = _value(match)
        if value is None:
            continue
        head = _head(text, end)
        if (
            head is not None
            and head[0].kind == "person"
            and re.match(r"\s+(?:familiar\s[^,.;]{0,60}\s)?(?:said|told|say)\b", text[head[2] :])
        ):
            continue
        if head is not None:
            found.append(Count(start, end, value, head[0].plural, head[0].kind, head[1], head[2]))
        elif _ALONE.match(after) and not _is_age(match, value, before, after):
            if value == 1 and not re.match(r"\s*(?:[,.;]|$|from|of|each)", after):
                continue  # "one last effort"
            found.append(Count(start, end, value, None))
        elif re.match(
            r"(?:\s+(?!(?:of|in|on|at|to|for|from|by|with|and|was|were|is|are|has|had|as|when)\b)[\w’'-]+){0,4}?\s+(?!(?:as|was|is|has|this|its|his|us|across|towards|afterwards|besides|unless|perhaps|always)\b)[a-z][\w-]*(?:s|men)\b",
            after,
        ):
            found.append(Count(start, end, value, None, "other"))
    return found


# a number without a counted noun: "31 from Moscow", "Norway three, Luxembourg one", "12 Russians", "the two of them"
_ALONE = re.compile(
    r"\s*(?:$|[.,;:)]|(?:from|of|in|at|on|out|home|near|when|while|as|after|before|during|since|last|this|across|around|outside|inside|aboard|overnight|early|late|today|yesterday|wounded|injured|hurt|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|more|others?|each|apiece|and|were|are|was|dead|killed)\b|(?:[A-Z][a-z]+[\s-]){0,2}[A-Z][a-z][a-zA-Z-]*(?:s|ese|ish|men|en|ch)\b(?!\s+[A-Z]))"
)


def _is_age(match: re.Match, value: int, before: str, after: str) -> bool:
    """An age in apposition: "Hung Shih-cheng, 65, was"."""
    return bool(
        match["digits"]
        and 12 < value < 110
        and re.search(r"[a-z]\W?,\s*$", before)
        and re.match(r"\s*[,)]", after)
    )


def _is_date(match: re.Match, before: str, after: str) -> bool:
    digits = match["digits"]
    if not digits:
        return False
    if re.match(r"(?:st|nd|rd|th)?(?:\s*[-–]\s*\d+)?\s+(?:of\s+)?" + _MONTHS.pattern, after) or re.search(
        _MONTHS.pattern + r"\s*$", before
    ):
        return True
    if re.search(r"\d\s?[-–]$|\d\.$|\b[A-Z]+[-–]$", before):
        return True
    if (
        re.search(r"[a-z\d,]\s[A-Z][\w’'-]*[a-z]\s$", before)
        and len(digits) <= 2
        and re.match(r"\s+(?!and\b|while\b)[a-z]", after)
        and not re.search(r"(?:s|ed|es|en|ls)\s$", before)
        and re.search(r"([A-Z][\w’'-]*)\s$", before)[1].lower() not in state_names()
    ):
        return True  # a model's or a project's number: "Challenger 2 tanks", "the Nord Stream 2 pipeline"
    year = len(digits) == 4 and 1800 <= int(digits) <= 2100
    if year and re.search(r"\b(?:the|in|since|of|by|until|from|for)\s+$", before, re.I):
        return True
    return year and (
        re.search(_MONTHS.pattern + r"\s+\d{1,2},?\s*$", before) is not None or _head_at(after) is None
    )


def _head_at(after: str) -> object:
    return _head(after, 0)


def _head(text: str, position: int) -> tuple[Unit, int, int] | None:
    """The counted noun after a number: the first countable noun within six words, no preposition or verb between.
    A countable noun directly before another ("border guards", "police officers") gives way to it."""
    known = units()
    best: tuple[Unit, int, int] | None = None
    words = 0
    previous = None
    has_plural = False
    for match in _TOKEN.finditer(text, position, min(len(text), position + 120)):
        word = match.group()
        low = word.lower().strip(".'’")
        if re.search(r"[.!?]\s", text[position : match.start()]) or words > 6:
            break
        if word in ",;:()":
            if (
                word == ","
                and best is None
                and words
                and not has_plural
                and re.match(
                    r",\s+(?!\d|\w+ing\b|among\b|including\b)[\w-]+\s+[\w-]+",
                    text[match.start() : match.start() + 40],
                )
            ):
                continue
            break
        if low == "home" and best is not None:
            break  # "sent four diplomats home"
        if low in STOPS:
            if low == "of" and words == 0 and best is None:
                # "nine of its soldiers", "188 of its leaders"
                tail = re.match(
                    r"of\s+(?:its|his|her|their|the|our|those|these|each\s+other['’]s)\s+(?:\d[\d,]*\s+)?",
                    text[match.start() :],
                )
                if tail:
                    found = _head(text, match.start() + tail.end())
                    # "58 of the embassy and two of the Consulate General": whose they are, not what
                    return found if found and _MANY.search(text[found[1] : found[2]]) else None
            if low == "and" and best is None and words and not _PEOPLE.search(previous or ""):
                continue
            break
        pair = f"{previous} {low}" if previous else None
        unit = known.get(pair) if pair else None
        if not (low == "general" and previous in _OFFICES):
            unit = unit or known.get(low) or known.get(low.rsplit("-", 1)[-1])
        if unit:
            best = (unit, match.start(), match.end())
        elif best is not None:
            break
        has_plural = has_plural or (
            best is None
            and re.search(r"[a-z](?<!ou)(?<!s)s$", word) is not None
            and low not in ("business", "previous")
        )
        previous = low
        words += 1
        position = match.end()
    return best


# --- which count is the act's -----------------------------------------------------------------------------------


@cache
def state_names(path: Path = DATA / "reference" / "countries.csv") -> frozenset[str]:
    """The names of states in lower case, so that they are not taken for people."""
    names = set()
    for row in read_csv(path, ("name", "other_names", "capital")):
        names |= {n.lower() for n in (row["name"], *row.items_of("other_names"), *row["capital"].split("|"))}
    return frozenset(names)
