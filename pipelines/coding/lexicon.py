"""The lexicon of acts: which words may say an act, with which objects, and where its actors stand.

Rows of `triggers.csv` are frames. A frame names its trigger (a verb, perhaps with a particle; a noun; a fixed
phrase), the classes of words that its object must belong to (`object_classes.csv`), what act it says, and the
grammatical slots in which source and target are looked for, best first. See data/reference/README.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.coding.reference import read_csv

TYPES = [
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
]
MODES = {
    "CONSULT": ["visit", "phone", "multilateral", "third-party"],
    "CONCEDE": ["ease"],
    "COOPERATE": ["economic", "military", "judicial", "intelligence"],
    "AID": ["economic", "military", "humanitarian", "asylum"],
    "RETREAT": ["release", "return", "withdraw", "ceasefire", "resign", "disarm"],
    "ACCUSE": ["disapprove", "allege", "investigate", "sue"],
    "THREATEN": ["restrict", "relations", "violence"],
    "SANCTION": ["sanction", "expel", "recall", "sever", "suspend", "close"],
    "COERCE": ["seize", "arrest", "deport", "restrict", "cyber"],
    "ASSAULT": ["strike", "kill", "abduct", "occupy"],
}
PARTICLES = {
    "off",
    "out",
    "up",
    "down",
    "back",
    "home",
    "away",
    "in",
    "over",
    "on",
    "to",
    "into",
    "for",
    "from",
    "with",
    "at",
    "by",
    "aside",
    "against",
    "through",
    "of",
    "packing",
}
FAR = {"persona", "personae", "personas"}  # "declared 31 of the embassy's staff persona non grata"
VOWELS = "aeiou"
FUNCTION_WORDS = {
    "a",
    "an",
    "the",
    "of",
    "in",
    "on",
    "to",
    "for",
    "and",
    "by",
    "at",
    "as",
    "or",
    "with",
    "from",
    "over",
    "against",
    "after",
    "amid",
    "into",
    "out",
    "off",
    "up",
    "its",
    "his",
    "her",
    "their",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "has",
    "have",
    "had",
    "will",
    "would",
    "could",
    "may",
    "might",
    "not",
    "no",
    "new",
    "more",
    "all",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "next",
    "last",
    "first",
    "second",
    "under",
    "between",
    "about",
    "before",
    "during",
    "while",
    "when",
    "who",
    "that",
    "this",
    "these",
    "those",
    "foreign",
    "minister",
    "president",
    "prime",
    "top",
    "chief",
    "officials",
    "leader",
    "leaders",
    "leaving",
    "says",
    "joint",
    "military",
    "nuclear",
    "war",
    "deal",
    "state",
    "states",
    "nations",
    "countries",
    "border",
    "security",
    "former",
    "senior",
    "latest",
    "another",
    "other",
    "both",
    "each",
    "again",
    "still",
    "ahead",
    "despite",
    "killing",
    "killed",
    "dead",
    "death",
    "deaths",
    "oil",
    "gas",
    "crisis",
    "row",
    "dispute",
    "rights",
    "human",
    "election",
    "vote",
    "rebel",
    "rebels",
    "army",
    "police",
    "court",
    "economic",
    "major",
}


@dataclass(frozen=True)
class ObjectTest:
    """A condition on an argument: the slot it stands in ("obj" unless named) and the class of its word."""

    slot: str
    name: str


@dataclass(frozen=True)
class Frame:
    """One row of triggers.csv."""

    words: tuple[str, ...]
    pos: str
    objects: tuple[ObjectTest, ...]
    type: str
    mode: str | None
    cameo: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    reciprocal: bool
    weight: float
    is_read: bool = False  # no line of the tables: the reader takes the word for a trigger


@dataclass(frozen=True)
class Hit:
    """A place in a sentence where frames' words stand: `token` is the first, each frame comes with its last."""

    token: int
    found: tuple[tuple[int, Frame], ...]


def verb_forms(lemma: str) -> set[str]:
    """The regular inflected forms of a verb, with the verb itself."""
    forms = {lemma}
    if lemma.endswith(("s", "x", "z", "ch", "sh")):
        forms.add(lemma + "es")
    elif lemma.endswith("y") and lemma[-2:-1] not in VOWELS:
        forms.add(lemma[:-1] + "ies")
    else:
        forms.add(lemma + "s")
    if lemma.endswith("e"):
        forms |= {lemma + "d", (lemma[:-1] if not lemma.endswith("ee") else lemma) + "ing"}
    elif lemma.endswith("y") and lemma[-2:-1] not in VOWELS:
        forms |= {lemma[:-1] + "ied", lemma + "ing"}
    else:
        forms |= {lemma + "ed", lemma + "ing"}
    return forms


