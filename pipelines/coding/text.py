"""Text as the coder reads it: every step keeps the length, so that offsets stay those of the field as delivered."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_FIELD = 120_000  # characters of one field that are coded; news articles end long before
MAX_SENTENCE = 900  # characters; longer ones are lists, tables or broken markup and are cut

_MARKUP = re.compile(r"<[^<>]{1,400}>|&(?:[a-z]{2,8}|#\d{1,6});|https?://\S+", re.I)
# "(Reuters)(BBC)" after a sentence: the outlets that somebody credits, never part of the clause
_CREDIT = re.compile(
    r"\((?:[^()]{0,60}\b)?(?:Reuters|BBC|CNN|AP|AFP|Xinhua|Guardian|Times|Post|News|Jazeera|Bloomberg|Haaretz|RTE|NPR|CBC|ABC|NBC|CBS|"
    r"Independent|Telegraph|TASS|Interfax|DW|DPA|EFE|ANSA|Kyodo|Yonhap|RIA|Herald|Tribune|Journal|Daily|France 24|Politico|Axios|"
    r"The Hill|Fox|Sky|Mirror|USA Today|UPI|IANS|PTI|VOA|RFERL|RFE/RL)\b[^()]{0,80}\)"
)
_TAIL_CREDITS = re.compile(r"(?<=[.!?\"”])\s*(?:\([^()]{1,90}\)[\s,;.]*)+(?=$|\s[A-Z])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-"})
_BREAK = re.compile(r"\n\s*\n|(?<=[.!?])[\"')\]”’]*\s+(?=[\"'(\[“‘]?[A-Z0-9À-Þ])|;\s+|\n(?=\s*[-*•])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Sgt|Capt|Gov|Sen|Rep|Rev|Hon|St|Jr|Sr|No|Nos|vs|etc|e\.g|i\.e|Inc|Ltd|Co|Corp|Fig|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|Adm|Amb|Sec|Brig|Pres|Min)|\b[A-Z]|\b(?:U\.S|U\.K|U\.N|U\.A\.E|D\.C|a\.m|p\.m))\.$"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of a field; `start` is its first character in the field."""

    field: str
    index: int
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _blank(match: re.Match) -> str:
    return " " * len(match.group())


def clean(text: str) -> str:
    """The text with markup, credits and control characters turned into spaces and quotes made plain; same length."""
    text = text[:MAX_FIELD]
    # line feeds are kept: an empty line ends a sentence
    text = _CONTROL.sub(lambda m: "\n" if m.group() == "\n" else " ", text)
    text = _MARKUP.sub(_blank, text)
    text = text.translate(_QUOTES)
    text = _CREDIT.sub(_blank, text)
    return _TAIL_CREDITS.sub(_blank, text)


def sentences(text: str, field: str = "body") -> list[Sentence]:
    """Cut a cleaned text into sentences."""
    found, start = [], 0
    for match in _BREAK.finditer(text):
        if match.group().strip(" \"')]”’") == "" and "\n" not in match.group():
            before = text[max(start, match.start() - 8) : match.start() + 1].rstrip()
            if _ABBREVIATION.search(before):
                continue
        _append(found, text, field, start, match.end())
        start = match.end()
    _append(found, text, field, start, len(text))
    return found


def _append(found: list[Sentence], text: str, field: str, start: int, end: int) -> None:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    piece = piece.strip()
    if not piece:
        return
    start += lead
    for offset in range(0, len(piece), MAX_SENTENCE):
        found.append(
            Sentence(
                field, len(found), start + offset, piece[offset : offset + MAX_SENTENCE].replace("\n", " ")
            )
        )


_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'\-]*")


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [w.lower() for w in _WORD.findall(text)]


def is_title_case(text: str) -> bool:
    """True for a headline whose words nearly all begin with a capital."""
    long = [w for w in _WORD.findall(text) if len(w) > 3]
    return len(long) >= 3 and sum(w[0].isupper() for w in long) >= 0.8 * len(long)
