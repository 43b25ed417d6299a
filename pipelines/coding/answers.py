"""Which act answers which, where the text says so: "in response to", "retaliated", "in return", "tit-for-tat".

A bare "after" or "over" is not enough (coding guide).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

Pair = tuple[str, str, str]


class Place(Protocol):
    """A mention's sentence and the characters of its trigger in the field."""

    sentence: object
    span: tuple[int, int]


class Told(Protocol):
    """An act as its mentions tell it."""

    source: str
    target: str
    type: str
    mentions: list
    response_to: Pair | None


# the answer names what it answers
_TO = re.compile(
    r"\b(?:in\s+(?:response|reply|retaliation|answer|reaction|reprisal|revenge|return)|as\s+an?\s+(?:response|answer|reply|reaction|retaliation)|"
    r"an?\s+(?:[\w-]+\s+){0,2}(?:response|answer|reply|retaliation)|retaliat(?:es|ed|ing|e|ion|ory\s+\w+)|respond(?:s|ed|ing)?|reciprocat\w+|repl(?:y|ies|ied)|answer(?:s|ed|ing)|"
    r"reprisals?|revenge|retort\w*|tit[\s-]for[\s-]tat)\s+(?:to|for|against)\b|\b(?:hit(?:s|ting)?|str(?:ikes?|uck|iking)|fir(?:es?|ed|ing))\s+back\s+(?:at|against)\b|"
    r"\b(?:reciprocat\w+|to\s+reciprocate|answer(?:s|ed|ing)?)\s+(?=(?-i:[A-Z])|the\b|their\b|its\b)|\bat\s+the\s+(?:request|appeal|invitation)\s+of\b|\bmirror(?:s|ed|ing)\b|\bfollowing\s+an?\s+request\b",
    re.I,
)
# the answer does not name it: it was told before
_ALONE = re.compile(
    r"\b(?:in\s+(?:response|reply|retaliation|answer|return|turn\b(?!ing)|kind|reprisal|revenge)|retaliat(?:es|ed|ing|e|ory)|tit[\s-]for[\s-]tat|reciproc\w+|"
    r"(?:respond|answer)(?:s|ed|ing)?\s+(?:by|with|in\s+kind)|hit(?:s|ting)?\s+back|str(?:ikes?|uck|iking)\s+back|fir(?:es?|ed|ing)\s+back|counter-?measures?|mirror\s+(?:move|step|measure|manner)|"
    r"symmetrical|eye\s+for\s+an\s+eye|as\s+retaliation|does\s+the\s+same|did\s+the\s+same|followed\s+suit\s+against|retort\w*|fitting\s+response|same\s+coin)\b",
    re.I,
)
_MEASURE = re.compile(
    r"\b(?:sanctions?|expulsions?|expel\w*|tariffs?|bans?|embargo|visa\s+\w+|closure|closing|blacklist\w*|measures)\b",
    re.I,
)
_END = re.compile(r"[;]|,\s+(?=(?:the|its|his|a|and|while|but|[A-Z])\b)")


def link_answers(acts: Sequence[Told]) -> None:
    """Set `response_to` of the acts that the text tells as answers (changes the acts).

    Where the act that is answered is no act of the article, but the words name a measure, the answer is to a sanction
    by the target.
    """
    for act in acts:
        if act.response_to is None:
            act.response_to = next(filter(None, (_answered(act, m, acts) for m in act.mentions)), None)
    _told_apart(acts)
    _spread(acts)


_CONFLICT = frozenset(["SANCTION", "COERCE", "MOBILIZE", "THREATEN", "ASSAULT"])


def _told_apart(acts: Sequence[Told]) -> None:
    """A sentence may name only what is answered ("the measures answer Prague's expulsion of 18"): then the acts
    of the other side are its answer, where the article tells them."""
    for act in acts:
        for m in act.mentions:
            text, at = m.sentence.text, m.span[0] - m.sentence.start
            cue = next(
                (c for c in _TO.finditer(text) if c.end() <= at and not _END.search(text, c.end(), at)), None
            )
            if cue is None or any(
                other.response_to
                for other in acts
                for n in other.mentions
                if n.sentence is m.sentence and n.span[0] < m.span[0]
            ):
                continue
            for other in acts:
                reply = (other.source, other.target) == (act.target, act.source) and other.type in _CONFLICT
                if reply and other.response_to is None and not _earlier(other, act):
                    other.response_to = (act.source, act.target, act.type)


def _earlier(one: Told, other: Told) -> bool:
    """Whether the first act has a day before the second's."""
    days = getattr(one, "day", None), getattr(other, "day", None)
    return bool(days[0] and days[1] and days[0] < days[1])


def _spread(acts: Sequence[Told]) -> None:
    """Measures of one side taken together answer the same act."""
    for act in acts:
        if act.response_to is None or act.type not in _CONFLICT:
            continue
        for other in acts:
            same = (other.source, other.target) == (act.source, act.target) and other.type == act.type
            together = getattr(other, "day", None) == getattr(act, "day", None)
            if same and together and other.response_to is None:
                other.response_to = act.response_to


def _answered(act: Told, mention: Place, acts: Sequence[Told]) -> Pair | None:
    sentence = mention.sentence
    text, offset = sentence.text, sentence.start
    at = mention.span[0] - offset
    for cue in _TO.finditer(text):
        first = cue.start() < 3  # "In response to X, Y": the answer stands behind the comma
        end = _END.search(text, cue.end())
        low, high = cue.end(), end.start() if end else len(text)
        if low <= at < high or (first and at < high):
            return None  # this act is what is answered
        if not first and at > cue.start():
            continue
        inside = _acts_in(acts, sentence, low + offset, (len(text) if not first else high) + offset)
        return (
            _best(act, inside)
            or _best(act, _acts_before(acts, sentence, offset))
            or ((act.target, act.source, "SANCTION") if _MEASURE.search(text, low, high) else None)
        )
    for cue in _ALONE.finditer(text):
        if _TO.match(text, cue.start()) or abs(cue.start() - at) > 110 or (act.type == "CONSULT"):
            continue
        if cue.start() > at and re.search(r"[;]|\bwhile\b|\bbut\b", text[at : cue.start()]):
            continue
        if cue.start() < at and re.search(r"\b(?:after|because|since)\b", text[cue.end() : at]):
            continue
        return _best(act, _acts_before(acts, sentence, mention.span[0]))
    return None


def _acts_in(acts: Sequence[Told], sentence: object, low: int, high: int) -> list[tuple[int, Told]]:
    return [
        (m.span[0], act)
        for act in acts
        for m in act.mentions
        if m.sentence.field == sentence.field and low <= m.span[0] < high
    ]


_ORDER = {"title": 0, "summary": 1, "body": 2}


def _acts_before(acts: Sequence[Told], sentence: object, position: int) -> list[tuple[int, Told]]:
    """Acts told before a place, the nearest first; those of the title last."""
    here = _ORDER[sentence.field]
    found = []
    for act in acts:
        for m in act.mentions:
            order = _ORDER[m.sentence.field]
            if (order, m.span[0]) < (here, position):
                found.append((-(order * 1_000_000 + m.span[0]), act))
    return sorted(found, key=lambda item: item[0])


def _best(act: Told, candidates: Sequence[tuple[int, Told]]) -> Pair | None:
    """The first act by the target, one against the source before others."""
    by_target = [other for _, other in candidates if other is not act and other.source == act.target]
    for other in [o for o in by_target if o.target == act.source] or by_target:
        return other.source, other.target, other.type
    return None
