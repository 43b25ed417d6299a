"""Lists that leave the verb out: "Germany expelled four Russian diplomats, Poland three; Italy and Spain two each".

Who follows an act with nothing but a number does the same, to the same party, in his own number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.coding.actors import Mention
from pipelines.coding.coreference import ORGANISATIONS
from pipelines.coding.status import COUNTED

if TYPE_CHECKING:
    from pipelines.coding.roles import Candidate

MODES = ("expel", "recall")  # acts that many do at once, each in his number
NAMED = ("state", "organisation", "capital")  # kinds of mentions that stand for a doer by their bare name
VERB = r"(?:\s+(?:have|has|are|is|also|each))*(?:\s+(?:expel\w*|sen[dt]\w*\s+home|thr[eo]w\w*\s+out|kick\w*\s+out))?"
_NUMBER = (
    r"\s+(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen)(?:\s+(?:each|apiece|more|diplomats|envoys))*"
    r"(?=\s*(?:[,.;)]|and\b|while\b|$|on\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))"
)
_JOINED = re.compile(r"(?:\s|,|\band\b|\bthe\b)*")
_BEFORE = re.compile(r"(?:[,;.(]|\band|\bwhile|^)(?:\s|\bthe\b)*$")
_ENDS = re.compile(VERB + _NUMBER, re.I)
REACH = 400  # characters after the act in which such a list stands


def continued(text: str, mentions: Sequence[Mention], settled: Sequence[Candidate]) -> list[Candidate]:
    """The acts of a field, with those that elliptical lists add; guesses whom these do it to give way to the list.

    text, mentions: of that field.
    """
    claimed: dict[tuple[str, str | None], str] = {}  # who stands in a list, and what he does: to whom
    added = []
    for c in sorted(settled, key=lambda c: (c.span, -c.score)):
        if c.frame.type != "SANCTION" or c.frame.mode not in MODES or c.reading.status not in COUNTED:
            continue
        if claimed.get((c.source.party.code, c.frame.mode), c.target.party.code) != c.target.party.code:
            continue
        for named, stop in gapped(text, mentions, c.span[1], min(len(text), c.span[1] + REACH)):
            for m in named:
                if (m.code, c.frame.mode) in claimed or m.code == c.target.party.code:
                    continue
                claimed[m.code, c.frame.mode] = c.target.party.code
                reach = max(stop, c.sentence.start + len(c.sentence.text))
                sentence = replace(c.sentence, text=text[c.sentence.start : reach])
                party = replace(c.source.party, code=m.code, mention=m, how="head")
                added.append(
                    replace(c, sentence=sentence, source=replace(c.source, party=party), score=0.9 * c.score)
                )
    known = {
        (c.source.party.code, c.target.party.code, c.frame.mode)
        for c in settled
        if c.target.how == "head" and not c.frame.is_read
    }
    kept = [
        c for c in settled if claimed.get((c.source.party.code, c.frame.mode)) in (None, c.target.party.code)
    ]
    return kept + [c for c in added if (c.source.party.code, c.target.party.code, c.frame.mode) not in known]


def gapped(
    text: str, mentions: Iterable[Mention], start: int, end: int
) -> Iterator[tuple[list[Mention], int]]:
    """The runs of names between two places of a text that a number alone follows, with where each ends."""
    run: list[Mention] = []
    for m in sorted(mentions, key=lambda m: m.start):
        if not (start <= m.start < end) or m.code is None or not (m.kind in NAMED or m.code in ORGANISATIONS):
            continue
        if not (run and _JOINED.fullmatch(text[run[-1].end : m.start])):
            run = []
            if not _BEFORE.search(text[start : m.start]):
                continue
        run.append(m)
        number = _ENDS.match(text, m.end)
        if number:
            yield run, number.end()
            run = []
