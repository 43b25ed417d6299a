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
NAMED = ("state", "organisation")  # kinds of mentions that stand for a doer by their bare name
_NUMBER = (
    r"\s+(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen)(?:\s+(?:each|apiece|more|diplomats|envoys))*"
    r"(?=\s*(?:[,.;)]|and\b|while\b|$))"
)
_JOINED = re.compile(r"(?:\s|,|\band\b|\bthe\b)*")
_BEFORE = re.compile(r"(?:[,;.(]|\band|\bwhile|^)(?:\s|\bthe\b)*$")
_ENDS = re.compile(_NUMBER, re.I)
REACH = 400  # characters after the act in which such a list stands


def continued(text: str, mentions: Sequence[Mention], settled: Sequence[Candidate]) -> Iterator[Candidate]:
    """The acts that an elliptical list adds to those of its field. text, mentions: of that field."""
    known = {(c.source.party.code, c.target.party.code, c.frame.mode) for c in settled}
    for c in settled:
        if c.frame.type != "SANCTION" or c.frame.mode not in MODES or c.reading.status not in COUNTED:
            continue
        end = c.span[1]
        for named, stop in gapped(text, mentions, end, min(len(text), end + REACH)):
            for m in named:
                key = (m.code, c.target.party.code, c.frame.mode)
                if key in known or m.code == c.target.party.code:
                    continue
                known.add(key)
                reach = max(stop, c.sentence.start + len(c.sentence.text))
                sentence = replace(c.sentence, text=text[c.sentence.start : reach])
                party = replace(c.source.party, code=m.code, mention=m, how="head")
                yield replace(
                    c, sentence=sentence, source=replace(c.source, party=party), score=0.9 * c.score
                )


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
