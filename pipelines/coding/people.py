"""Titles, and people that no list knows: "Foreign Minister Guido Westerwelle", "Esmail Khatib, the Iranian spy chief"."""

from __future__ import annotations

from collections.abc import Container, Set
from dataclasses import dataclass
from pathlib import Path

from pipelines.coding.reference import read_csv
from pipelines.coding.words import Words, key_of

_KEPT = {
    "former": "former",
    "ex": "former",
    "deputy": "deputy",
    "acting": "acting",
    "interim": "interim",
    "ousted": "ousted",
}
_OF_RANK = frozenset(
    ["king", "queen", "emir", "sultan", "pope", "sheikh", "prince", "princess", "mullah", "ayatollah"]
)
_STOPS = frozenset(
    [
        "about",
        "after",
        "against",
        "amid",
        "as",
        "asked",
        "at",
        "before",
        "beat",
        "between",
        "but",
        "by",
        "during",
        "for",
        "found",
        "fought",
        "from",
        "gave",
        "got",
        "had",
        "held",
        "hit",
        "in",
        "into",
        "invited",
        "is",
        "killed",
        "left",
        "let",
        "made",
        "met",
        "of",
        "on",
        "or",
        "over",
        "put",
        "read",
        "said",
        "saw",
        "sent",
        "shot",
        "sought",
        "struck",
        "than",
        "that",
        "to",
        "told",
        "took",
        "tells",
        "thanked",
        "under",
        "until",
        "urged",
        "was",
        "were",
        "where",
        "which",
        "while",
        "who",
        "with",
        "won",
    ]
)
_LONGEST_TITLE = 7
WORD_KINDS = ("not_a_name", "institution", "particle", "qualifier", "body", "opener", "ship")


@dataclass(frozen=True, slots=True)
class Title:
    """A title: the role it gives, the offices (as in offices.csv) it may mean, and whose it is where it says so itself."""

    role: str
    offices: frozenset[str]
    code: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A title found in a text, words first to last, with what qualifies it ("former")."""

    title: Title
    first: int
    last: int
    role: str


class Titles:
    """All titles of titles.csv, and the words of name_words.csv that help to find where a name begins and ends."""

    def __init__(self, titles: dict[str, Title], kinds: dict[str, frozenset[str]]):
        self.titles = titles
        self.firsts = frozenset(key.split()[0] for key in titles)
        self.lasts = frozenset(key.split()[-1] for key in titles)
        self.not_a_name, self.particles = kinds["not_a_name"], kinds["particle"]
        self.qualifiers, self.institutions = kinds["qualifier"], kinds["institution"]
        self.bodies, self.openers, self.ships = kinds["body"], kinds["opener"], kinds["ship"]

    @classmethod
    def load(cls, reference: Path) -> Titles:
        """Read titles.csv and name_words.csv of a folder."""
        titles = {
            key_of(row["title"]): Title(
                row["role"], frozenset(row.items_of("offices")), row["acts_as"] or None
            )
            for row in read_csv(
                reference / "titles.csv", ["title", "role", "offices", "acts_as"], key="title"
            )
        }
        kinds: dict[str, set[str]] = {kind: set() for kind in WORD_KINDS}
        for row in read_csv(reference / "name_words.csv", ["word", "kind"], key=("word", "kind")):
            kinds[row.one_of("kind", WORD_KINDS)].add(key_of(row["word"]))
        return cls(titles, {kind: frozenset(words) for kind, words in kinds.items()})

    def ending_at(self, words: Words, last: int) -> Held | None:
        """The longest title whose last word is `last`."""
        if words.words[last] not in self.lasts:
            return None
        for first in range(max(0, last - _LONGEST_TITLE + 1), last + 1):
            title = self.titles.get(" ".join(words.words[first : last + 1]))
            if title and words.is_joined(first, last):
                return self._held(words, title, first, last)
        return None

    def starting_at(self, words: Words, first: int) -> Held | None:
        """The longest title whose first word is `first`."""
        if words.words[first] not in self.firsts:
            return None
        for last in range(min(len(words), first + _LONGEST_TITLE) - 1, first - 1, -1):
            title = self.titles.get(" ".join(words.words[first : last + 1]))
            if title and words.is_joined(first, last):
                return self._held(words, title, first, last)
        return None

    def _held(self, words: Words, title: Title, first: int, last: int) -> Held:
        role, before = title.role, first
        while (
            before > 0 and words.words[before - 1] in self.qualifiers and words.gap(before - 1) in (" ", "-")
        ):
            before -= 1
            if (kept := _KEPT.get(words.words[before])) and role:
                role = f"{kept} {role}"
        return Held(title, before, last, role)


@dataclass(frozen=True, slots=True)
class Named:
    """A person found by form alone. `holder` is the word after or before which the state stands that the title
    belongs to; None where no title is near."""

    first: int
    last: int
    role: str | None
    code: str | None
    owners: tuple[int, ...]  # words that may name whose officer it is, nearest first


def find_people(
    words: Words, titles: Titles, given: Set[str], taken: Container[int], surnames: Container[str]
) -> list[Named]:
    """People of two or more names that stand in running text (a headline in capitals hides where names end).

    given: known given names, folded; taken: words that belong to a name known already; surnames: those of
    people in the list, which are none of ours where they stand alone.
    """
    if words.style != "sentence":
        return []
    found: list[Named] = []
    i, n = 0, len(words)
    while i < n:
        if i in taken or not words.is_capital(i) or not words.words[i].isalpha():
            i += 1
            continue
        last = _name_end(words, i, taken, titles.particles)
        named = None
        for first in range(i, last + 1):
            named = _judge(words, first, last, titles, given, taken)
            if named and not (first == last and words.words[first] in surnames):
                break
            named = None
        if (
            not named
            and found
            and last > i
            and len(words.words[last]) > 2
            and _is_listed(words, found[-1].last, i)
            and not titles.starting_at(words, i)
        ):
            named = Named(i, last, None, None, ())
        if named:
            found.append(named)
        i = last + 1
    return found


def _name_end(words: Words, first: int, taken: Container[int], particles: Set[str]) -> int:
    """The last word of the run of capitalised words (and particles between them) that begins at `first`."""
    last = first
    while last + 1 < len(words):
        gap, step = words.gap(last), last + 1
        if gap not in (" ", "-", "'", "’", "ʻ") and not (gap in (". ", ".") and len(words.words[last]) <= 2):
            break
        if gap == "-" and not words.is_capital(step) and step not in taken:  # Jong-un
            return step if words.words[step].isalpha() else last
        while (
            step + 1 < len(words)
            and words.words[step] in particles
            and not words.is_capital(step)
            and words.gap(step) in (" ", "-")
        ):
            step += 1
        if not words.is_capital(step) or step in taken or not words.words[step].isalpha():
            break
        if gap in ("'", "’") and len(words.words[step]) == 1:
            break
        last = step
    return last


def _judge(
    words: Words, first: int, last: int, titles: Titles, given: Set[str], taken: Container[int]
) -> Named | None:
    """Whether words first to last are a person's name, by a title beside it or by its given name."""
    if last - first > 5 or words.words[first] in titles.particles:
        return None
    if any(w in titles.not_a_name for w in words.words[first : last + 1]) or titles.starting_at(words, first):
        return None
    if first > 0 and words.words[first - 1] in titles.ships:
        return None
    before = title_before(words, first, titles, taken)
    if before and (first < last or _is_called(words, first, before[0])):
        held, owners = before
        return Named(first, last, held.role or None, held.title.code, owners)
    if last == first or words.words[first] in titles.openers:
        return None
    after = _appositive(words, last, titles)
    if after:
        held, owners = after
        return Named(first, last, held.role or None, held.title.code, owners)
    if words.words[first] in given:
        owners = (first - 1,) if first > 0 and words.gap(first - 1) == " " else ()
        return Named(first, last, None, None, owners)
    return None


