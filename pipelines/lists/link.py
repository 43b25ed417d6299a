"""Which entry of a list a name in the news is: likeness of names, then type, country, programme and time.

Names are compared token by token after folding (case, accents, the usual ways of writing Cyrillic and Arabic in
Latin letters), in any order. A link needs every telling word of the shorter name to be found in the longer one and
nothing that contradicts it; a name that fits several entries as well is linked to none of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from pipelines.coding.reference import read_csv
from pipelines.lists.entry import HERE, Entry

VERSION = "2"
# A name has to be this like, and with everything weighed in this sure; measured on tests/data/linking/pairs.csv.
NAME_ENOUGH, ENOUGH, LEAD = 0.80, 0.85, 0.03
WEIGHTS = {"legal": 0.0, "particle": 0.0, "title": 0.0, "generic": 0.35, "place": 0.25, "name": 1.0}

# Letters and digraphs that transliterations of one name differ in, folded in this order.
_FOLDS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"shch|sch", "sh"),
        (r"tch|tsch", "ch"),
        (r"dzh|dj", "j"),
        (r"zh", "j"),
        (r"kh|gh", "h"),
        (r"ph", "f"),
        (r"ts|tz", "c"),
        (r"ck|q", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"ou|oo|u", "u"),
        (r"yo|io", "e"),
        (r"(?:iy|ij|yy|ii|yi|y|ee)(?=$|[a-z])", "i"),
        (r"(?:ie|ia|ii)(?=[a-z])", "e"),
        (r"(.)\1+", r"\1"),
        (r"^ie", "e"),
    )
)
_FEMININE = re.compile(r"(?:ov|ev|in|sk|n)a$")
_PATRONYMIC = re.compile(r"(?:vich|vna)$")


def words(name: str) -> list[str]:
    """The words of a name, folded to lower-case letters without accents; apostrophes vanish, hyphens part."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"['’‘`ʼʻ\"“”.]", "", plain.casefold())
    plain = re.sub(r"\b(al|el|ul|as|ar|an|ad|ash|az|at)-(?=\w)", "", plain)
    return re.findall(r"[^\W_]+", plain)


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """A word as its transliterations have it in common."""
    for pattern, by in _FOLDS:
        word = pattern.sub(by, word)
    return word


@cache
def _weights() -> dict[str, float]:
    return {
        row["word"]: WEIGHTS[row.one_of("kind", WEIGHTS)]
        for row in read_csv(HERE / "words.csv", ("word", "kind"))
    }


@cache
def _variants() -> dict[str, int]:
    """Which group of spellings a word belongs to."""
    rows = read_csv(HERE / "variants.csv", ("names",), key="names")
    return {folded(word): number for number, row in enumerate(rows) for word in row.items_of("names")}


@cache
def _generic_forms() -> dict[str, float]:
    return {folded(word): weight for word, weight in _weights().items() if len(word) > 4}


@dataclass(frozen=True)
class Token:
    """One word of a name: folded, and how much it tells (0 to 1)."""

    text: str
    weight: float
    group: int | None
    is_initial: bool


@lru_cache(maxsize=200_000)
def tokens(name: str) -> tuple[Token, ...]:
    """The telling words of a name; legal forms, particles and titles are left out unless nothing else is there."""
    found = []
    for word in words(name):
        text = folded(word)
        weight = _weights().get(word, _generic_forms().get(text, 1.0))
        found.append(Token(text, weight, _variants().get(text), len(word) == 1 and word.isalpha()))
    telling = tuple(token for token in found if token.weight > 0)
    return telling or tuple(Token(t.text, 0.35, t.group, t.is_initial) for t in found)


@lru_cache(maxsize=500_000)
def _alike(a: Token, b: Token) -> float:
    """Likeness of two words in [0, 1]."""
    if a.text == b.text or (a.group is not None and a.group == b.group):
        return 1.0
    if a.is_initial or b.is_initial:
        return 0.6 if a.text[:1] == b.text[:1] else 0.0
    if a.group is not None and b.group is not None:
        return 0.0  # two known names that are not one another's spelling
    if bool(_PATRONYMIC.search(a.text)) != bool(_PATRONYMIC.search(b.text)):
        return 0.0
    short, long = sorted((a.text, b.text), key=len)
    if long == short + "a" and _FEMININE.search(long):
        return 0.4  # his sister, not he
    if len(short) < 4 or (short[:1] != long[:1] and {short[:1], long[:1]} not in _FIRST):
        return 0.0
    distance = OSA.distance(a.text, b.text)
    if distance > (1 if len(long) < 8 else 2):
        return 0.0
    # Transliterations differ in vowels; another consonant is mostly another name.
    cost = 0.8 if _consonants(a.text) == _consonants(b.text) else 1.6
    return 1 - cost * distance / len(long)


# First letters that transliterations exchange.
_FIRST = (
    {"i", "e"},
    {"k", "g"},
    {"h", "g"},
    {"j", "i"},
    {"j", "g"},
    {"u", "o"},
    {"a", "e"},
    {"c", "k"},
    {"h", "k"},
)


def likeness(name: str, other: str, type_: str | None = None) -> float:
    """How surely two names are one, in [0, 1]; order of words says nothing.

    `type_` is the entry's type: persons need a family name and a given name that agree, and neither may have a name
    that contradicts the other's (a different patronymic); bodies may lack words that tell little.
    """
    left, right = tokens(name), tokens(other)
    if not left or not right:
        return 0.0
    if "".join(t.text for t in left) == "".join(t.text for t in right):
        return 1.0  # spacing and hyphens apart
    pairs, lone_left, lone_right = _aligned(left, right)
    if not pairs:
        return 0.0
    if type_ == "person":
        return _person(other, right, pairs, lone_left, lone_right)
    matched = sum(alike * max(a.weight, b.weight) for alike, a, b in pairs)
    missing = sum(t.weight for t in lone_left) + sum(t.weight for t in lone_right)
    if all(max(a.weight, b.weight) < 0.5 for _, a, b in pairs) and missing:
        return 0.0  # only words that tell little agree, and more is said
    if any(t.weight >= 1 for t in lone_left) and any(t.weight >= 1 for t in lone_right):
        missing *= 1.5  # each says something telling that the other does not
    return matched / (matched + missing)


def _person(other: str, right, pairs, lone_left, lone_right) -> float:
    quality = sum(alike for alike, _, _ in pairs) / len(pairs)
    if lone_left and lone_right:
        return 0.5 * quality  # each has a name that the other contradicts
    if len(pairs) < 2:
        return 0.55 * quality  # one name alone is nobody's
    family, comma, _ = other.partition(",")
    given = right[len(tokens(family)) :] if comma else ()
    if given and given[0] in lone_right:
        return 0.6 * quality  # only his family name and his father's
    # Names left over on one side: a middle name or patronymic costs little, several cost more.
    spare = len(lone_left) + len(lone_right)
    weakest = min(alike for alike, _, _ in pairs)
    return (
        max(0.0, quality - 0.05 * max(0, spare - 1) - 0.02 * bool(spare)) if weakest > 0.8 else 0.6 * quality
    )


def _aligned(left: Sequence[Token], right: Sequence[Token]):
    """Each word with the likest one of the other side, best pairs first; and the words that have none."""
    scored = sorted(
        ((_alike(a, b), i, j) for i, a in enumerate(left) for j, b in enumerate(right)),
        key=lambda t: (-t[0], t[1], t[2]),
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    pairs = []
    for alike, i, j in scored:
        if alike >= 0.55 and i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            pairs.append((alike, left[i], right[j]))
    return (
        pairs,
        [t for i, t in enumerate(left) if i not in used_left],
        [t for j, t in enumerate(right) if j not in used_right],
    )


# --- linking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Designee:
    """A name in a report, with what the report says of it."""

    name: str
    type: str | None = None
    target: str | None = None
    announced: date | None = None
    action: str = "impose"
    instrument: str | None = None


@dataclass(frozen=True)
class Listed:
    """An entry that a name may be, and the days on which it came and went, as far as we know."""

    source: str
    entry: Entry
    added: date | None = None
    removed: date | None = None


@dataclass(frozen=True)
class Link:
    """What became of a designee. outcome: linked, ambiguous, weak or none. `score` may pass 1: it ranks.
    is_timely: the entry was listed (or taken off) in the days of the report."""

    outcome: str
    listed: Listed | None = None
    matched_name: str | None = None
    name_score: float | None = None
    score: float | None = None
    evidence: str = ""
    is_timely: bool = False


class Linker:
    """Entries of one sender's list, indexed by the sound of their words."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        self._entries = list(entries)
        self._index: Mapping[str, set[int]] = defaultdict(set)
        for number, listed in enumerate(self._entries):
            for name in (listed.entry.name, *listed.entry.aliases):
                for key in _keys(name):
                    self._index[key].add(number)

    def link(self, designee: Designee) -> Link:
        """The entry that a designee is, or why none is taken."""
        keys = frozenset().union(*(_keys(name) for name in spellings(designee.name)))
        numbers = set().union(*(self._index.get(key, ()) for key in keys))
        found = [
            match for number in sorted(numbers) if (match := self._weigh(designee, self._entries[number]))
        ]
        if not found:
            return Link("none", evidence="no entry has a name like it")
        found.sort(key=lambda link: (-link.score, link.listed.entry.entry_id))
        best = found[0]
        if best.name_score < NAME_ENOUGH or best.score < ENOUGH:
            return Link("weak", None, best.matched_name, best.name_score, best.score, best.evidence)
        rivals = [
            link for link in found[1:] if link.score > best.score - LEAD and link.name_score >= NAME_ENOUGH
        ]
        if rivals:
            names = "; ".join(
                f"{r.listed.entry.name} ({r.listed.entry.entry_id})" for r in (best, *rivals[:3])
            )
            return Link(
                "ambiguous", None, best.matched_name, best.name_score, best.score, f"fits as well: {names}"
            )
        return best

    def _weigh(self, designee: Designee, listed: Listed) -> Link | None:
        entry = listed.entry
        if designee.type and not _types_agree(designee.type, entry.type):
            return None
        best, matched = max(
            (likeness(spelling, name, entry.type), name)
            for spelling in spellings(designee.name)
            for name in (entry.name, *entry.aliases)
        )
        if best < 0.5:
            return None
        score, said = best, [f"{matched!r} is like {designee.name!r} ({best:.2f})"]
        if designee.target:
            if designee.target in entry.countries or designee.target == entry.target:
                said.append(f"belongs to {designee.target}")
                score += 0.03
            elif entry.countries:
                said.append(f"belongs to {', '.join(entry.countries)}, not {designee.target}")
                score -= 0.08
        if designee.instrument and entry.legal_basis and _same_act(designee.instrument, entry.legal_basis):
            said.append(f"rests on {designee.instrument}")
            score += 0.02
        is_timely = False
        came = listed.removed if designee.action in ("lift", "ease") else listed.added or entry.listed_date
        if designee.announced and came:
            apart = came - designee.announced
            verb = "removed" if designee.action in ("lift", "ease") else "listed"
            if timedelta(-7) <= apart <= timedelta(30):
                said.append(
                    f"{verb} on {came}, {abs(apart.days)} days from the report's {designee.announced}"
                )
                score += 0.05
                is_timely = True
            elif apart > timedelta(30):
                said.append(f"{verb} only on {came}")
                score -= 0.20
        return Link(
            "linked", listed, matched, round(best, 4), round(max(score, 0), 4), "; ".join(said), is_timely
        )


@lru_cache(maxsize=100_000)
def spellings(name: str) -> tuple[str, ...]:
    """The names that a report's name holds: "the Main Directorate (GRU)", "Zor (also known as Esage)", "Iran's bank"."""
    inside = re.findall(r"\(([^()]+)\)", name)
    parts = [re.sub(r"\s*\([^()]*\)", "", name), *inside]
    parts = [
        re.sub(r"^(?:also known as|formerly|a\.?k\.?a\.?|f\.?k\.?a\.?)\s+", "", part.strip())
        for part in parts
    ]
    parts += [re.sub(r"^(?:the\s+)?\w+['’]s?\s+(?=\w)", "", part) for part in parts]
    return tuple(dict.fromkeys(part for part in parts if part)) or (name,)


def _types_agree(designee: str, entry: str) -> bool:
    people = designee == "person"
    return people == (entry == "person")


def _same_act(instrument: str, legal_basis: str) -> bool:
    numbers = set(re.findall(r"\d{3,5}(?:/\d+)?", instrument))
    return bool(numbers & set(re.findall(r"\d{3,5}(?:/\d+)?", legal_basis)))


@lru_cache(maxsize=200_000)
def _keys(name: str) -> frozenset[str]:
    """What a name is looked up by: the first consonants of each of its telling words, or its spelling group."""
    found = tokens(name)
    telling = [t for t in found if t.weight >= 1 and not t.is_initial] or list(found)
    keys = {f"#{t.group}" if t.group is not None else _skeleton(t.text) for t in telling}
    keys.add("=" + "".join(t.text for t in found))
    return frozenset(keys)


def _consonants(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiou]", "", text.translate(str.maketrans("gjc", "khk"))))


def _skeleton(text: str) -> str:
    """The first three consonants, with those taken together that transliterations exchange."""
    return _consonants(text)[:3] or text[:3]
