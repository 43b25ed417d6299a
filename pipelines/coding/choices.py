"""The learned choice of an act's status, day and mode, from what the text offers.

The rules (dating.py, the frames) name one value each. Here every value that the text offers for an act is
an option with features, among them what the rules say of it, and boosted trees kept as plain numbers say how likely
each is; the likeliest is taken. `data/models/choices.json` holds the trees (as scorer.py describes them),
`training/train_choices.py` teaches them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.coding import dating
from pipelines.coding.dates import AT, ATTRIBUTE, SINCE, UNTIL, DateSpan
from pipelines.coding.lexicon import MODES
from pipelines.coding.reader import STATUSES, Place
from pipelines.coding.records import FIELDS
from pipelines.coding.roles import Candidate
from pipelines.coding.scorer import Trees, read_json
from pipelines.coding.status import DISCRETION, EFFECTS

if TYPE_CHECKING:
    from pipelines.coding.coder import Prepared

TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
ALL_MODES = tuple(sorted({mode for of in MODES.values() for mode in of}))
TAGS = ("VBD", "VBZ", "VBP", "VBN", "VBG", "VB", "NN", "NNS")
ROLES = (AT, ATTRIBUTE, SINCE, UNTIL)
TENSES = (None, "past", "present", "future")
BASES = (None, "publication", "relative", "stated")
BEFORE = ("on", "after", "since", "until", "by", "before", "from", "of", "following", "to")
FAR = 40.0  # stands for "nowhere near"
SILENCE = 0.8  # what silence counts for where another mention states a value
DAYS = 12  # days of one article that are weighed for one act


@dataclass(frozen=True)
class Option:
    """A value that an act's field may have, and what speaks for it."""

    value: Any
    features: dict[str, float]


@dataclass(frozen=True)
class Offer:
    """What the text offers for a field, and what the rules say."""

    options: list[Option]
    rule: Any


def place_of(names: Sequence, name) -> float:
    """Where a name stands in a list, -1 where it does not."""
    return float(names.index(name)) if name in names else -1.0


def links_of(p: Prepared, c: Candidate) -> dating.Links:
    """How a mention stands to the words of its sentence."""
    leads = c.sentence.start == 0 or not p.fields["title"].strip()
    return dating.Links(c.tree, c.hit.token, leads)


# --- the day


@dataclass(frozen=True)
class Timeline:
    """An article's time expressions by field, each with the number of the sentence that it stands in (None: between
    two), and the numbers of the sentences by field and start."""

    spans: list[tuple[str, DateSpan, int | None]]
    numbers: dict[tuple[str, int], int]

    @classmethod
    def of(cls, p: Prepared) -> Timeline:
        numbers = {(s.field, s.start): i for i, s in enumerate(p.sentences)}
        spans = []
        for field, of in p.days.items():
            here = [s for s in p.sentences if s.field == field]
            starts = [s.start for s in here]
            for span in of:
                i = bisect_right(starts, span.start) - 1
                inside = i >= 0 and span.start < here[i].end
                spans.append((field, span, numbers[field, here[i].start] if inside else None))
        return cls(spans, numbers)


