"""What is said for and against a candidate act: `FEATURES`, which the scorer weighs.

They come from the trigger and its frame, from each party's place in the sentence, from what the article told before,
and from the reader.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pipelines.coding.coreference import ORGANISATIONS, Memory
from pipelines.coding.grammar import Tree
from pipelines.coding.lexicon import TYPES, Frame, Lexicon
from pipelines.coding.reader import Impression
from pipelines.coding.reader import Place as Seen
from pipelines.coding.text import Sentence

if TYPE_CHECKING:
    from pipelines.coding.actors import Mention
    from pipelines.coding.roles import Option, Place

HOW = ("head", "mod", "of", "loc", "app", "coref", "context", "free")
SLOTS = [
    "subj",
    "by",
    "poss",
    "mod",
    "of",
    "from",
    "gsubj",
    "obj",
    "iobj",
    "on",
    "against",
    "with",
    "to",
    "in",
    "into",
    "at",
    "for",
    "over",
    "between",
    "near",
    "xobj",
    "that",
    "gobj",
    "unmarked",
    "as",
    "after",
    "other",
    "none",
]
_SLOT_ID = {name: i for i, name in enumerate(SLOTS)}
KINDS = (
    "state",
    "adjective",
    "demonym",
    "capital",
    "seat",
    "organisation",
    "person",
    "office",
    "agency",
    "place",
    "group",
    "region",
)
GOVERNORS = (
    ("REQUEST",),
    ("ACCUSE",),
    ("REJECT",),
    ("THREATEN",),
    ("AGREE",),
    ("CONCEDE",),
    ("SUPPORT",),
    ("SANCTION", "COERCE"),
    ("CONSULT", "COOPERATE"),
)
ACT_WORDS = frozenset(
    [
        "it",
        "this",
        "that",
        "them",
        "these",
        "move",
        "moves",
        "step",
        "steps",
        "decision",
        "decisions",
        "measure",
        "measures",
        "action",
        "actions",
        "order",
        "orders",
        "act",
        "acts",
        "ruling",
        "incident",
        "plan",
    ]
)


def group_of(tree: Tree, i: int) -> int:
    """The first member of the coordination in which a token's phrase stands."""
    while (
        tree.deps[i] in ("conj", "list", "amod", "compound", "flat", "nmod:unmarked", "appos")
        and tree.heads[i] != i
        and not tree.is_verb(tree.heads[i])
    ):
        i = tree.heads[i]
    return i