def _is_called(words: Words, i: int, held: Held) -> bool:
    """Whether one word is a name because an officer's title in capitals stands right before it."""
    weighty = held.title.role in _OF_RANK or held.title.role.endswith(("president", "minister", "chancellor"))
    return (
        weighty
        and held.last == i - 1
        and words.gap(i - 1) == " "
        and words.is_capital(held.last)
        and len(words.words[i]) > 2
    )


def _is_listed(words: Words, end: int, first: int) -> bool:
    """Whether a run of capitals follows a person's name in a list: "Laura Ling and Euna Lee"."""
    if first == end + 1:
        return words.gap(end) == ", "
    return (
        first == end + 2
        and words.words[end + 1] == "and"
        and words.gap(end) in (" ", ", ")
        and words.gap(end + 1) == " "
    )


def owners_before(words: Words, first: int, most: int) -> tuple[int, ...]:
    """Words right before a title that may say whose it is: no verb, no preposition and no end of a clause between."""
    found = []
    for i in range(first - 1, max(-1, first - 1 - most), -1):
        gap, word = words.gap(i), words.words[i]
        if gap not in (" ", "'", "’", "-") and not (gap == ". " and len(word) == 1):
            break
        if (
            not words.is_capital(i)
            and word != "s"
            and (not word.isalpha() or word in _STOPS or (word.endswith(("ed", "s")) and word != "its"))
        ):
            break
        found.append(i)
    return tuple(found)


def title_before(
    words: Words, first: int, titles: Titles, taken: Container[int]
) -> tuple[Held, tuple[int, ...]] | None:
    """The title before a name with the words that may say whose it is: "German Foreign Minister X",
    "Iran's foreign minister, X", "Ambassador to Colombia X", "Mayor of Jerusalem X"."""
    if first == 0 or words.gap(first - 1) not in (" ", ". ", ", "):
        return None
    held = titles.ending_at(words, first - 1)
    if held:
        return held, owners_before(words, held.first, 3) + _after(words, held.last)
    at = first - 1
    while at > 0 and at >= first - 4 and at in taken:
        at -= 1
    if at < first - 1 and words.words[at] == "the":
        at -= 1
    if at < first - 1 and at > 0 and words.words[at] in ("of", "to", "for"):
        held = titles.ending_at(words, at - 1)
        if held:
            own = tuple(range(held.first - 1, max(-1, held.first - 3), -1))
            return held, own if words.words[at] == "to" else tuple(range(at + 1, first))
    return None


def _appositive(words: Words, last: int, titles: Titles) -> tuple[Held, tuple[int, ...]] | None:
    """The title after a name: ", the German foreign minister,", ", Rwanda's foreign minister"."""
    if last + 1 >= len(words) or words.gap(last) not in (", ", " (", " – ", " - "):
        return None
    for start in range(last + 1, min(len(words), last + 6)):
        if start > last + 1 and words.gap(start - 1) not in (" ", "'", "’", "-"):
            return None
        held = titles.starting_at(words, start)
        if held:
            return held, tuple(range(start - 1, last, -1)) + _after(words, held.last)
    return None


def _after(words: Words, last: int) -> tuple[int, ...]:
    """The words after "of" that may say whose title it is: "president of Chad", "spokesman for the Kremlin"."""
    if last + 2 < len(words) and words.words[last + 1] in ("of", "for") and words.gap(last) == " ":
        return tuple(range(last + 2, min(len(words), last + 5)))
    return ()
