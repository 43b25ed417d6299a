"""A text cut into words, folded so that names can be looked up whatever their marks, hyphens and capitals."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

_WORD = re.compile(r"[^\W_]+")
_FULL_STOP = re.compile(r"\w{3}[.]\s*(?:\(|$)")  # headlines have none
_SMALL = frozenset(
    {
        "with",
        "from",
        "over",
        "amid",
        "after",
        "into",
        "upon",
        "than",
        "that",
        "near",
        "until",
        "under",
        "before",
    }
)
_JOINTS = frozenset(
    {" ", "-", "–", "‑", "'", "’", "' ", "’ ", "ʻ", "ʼ", "`", ".", " & ", ", ", "/", " – ", "\u00a0"}
)


def _fold_table() -> dict[int, str]:
    """One character for one: letters lose their marks, so that offsets stay what they are."""
    table = {ord(a): b for a, b in zip("ıİøØłŁđĐðÐæÆœŒßþÞŋəƏ", "iioolLdDdDaAoOspPnee", strict=True)}
    for code in range(0xA0, 0x2000):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if code not in table and base.isascii() and base.isalnum():
            table[code] = base
    return table


_FOLD = _fold_table()


def fold(text: str) -> str:
    """Lower case without diacritics; as long as the text."""
    if not text.isascii():
        text = text.translate(_FOLD)
    return text.lower()


def key_of(name: str) -> str:
    """How a name is looked up: its folded words, one blank between."""
    return " ".join(_WORD.findall(fold(name)))


class Words:
    """A text's words with their places. `hay` holds the folded words with one blank around each; `places` says
    which word begins at a place of `hay`. `style` is how the text uses capitals: sentence, title or caps."""

    __slots__ = ("ends", "hay", "places", "starts", "style", "text", "words")

    def __init__(self, text: str):
        self.text = text
        folded = fold(text)
        spans = [match.span() for match in _WORD.finditer(folded)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.words = [folded[start:end] for start, end in spans]
        self.hay = f" {' '.join(self.words)} "
        self.places: dict[int, int] = {}  # place in hay -> word
        place = 0
        for n, (start, end) in enumerate(spans):
            self.places[place] = n
            place += end - start + 1
        self.style = self._style()

    def __len__(self) -> int:
        return len(self.words)

    def _style(self) -> str:
        text = self.text
        heads = [
            text[s : s + 2]
            for s, e, w in zip(self.starts, self.ends, self.words, strict=True)
            if e - s > 3 and text[s].isalpha() and w not in _SMALL
        ]
        if len(heads) >= 2 and all(h.isupper() for h in heads):
            return "caps"
        rest = heads[1:]
        capitals = sum(h[0].isupper() for h in rest)
        if rest and len(self.words) < 40 and capitals >= (0.8 * len(rest) if len(rest) > 2 else len(rest)):
            return "sentence" if _FULL_STOP.search(text) else "title"
        return "sentence"

    def surface(self, first: int, last: int) -> str:
        """Words first to last as written."""
        return self.text[self.starts[first] : self.ends[last]]

    def after(self, end: int) -> int:
        """The first word that begins at or after a character."""
        return bisect_left(self.starts, end)

    def gap(self, i: int) -> str:
        """What stands between word i and the next."""
        return self.text[self.ends[i] : self.starts[i + 1]]

    def is_capital(self, i: int) -> bool:
        """Whether word i is written with a capital: "Russia", "eSwatini"."""
        start = self.starts[i]
        return self.text[start].isupper() or self.text[start + 1 : start + 2].isupper()

    def begins_sentence(self, i: int) -> bool:
        """Whether word i stands first in the text, or after an end of sentence."""
        if i == 0:
            return True
        gap = self.gap(i - 1)
        if not any(c in gap for c in '.!?:;\n"“'):
            return False
        return not (gap == ". " and len(self.words[i - 1]) <= 3 and self.is_capital(i - 1))

    def is_joined(self, first: int, last: int) -> bool:
        """Whether words first to last stand together as one name: no end of sentence, no bracket between."""
        for i in range(first, last):
            gap = self.gap(i)
            if gap not in _JOINTS and not (gap == ". " and len(self.words[i]) <= 4):
                return False
        return True
