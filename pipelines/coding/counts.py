"""How many: numbers that count people, bodies and things in English news, and which of them an act hit.

Number words are read by text2num. Money, shares, ages, dates, distances and the numbers of resolutions are no
counts; "more than 60" is 60, "the same number" is the count before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from text_to_num import text2num

from pipelines.coding.reference import read_csv
from pipelines.settings import DATA

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

    unit and kind are None where the number stands alone ("31 from Moscow", "Norway three"). is_vague: "dozens",
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
    rf"(?<![\w$£€¥.#/-])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<dec>\.\d+)?(?!\w)|(?P<words>(?:(?:{_WORD}|an?)(?:[\s-](?:hundred|thousand|and|{_WORD}))+|{_WORD})(?![\w-]*\w)|(?P<dozen>(?:(?:an?|half\s+a|{_WORD})\s+)?dozen)\b))"
    r"|(?P<same>\bthe\s+same\s+number\b|\bas\s+many\b|\ban\s+equal\s+number\b)"
    r"|(?P<vague>\b(?:several|dozens|scores|hundreds|thousands|many|some|numerous|a\s+few|a\s+number)\b)",
    re.I,
)
_MONEY_BEFORE = re.compile(r"(?:[$£€¥]|\b(?:USD|EUR|US|Rs\.?|CHF))\s?$")
_NOT_BEFORE = re.compile(
    r"\b(?:resolutions?|order|article|chapter|no\.?|number|section|flight|group|round|phase|unit|route|highway|division|battalion|title|protocol|level|"
    r"aged?|version|package|boeing|airbus|channel|page|line|grade|world\s+war|covid|paragraph|nos\.?|against|by|of\s+the)\s*[-–]?$",
    re.I,
)
_NOT_AFTER = re.compile(
    r"^(?:\s*(?:%|percent\b|per\s?cent\b|pc\b|°)|\s*(?:million|billion|trillion|bn|m|tn|mn|thousand)?\s*(?:dollars?|euros?|pounds?|yen|yuan|roubles?|rubles?|francs?|rupees?|lira|barrels?|tonn?es?|tons?|kg|kilograms?|"
    r"km|kilomet(?:re|er)s?|miles?|met(?:re|er)s?|feet|foot|inch(?:es)?|hectares?|acres?|square|nautical|litres?|gallons?|megawatts?|mw|gw|knots|degrees?|points?|seats?|votes?|cents?)\b"
    r"|\s*[-–]?\s*(?:years?|year-old|months?|weeks?|days?|hours?|minutes?|seconds?|nights?|decades?|centur(?:y|ies)|times|o'clock|a\.?m\b|p\.?m\b|am\b|pm\b)\b"
    r"|\s*(?:million|billion|trillion)\b|\s*[-–](?:year|day|month|hour|week|point|nation|member|party|man|mile|km|strong|wheel|way|storey|story|month)|\s*[:/]\d|\s*[-–]\s*\d+\s*(?:victory|win|vote)?|\s*(?:st|nd|rd|th)\b)",
    re.I,
)
_MONTHS = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_STOP = frozenset(
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
_TOKEN = re.compile(r"[\w’'.-]*\w|[,;:()]")


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
    if re.search(r"(?:^|[^u])man$", word) and word not in ("german", "roman", "ottoman"):
        return word[:-3] + "men"
    if word in ("aircraft", "staff", "personnel", "people", "police", "troops"):
        return word
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if re.search(r"(?:s|x|z|ch|sh)$", word):
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
        if _is_date(match, before, after):
            continue
        value = _value(match)
        if value is None:
            continue
        head = _head(text, end)
        if head is None:
            if (
                match["words"]
                and match["words"].lower() == "one"
                and not re.match(r"\s*(?:[,.;]|$|from|of)", after)
            ):
                continue
            if (
                re.match(r"\s*(?:,\s*(?:\d|an?\s+[a-z]|the\s)|\))", after)
                and re.search(r"[A-Za-z],\s*$", before)
                and value > 12
                and value < 110
            ):
                continue  # an age: "Hung Shih-cheng, 65, was"
            found.append(Count(start, end, value, None))
        else:
            found.append(Count(start, end, value, head[0].plural, head[0].kind, head[1], head[2]))
    return found


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
    year = len(digits) == 4 and 1800 <= int(digits) <= 2100
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
                and re.match(r",\s+(?!\d)[\w-]+\s+[\w-]+", text[match.start() : match.start() + 40])
            ):
                continue
            break
        if low in _STOP:
            if low == "of" and words == 0 and best is None:
                # "nine of its soldiers", "188 of its leaders"
                tail = re.match(
                    r"of\s+(?:its|his|her|their|the|our|those|these|each\s+other['’]s)\s+",
                    text[match.start() :],
                )
                if tail:
                    return _head(text, match.start() + tail.end())
            if low == "and" and best is None and words:
                continue
            break
        pair = f"{previous} {low}" if previous else None
        unit = known.get(pair) if pair else None
        unit = unit or known.get(low) or known.get(low.rsplit("-", 1)[-1])
        if unit:
            best = (unit, match.start(), match.end())
        elif best is not None:
            break
        previous = low
        words += 1
        position = match.end()
    return best


# --- which count is the act's -----------------------------------------------------------------------------------

_LONE = re.compile(
    r"\b(?:(?:its|his|her|their|the|an?|that|[\w’'-]+['’]s?|[A-Z][\w-]+)\s+)(?:[\w’'-]+\s+){0,3}?"
    r"(?P<noun>ambassador|envoy|high\s+commissioner|attach[eé]|diplomat|consul(?:[\s-]general)?|charg[eé]\s+d['’]affaires|nuncio|representative)\b(?!['’]s|s\b)",
    re.I,
)
_BARE = re.compile(
    r"\b(?P<noun>ambassador|envoy|high\s+commissioner|attach[eé]|consul(?:[\s-]general)?|charg[eé]\s+d['’]affaires)\b(?!['’]s|s\b)",
    re.I,
)
_PLURAL_ENVOYS = re.compile(r"\b(?P<noun>ambassadors|envoys|high\s+commissioners)\b", re.I)

# Which kinds of things each kind of act hits, best first; others are never taken.
_HITS = {
    ("SANCTION", "expel"): ("person",),
    ("SANCTION", "recall"): ("person",),
    ("SANCTION", "close"): ("thing",),
    ("SANCTION", "sanction"): ("person", "body", "thing"),
    ("SANCTION", "suspend"): ("thing", "body"),
    ("CONCEDE", "ease"): ("person", "body", "thing"),
    ("RETREAT", "release"): ("person", "thing"),
    ("RETREAT", "return"): ("person",),
    ("RETREAT", "withdraw"): ("person", "thing"),
    ("RETREAT", "resign"): ("person",),
    ("COERCE", "arrest"): ("person",),
    ("COERCE", "deport"): ("person",),
    ("COERCE", "seize"): ("thing",),
    ("ASSAULT", "strike"): ("person", "thing"),
    ("ASSAULT", "kill"): ("person",),
    ("ASSAULT", "abduct"): ("person",),
    ("AID", "military"): ("person", "thing"),
    ("AID", "humanitarian"): ("person", "thing"),
    ("MOBILIZE", None): ("person", "thing"),
}


def count_of_act(
    text: str,
    trigger_start: int,
    trigger_end: int,
    type: str,
    mode: str | None,
    counts: Sequence[Count] | None = None,
    sentence: tuple[int, int] | None = None,
    source: tuple[int, int] | None = None,
    target: tuple[int, int] | None = None,
) -> tuple[int | None, str | None]:
    """How many an act hit, and what: (count, unit), or (None, None) where the text gives no number.

    text, trigger_start, trigger_end: the field and the act's trigger in it. counts: `find_counts(text)` where it was
    made before. sentence: the bounds of the trigger's sentence. source, target: where those actors stand, which
    decides lists ("Greece kicks out 12 Russians, Norway three").
    """
    wanted = _HITS.get((type, mode))
    if wanted is None:
        return None, None
    if counts is None:
        counts = find_counts(text)
    if sentence is None:
        from pipelines.coding.dates import sentence_around

        sentence = sentence_around(text, trigger_start, trigger_end)
    left, right = sentence
    here = [c for c in counts if left <= c.start < right]
    if source and source[0] > trigger_end:
        own = next((c for c in here if 0 <= c.start - source[1] <= 12), None)
        if own and own.value:
            unit = own.unit or next((c.unit for c in here if c.unit and c.start < own.start), None)
            return own.value, unit or _default_unit(type, mode)
    best, best_cost = None, 99.0
    for c in here:
        if c.unit is not None and c.kind not in wanted:
            continue
        cost = _cost(text, trigger_start, trigger_end, c, type, mode)
        if c.unit is None:
            cost += 0.6
        else:
            cost += 0.2 * wanted.index(c.kind)
        if cost < best_cost:
            best, best_cost = c, cost
    lone = _lone(text, left, right, trigger_start, trigger_end, type, mode)
    if best and best_cost < 2.2 and not (lone and lone[1] < best_cost - 0.3):
        if best.value is None:
            return None, None
        total = _split_total(text, best, here)
        return total, _unit(best, here, type, mode)
    if lone:
        return 1, lone[0]
    return None, None


def _default_unit(type: str, mode: str | None) -> str:
    return "diplomats" if type == "SANCTION" and mode in ("expel", "recall") else "people"


def _unit(count: Count, here: Sequence[Count], type: str, mode: str | None) -> str:
    if count.unit is None:
        return _default_unit(type, mode)
    if mode == "expel" and type == "SANCTION" and count.unit == "people":
        return "people"
    return count.unit


_CUT = re.compile(
    r"\b(?:after|before|following|since|because|who|whom|whose|which|although|though|while|when|as|in\s+(?:response|reply|answer|retaliation|return)\s+(?:to|for))\b|[;:]|\band\b|,",
    re.I,
)


def _cost(text: str, start: int, end: int, count: Count, type: str, mode: str | None) -> float:
    """How far a count is from a trigger: clause boundaries between them, what stands before the trigger counts less."""
    if count.start >= end:
        between, base = text[end : count.start], 0.0
    elif count.end <= start:
        between, base = text[count.end : start], 0.5
        if re.search(
            r"\b(?:is|are|was|were|be|been|being|have|has|had)\b(?:\s+\w+){0,2}\s*$",
            text[max(0, start - 30) : start],
        ):
            base = 0.0
    else:
        return 0.0
    return base + len(_CUT.findall(between)) + len(between) / 200


def _split_total(text: str, count: Count, here: Sequence[Count]) -> int:
    """ "31 from Moscow and four from St Petersburg" are 35: parts that a place each follows are summed."""
    total = count.value or 0
    position = here.index(count)
    for other in here[position + 1 :]:
        between = text[count.end : other.start]
        if (
            other.value
            and not other.is_reference
            and (other.unit is None or other.unit == count.unit)
            and re.fullmatch(r"(?:\s+[\w’'-]+){0,4}\s+(?:from|in|at)\s+[\w.’' -]{2,40}?,?\s+and\s+", between)
            and re.match(r"(?:\s+[\w’'-]+){0,3}\s+(?:from|in|at)\s", text[other.end : other.end + 50])
        ):
            total += other.value
    return total


def _lone(text, left, right, start, end, type, mode) -> tuple[str, float] | None:
    """A single diplomat without a number: "recalls its ambassador" is one."""
    if (type, mode) not in (
        ("SANCTION", "expel"),
        ("SANCTION", "recall"),
        ("RETREAT", "return"),
        ("RETREAT", "resign"),
        ("CONCEDE", "ease"),
    ):
        return None
    if (type, mode) == ("CONCEDE", "ease") and not re.search(r"expulsion|expel", text[left:right], re.I):
        return None
    best = None
    for pattern in (_LONE, _BARE, _PLURAL_ENVOYS):
        for match in pattern.finditer(text, left, right):
            if pattern is _PLURAL_ENVOYS and mode not in ("recall", "return"):
                continue
            noun = " ".join(match["noun"].lower().split())
            low = noun.rstrip("s") if pattern is _PLURAL_ENVOYS else noun
            unit = (
                "ambassadors"
                if low in ("ambassador", "high commissioner", "nuncio", "envoy")
                else "diplomats"
            )
            a = match.start("noun")
            between = text[end:a] if a >= end else text[match.end() : start]
            cost = len(_CUT.findall(between)) + len(between) / 200 + (0.0 if a >= end else 0.4)
            if cost < 2 and (best is None or cost < best[1]):
                best = unit, cost
        if best:
            break
    return best