def day_options(
    p: Prepared,
    c: Candidate,
    timeline: Timeline,
    rule: dating.Dated,
    seen: Place | None,
) -> list[Option]:
    """No day, the day of publication, and every day that the article names: values as `dating.date_of_act` gives them."""
    reference, basis = p.article.reference, p.article.reference_basis
    today = reference.date()
    start = c.span[0]
    name, left, right = c.sentence.field, c.sentence.start, c.sentence.end
    text = p.fields[name]
    links = links_of(p, c)
    is_title = name == "title"
    mine = timeline.numbers[name, left]

    found: dict[date, list[tuple[float, str, DateSpan, float, bool]]] = {}
    coarse = FAR
    here = 0
    lagged = 0.0
    for field, span, number in timeline.spans:
        same = field == name and left <= span.start < right
        if span.lag is not None:
            if same and span.start < start:
                lagged = 1.0
            continue
        cost = links.cost(span.start - left, span.end - left, span.role) if same else FAR
        if not span.day and not span.ahead:
            if same and span.role != UNTIL:
                coarse = min(coarse, cost)
            continue
        here += same
        apart = float(number - mine) if number is not None else 0.0
        distance = cost if same else 20 + abs(apart) + 5 * (field != name)
        both = {span.day: False, span.ahead: True}
        if c.reading.status == "planned" and span.day and span.ahead and (span.ahead - span.day).days > 7:
            # a plan is for the next such day of the year; one of the week may be its report's
            del both[span.day]
        for day, is_ahead in both.items():
            if day and not (is_ahead and day == span.day):
                found.setdefault(day, []).append((distance, field, span, apart, is_ahead))
    nearest = min((x[0] for of in found.values() for x in of if x[0] < 20), default=FAR)
    tree, k = c.tree, c.hit.token
    v = links.clause()
    read = day_chances(seen, today)
    common = {
        "rule_basis": place_of(BASES, rule[2]),
        "read_none": read.get(None, -1.0),
        "read_published": read.get(today, -1.0),
        "read_most": max(read.values(), default=-1.0),
        "days_here": float(here),
        "days": float(len(found)),
        "nearest": nearest,
        "nearest_period": coarse,
        "background": float(links.is_background(is_title)),
        "behind": float(links.is_behind()),
        "reacted_to": float(links.is_reacted_to()),
        "describes": float(links.describes(is_title)),
        "future": float(links.is_future()),
        "had": float(any(tree.low[i] in ("had", "having") for i in tree.kids[v])),
        "has": float(any(tree.low[i] in ("has", "have") for i in tree.kids[v])),
        "answered": float(bool(dating.ANSWERED.search(text[left:start]))),
        "lagged": lagged,
        "field": place_of(FIELDS, name),
        "sentence": float(mine - next(i for (f, _), i in timeline.numbers.items() if f == name)),
        "has_title": float(bool(p.fields["title"].strip())),
        "has_body": float(bool(p.fields["body"].strip())),
        "sentences": float(len(p.sentences)),
        "status": place_of(STATUSES, c.reading.status),
        "type": place_of(TYPES, c.frame.type),
        "noun": float(c.frame.pos == "n"),
        "tag": place_of(TAGS, tree.tags[k]),
        "verb_tag": place_of(TAGS, tree.tags[v]),
        "score": float(c.score),
    }

    def option(value: dating.Dated, kind: float, best, spread: float) -> Option:
        distance, field, span, apart, is_ahead = best or (FAR, None, None, FAR, False)
        day = value[0]
        told = {
            "kind": kind,
            "is_rule": float(day == rule[0]),
            "read": read.get(day, 0.0) if read else -1.0,
            "age": float(min(max((today - day).days, -400), 4000)) if day else -1000.0,
            "age_log": math.log1p(abs((today - day).days)) if day else -1.0,
            "distance": distance,
            "apart": min(apart, FAR),
            "other_field": float(field is not None and field != name),
            "role": place_of(ROLES, span.role) if span else -1.0,
            "basis": place_of(BASES, span.basis) if span else -1.0,
            "ahead": float(is_ahead),
            "spread": spread,
        }
        own = span is not None and field == name and left <= span.start < right
        return Option(value, told | (_between(c, span, links) if own else NOT_HERE) | common)

    if (
        lagged
        and rule[2] == "relative"
        and rule[0] not in found
        and rule[0] != today
        and links.follows_after(v)
    ):
        return [option(rule, 3.0, None, 0.0)]
    options = [option((None, rule[1] if rule[0] is None else "none", None), 0.0, None, 0.0)]
    mentions = sum(len(of) for of in found.values()) or 1
    if today not in found:
        options.append(option((today, "day", basis), 1.0, None, 0.0))
    ordered = sorted(found.items(), key=lambda f: (min(x[0] for x in f[1]), f[0]))[:DAYS]
    for day, of in ordered:
        best = min(of, key=lambda x: (x[0], x[1], x[2].start))
        options.append(option((day, "day", best[2].basis), 2.0, best, len(of) / mentions))
    if rule[0] is not None and all(o.value[0] != rule[0] for o in options):
        options.append(option(rule, 3.0, None, 0.0))
    return [o for o in options if not (o.value[0] and c.reading.status == "planned" and o.value[0] < today)]


NOT_HERE = dict.fromkeys(
    ("before", "characters", "word_before", "verbs", "commas", "behinds", "relatives", "own_clause"), -1.0
)


