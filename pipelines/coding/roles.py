"""Who may be source and target of each trigger: candidates, with what grammar and article say for and against them.

For every trigger and frame, every pair of parties of the sentence (and, where a side is not named there, parties of
the article) is a candidate. Each carries a vector of features, `features.FEATURES`; the scorer weighs them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from pipelines.coding.actors import Mention
from pipelines.coding.coreference import Anaphora, Memory
from pipelines.coding.ellipsis import MODES as LISTED_MODES
from pipelines.coding.ellipsis import gapped
from pipelines.coding.features import READ, Features, group_of
from pipelines.coding.grammar import Slots, Tree, subjects_of, verb_before
from pipelines.coding.lexicon import Frame, Hit, Lexicon
from pipelines.coding.reader import Impression
from pipelines.coding.reader import Place as Seen
from pipelines.coding.status import Reading, StatusCues
from pipelines.coding.text import Sentence

# nouns whose "in", "to" or "at" only says where: the embassy in Moscow is not Moscow's
_PLACE_CASES = frozenset(
    [
        "in",
        "at",
        "near",
        "outside",
        "inside",
        "to",
        "around",
        "off",
        "from",
        "across",
        "over",
        "into",
        "through",
        "along",
    ]
)
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "both": 2}
OWN = frozenset(["its", "his", "her", "their", "his", "own", "themselves", "it", "them"])
ORDERED_ACTS = {("SANCTION", "close"), ("SANCTION", "expel")}  # who orders them does them
OWN_STAFF = frozenset(
    ["cut", "reduce", "slash", "trim", "shrink", "halve", "downsize", "close", "shut", "vacate"]
)
OWNED = ("obj", "mod", "poss", "of")  # slots of an object and of whose it is
REPORTS = frozenset(["said", "says", "reported", "reports", "announced"])
RELATIVE = frozenset(["who", "which", "that", "whose", "and", "but"])
BOUNDS = frozenset(["border", "borders", "frontier", "borderline"])
OBLIGES = ("must", "have", "has")
# how far a party is by the way it is named
COSTS = {"head": 0.0, "mod": 0.2, "of": 0.6, "app": 0.4, "loc": 1.5, "coref": 1.2, "context": 3, "free": 4}
EACH_OTHER = {("each", "other"), ("one", "another"), ("the", "other"), ("their", "respective")}
MUTUAL = 0.15  # what the reader must think of an act each way, where two parties stand side by side
TELLING = "VNJR"  # first letters of the tags of words that may tell an act: verbs, nouns, adjectives, adverbs
NEAR = 6  # words between a trigger of the tables and one of the reader's that tell the same act
MAX_CODES = 14  # parties of one sentence that are weighed; more is a list of names


@dataclass
class Party:
    """A party named in a sentence (or meant by a word there): its code and where it stands."""

    code: str
    token: int
    how: str
    mention: Mention | None


@dataclass
class Place:
    """How a party stands to a trigger."""

    party: Party
    slot: str
    rank: int  # place of the slot in the frame's list; 9: not in it
    steps: int
    how: str
    group: int = -1  # the coordination that it belongs to ("Germany, France and Poland"), by its first token

    @property
    def cost(self) -> float:
        """How far it stands from the trigger, in steps of grammar."""
        return self.rank * 0.7 + self.steps * 0.5 + COSTS[self.how]

    @property
    def is_subject(self) -> bool:
        """Whether the sentence itself says that the party does what the trigger tells."""
        return (
            self.rank == 0
            and self.steps == 0
            and self.how == "head"
            and self.slot in ("subj", "by", "gsubj", "poss")
        )


@dataclass
class Option:
    """A frame that may hold at a trigger; `heads` are the tokens that meet its conditions."""

    frame: Frame
    last: int
    match: float
    heads: list[int]
    slots: Slots
    ordered: bool = False  # "told Moscow to close its consulate": who gives the order does it


@dataclass
class Candidate:
    """A possible act: a frame's trigger with a source and a target."""

    sentence: Sentence
    tree: Tree
    hit: Hit
    last: int
    frame: Frame
    source: Place
    target: Place
    reading: Reading
    features: list[float]
    score: float = 0.0
    object_head: int | None = None
    location: str | None = None

    @property
    def read(self) -> float:
        """What the reader thinks of it."""
        return self.features[READ]

    @property
    def key(self) -> str:
        """What the scorer knows a trigger by."""
        return f"{' '.join(self.frame.words)}|{self.frame.pos}|{self.frame.type}"

    @property
    def span(self) -> tuple[int, int]:
        """The trigger's characters in its field."""
        start = self.sentence.start + self.tree.starts[self.hit.token]
        end = self.sentence.start + self.tree.ends[self.hit.token]
        if self.last - self.hit.token == len(self.frame.words) - 1:
            end = self.sentence.start + self.tree.ends[self.last]
        if self.frame.pos == "n" and len(self.frame.words) > 1:
            start = self.sentence.start + self.tree.starts[max(0, self.hit.token - len(self.frame.words) + 1)]
        return start, end


