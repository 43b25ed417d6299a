"""The language of a text: what the feed says, unless the text itself is plainly something else."""

from __future__ import annotations

import re

import py3langid

_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_ENGLISH = frozenset(
    ("the", "of", "and", "to", "with", "that", "for", "its", "over", "has", "was", "by", "from")
)
_LOOKED_AT = 400
ENOUGH = 40  # letters that a detector needs to be believed
SURE = 60  # and to contradict the feed


def named(value: str | None) -> str | None:
    """The ISO 639-1 code of a language tag such as en-GB; None where it is none."""
    match = _CODE.fullmatch((value or "").strip())
    return match[1].lower() if match and match[1].lower() not in ("und", "mul", "zxx") else None


def detected(text: str, least: int = ENOUGH) -> str | None:
    """The language that a detector finds; None where the text is too short to tell."""
    if len(text) < least and not _other_script(text):
        return None
    if _is_english(text):
        return "en"
    return py3langid.classify(text[:_LOOKED_AT])[0]


def _is_english(text: str) -> bool:
    """Whether the text's small words are English: what needs no detector does not wait for one."""
    return len(_ENGLISH.intersection(text[:_LOOKED_AT].lower().split())) > 2


def language(text: str, item: str | None, feed: str | None) -> tuple[str | None, str | None]:
    """The language of an item's text, and who says so: item, feed, or detected."""
    said, basis = (named(item), "item") if named(item) else (named(feed), "feed")
    if said is None:
        found = detected(text)
        return (found, "detected") if found else (None, None)
    found = detected(text, SURE)
    if found and found != said and _is_plain(text, found, said):
        return found, "detected"
    return said, basis


def _is_plain(text: str, found: str, said: str) -> bool:
    """Whether a detector's contradiction is to be believed: both halves of the text say the same."""
    if _other_script(text) and said in ("en", "fr", "de", "es", "it", "pt", "nl", "pl", "tr"):
        return True
    half = text.find(" ", len(text) // 2)
    parts = (text[:half], text[half:]) if half > 0 else (text,)
    return all(py3langid.classify(part[:500])[0] == found for part in parts)


def _other_script(text: str) -> bool:
    """Whether most letters are beyond the Latin alphabet."""
    letters = [char for char in text[:200] if char.isalpha()]
    return len(letters) >= 8 and sum(char > "\u024f" for char in letters) > 0.6 * len(letters)