def _between(c: Candidate, span: DateSpan, links: dating.Links) -> dict[str, float]:
    """How a time expression stands to the trigger of its sentence."""
    (start, end), left, tree = c.span, c.sentence.start, c.tree
    low, high = min(span.start, start), max(span.end, end)
    words = [
        i
        for i, a in enumerate(tree.starts)
        if low - left <= a < high - left and not span.start <= a + left < span.end
    ]
    before = max((i for i, e in enumerate(tree.ends) if e <= span.start - left), default=None)
    return {
        "before": float(span.start < start),
        "characters": float(min(abs(span.start - start), 600)),
        "word_before": place_of(BEFORE, tree.low[before]) if before is not None else -1.0,
        "verbs": float(sum(tree.tags[i][0] == "V" for i in words)),
        "commas": float(sum(tree.low[i] in (",", ";", ":") for i in words)),
        "behinds": float(sum(tree.low[i] in dating.BEHIND for i in words)),
        "relatives": float(sum(tree.low[i] in ("who", "which", "that", "when") for i in words)),
        "own_clause": float(links.is_own(span.start - left, span.end - left)),
    }


def day_chances(seen: Place | None, today: date) -> dict[date | None, float]:
    """What the reader thinks of each day (None: no day) for what a word tells; a time expression's chance holds for
    the day that it is past and for the one that it is ahead."""
    if seen is None:
        return {}
    found: dict[date | None, float] = {None: float(seen.when[0]), today: float(seen.when[1])}
    for (_, span), chance in zip(seen.days, seen.when[2:].tolist(), strict=False):
        for day in {span.day, span.ahead} - {None}:
            found[day] = found.get(day, 0.0) + chance
    return found


# --- the mode


def mode_options(c: Candidate, seen: Place | None, acts: Sequence[tuple[str, str | None]]) -> list[Option]:
    """The modes that a type has, and none."""
    type_ = c.frame.type
    kinds = [(i, mode) for i, (t, mode) in enumerate(acts) if t == type_]
    total = float(sum(seen.acts[i] for i, _ in kinds)) if seen is not None else 0.0
    options = []
    for i, mode in kinds:
        chance = float(seen.acts[i]) if seen is not None else 0.0
        options.append(
            Option(
                mode,
                {
                    "is_rule": float(mode == c.frame.mode),
                    "mode": place_of(ALL_MODES, mode),
                    "rule": place_of(ALL_MODES, c.frame.mode),
                    "type": place_of(TYPES, type_),
                    "read": chance,
                    "read_share": chance / total if total > 0.01 else -1.0,
                    "read_type": total,
                    "tag": place_of(TAGS, c.tree.tags[c.hit.token]),
                    "words": float(len(c.frame.words)),
                    "status": place_of(STATUSES, c.reading.status),
                    "score": float(c.score),
                },
            )
        )
    return options


# --- the status


def status_options(p: Prepared, c: Candidate, seen: Place | None) -> list[Option]:
    """The four statuses."""
    reading, tree, k = c.reading, c.tree, c.hit.token
    links = links_of(p, c)
    left, right = c.sentence.start, c.sentence.end
    today = p.article.reference.date()
    days = [d for d in p.days[c.sentence.field] if left <= d.start < right]
    ahead = [
        links.cost(d.start - left, d.end - left, d.role) for d in days if (d.day or d.ahead or today) > today
    ]
    past = [links.cost(d.start - left, d.end - left, d.role) for d in days if d.day and d.day < today]
    v = links.clause()
    common = {
        "rule": place_of(STATUSES, reading.status),
        "type": place_of(TYPES, c.frame.type),
        "mode": place_of(ALL_MODES, c.frame.mode),
        "discretion": float((c.frame.type, c.frame.mode) in DISCRETION),
        "tense": place_of(TENSES, reading.tense),
        "ahead": min(ahead, default=FAR),
        "past": min(past, default=FAR),
        "background": float(links.is_background(c.sentence.field == "title")),
        "future": float(links.is_future()),
        "tag": place_of(TAGS, tree.tags[k]),
        "verb_tag": place_of(TAGS, tree.tags[v]),
        "noun": float(c.frame.pos == "n"),
        "is_read": float(c.frame.is_read),
        "title": float(c.sentence.field == "title"),
        "has_body": float(bool(p.fields["body"].strip())),
        "score": float(c.score),
        "reader": float(c.read),
        "ordered": float(bool(reading.governors)),
        "answered": float(bool(dating.ANSWERED.search(p.fields[c.sentence.field][left : c.span[0]]))),
        **{f"cue_{cue}": float(cue in reading.cues) for cue in EFFECTS},
        **{f"read_{s}": float(seen.status[i]) if seen is not None else -1.0 for i, s in enumerate(STATUSES)},
    }
    return [
        Option(
            status,
            {
                "status": float(i),
                "is_rule": float(status == reading.status),
                "read": float(seen.status[i]) if seen is not None else -1.0,
            }
            | common,
        )
        for i, status in enumerate(STATUSES)
    ]