def _told_by(tree: Tree) -> int:
    """Where a report ends and its source begins: ", Thai officials said on Monday"; the number of words if nowhere."""
    end = len(tree.low)
    comma = max((i for i, word in enumerate(tree.low) if word == ","), default=end)
    named = [i for i in range(comma + 2, min(end, comma + 8)) if tree.low[i] in REPORTS]
    return comma if named and tree.low[comma + 1] not in RELATIVE else end


class SentenceRoles:
    """Parties and triggers of one parsed sentence."""

    def __init__(
        self,
        sentence: Sentence,
        tree: Tree,
        mentions: list[Mention],
        lexicon: Lexicon,
        cues: StatusCues,
        anaphora: Anaphora,
        memory: Memory,
        impression: Impression,
    ):
        self.impression = impression
        self.sentence, self.tree, self.lexicon, self.cues, self.anaphora, self.memory = (
            sentence,
            tree,
            lexicon,
            cues,
            anaphora,
            memory,
        )
        self.told_by = _told_by(tree)
        self.each_other = any(pair in EACH_OTHER for pair in pairwise(tree.low))
        self.at: dict[int, Mention] = {}  # token -> mention
        for mention in mentions:
            if mention.code is None:
                continue
            for i, (a, b) in enumerate(zip(tree.starts, tree.ends, strict=True)):
                if a < mention.end - sentence.start and b > mention.start - sentence.start:
                    self.at[i] = mention
        self.codes: list[str] = []
        self.first_token: dict[str, int] = {}
        for i in sorted(self.at):
            code = self.at[i].code
            if code not in self.first_token:
                self.first_token[code] = i
                self.codes.append(code)
        self.codes = self.codes[:MAX_CODES]
        self.features = Features(
            sentence, tree, self.at, self.first_token, self.codes, lexicon, memory, impression
        )

    # --- parties

    def denote(self, head: int, depth: int = 0) -> list[Party]:
        """Whom a noun phrase stands for."""
        t = self.tree
        own = self.at.get(head)
        if own is not None:
            how = "loc" if own.kind == "place" else "head"
            return [Party(own.code, head, how, own)]
        found: list[Party] = []
        for k in t.kids[head]:
            dep = t.deps[k]
            if dep in (
                "amod",
                "compound",
                "nmod:poss",
                "nmod:unmarked",
                "nmod:desc",
                "flat",
                "det",
                "nummod",
                "goeswith",
                "dep",
            ):
                mention = self.at.get(k)
                if mention is not None:
                    found.append(Party(mention.code, k, "mod", mention))
                elif (
                    dep in ("nmod:poss", "compound", "flat", "amod", "nmod:unmarked", "nmod:desc")
                    and depth < 2
                ):
                    found += [
                        Party(p.code, p.token, "mod", p.mention)
                        for p in self.denote(k, depth + 1)
                        if p.mention is not None or dep == "nmod:poss"
                    ]
                for c in t.conjuncts(k)[1:]:
                    mention = self.at.get(c)
                    if mention is not None:
                        found.append(Party(mention.code, c, "mod", mention))
            elif dep == "appos" and depth < 2:
                found += [
                    Party(p.code, p.token, "app", p.mention)
                    for p in self.denote(k, depth + 1)
                    if p.how in ("head", "mod", "app")
                ]
        if not found:
            for k in t.kids[head]:
                if t.deps[k] in ("nmod", "obl") and depth < 2:
                    case = t.case(k)
                    how = "of" if case in ("of", "from") else "loc" if case in _PLACE_CASES else None
                    if how:
                        for c in t.conjuncts(k):
                            found += [
                                Party(p.code, p.token, how, p.mention)
                                for p in self.denote(c, depth + 1)
                                if p.mention is not None
                            ]
        if not found and depth < 2:
            found = self._recall(head)
        return found

    def _recall(self, head: int) -> list[Party]:
        t = self.tree
        kind = self.anaphora.kind(t.low[head])
        if kind is None:
            return []
        here = [self.at[i].code for i in sorted(self.at) if i < head]
        people = [
            self.at[i].code for i in sorted(self.at) if i < head and self.at[i].kind in ("person", "office")
        ]
        size = next(
            (NUMBERS[t.low[k]] for k in t.kids[head] if t.low[k] in NUMBERS), NUMBERS.get(t.low[head], 0)
        )
        return [
            Party(code, head, "coref", None)
            for code in self.memory.recall("both" if size else kind, here, people, size)
        ]

    def subject(self) -> str | None:
        """The code of the sentence's main subject."""
        t = self.tree
        for i, dep in enumerate(t.deps):
            if dep in ("nsubj", "nsubj:pass") and t.deps[t.heads[i]] == "ROOT":
                parties = self.denote(i)
                if parties:
                    return parties[0].code
        return self.codes[0] if self.codes else None

    def remember(self) -> None:
        """Hand what this sentence said to the article's memory."""
        codes = [self.at[i].code for i in sorted(self.at)]
        people = [self.at[i].code for i in sorted(self.at) if self.at[i].kind in ("person", "office")]
        self.memory.add_sentence(
            codes, people, self.subject(), self.sentence.field == "title", self._groups()
        )

    def _groups(self) -> list[list[str]]:
        """The coordinations of parties ("Germany, France and Poland")."""
        groups: dict[int, list[str]] = {}
        for code in self.codes:
            groups.setdefault(group_of(self.tree, self.first_token[code]), []).append(code)
        return [g for g in groups.values() if len(g) > 1]

    # --- triggers

    def candidates(self) -> Iterator[Candidate]:
        """All candidate acts of the sentence."""
        t = self.tree
        told: set[tuple[str, str, str]] = set()
        hits = self.lexicon.find(t.low, t.tags)
        chosen = [self._frames(hit) for hit in hits]
        self._add_read(hits, chosen)
        # "lifts sanctions": the noun belongs to the verb that was found with it, and says no act of its own
        consumed = {
            head
            for options in chosen
            for o in options
            if o.match == 1.0 and o.frame.pos != "p"
            for head in o.heads
        }
        types = {
            hit.token: options[0].frame.type for hit, options in zip(hits, chosen, strict=True) if options
        }
        nouns = {
            hit.token
            for hit, options in zip(hits, chosen, strict=True)
            if any(o.frame.pos == "n" for o in options)
        }
        orders = {token for options in chosen for o in options if (token := self._recast_order(o))}
        # "declare 31 of its staff persona non grata": the verb says it with the words at its end
        covered = {
            (i, o.frame.type)
            for hit, options in zip(hits, chosen, strict=True)
            for o in options
            if o.frame.pos == "v" and len(o.frame.words) > 2
            for i in range(hit.token + 1, o.last + 1)
            if t.low[i] in o.frame.words
        }
        for hit, options in zip(hits, chosen, strict=True):
            options = [o for o in options if o.frame.pos != "p" or (hit.token, o.frame.type) not in covered]
            if self._asks_own(hit.token):
                options = [o for o in options if o.frame.type != "REQUEST"]
            if self._is_noun_after_all(hit.token):
                options = []
            if self._is_why_rejected(hit.token, types):
                options = [o for o in options if o.frame.type != "ACCUSE"]
            if hit.token in orders:
                options = [
                    o for o in options if o.frame.type not in ("REQUEST", "SANCTION")
                ]  # the order is the act
            if hit.token in consumed:
                options = [o for o in options if o.frame.pos != "n"]
            if t.deps[hit.token] in ("compound", "amod", "nmod:unmarked") and t.heads[hit.token] in nouns:
                # "missile strike", "ceasefire talks": the head noun says what it is
                options = [o for o in options if o.frame.type != types.get(t.heads[hit.token])]
            if t.deps[hit.token] == "amod":
                # "targeted sanctions", "the ousted premier": an act without its doer
                options = [o for o in options if o.frame.pos != "v"]
            host = t.heads[hit.token]
            if t.deps[hit.token] in ("acl", "acl:relcl") and host in nouns:
                # "an airstrike targeting", "the pact signed": the noun has said it
                options = [o for o in options if o.frame.type != types.get(host)]
                if host in consumed:
                    options = []  # "lifts the sanctions imposed on": told as what is lifted
            governor = self._governor(hit.token, types)
            options = [o for o in options if not self._is_leaving(o) or self._recast_leaving(o)]
            for place, option in enumerate(options):
                for c in self._pairs(hit, option, len(hits), place, len(options), governor):
                    told.add((c.source.party.code, c.target.party.code, c.frame.type))
                    if c.frame.reciprocal or option.ordered:  # who is ordered to do it does it to nobody
                        told.add((c.target.party.code, c.source.party.code, c.frame.type))
                    yield c
        inside = {
            i
            for hit, options in zip(hits, chosen, strict=True)
            for o in options
            for i in range(hit.token + 1, o.last + 1)
        } | orders
        yield from self._only_read(told, inside, len(hits), types)

    def _only_read(
        self, told: set[tuple[str, str, str]], inside: set[int], n_hits: int, types: dict[int, str]
    ) -> Iterator[Candidate]:
        """The acts that the reader sees in single words and grammar does not: of a party of another sentence, of a
        list, of a word that another reading holds."""
        for _, start, source, target, (type_, mode) in self.impression.tellings(*self._stretch):
            i = self._token_at(start)
            # "must leave" is one trigger
            if i is None or i in self.at or i in inside or (source, target, type_) in told:
                continue
            if type_ == "ACCUSE" and self._is_why_rejected(i, types):
                continue
            hit, option = self._as_trigger(i, type_, mode)
            if option.frame.reciprocal:
                told.add((target, source, type_))
            told.add((source, target, type_))
            governor = self._governor(i, types)
            yield from self._pairs(hit, option, n_hits, 0, 1, governor, (source, target))

    def _add_read(self, hits: list[Hit], chosen: list[list[Option]]) -> None:
        """Add the words that the reader takes for triggers, where the tables know none of their type."""
        for _, start, type_, mode in self.impression.triggers(*self._stretch):
            i = self._token_at(start)
            if (
                i is None
                or i in self.at
                or any(
                    (o.frame.type == type_ and self._is_near(i, hit, o, NEAR if o.frame.mode == mode else 2))
                    or hit.token < i <= o.last  # "must leave" is one trigger
                    for hit, options in zip(hits, chosen, strict=True)
                    for o in options
                )
            ):
                continue
            hit, option = self._as_trigger(i, type_, mode)
            known = next((n for n, other in enumerate(hits) if other.token == i), None)
            if known is None:
                hits.append(hit)
                chosen.append([option])
            else:
                chosen[known].append(option)

    @property
    def _stretch(self) -> tuple[str, int, int]:
        """The sentence's field and characters."""
        return self.sentence.field, self.sentence.start, self.sentence.start + len(self.sentence.text)

    def _token_at(self, start: int) -> int | None:
        """The token that begins at a character of the field, if it may tell an act: "to" and "four" tell none."""
        i = bisect_left(self.tree.starts, start - self.sentence.start)
        begins = i < len(self.tree.starts) and self.tree.starts[i] == start - self.sentence.start
        return i if begins and self.tree.tags[i][0] in TELLING else None

    def _as_trigger(self, i: int, type_: str, mode: str | None) -> tuple[Hit, Option]:
        """A token that the reader takes for the trigger of an act."""
        pos = "v" if self.tree.tags[i][0] == "V" else "n"
        frame = self.lexicon.typical(self.tree.low[i], pos, type_, mode)
        return Hit(i, ((i, frame),)), Option(frame, i, 0.0, [], Slots(self.tree, i, pos))

    @staticmethod
    def _is_near(i: int, hit: Hit, option: Option, reach: int) -> bool:
        return hit.token - reach <= i <= option.last + reach or i in option.heads

    def _seen(self, hit: Hit, option: Option) -> Seen | None:
        """What the reader says at a trigger: of its words and the objects that it was found with, the likeliest."""
        words = {*range(hit.token, option.last + 1), *option.heads} - set(self.at)
        places = [
            place
            for i in sorted(words)
            if (
                place := self.impression.place(self.sentence.field, self.sentence.start + self.tree.starts[i])
            )
        ]
        return max(places, key=lambda p: self.impression.of_type(p, option.frame.type), default=None)

    def _frames(self, hit: Hit) -> list[Option]:
        """The frames that may hold at a trigger: the best of each type, best first, at most three."""
        slots_of: dict[tuple[str, str], Slots] = {}
        best: dict[str, tuple[tuple, Option]] = {}
        for last, frame in hit.found:
            particle = (
                frame.words[1] if frame.pos == "v" and len(frame.words) == 2 and last == hit.token + 1 else ""
            )
            key = (frame.pos, particle)
            if key not in slots_of:
                slots_of[key] = Slots(self.tree, hit.token, *key)
            slots = slots_of[key]
            match, heads = self._objects(frame, hit.token, last, slots)
            if match < 0:
                continue
            key = (len(frame.words), match, frame.weight)
            if frame.type not in best or key > best[frame.type][0]:
                best[frame.type] = (key, Option(frame, last, match, heads, slots))
        ranked = sorted(best.values(), key=lambda kv: kv[0], reverse=True)
        return [option for key, option in ranked if key[0] == ranked[0][0][0]][:3]

    def _governor(self, token: int, types: dict[int, str]) -> str | None:
        """The type of act that the verb or noun above a trigger says ("condemns the attack": ACCUSE)."""
        t, node = self.tree, token
        for _ in range(3):
            host = t.heads[node]
            if host == node or t.deps[node] not in (
                "obj",
                "obl",
                "nmod",
                "xcomp",
                "ccomp",
                "acl",
                "advcl",
                "nsubj:pass",
                "conj",
            ):
                return None
            if host in types:
                return types[host] if t.deps[node] != "conj" else None
            node = host
        return None

    def _objects(self, frame: Frame, token: int, last: int, slots: Slots) -> tuple[float, list[int]]:
        """How well a frame's conditions on its objects hold: 1 by grammar, 0.5 by nearness, 0 none asked, -1 not;
        and the tokens that meet them."""
        if not frame.objects:
            return 0.0, []
        t, best = self.tree, -1.0
        for test in frame.objects:
            if test.slot == "obj":
                heads = list(slots.objects)
                if frame.pos == "n":
                    heads += [
                        f.head for f in slots.fillers if f.slot in ("of", "mod", "for") and f.steps == 0
                    ]
                    heads = [h for h in heads if h != token]
                for f in slots.fillers:
                    if f.slot == "of" and f.steps <= 1:
                        heads.append(f.head)
            else:
                heads = [f.head for f in slots.fillers if f.slot == test.slot]
            for h in heads:
                if h != token and (
                    self.lexicon.is_in(t.low, h, test.name)
                    or any(
                        t.deps[k] in ("compound", "amod") and self.lexicon.is_in(t.low, k, test.name)
                        for k in t.kids[h]
                        if test.slot == "obj" and frame.pos == "v"
                    )
                ):
                    if test.name in ("any", "place") and h not in self.at:
                        continue
                    return 1.0, [h]
            if frame.type == "THREATEN" and test.slot == "obj":
                if any(
                    self.lexicon.is_in(t.low, j, test.name)
                    for j in range(max(0, token - 3), min(len(t.low), token + 14))
                    if j != token
                ):
                    best = max(best, 0.5)
            elif test.slot == "obj" and test.name not in ("any", "place"):
                passive = frame.pos == "v" and t.tags[token] == "VBN"
                window = (
                    range(max(0, token - 6), token)
                    if passive and not slots.objects
                    else range(last + 1, min(len(t.low), last + (7 if frame.pos == "v" else 4)))
                )
                for j in window:
                    if t.tags[j] in ("VBD", "VBZ", "VBP", "MD") or t.low[j] in (";", ":", "."):
                        if not passive:
                            break
                        continue
                    if self.lexicon.is_in(t.low, j, test.name):
                        best = max(best, 0.5)
                        break
        return best, []

    def _places(self, order: tuple[str, ...], slots: Slots) -> dict[str, Place]:
        """Each code's best place with respect to a frame's list of slots."""
        best: dict[str, Place] = {}
        for filler in slots.fillers:
            rank = order.index(filler.slot) if filler.slot in order else 9
            for party in self.denote(filler.head):
                place = Place(
                    party, filler.slot, rank, filler.steps, party.how, group_of(self.tree, party.token)
                )
                known = best.get(party.code)
                if known is None or place.cost < known.cost:
                    best[party.code] = place
        for code in self.codes:
            if code not in best:
                i = self.first_token[code]
                best[code] = Place(Party(code, i, "free", self.at[i]), "none", 9, 5, "free")
        return best

    def _pairs(
        self,
        hit: Hit,
        option: Option,
        n_hits: int,
        place: int,
        n_frames: int,
        governor: str | None,
        only: tuple[str, str] | None = None,
    ) -> Iterator[Candidate]:
        """The candidates of a trigger and frame; of one source and target where `only` names them."""
        frame = option.frame
        sources = self._places(frame.source, option.slots)
        targets = self._places(frame.target, option.slots)
        named = set(sources), set(targets)
        self._prune(frame, option, sources, targets)
        # parties of the article stand in only where the sentence leaves a side open
        open_source = all(p.rank == 9 for p in sources.values()) and self.tree.deps[hit.token] not in (
            "acl",
            "amod",
        )
        open_target = all(
            p.rank == 9 or (p.party.code in sources and sources[p.party.code].rank == 0)
            for p in targets.values()
        )
        if open_source or open_target:
            for rank, code in enumerate(self.memory.salient(set(sources) | set(targets))):
                party = Party(code, hit.token, "context", None)
                if open_source:
                    sources[code] = Place(party, "none", 9, 5 + rank, "context")
                if open_target:
                    targets[code] = Place(party, "none", 9, 5 + rank, "context")
        if only:  # even a party that grammar does not tie to the trigger, but none that it rules out
            if only[0] not in self.first_token and any(p.is_subject for p in sources.values()):
                return  # the sentence itself says who does it
            sources, targets = (
                {} if code in before - set(places) else {code: places.get(code) or self._apart(hit, code)}
                for code, before, places in zip(only, named, (sources, targets), strict=True)
            )
        if not sources or not targets:
            return
        general = self.cues.read(self.tree, hit.token, frame, self.sentence.field == "title")
        # "proposed to expel 35 in response to Washington's expulsion": what is answered was done;
        # that somebody must is his order who says so
        if option.slots.is_answered or (option.ordered and self._obliged(hit.token) is not None):
            general = replace(general, status="actual")
        source_costs = sorted(p.cost for p in sources.values())
        target_costs = sorted(p.cost for p in targets.values())
        readings = {s: general if option.ordered else self._reading_of(general, frame, s) for s in sources}
        seen = self._seen(hit, option)
        shared = self.features.shared(
            hit, option, general, n_hits, place, n_frames, governor
        ) + self.features.read(frame, seen)
        as_source, as_target = (seen.sources, seen.targets) if seen else ({}, {})
        done = set()
        for s, source in sources.items():
            for u, target in targets.items():
                if s == u or (not only and source.how == "context" and target.how == "context"):
                    continue
                together = not frame.reciprocal and self._together(source, target)
                mutual = frame.reciprocal or (
                    (together or self.each_other or (source.is_subject and target.is_subject))
                    and self._is_mutual(frame.type, s, u)
                )
                if (mutual and (u, s) in done) or (together and not (only or mutual)):
                    continue
                done.add((s, u))
                features = [
                    *shared,
                    *self.features.side(hit, source, source_costs),
                    as_source.get(s, 0.0),
                    *self.features.side(hit, target, target_costs),
                    as_target.get(u, 0.0),
                ]
                features += self.features.pair(hit, source, target) + self.features.read_pair(frame, s, u)
                said = frame if mutual == frame.reciprocal else replace(frame, reciprocal=True)
                yield Candidate(
                    self.sentence, self.tree, hit, option.last, said, source, target, readings[s], features
                )

    def _apart(self, hit: Hit, code: str) -> Place:
        """The place of a party that no grammar ties to a trigger."""
        i = self.first_token.get(code)
        if i is None:
            return Place(Party(code, hit.token, "context", None), "none", 9, 5, "context")
        return Place(Party(code, i, "free", self.at[i]), "none", 9, 5, "free")

    def _askers(self, verb: int) -> set[str]:
        """The codes of who asks or orders."""
        return {p.code for head, _ in subjects_of(self.tree, verb) for p in self.denote(head)}

    def _asks_own(self, verb: int) -> bool:
        """Whether somebody asks his own state: "Lavrov asked Putin to approve"."""
        t = self.tree
        asked = [k for k in t.kids[verb] if t.deps[k] in ("obj", "iobj")]
        asked += [
            s
            for k in t.kids[verb]
            if t.deps[k] in ("xcomp", "ccomp") and t.tags[k] == "VB"
            for s in t.kids[k]
            if t.deps[s] == "nsubj"
        ]
        codes = {p.code for k in asked if k in self.at for p in self.denote(k)}
        return t.is_verb(verb) and bool(codes) and codes <= self._askers(verb)

    def _recast_order(self, option: Option) -> int | None:
        """Turn "told Moscow to close its consulate" into an act of who gives the order, against whom he gives it to.

        Returns the token of the verb that orders, None where nobody is ordered.
        """
        frame, t, trigger = option.frame, self.tree, option.slots.trigger
        if (frame.type, frame.mode) not in ORDERED_ACTS or frame.pos == "p":
            return None
        if frame.words[0] in OWN_STAFF and (obliged := self._obliged(trigger)) is not None:
            # "US must slash staff in Russia, says Moscow"
            host = t.heads[trigger]
            speakers = subjects_of(t, host) if host != trigger and t.is_verb(host) else []
            speakers = [(head, far) for head, far in speakers if head != obliged and self.denote(head)]
            option.slots.recast(
                speakers or [(f.head, 1) for f in option.slots.fillers if f.slot == "in"], obliged
            )
            option.ordered = True
            return None
        governors = self.cues.read(t, trigger, frame, False).governors
        if governors and governors[0][0] in ("asked", "ordered"):
            verb = governors[0][1]
        else:
            # "ordered the consulate closed"
            verb = verb_before(t, trigger) if t.tags[trigger] in ("VBN", "VBD") else None
            if verb is None or self.cues.effect_of(t, verb) != "ordered" or t.is_passive(verb):
                return None
        ordered = t.kid(verb, "obj", "iobj")
        if ordered is None or not self.denote(ordered):
            between = [k for k in t.kids[trigger] if t.deps[k].startswith("nsubj") and verb < k < trigger]
            ordered = between[0] if between else None
        subjects = [(head, far) for head, far in subjects_of(t, verb) if head != ordered]
        if ordered is None or not subjects:
            return None
        askers = {p.code for head, _ in subjects for p in self.denote(head)}
        if not {p.code for p in self.denote(ordered)} - askers:
            return None
        option.slots.recast(subjects, ordered)
        option.ordered = True
        return verb

    def _obliged(self, verb: int) -> int | None:
        """The party that must do what a verb says: "the US must close"."""
        t = self.tree
        if not any(t.deps[k] == "aux" and t.low[k] == "must" for k in t.kids[verb]):
            return None
        subject = t.kid(verb, "nsubj")
        return subject if subject is not None and self.denote(subject) else None

    @staticmethod
    def _is_leaving(option: Option) -> bool:
        words = option.frame.words
        return words[-1] == "leave" and words[0] in OBLIGES

    def _recast_leaving(self, option: Option) -> bool:
        """Turn "60 American diplomats have to leave Russia" into an act of Russia; False where others leave."""
        t, leave = self.tree, option.last
        leavers = [f.head for f in option.slots.fillers if f.slot == "subj" and self._may_be_expelled(f.head)]
        if not leavers:
            return False
        place = t.kid(leave, "obj")
        option.slots.recast([(place, 0)] if place is not None else [], leavers[0])
        return True

    def _may_be_expelled(self, head: int) -> bool:
        t = self.tree
        if head in self.at:
            return self.at[head].kind == "demonym" and t.kid(head, "nummod") is not None
        return t.low[head] in ("they", "all") or any(
            self.lexicon.is_in(t.low, head, name)
            for name in ("diplomats", "ambassador", "officials", "spies")
        )

    def _reading_of(self, reading: Reading, frame: Frame, source: str) -> Reading:
        """The status of an act that somebody asks for or orders: his own is planned or done, another's only asked for."""
        status = reading.status
        for effect, verb in reading.governors:
            if status in ("actual", "planned"):
                askers = self._askers(verb)
                if source not in askers and (askers or effect == "wanted"):
                    status = "hypothetical"
                elif effect != "ordered":
                    status = "planned" if frame.type == "SANCTION" else "hypothetical"
        return reading if status == reading.status else replace(reading, status=status)

    def _prune(
        self, frame: Frame, option: Option, sources: dict[str, Place], targets: dict[str, Place]
    ) -> None:
        """Strike out parties that the grammar rules out."""
        if frame.pos == "n" and option.slots.is_answered:
            # "Russia chose not to reply to the expulsion": who answers an act did not do it
            for code in [c for c, p in sources.items() if p.slot in ("gsubj", "subj")]:
                del sources[code]
        if frame.type not in ("PROTEST", "ASSAULT", "COERCE"):
            # "ministers meeting in Luxembourg imposed": the place does nothing
            for code in [c for c, p in sources.items() if p.how == "loc"]:
                del sources[code]
        if frame.type == "SANCTION":
            # "property under US jurisdiction is blocked": not the jurisdiction's
            for code in [c for c, p in targets.items() if self._is_jurisdiction(p.party.token)]:
                del targets[code]
            if frame.pos == "n":
                # "sanctions over Ukraine": what they are for; "over Iran's missiles" names whom they hit
                for code in [c for c, p in targets.items() if p.slot == "over" and p.how == "head"]:
                    del targets[code]
            host = self.tree.heads[option.slots.trigger]
            if frame.pos == "n" and self._deals_with_sanctions(host):
                # "ECOWAS lifts Niger sanctions": they are not Niger's on ECOWAS
                for code in [c for c, p in targets.items() if p.slot == "gsubj"]:
                    del targets[code]
        if option.ordered:
            # "ordered the United States to reduce its staff": whoever is told to does nothing to who tells him
            for code in [c for c, p in sources.items() if p.slot == "obj"]:
                del sources[code]
        if (frame.type, frame.mode) in ORDERED_ACTS and frame.pos != "n" and not option.ordered:
            # "two Russian compounds are being shut", "31 of the US embassy's staff": not by their owner
            for code in [c for c, p in sources.items() if p.slot in OWNED and p.how in ("mod", "of")]:
                del sources[code]
        if frame.type == "SANCTION" and frame.mode in LISTED_MODES:
            # "Spain expels two Russians, Ukraine 13": Ukraine does so, too
            for code in self._gapped(option.slots.trigger) & set(targets):
                del targets[code]
        if frame.mode == "expel":
            # "ordered its diplomats to leave Myanmar": the place that they leave is not hit
            for code in [c for c, p in targets.items() if self._is_left(p.party.token)]:
                del targets[code]
        if frame.mode == "visit":
            # "31 North Koreans arrive in": people who come are no visit of their state
            for code in [c for c, p in sources.items() if self._is_counted(p)]:
                del sources[code]
        if frame.type == "ASSAULT":
            # "captured a stronghold on the Thai border": Thailand has no part in it
            for side in (sources, targets):
                for code in [c for c, p in side.items() if self._bounds(p.party.token)]:
                    del side[code]
        if not frame.reciprocal and option.slots.trigger < self.told_by:
            # "retook a village in Cambodia, Thai officials said": who tells it neither did it nor was hit, if others are named
            for side in (sources, targets) if frame.type == "ASSAULT" else (targets,):
                told = {c for c, p in side.items() if p.party.token >= self.told_by}
                if any(
                    c not in told and not (side is targets and c in sources and sources[c].is_subject)
                    for c in side
                ):
                    for code in told:
                        del side[code]
        if not frame.reciprocal:
            # "Iran had fired missiles into Pakistan": nothing is done to who is said to do it, but by its fellow
            for code in [c for c, p in sources.items() if p.is_subject and c in targets]:
                if not any(self._is_mutual(frame.type, code, other) for other in sources):
                    del targets[code]
        doers = {c for c, p in sources.items() if p.rank == 0 and p.how in ("head", "mod")}
        if doers:
            # "recalled their ambassadors": the pronoun means the doer
            for code in [c for c, p in targets.items() if p.how == "coref"]:
                own = self.tree.low[targets[code].party.token] in OWN
                fellow = any(self._is_mutual(frame.type, code, other) for other in doers - {code})
                if not fellow and (code in doers or (own and len(doers) > 1)):
                    del targets[code]
        if frame.type == "REQUEST" and any(
            self.lexicon.is_in(self.tree.low, h, "sanctions") for h in option.slots.objects
        ):
            # "called for sanctions on Iran" asks nothing of Iran
            for code in [c for c, p in targets.items() if p.steps > 0]:
                del targets[code]

    def _is_noun_after_all(self, i: int) -> bool:
        """Whether a headline's noun was read as a verb: "ECOWAS lifts Niger sanctions"."""
        t = self.tree
        host = t.heads[i]
        return (
            t.tags[i] in ("VBZ", "VBP")
            and t.deps[i] in ("ccomp", "xcomp")
            and 0 < i - host <= 4
            and self.lexicon.is_in(t.low, i, "sanctions")
            and self._deals_with_sanctions(host)
        )

    def _is_why_rejected(self, i: int, types: Mapping[int, str]) -> bool:
        """Whether a word only says why something is rejected: "rejected the claim as absurd"."""
        t = self.tree
        behind_as = t.case(i) == "as" or any(t.low[k] == "as" and t.deps[k] == "mark" for k in t.kids[i])
        return behind_as and types.get(t.heads[i]) == "REJECT"

    def _deals_with_sanctions(self, verb: int) -> bool:
        lemmas = self.lexicon.lemmas(self.tree.low[verb], "v")
        return any(f.type in ("SANCTION", "CONCEDE") for lemma in lemmas for f in self.lexicon.verbs[lemma])

    def _gapped(self, trigger: int) -> set[str]:
        """The codes after a trigger that stand in a list without a verb."""
        offset = self.sentence.start
        text = " " * offset + self.sentence.text
        found = gapped(
            text, list(dict.fromkeys(self.at.values())), offset + self.tree.ends[trigger], len(text)
        )
        return {m.code for run, _ in found for m in run}

    def _is_left(self, token: int) -> bool:
        t = self.tree
        return t.deps[token] == "obj" and t.low[t.heads[token]] in ("leave", "leaving", "quit", "depart")

    def _bounds(self, token: int) -> bool:
        """Whether a party only says which border is meant."""
        t = self.tree
        return (
            t.deps[token] in ("amod", "compound", "nmod:poss", "nmod:unmarked")
            and t.low[t.heads[token]] in BOUNDS
        )

    def _is_counted(self, place: Place) -> bool:
        m = place.party.mention
        return (
            m is not None and m.kind == "demonym" and self.tree.kid(place.party.token, "nummod") is not None
        )

    def _is_jurisdiction(self, token: int) -> bool:
        return "jurisdiction" in self.tree.low[token : token + 3]

    def _is_mutual(self, type_: str, a: str, b: str) -> bool:
        """Whether the reader sees two parties do the same to each other: "India and Pakistan each expel a diplomat"."""
        chance = self.impression.chance
        return min(chance(a, b, type_), chance(b, a, type_)) >= MUTUAL

    def _together(self, source: Place, target: Place) -> bool:
        """Whether two parties stand side by side in one slot: "Brazil and the Netherlands withdraw" is of each alone."""
        if "context" in (source.how, target.how) or "coref" in (source.how, target.how):
            return False
        return (
            source.slot == target.slot
            and source.slot in ("subj", "by", "gsubj", "obj")
            and group_of(self.tree, source.party.token) == group_of(self.tree, target.party.token)
        )
