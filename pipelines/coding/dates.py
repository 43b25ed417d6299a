"""Dates in English news: a closed grammar of day, month, year, weekday and relative expressions.

`find_dates` finds and resolves them against the time of publication; dating.py says which of them dates an act.
The grammar is our own: dateparser was set aside because it is slow and guesses at words that are no dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tues tue",
            "wednesday wed",
            "thursday thurs thur thu",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"a": 1, "an": 1, "thirty": 30}
SEASONS = "spring|summer|autumn|winter|fall"

SOON = 45  # days ahead within which a day without a year is the coming one

AT, SINCE, UNTIL, ATTRIBUTE = "at", "since", "until", "attribute"


@dataclass(frozen=True)
class DateSpan:
    """A time expression in a text, offsets in characters.

    day: resolved as past or present (the latest that fits, not after publication), None where nothing finer than
    a month is said. ahead: the same resolved as future, where the words leave it open. precision: day, month,
    year or none. basis: stated (a calendar day) or relative (counted from publication or from another date).
    role: at; since or until (an edge of a period, which dates no act); attribute ("Friday's attack").
    lag: for "a day after" + clause, how many days before the main clause's day the subordinate act lies.
    """

    start: int
    end: int
    day: date | None
    precision: str
    basis: str
    ahead: date | None = None
    role: str = AT
    lag: int | None = None
    year: int | None = None


_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAY = (
    r"(?:Mon(?:day)?|Tues?(?:day)?|Wed(?:nesday)?|Thu(?:r|rs|rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)"
)
_FULL_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[89]|20)\d\d"
_NUMBER = r"(?:\d{1,3}|(?i:an?|" + "|".join(w for w in NUMBERS if len(w) > 2) + r"))"
_RANGE = rf"(?:\s?(?:-|–|—|to|and)\s?{_DAY})?"
_PART = r"(?:early|late|mid|the\s+(?:beginning|start|end|middle)\s+of)[\s-]+"

_PATTERN = re.compile(
    "|".join(
        (
            rf"(?P<iso>\b{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b)",
            # 29 December 2016; the 29th of December; 26-28 February
            rf"(?P<dmy>\b(?:the\s+)?(?P<dmy_d>{_DAY}){_RANGE}(?:\s+of)?\s+(?P<dmy_m>{_MONTH})(?![a-z])(?:,?\s+(?P<dmy_y>{_YEAR})\b|\s+(?P<dmy_w>last|this|next)\s+year\b)?)",
            # December 29, 2016; Dec. 29
            rf"(?P<mdy>\b(?P<mdy_m>{_MONTH})(?![a-z])\s+(?P<mdy_d>{_DAY}){_RANGE}\b(?!\s*(?:percent|per\s+cent|%|million|billion))(?:,?\s+(?P<mdy_y>{_YEAR})\b|\s+(?P<mdy_w>last|this|next)\s+year\b)?)",
            rf"(?P<my>\b(?:(?:{_PART})?(?P<my_m>{_MONTH})(?![a-z]),?\s+(?:of\s+)?(?P<my_y>{_YEAR})\b))",
            # in May; last May; late June. The word before is needed: "may" and "march" are verbs too.
            rf"(?P<month>\b(?:(?i:in|since|of|by|last|this|next|until|till|from|during|for|through|between)|{_PART.rstrip()}[\s-]*)\s*(?P<month_m>{_MONTH})(?![a-z])(?!\.?\s+\d))",
            rf"(?P<weekday>\b(?:(?P<wd_which>last|next|this|coming|past|previous|that)\s+)?(?P<wd>{_FULL_WEEKDAY})\b(?!,?\s+(?:{_DAY}\s+)?{_MONTH}\b)(?:\s+(?P<wd_part>morning|afternoon|evening|night|(?:of\s+)?last\s+week|(?:of\s+)?next\s+week|(?:of\s+)?this\s+week|week))?)",
            rf"(?P<shortday>\b(?P<sd>{_WEEKDAY})\.,?\s+(?=\d|{_MONTH}))",
            r"(?P<today>\b(?:[Tt]oday|[Tt]onight|[Tt]his\s+(?:morning|afternoon|evening)|[Ee]arlier\s+(?:today|in\s+the\s+day))\b)",
            r"(?P<yesterday>\b(?:[Yy]esterday|[Ll]ast\s+night|[Tt]he\s+previous\s+night)\b)",
            r"(?P<tomorrow>\b[Tt]omorrow\b)",
            rf"(?P<ago>\b(?P<ago_n>{_NUMBER})\s+(?P<ago_u>days?|weeks?|months?|years?|hours?)\s+ago\b)",
            rf"(?P<in>\b(?:in|within)\s+(?P<in_n>{_NUMBER})\s+(?P<in_u>days?|weeks?|months?|years?|hours?)(?:'|’|s'|\b)(?!\s+of\b))",
            # on which another date depends
            r"(?P<same>\b(?:[Tt]he|[Tt]hat)\s+(?:very\s+)?same\s+(?:day|evening|night|afternoon|morning)\b|\b[Tt]hat\s+(?:very\s+)?(?:day|evening|night|afternoon|morning)\b)",
            r"(?P<nextday>\b(?:[Tt]he\s+)?(?:next|following)\s+(?:day|night|morning|evening)\b|\b[Tt]he\s+day\s+after(?=[\s,.]*(?:$|[.,;])))",
            r"(?P<daybefore>\b[Tt]he\s+(?:previous\s+day|(?:day|night|evening)\s+before(?=[\s,.]*(?:$|[.,;(]))|day\s+prior|eve\b))",
            rf"(?P<later>\b(?P<later_n>{_NUMBER})\s+(?P<later_u>days?|weeks?|nights?)\s+(?P<later_w>later|afterwards|on\b(?=[,.])|earlier|before(?=[.,;)]|$|\s+to\b)|previously))",
            rf"(?P<lag>\b(?:(?P<lag_n>{_NUMBER})\s+(?P<lag_u>days?|weeks?)|(?P<lag_the>[Tt]he\s+day))\s+(?P<lag_w>after|before|since|following|from)\b)",
            r"(?P<lagvague>\b(?:hours|minutes|days|weeks|months|years|shortly|soon|long|just|an\s+hour|a\s+month|a\s+year|\w+\s+(?:hours|minutes|months|years))\s+(?P<lv_w>after|before)\b)",
            # nothing finer than a week
            r"(?P<vague>\b(?:[Ee]arlier|[Ll]ater|[Ll]ate|[Ee]arly)\s+(?:this|last|next|that)\s+(?:week|month|year)\b|\b(?i:this|last|next|past|previous|coming|that)\s+(?:week(?:end)?|month|year|decade)\b"
            rf"|\b(?:[Ll]ast|[Tt]his|[Nn]ext|in\s+the|in|since(?:\s+the)?)\s+(?:{SEASONS})\b|\b(?:in|over|during|for|within|of|after)\s+(?:the\s+)?(?:recent|past|last|coming|next)\s+(?:(?:{_NUMBER}|few|several)\s+)?(?:hours|days|weeks|months|years)\b"
            rf"|\bfor\s+(?:(?:{_NUMBER}|many|several|some)\s+)?(?:days|weeks|months|years|decades)\b|\b(?:days|weeks|months|years|decades)\s+(?:ago|earlier|later|of)\b|\b[Ee]arlier\s+in\s+the\s+(?:week|month|year)\b|\b[Oo]n\s+the\s+weekend\b|\b[Aa]t\s+the\s+weekend\b|\b[Oo]ver\s+the\s+weekend\b|\b[Rr]ecently\b|\b[Pp]reviously\b|\bhours\s+(?:before|earlier|later)\b)",
            rf"(?P<year>\b(?P<year_p>[Ii]n|[Ss]ince|[Oo]f|[Ff]rom|[Uu]ntil|[Bb]y|[Dd]uring|[Tt]he|[Aa]fter|[Bb]efore|early|late|mid-?|[Ii]ts|[Tt]heir|[Hh]is|\w+['’]s)\s+(?P<year_y>{_YEAR})\b(?![-–]\d|,\d|\s+(?:people|troops|soldiers|diplomats|prisoners))(?P<year_s>s)?)",
        )
    )
)

_DAYS = {"day": 1, "night": 1, "week": 7, "month": 30, "year": 365, "hour": 0}
_SINCE = re.compile(r"\bsince(?:\s+(?:on|the|early|late))?\s*$", re.I)
_UNTIL = re.compile(
    r"(?:\bby|\buntil|\btill|\bthrough|\bbefore|\bexpires?(?:\s+on)?|\bdeadline of|\bup to)(?:\s+the)?\s*$",
    re.I,
)
_THE = re.compile(r"\b(?:the|a|an|its|his|their)\s*$", re.I)
_ABOUT = re.compile(r"\bof\s*$", re.I)
_HOURS = re.compile(r"\b(?:night|morning|evening|afternoon|hours|day|days|eve|weekend)\s+of\s*$", re.I)
_POSSESSIVE = re.compile(r"\s*(?:'s|’s|'|’)(?=\s)")


def _month_number(name: str) -> int:
    return MONTHS[name.rstrip(".").lower()]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _around(month: int, day: int, today: date) -> tuple[date | None, date | None]:
    """The latest such day not after today, and the first not before it (leap days included)."""
    past = next((d for y in range(8) if (d := _make(today.year - y, month, day)) and d <= today), None)
    ahead = next((d for y in range(8) if (d := _make(today.year + y, month, day)) and d >= today), None)
    return past, ahead


def _weekday(number: int, today: date) -> tuple[date, date]:
    return today - timedelta((today.weekday() - number) % 7), today + timedelta(
        (number - today.weekday()) % 7
    )


_COMING = re.compile(
    r"\b(?:take|takes|come|comes|enter|enters|go|goes)\s+(?:into\s+)?(?:effect|force)\s+(?:(?:on|from)\s+)?$",
    re.I,
)


def find_dates(text: str, reference: datetime) -> list[DateSpan]:
    """All time expressions of a text, in order, resolved against `reference` (the time of publication, UTC).

    Words that count from another date ("the next day", "two days earlier") are resolved against the nearest
    dated day before them in the text, else against the day of publication.
    """
    today = reference.date()
    spans: list[DateSpan] = []
    anchor: date | None = None
    if not _HINT.search(text):
        return spans
    for match in _PATTERN.finditer(text):
        span = _resolve(match, text, today, anchor)
        if span is None:
            continue
        before = text[max(0, span.start - 24) : span.start]
        if (
            span.ahead
            and span.day != span.ahead
            and _COMING.search(text[max(0, span.start - 40) : span.start])
        ):
            span = replace(span, day=span.ahead)  # "take effect on Friday": the coming one
        role = span.role
        if _POSSESSIVE.match(text, span.end):
            role = ATTRIBUTE
        elif _SINCE.search(before):
            role = SINCE
        elif _UNTIL.search(before):
            role = UNTIL
        elif role == AT and (
            (_ABOUT.search(before) and not _HOURS.search(before))
            or (span.precision in ("month", "year") and _THE.search(before))
        ):
            role = ATTRIBUTE
        spans.append(replace(span, role=role) if role != span.role else span)
        if (
            span.day
            and span.lag is None
            and not (anchor and _ASIDE.search(text, max(0, span.start - 120), span.start))
        ):
            anchor = span.day
    return spans


# a date told in passing: "which had shipped uranium on 28 December"
_ASIDE = re.compile(r",\s+(?:which|who|whom|whose)\b[^,.;]*$", re.I)
_HINT = re.compile(
    r"\d|[Dd]ay|[Nn]ight|[Mm]orning|[Ww]eek|[Mm]onth|[Yy]ear|[Hh]our|[Tt]omorrow|[Rr]ecent|[Pp]revious|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter|\beve\b|"
    + _MONTH
)


def _resolve(m: re.Match, text: str, today: date, anchor: date | None) -> DateSpan | None:
    kind = m.lastgroup or ""
    # lastgroup names the last matched group, which may be an inner one: take the outer name by prefix.
    for name in _KINDS:
        if m.group(name) is not None:
            kind = name
            break
    start, end = m.span()

    def stated(day, ahead=None, precision="day", **more):
        return DateSpan(start, end, day, precision, "stated", ahead, **more)

    def relative(day, ahead=None, precision="day", **more):
        return DateSpan(start, end, day, precision, "relative", ahead, **more)

    if kind == "iso":
        try:
            return stated(date.fromisoformat(m["iso"]))
        except ValueError:
            return None
    if kind in ("dmy", "mdy"):
        day = int(re.match(r"\d+", m[f"{kind}_d"]).group())
        month = _month_number(m[f"{kind}_m"])
        if m[f"{kind}_y"]:
            made = _make(int(m[f"{kind}_y"]), month, day)
            return made and stated(made, year=made.year)
        if m[f"{kind}_w"]:
            made = _make(today.year + {"last": -1, "this": 0, "next": 1}[m[f"{kind}_w"]], month, day)
            return made and stated(made, year=made.year)
        past, ahead = _around(month, day, today)
        if past and ahead and (ahead - today).days <= SOON < 300 <= (today - past).days:
            past = ahead  # nobody leaves out the year of a day eleven months gone
        elif past and ahead and (today - past).days <= SOON < 300 <= (ahead - today).days:
            ahead = None  # nor of one eleven months ahead
        return stated(past, ahead) if past else None
    if kind == "my":
        year = int(m["my_y"])
        return stated(None, precision="month", year=year)
    if kind == "month":
        word = m["month"].split()[0].lower()
        role = {"since": SINCE, "until": UNTIL, "till": UNTIL, "by": UNTIL, "of": ATTRIBUTE}.get(word, AT)
        return stated(None, precision="month", role=role)
    if kind == "weekday":
        past, ahead = _weekday(WEEKDAYS[m["wd"].lower()], today)
        if m["wd_which"] == "that":
            return relative(*[_weekday(WEEKDAYS[m["wd"].lower()], anchor or today)[0]] * 2)
        which, part = (
            (m["wd_which"] or "").lower(),
            " ".join((m["wd_part"] or "").lower().split()).removeprefix("of "),
        )
        if which in ("last", "past", "previous"):
            past = past - timedelta(7) if past == today else past
            return relative(past, past)
        if which in ("next", "coming") or part == "next week":
            ahead = ahead + timedelta(7) if ahead == today else ahead
            if part == "next week" and ahead.isocalendar()[:2] == today.isocalendar()[:2]:
                ahead += timedelta(7)
            return relative(ahead, ahead)
        if part == "last week" and past.isocalendar()[:2] == today.isocalendar()[:2]:
            past -= timedelta(7)
        return relative(past, ahead)
    if kind == "shortday":
        return None
    if kind == "today":
        return relative(today, today)
    if kind == "yesterday":
        return relative(today - timedelta(1), today - timedelta(1))
    if kind == "tomorrow":
        return relative(today + timedelta(1), today + timedelta(1))
    if kind in ("ago", "in"):
        unit = m[f"{kind}_u"].rstrip("s")
        count = _number(m[f"{kind}_n"])
        if unit == "day" or (unit == "week" and count == 1 and kind == "ago"):
            sign = -1 if kind == "ago" else 1
            if kind == "in":  # "within 72 hours", "in two days": a term, not the day of an act
                return relative(None, today + timedelta(count), precision="none", role=UNTIL)
            return _safe(today, sign * count * _DAYS[unit], relative)
        precision = {"month": "month", "year": "year"}.get(unit, "none")
        return relative(None, precision=precision, role=AT if kind == "ago" else UNTIL)
    if kind == "same":
        return relative(anchor or today, anchor or today)
    if kind == "nextday":
        if anchor is None:
            return relative(None, precision="none")
        return relative(anchor + timedelta(1), anchor + timedelta(1))
    if kind == "daybefore":
        return relative((anchor or today) - timedelta(1), (anchor or today) - timedelta(1))
    if kind == "later":
        step = _number(m["later_n"]) * _DAYS[m["later_u"].rstrip("s")]
        if m["later_w"] in ("earlier", "before", "previously"):
            step = -step
        if (m["later_u"].startswith("week") and abs(step) > 7) or (anchor is None and step > 0):
            return relative(None, precision="none")
        return _safe(anchor or today, step, relative)
    if kind == "lag":
        step = 1 if m["lag_the"] else _number(m["lag_n"]) * _DAYS[m["lag_u"].rstrip("s")]
        if m["lag_w"] == "before":
            step = -step
        if m["lag_u"] and m["lag_u"].startswith("week") and abs(step) > 7:
            return relative(None, precision="none")
        return relative(None, precision="day", lag=step)
    if kind == "lagvague":
        return relative(None, precision="none", role=ATTRIBUTE)
    if kind == "vague":
        said = re.search(r"month|year(?!s)", m["vague"])
        return relative(None, precision=said.group() if said else "none")
    if kind == "year":
        year, word = int(m["year_y"]), m["year_p"].lower()
        if year > today.year + 60 or m["year_s"]:
            return relative(None, precision="none", role=ATTRIBUTE)
        role = {
            "since": SINCE,
            "from": SINCE,
            "until": UNTIL,
            "by": UNTIL,
            "the": ATTRIBUTE,
            "of": ATTRIBUTE,
        }.get(word, ATTRIBUTE if re.search(r"['’]s$|^(?:its|their|his)$", word) else AT)
        return stated(None, precision="year", role=role, year=year)
    return None


_KINDS = [
    "iso",
    "dmy",
    "mdy",
    "my",
    "month",
    "weekday",
    "shortday",
    "today",
    "yesterday",
    "tomorrow",
    "ago",
    "in",
    "same",
    "nextday",
    "daybefore",
    "later",
    "lag",
    "lagvague",
    "vague",
    "year",
]


def _safe(day: date, step: int, make):
    try:
        return make(day + timedelta(step), day + timedelta(step))
    except OverflowError:
        return None


_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Capt|Adm|Sen|Rep|Gov|Pres|Prof|St|No|vs|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|a\.m|p\.m)|\b[A-Z])\.$"
)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds text[start:end] begins and ends: a plain split, for want of a parse."""
    left = 0
    for match in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text, max(0, match.start() - 6), match.start()) and "\n" not in match.group():
            continue
        if match.end() <= start:
            left = match.end()
        elif match.start() >= end:
            return left, match.start()
    return left, len(text)