class Features:
    """The features of one sentence's candidates."""

    def __init__(
        self,
        sentence: Sentence,
        tree: Tree,
        at: dict[int, Mention],
        first_token: dict[str, int],
        codes: list[str],
        lexicon: Lexicon,
        memory: Memory,
        impression: Impression,
    ):
        self.sentence, self.tree, self.at, self.first_token, self.codes = (
            sentence,
            tree,
            at,
            first_token,
            codes,
        )
        self.lexicon, self.memory, self.impression = lexicon, memory, impression

    def shared(self, hit, option, reading, n_hits, place, n_frames, governor) -> list[float]:
        """What holds for every pair of parties of a trigger and frame: its words, its place in the sentence and article."""
        t, i, frame, match = self.tree, hit.token, option.frame, option.match
        node, depth = i, 0
        while t.heads[node] != node and depth < 8:
            node, depth = t.heads[node], depth + 1
        noun = frame.pos == "n"
        cues = reading.cues
        return [
            0.0,  # the trigger's prior: the scorer puts it in
            *(1.0 if frame.type == name else 0.0 for name in TYPES),
            *(1.0 if governor in names else 0.0 for names in GOVERNORS),
            {"v": 0.0, "n": 1.0, "p": 2.0}[frame.pos],
            frame.weight,
            match,
            float(len(frame.words)),
            float(frame.reciprocal),
            float(place),
            float(n_frames),
            float(n_hits),
            float(len(self.codes)),
            {"title": 0.0, "summary": 1.0, "body": 2.0}[self.sentence.field],
            float(min(self.sentence.index, 8)),
            float(depth),
            float(t.deps[i] == "ROOT"),
            float(t.deps[i] in ("obj", "nsubj:pass")),
            float(t.deps[i] in ("nsubj",)),
            float(t.deps[i] in ("obl", "nmod")),
            float(t.deps[i] in ("amod", "compound")),
            float(t.deps[i] == "acl:relcl"),
            float(t.deps[i] in ("acl",)),
            float(t.deps[i] in ("ccomp", "xcomp")),
            float(t.deps[i] == "advcl"),
            float(t.tags[i] == "VBN"),
            float(t.tags[i] == "VBG"),
            float(t.tags[i] == "VB"),
            float(t.tags[i] in ("NNS", "NNPS")),
            float(noun and t.case(i) in ("over", "after", "for", "following", "since")),
            float(noun and t.case(i) in ("in", "during", "amid", "with", "of")),
            float(reading.status == "planned"),
            float("future" in cues),
            float("conditional" in cues),
            float("further" in cues),
            float("alleged" in cues),
            float(self._quoted(i)),
            float(option.slots.is_answered),
            float(self._act_object(option)),
            self.memory.off_topic,
            float(self.memory.opinion),
            float("?" in t.low),
            float(sum(self.memory.counts.values())),
            float(len(self.memory.counts)),
            float(option.slots.objects != []),
            float(any(h in self.at for h in option.slots.objects)),
            float(len(t.low)),
        ]

    def read(self, frame: Frame, seen: Seen | None) -> list[float]:
        """What the reader says at the trigger."""
        if seen is None:
            return [0.0, 0.0, 0.5, self.impression.highest]
        return [
            self.impression.of_type(seen, frame.type),
            float(seen.acts.max()),
            float(seen.status[:2].sum()),
            self.impression.highest,
        ]

    def read_pair(self, frame: Frame, source: str, target: str) -> list[float]:
        """What the reader says of two parties, from the whole article."""
        chance = self.impression.chance
        forth, back = chance(source, target, frame.type), chance(target, source, frame.type)
        return [
            max(forth, back) if frame.reciprocal else forth,
            back,
            self.impression.of_pair(source, target),
            self.impression.of_pair(target, source),
        ]

    def _act_object(self, option: Option) -> bool:
        """Whether the object speaks of an act told before ("condemned the attack", "welcomed it")."""
        t = self.tree
        for h in option.slots.objects:
            if t.low[h] in ACT_WORDS or self.lexicon.lemmas(t.low[h], "n"):
                return not any(k in self.at for k in t.subtree(h))
        return False

    def _quoted(self, i: int) -> bool:
        return sum(w in ('"', "``", "''") for w in self.tree.low[:i]) % 2 == 1

    def side(self, hit, place: Place, costs: list[float]) -> list[float]:
        """How one party stands to the trigger; costs: those of all parties for that side, cheapest first."""
        i, j = hit.token, place.party.token
        cost = place.cost
        better = sum(c < cost - 1e-9 for c in costs)
        margin = cost - costs[0]
        kind = place.party.mention.kind if place.party.mention else "none"
        between = sum(
            min(i, j) < k < max(i, j) for code, k in self.first_token.items() if code != place.party.code
        )
        counts = self.memory.counts
        return [
            float(_SLOT_ID.get(place.slot, _SLOT_ID["other"])),
            float(place.slot in ("subj", "by", "gsubj")),
            float(place.slot in ("obj", "iobj")),
            float(place.slot in ("on", "against", "with", "to", "of")),
            float(place.slot in ("in", "at", "near", "into", "from")),
            float(place.slot in ("poss", "mod")),
            float(place.rank),
            float(place.rank == 0),
            float(place.rank < 9),
            float(place.steps),
            float(HOW.index(place.how)),
            float(place.how == "head"),
            float(place.how in ("coref", "context")),
            float(cost),
            float(better),
            float(margin),
            float(j < i),
            math.log1p(abs(i - j)),
            float(between),
            float(KINDS.index(kind)) if kind in KINDS else -1.0,
            float(kind in ("place", "capital", "region")),
            place.party.mention.certainty if place.party.mention else 0.3,
            float(place.party.code in ORGANISATIONS),
            float(counts.get(place.party.code, 0)),
            float(place.party.code in self.memory.title),
            float(place.party.code == self.memory.subject),
        ]

    def pair(self, hit, source: Place, target: Place) -> list[float]:
        """How the two parties stand to each other and around the trigger."""
        a, b, i = source.party.token, target.party.token, hit.token
        return [
            float(a < b),
            float(a < i < b),
            float(b < i < a),
            math.log1p(abs(a - b)),
            float(source.rank + target.rank),
            source.cost + target.cost,
            float(source.slot == target.slot),
            float(source.party.token == target.party.token),
            float(
                group_of(self.tree, a) == group_of(self.tree, b) and "context" not in (source.how, target.how)
            ),
        ]


_SIDE = [
    "slot",
    "subject",
    "object",
    "preposition",
    "locative",
    "modifier",
    "rank",
    "first",
    "listed",
    "steps",
    "how",
    "head",
    "pronoun",
    "cost",
    "better",
    "margin",
    "before",
    "distance",
    "between",
    "kind",
    "place",
    "certainty",
    "organisation",
    "mentions",
    "in_title",
    "last_subject",
    "read",
]
FEATURES = [
    "prior",
    *(f"type_{name}" for name in TYPES),
    *(f"under_{names[0]}" for names in GOVERNORS),
    *[
        "pos",
        "weight",
        "match",
        "words",
        "reciprocal",
        "frame_place",
        "frames",
        "hits",
        "codes",
        "field",
        "index",
        "depth",
        "root",
        "is_object",
        "is_subject",
        "is_oblique",
        "is_modifier",
        "relative",
        "participle",
        "complement",
        "adverbial",
        "vbn",
        "vbg",
        "vb",
        "plural",
        "background",
        "amid",
        "planned",
        "future",
        "conditional",
        "further",
        "alleged",
        "quoted",
        "answered",
        "act_object",
        "off_topic",
        "opinion",
        "question",
        "mentions",
        "parties",
        "has_object",
        "object_named",
        "length",
        "read_type",
        "read_act",
        "read_counted",
        "read_highest",
    ],
    *(f"source_{name}" for name in _SIDE),
    *(f"target_{name}" for name in _SIDE),
    *[
        "source_first",
        "spans_trigger",
        "reversed",
        "apart",
        "ranks",
        "costs",
        "same_slot",
        "same_token",
        "same_group",
        "read_chance",
        "read_reverse",
        "read_pair",
        "read_pair_reverse",
    ],
]
READ = FEATURES.index("read_chance")


SHARED = [
    i
    for i, name in enumerate(FEATURES)
    if not name.startswith(("source_", "target_")) and i < FEATURES.index("source_slot")
]
PARTS = {
    "trigger": SHARED,
    "source": SHARED + [i for i, name in enumerate(FEATURES) if name in {f"source_{x}" for x in _SIDE}],
    "target": SHARED + [i for i, name in enumerate(FEATURES) if name in {f"target_{x}" for x in _SIDE}],
}
