"""Names made plain for the parser: "the People's Republic of China" is read as one word that the parser knows.

The parser is small and has met few names. Every actor of a sentence is shown to it as one token of a kind that it
has seen often ("Russia", "Putin", "Russian"), and a headline in title case with small letters; what the coder
keeps are the words and offsets of the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path

from spacy.tokens import Doc

from pipelines.coding.actors import Mention
from pipelines.coding.reference import read_csv
from pipelines.coding.text import Sentence

STANDS_FOR = {
    "state": "Russia",
    "adjective": "Russian",
    "capital": "Moscow",
    "seat": "Kremlin",
    "region": "Crimea",
    "place": "Moscow",
    "organisation": "NATO",
    "group": "Hamas",
    "person": "Putin",
    "agency": "NATO",
}
_DROPPED_AFTER_THE = frozenset(
    ["state", "person", "organisation", "capital", "seat", "region", "place", "agency", "group"]
)


def simple_words(reference: Path) -> dict[str, str]:
    """parser_words.csv: words in lower case and what the parser is shown in their place."""
    return {
        row["word"]: row["shown"]
        for row in read_csv(reference / "parser_words.csv", ("word", "shown"), key="word")
    }


def mask(
    nlp,
    sentence: Sentence,
    mentions: list[Mention],
    title_case: bool,
    small: Set[str],
    simple: Mapping[str, str],
) -> tuple[Doc, list[str], list[int], list[int]]:
    """The document that the parser reads, with the words of the text and their offsets in the sentence.

    small: words that are written small outside of headlines. simple: words that the parser misreads, with what it is
    shown instead (parser_words.csv).
    """
    doc = nlp.tokenizer(sentence.text)
    spans = sorted((m.start - sentence.start, m.end - sentence.start, m.kind) for m in mentions)
    words: list[str] = []
    shown: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    n = 0
    last_span = None
    for token in doc:
        a, b = token.idx, token.idx + len(token.text)
        if token.is_space:
            continue
        while n < len(spans) and spans[n][1] <= a:
            n += 1
        if n < len(spans) and a < spans[n][1] and b > spans[n][0]:
            start, end, kind = spans[n]
            if last_span == (start, end):
                ends[-1] = max(ends[-1], b)
                words[-1] = sentence.text[starts[-1] : ends[-1]]
                continue
            last_span = (start, end)
            plain = STANDS_FOR.get(kind)
            if kind == "demonym":
                plain = "Russians" if sentence.text[start:end].endswith("s") else "Russian"
            if kind in _DROPPED_AFTER_THE and words and words[-1].lower() == "the":
                words.pop(), shown.pop(), starts.pop(), ends.pop()
            words.append(token.text)
            shown.append(plain or token.text)
        else:
            text = token.text
            words.append(text)
            if title_case and text[0].isupper() and words and text.lower() in small:
                text = text.lower()
            shown.append(simple.get(text.lower(), text) if text.islower() or words[1:] else text)
        starts.append(a)
        ends.append(b)
    spaces = [starts[i + 1] > ends[i] for i in range(len(words) - 1)] + [False] if words else []
    return Doc(nlp.vocab, words=shown, spaces=spaces), words, starts, ends