# --- choosing


def is_silent(value: Any) -> bool:
    """Whether a value is what an act has where its words tell nothing: no mode, no number or that of a lone ambassador,
    no day or that of publication."""
    told = value[-1] if isinstance(value, tuple) else value
    return told in (None, "publication", "fetch") or (isinstance(value, tuple) and value[0] == 1)


@dataclass
class Belief:
    """How likely each value of a field is, by the surest of an act's mentions.

    A day is one value whatever tells it, a number whatever it counts: the likelier mention gives the rest. A field that
    is left to the rules has their value, as sure as can be."""

    chances: dict[Any, float]
    values: dict[Any, tuple[float, Any]]
    mentions: int = 1

    @classmethod
    def of(cls, values: Sequence, chances: Sequence[float]) -> Belief:
        found = cls({}, {})
        for value, chance in zip(values, chances, strict=True):
            found._put(value, float(chance))
        return found

    def _put(self, value: Any, chance: float) -> None:
        key = value[0] if isinstance(value, tuple) else value
        self.chances[key] = self.chances.get(key, 0.0) + chance
        if key not in self.values or chance > self.values[key][0]:
            self.values[key] = (chance, value)

    def add(self, other: Belief) -> None:
        """Take in what another mention says."""
        self.mentions += other.mentions
        for key, chance in other.chances.items():
            self.chances[key] = max(self.chances.get(key, 0.0), chance)
        for key, found in other.values.items():
            if key not in self.values or found[0] > self.values[key][0]:
                self.values[key] = found

    def best(self) -> Any:
        """The likeliest value, the first of equals. What one mention states outweighs the silence of others."""
        silence = 1.0 if self.mentions == 1 else SILENCE

        def weight(key: Any) -> float:
            return self.chances[key] * (silence if is_silent(self.values[key][1]) else 1.0)

        return self.values[max(self.chances, key=weight)][1]

    def without_publication(self) -> Belief:
        """The same where the day of publication tells nothing: what may happen has no day unless the text gives one."""
        values = [
            (None, "none", None) if value[2] in ("publication", "fetch") else value
            for _, value in self.values.values()
        ]
        return Belief.of(values, [self.chances[key] for key in self.values])


@dataclass(frozen=True)
class Choices:
    """The trees of each field; a field without trees is left to the rules."""

    trees: dict[str, Trees]
    features: dict[str, list[str]]

    @classmethod
    def load(cls, path: Path | None) -> Choices:
        """Read choices.json; InputError where it is missing or broken. Without a path, every field is the rules'."""
        if path is None:
            return cls({}, {})
        return cls.of(read_json(path, "training/train_choices.py"))

    @classmethod
    def of(cls, data: dict) -> Choices:
        """From what choices.json holds."""
        return cls(
            {name: Trees.of(of) for name, of in data.items()},
            {name: of["features"] for name, of in data.items()},
        )

    def weigh(self, mentions: Sequence[dict[str, Offer]]) -> list[dict[str, Belief]]:
        """What to believe of every field of some mentions; all at once, which is faster."""
        found: list[dict[str, Belief]] = [{} for _ in mentions]
        for field in sorted({field for mention in mentions for field in mention}):
            offers = [mention[field] for mention in mentions]
            trees = self.trees.get(field)
            names = self.features.get(field, [])
            rows = (
                [[o.features[n] for n in names] for offer in offers for o in offer.options] if trees else []
            )
            odds = 1 / (1 + np.exp(-trees.logit(np.array(rows)))) if trees and rows else np.zeros(0)
            at = 0
            for belief, offer in zip(found, offers, strict=True):
                chances = odds[at : at + len(offer.options)] if trees else np.zeros(0)
                at += len(chances)
                belief[field] = (
                    Belief.of([o.value for o in offer.options], chances / chances.sum())
                    if len(chances)
                    else Belief.of([offer.rule], [1.0])
                )
        return found