def noun_forms(lemma: str) -> set[str]:
    """Singular and plural of a noun (the last word of a compound)."""
    if lemma.endswith(("s", "x", "z", "ch", "sh")):
        return {lemma, lemma + "es"}
    if lemma.endswith("y") and lemma[-2:-1] not in VOWELS:
        return {lemma, lemma[:-1] + "ies"}
    return {lemma, lemma + "s"}


def irregular_forms(reference: Path) -> dict[tuple[str, str], set[str]]:
    """The forms that inflections.csv names, by lemma and part of speech."""
    forms = {}
    for row in read_csv(reference / "inflections.csv", ("lemma", "pos", "forms"), key=("lemma", "pos")):
        row.one_of("pos", ("v", "n"))
        forms[row["lemma"], row["pos"]] = set(row.items_of("forms"))
    return forms


class Lexicon:
    """Frames by trigger, object classes, and the forms of every word in them."""

    def __init__(
        self,
        frames: list[Frame],
        classes: dict[str, frozenset[tuple[str, ...]]],
        irregular: dict[tuple[str, str], set[str]],
    ):
        self.frames = frames
        self._lemmas: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._irregular = irregular
        self._typical: dict[tuple, Frame] = {}
        self.verbs: dict[str, list[Frame]] = defaultdict(list)  # by first word
        self.nouns: dict[str, list[Frame]] = defaultdict(list)  # by last word
        self.phrases: dict[str, list[Frame]] = defaultdict(list)  # by first word
        for frame in frames:
            if frame.pos == "v":
                self.verbs[frame.words[0]].append(frame)
                self._learn(frame.words[0], "v")
            elif frame.pos == "n":
                self.nouns[frame.words[-1]].append(frame)
                self._learn(frame.words[-1], "n")
            else:
                self.phrases[frame.words[0]].append(frame)
        self.class_words: dict[str, set[str]] = {}  # one-word members, every form
        self.class_phrases: dict[str, list[tuple[str, ...]]] = {}
        for name, members in classes.items():
            one, more = set(), []
            for words in members:
                for form in self._forms(words[-1], "n") if len(words) == 1 else [words[-1]]:
                    if len(words) == 1:
                        one.add(form)
                if len(words) > 1:
                    more += [(*words[:-1], form) for form in self._forms(words[-1], "n")]
            self.class_words[name], self.class_phrases[name] = one, more

    @classmethod
    def load(cls, reference: Path) -> Lexicon:
        """Read triggers.csv, object_classes.csv and inflections.csv; InputError with file and line for a fault."""
        classes = {}
        for row in read_csv(reference / "object_classes.csv", ("class", "words"), key="class"):
            classes[row["class"]] = frozenset(tuple(w.lower().split()) for w in row.items_of("words"))
        irregular = irregular_forms(reference)
        frames = []
        columns = (
            "trigger",
            "pos",
            "object",
            "type",
            "mode",
            "cameo",
            "source",
            "target",
            "reciprocal",
            "weight",
        )
        for row in read_csv(
            reference / "triggers.csv", columns, key=("trigger", "pos", "object", "type", "mode")
        ):
            type_ = row.one_of("type", TYPES)
            if not row["trigger"]:
                row.fail("column trigger is empty; name the word that says the act")
            tests = []
            for item in row.items_of("object"):
                slot, _, name = item.rpartition(":")
                if name not in classes:
                    row.fail(
                        f"object class {name!r} is not in object_classes.csv; add it there or mend the name"
                    )
                tests.append(ObjectTest(slot or "obj", name))
            frames.append(
                Frame(
                    words=tuple(row["trigger"].lower().split()),
                    pos=row.one_of("pos", ("v", "n", "p")),
                    objects=tuple(tests),
                    type=type_,
                    mode=row.one_of("mode", MODES.get(type_, ()), empty=True) or None,
                    cameo=row["cameo"],
                    source=row.items_of("source"),
                    target=row.items_of("target"),
                    reciprocal=bool(row.one_of("reciprocal", ("both",), empty=True)),
                    weight=row.number_of("weight"),
                )
            )
        return cls(frames, classes, irregular)

    def typical(self, word: str, pos: str, type_: str, mode: str | None) -> Frame:
        """A frame for a word that the tables don't have: what most frames of its kind say of code and parties."""
        key = (pos, type_, mode)
        if key not in self._typical:
            self._typical[key] = self._most_common(*key)
        return replace(self._typical[key], words=(word,))

    def _most_common(self, pos: str, type_: str, mode: str | None) -> Frame:
        kind = [f for f in self.frames if (f.type, f.pos) == (type_, pos)] or [
            f for f in self.frames if f.type == type_
        ]
        kind = [f for f in kind if f.mode == mode] or kind

        def most(values: Iterable):
            return Counter(values).most_common(1)[0][0]

        return Frame(
            words=(),
            pos=pos,
            objects=(),
            type=type_,
            mode=mode,
            cameo=most(f.cameo for f in kind),
            source=most(f.source for f in kind),
            target=most(f.target for f in kind),
            reciprocal=most(f.reciprocal for f in kind),
            weight=0.5,
            is_read=True,
        )

    def _forms(self, word: str, pos: str) -> set[str]:
        known = self._irregular.get((word, pos))
        if pos == "v":
            forms = verb_forms(word)
            if known:
                # an irregular past replaces the regular one; -s and -ing stay unless given
                regular_past = {f for f in forms if f.endswith("ed")}
                forms = (forms - regular_past) | known
            return forms
        return noun_forms(word) | (known or set())

    def _learn(self, word: str, pos: str) -> None:
        for form in self._forms(word, pos):
            self._lemmas[form].add((word, pos))

    @property
    def gate(self) -> set[str]:
        """Word forms of which a sentence must have one to be worth parsing."""
        if not hasattr(self, "_gate"):
            self._gate = set(self._lemmas) | set(self.phrases)
        return self._gate

    @property
    def small(self) -> set[str]:
        """Words that are written small outside of headlines, as far as the tables know."""
        if not hasattr(self, "_small"):
            self._small = self.gate | FUNCTION_WORDS
            for words in self.class_words.values():
                self._small |= words
        return self._small

    def lemmas(self, word: str, pos: str) -> list[str]:
        """The trigger lemmas of a word form."""
        return [lemma for lemma, p in sorted(self._lemmas.get(word, ())) if p == pos]

    def is_in(self, words: list[str], i: int, name: str) -> bool:
        """Whether the word at i (or a phrase that ends at i) belongs to an object class."""
        if name in ("any", "place"):
            return True
        if words[i] in self.class_words[name]:
            return True
        for phrase in self.class_phrases[name]:
            n = len(phrase)
            if phrase[-1] == words[i] and i + 1 >= n and tuple(words[i - n + 1 : i + 1]) == phrase:
                return True
        return False

    def find(self, words: list[str], tags: list[str]) -> list[Hit]:
        """Every trigger in a sentence of lower-case words with Penn tags."""
        hits = []
        for i, word in enumerate(words):
            tag = tags[i]
            found: list[tuple[int, Frame]] = []
            if word in self.phrases:
                for frame in self.phrases[word]:
                    n = len(frame.words)
                    if tuple(words[i : i + n]) == frame.words:
                        found.append((i + n - 1, frame))
            for lemma, pos in sorted(self._lemmas.get(word, ())):
                if i > 1 and words[i - 1] == "-" and pos == "v":
                    continue  # "crisis-hit"
                if pos == "v" and tag[0] == "V":
                    for frame in self.verbs[lemma]:
                        last = self._verb_end(frame, words, tags, i)
                        if last is not None:
                            found.append((last, frame))
                elif pos == "n" and (tag[0] in "NJ" or tag == "VBG"):
                    for frame in self.nouns[lemma]:
                        n = len(frame.words)
                        if n == 1 or tuple(words[i - n + 1 : i]) == frame.words[:-1]:
                            found.append((i, frame))
            if found:
                hits.append(Hit(i, tuple(found)))
        return hits

    @staticmethod
    def _verb_end(frame: Frame, words: list[str], tags: list[str], i: int) -> int | None:
        """Where a verb frame that begins at token i ends, or None: its further words may stand off a little."""
        at = i
        for wanted in frame.words[1:]:
            reach = 24 if wanted in FAR else 8 if wanted in PARTICLES else 3
            for j in range(at + 1, min(len(words), at + 1 + reach)):
                if words[j] == wanted:
                    at = j
                    break
                if tags[j] in ("VBD", "VBZ", "VBP", "MD") or words[j] in (";", ":", "."):
                    return None
            else:
                return None
            if at == i:
                return None
        return at
