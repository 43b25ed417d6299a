"""Which of a text's numbers is the count of an act, and what it counts.

`counts.py` finds the numbers. Here the parse says which of them an act hit; where it says nothing, the nearest number of
a fitting kind does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.coding.counts import STOPS, Count, Unit, find_counts, state_names, units
from pipelines.coding.dates import sentence_around
from pipelines.coding.dating import BEHIND, leads_away
from pipelines.coding.ellipsis import VERB

if TYPE_CHECKING:
    from pipelines.coding.grammar import Tree

# Which kinds of things each kind of act hits, best first; others are never taken.
_HITS = {
    ("SANCTION", "expel"): ("person",),
    ("SANCTION", "recall"): ("person",),
    ("SANCTION", "close"): ("thing",),
    ("SANCTION", "sanction"): ("person", "body", "thing"),
    ("SANCTION", "suspend"): ("thing",),
    ("CONCEDE", "ease"): ("person", "body", "thing"),
    ("RETREAT", "release"): ("person", "thing"),
    ("RETREAT", "return"): ("person",),
    ("RETREAT", "withdraw"): ("person", "thing"),
    ("RETREAT", "resign"): ("person",),
    ("COOPERATE", "judicial"): ("person",),
    ("COERCE", "arrest"): ("person",),
    ("COERCE", "deport"): ("person",),
    ("COERCE", "seize"): ("thing",),
    ("ASSAULT", "strike"): ("person", "thing"),
    ("ASSAULT", "kill"): ("person",),
    ("ASSAULT", "abduct"): ("person",),
    ("AID", "military"): ("person", "thing"),
    ("AID", "humanitarian"): ("person", "thing"),
    ("AID", None): ("person", "thing"),
    ("MOBILIZE", None): ("person", "thing"),
}
# Acts whose single patient is counted as one without a number ("a lone ambassador is 1").
_SINGLE = {
    ("SANCTION", "expel"): "diplomats",
    ("SANCTION", "recall"): "ambassadors",
    ("RETREAT", "release"): "prisoners",
    ("RETREAT", "return"): "ambassadors",
    ("RETREAT", "resign"): "officials",
    ("COERCE", "arrest"): "people",
    ("COOPERATE", "judicial"): "people",
    ("COERCE", "seize"): "",
    ("ASSAULT", "kill"): "people",
    ("ASSAULT", "abduct"): "people",
    ("ASSAULT", "strike"): "",
    ("MOBILIZE", None): "",
}
# Acts whose doers are what is counted: "1,500 troops will leave".
_MOVERS = {
    ("RETREAT", "withdraw"),
    ("RETREAT", "return"),
    ("MOBILIZE", None),
    ("AID", "military"),
    ("AID", "humanitarian"),
}
_LEAVING = frozenset(["leave", "leaves", "left", "go", "gone", "depart", "pack", "out", "flown"])
_DEATH = re.compile(
    r"^(?:kill|slay|slain|die|dead|death|murder|shot|destroy|claim|assassinat|execut|down)", re.I
)
_MEASURE = re.compile(
    r"^(?:sanction|ban|restriction|curb|freeze|asset|measure|penalt|exemption|waiver|visa)", re.I
)
_CROWD = frozenset(["staff", "personnel", "all", "others", "officials", "diplomats", "families", "members"])
_GROUPS = frozenset(["crew", "group", "team", "delegation", "party", "total"])
_WEAPONS = frozenset(["missiles", "rockets", "shells", "drones", "bombs", "warheads", "strikes"])
_INJURY = re.compile(
    r"\b(?:injur\w*|wound\w*|hurt|displac\w*|missing|evacuat\w*|homeless|without\s+power|residents)\b", re.I
)


_OF_ANOTHER = re.compile(r"(?:[,;]|\band)\s+(?:the\s+)?[A-Z][\w’'.-]+\s+$")
_PARTING = BEHIND - {"against"} | {"because", "while", "whereas"}
_ANSWERS = frozenset(
    ["response", "reply", "answer", "retaliation", "reaction", "revenge", "reprisal", "return", "tit-for-tat"]
)
_SUMMONED = re.compile(r"\bsummon\w*\s[^;]{0,40}?\b(?:ambassador|envoy|charg[eé]|consul|commissioner)", re.I)
# "cut its staff to 455": as many may stay
_CEILING = re.compile(r"\b(?:to|at)\s+(?:(?:just|only|about|around|no\s+more\s+than)\s+)?$", re.I)


def count_of_act(
    text: str,
    trigger_start: int,
    trigger_end: int,
    type: str,
    mode: str | None,
    counts: Sequence[Count] | None = None,
    sentence: tuple[int, int] | None = None,
    source: tuple[int, int] | None = None,
    target: tuple[int, int] | None = None,
    tree: Tree | None = None,
    offset: int = 0,
    token: int | None = None,
) -> tuple[int | None, str | None]:
    """How many an act hit, and what: (count, unit), or (None, None) where the text gives no number.

    text, trigger_start, trigger_end: the field and the act's trigger in it. counts: `find_counts(text)` where it was
    made before. sentence: the bounds of the trigger's sentence. source, target: where those actors stand, which
    decides lists ("Greece kicks out 12 Russians, Norway three"). tree, offset, token: the parsed sentence, where it
    begins in the field, and the trigger's head in it.
    """
    wanted = _HITS.get((type, mode))
    if wanted is None:
        return None, None
    if counts is None:
        counts = find_counts(text)
    left, right = sentence or sentence_around(text, trigger_start, trigger_end)
    here = [c for c in counts if left <= c.start < right]
    if type in ("SANCTION", "RETREAT"):
        here = [c for c in here if not _CEILING.search(text[max(0, c.start - 20) : c.start])]
    listed = _listed(text, here, source, trigger_end)
    if listed:
        return listed.value, listed.unit or next((c.unit for c in here if c.unit), None) or _default_unit(
            type, mode
        )
    own = _of_target(text, [c for c in here if c.kind is None or c.kind in wanted], target)
    if own:
        return own.value, own.unit or next((c.unit for c in here if c.unit), None) or _default_unit(
            type, mode
        )
    bare = next((c for c in here if 0 <= c.start - trigger_end <= 1), None)
    if mode == "expel" and bare and bare.value and bare.kind is None:
        return bare.value, _default_unit(type, mode)  # "sent home two each"
    # "summoned the ambassador and told him that 60 must leave": he was only told of it
    several = any(c.kind == "person" and (c.value or 0) > 1 for c in here)
    is_told = several and _SUMMONED.search(text[left:right]) is not None
    if tree is not None and token is not None:
        patients = _Patients(tree, token, offset, here, text)
        found = patients.count(type, mode, wanted, target)
        if is_told and found and found[0] == 1:
            found = None
        if found and found[0] > 1 and mode in ("expel", "release") and patients.has_several_doers():
            return None, None  # "Italy, Spain and Denmark expel 70": the sum of all, nobody's own
        if found:
            return _chained(text, found, here) if mode == "sanction" else _whole(text, found, here)
        here = [c for c in here if not patients.is_elsewhere(c, type)]
        leaving = _LEAVING & set(text[trigger_start:trigger_end].lower().split())
        if (type, mode) not in _MOVERS and not leaving:
            here = [c for c in here if not patients.is_doer(c)]
        if patients.are_plural and type not in ("ASSAULT", "MOBILIZE") and mode != "sanction":
            here = [c for c in here if c.unit is None or patients.holds(c)]
    best, best_cost = None, 99.0
    for c in here:
        if (c.kind is not None and c.kind not in wanted) or (c.kind is None and mode in ("suspend", "close")):
            continue
        if type == "ASSAULT" and (_is_injury(text, c, left, right) or c.unit in _WEAPONS):
            continue
        cost = _cost(text, trigger_start, trigger_end, c) + (
            0.6 if c.unit is None else 0.2 * wanted.index(c.kind)
        )
        if type == "ASSAULT" and _is_death(text, c):
            cost = min(cost - 1.0, 0.8 + abs(c.start - trigger_start) / 1000)
        elif type == "ASSAULT" and any(x.value and _is_death(text, x) for x in here if x is not c):
            cost += 1.0  # "struck a mall with 1,000 people inside, killing 13"
        if cost < best_cost:
            best, best_cost = c, cost
    if (best is None or best.value is None) and type == "ASSAULT":
        best = _toll_after(text, counts, right)
        best_cost = 1.0
    lone = _lone(text, left, right, trigger_start, trigger_end, type, mode)
    if is_told:
        lone = None
    if best and best_cost < 2.2 and not (lone and lone[1] < best_cost - 0.3):
        if best.value is None:
            return None, None
        unit = best.unit or _default_unit(type, mode)
        return _whole(text, (_split_total(text, best, here), unit), here)
    return (1, lone[0]) if lone else (None, None)


def _listed(
    text: str, here: Sequence[Count], source: tuple[int, int] | None, trigger_end: int
) -> Count | None:
    """The number that a list gives to this source: "Norway three", "Slovenia two, and Norway and Germany one each"."""
    if not source or source[0] < trigger_end:
        return None
    for c in here:
        if c.start < source[1] or not c.value:
            continue
        between = text[source[1] : c.start]
        if _TO_NUMBER.fullmatch(between) and len(between) < 60:
            return c
        return None
    return None


_OF_STATE = re.compile(
    r"\s+(?:(?:[a-z][\w-]*\s+){0,2}(?=[A-Z])|(?:[a-z]+\s+)?(?:from|in|of)\s+(?:the\s+)?(?:[A-Z][\w-]+,\s+)?(?=[A-Z]))"
)


def _of_target(text: str, here: Sequence[Count], target: tuple[int, int] | None) -> Count | None:
    """The number that a list of several states gives to this target: "34 French, 27 Spanish and 24 Italian diplomats"."""
    if not target:
        return None
    starts = [(c, m.end()) for c in here if c.value and (m := _OF_STATE.match(text, c.end))]
    own = next((c for c, at in starts if at == target[0]), None)
    if own is None or not any(
        c is not own
        and text[at : at + 4] != text[target[0] : target[0] + 4]
        and abs(c.start - own.start) < 70
        and _LIST.fullmatch(text[min(c.end, own.end) : max(c.start, own.start)])
        for c, at in starts
    ):
        return None
    return own


# nothing but adjectives and nouns between two numbers of one list
_LIST = re.compile(r"(?:\s+[\w’'-]+){1,5}?(?:,?\s+and|,)\s+")
_TO_NUMBER = re.compile(r"(?:(?:,|\s|\band\b|\bthe\b|[A-Z][\w.’'-]*)*)" + VERB + r"\s+")


class _Patients:
    """The noun phrases that an act hits, by the parse."""

    def __init__(self, tree: Tree, token: int, offset: int, here: Sequence[Count], text: str):
        self.tree, self.token, self.offset, self.text = tree, token, offset, text
        self.numbers: dict[int, Count] = {}
        for c in here:
            for i, (a, b) in enumerate(zip(tree.starts, tree.ends, strict=True)):
                if a < c.end - offset and b > c.start - offset:
                    self.numbers[i] = c
        self.heads = self._find()
        self.are_plural = bool(self.heads) and all(tree.tags[h] in ("NNS", "NNPS") for h in self.heads)

    def _find(self) -> list[int]:
        t, k = self.tree, self.token
        heads: list[int] = []
        if t.is_verb(k) or t.kid(k, "obj", "nsubj", "nsubj:pass") is not None:
            heads = self._objects(k)
            host, steps = k, 0
            # "declared X persona non grata", "told X to leave", "X is asked to go"
            while (
                not heads
                and steps < 3
                and t.heads[host] != host
                and t.deps[host] in ("xcomp", "conj", "ccomp", "advcl")
                and not (t.deps[host] in ("conj", "advcl") and t.kid(host, "nsubj") is not None)
            ):
                host = t.heads[host]
                steps += 1
                if t.deps[host] != "amod":
                    heads = self._objects(host)
        else:
            heads = [
                m for m in t.kids[k] if t.deps[m] == "nmod" and t.case(m) in ("of", "on", "against", "for")
            ]
            heads += [m for m in t.kids[k] if t.deps[m] == "nmod:poss" and t.low[m] in units()]
            host = t.heads[k]
            if t.is_verb(host) and host != k and _DEATH.match(t.low[host]):
                heads = self._objects(host) or heads
            elif not heads and t.deps[k] in ("xcomp", "obj", "obl") and t.is_verb(host):
                heads = [h for h in self._objects(host) if h != k]
        for h in list(heads):
            if _MEASURE.match(t.low[h]):
                # "imposes sanctions on six companies", "revokes permits for 500 people"
                near = [*t.kids[h], *t.kids[t.heads[h]]]
                heads += [
                    m
                    for m in near
                    if t.deps[m] in ("nmod", "obl")
                    and t.case(m)
                    in (
                        ("on", "against", "for", "of")
                        if t.low[h] in ("assets", "visas", "accounts")
                        else ("on", "against", "for")
                    )
                ]
        return [j for h in heads for j in t.conjuncts(h)]

    def _objects(self, v: int) -> list[int]:
        t = self.tree
        found = [m for m in t.kids[v] if t.deps[m] in ("obj", "iobj", "nsubj:pass")]
        if not found and t.is_passive(v):
            found = [m for m in t.kids[v] if t.deps[m] == "nsubj"]
        if not found and t.deps[v] in ("acl", "acl:relcl") and t.is_passive(v):
            found = [t.heads[v]]
        return found

    def _listed(self) -> set[int]:
        """Heads that are coordinated directly ("two people and three firms")."""
        t = self.tree
        return {h for h in self.heads if t.deps[h] == "conj" and t.heads[h] in self.heads}

    def holds(self, c: Count) -> bool:
        """Whether a count stands inside one of the patients."""
        inside = {i for h in self.heads for i in self.tree.subtree(h)}
        return any(self.numbers.get(i) is c for i in inside)

    def is_doer(self, c: Count) -> bool:
        """Whether a count belongs to the subject of the trigger's active verb ("eight nations expel")."""
        t = self.tree
        v = next((i for i in self._up() if t.is_verb(i)), None)
        if v is None or t.is_passive(v):
            return False
        subjects = [m for m in t.kids[v] if t.deps[m] in ("nsubj", "obl:agent")]
        if _DEATH.match(t.low[v]) and v != self.token:
            return False
        return any(self.numbers.get(i) is c for m in subjects for i in t.subtree(m))

    def is_elsewhere(self, c: Count, type: str) -> bool:
        """Whether a count stands in the telling of another act: on the other side of "after", "over", "in response
        to", "while", or in a clause with a doer of its own. Those killed may have a clause of their own."""
        t = self.tree
        at = next((i for i, of in sorted(self.numbers.items()) if of is c), None)
        if at is None:
            return False
        if type == "SANCTION" and self.heads and self._is_of_fellow(at):
            return True
        there, mine = self._part(at), self._part(self.token)
        if there == mine:
            return False
        if type == "ASSAULT" and there >= 0 and t.is_verb(there) and _DEATH.match(t.low[there]):
            doer = t.kid(there, "nsubj")
            return doer is not None and any(t.tags[i].startswith("NNP") for i in t.subtree(doer))
        return True

    def _is_of_fellow(self, at: int) -> bool:
        """Whether a number belongs to another verb of the row: "ordered 35 diplomats to leave and imposed sanctions on"."""
        t = self.tree
        own = next((i for i in self._up() if t.is_verb(i)), None)
        if own is None:
            return False
        if t.deps[own] == "conj" and t.is_verb(t.heads[own]) and at not in t.subtree(own):
            first = t.heads[own]
            if t.deps[first] in ("xcomp", "ccomp", "advcl") and t.tags[first] == "VB":
                first = t.heads[first]  # taken for a fellow of "to leave"
            return at in t.subtree(first)
        return any(t.deps[k] == "conj" and t.is_verb(k) and at in t.subtree(k) for k in t.kids[own])

    def _part(self, i: int) -> int:
        """Where the part of the sentence begins in which a word stands; -1 for the main clause."""
        t = self.tree
        for _ in range(60):
            host = t.heads[i]
            if t.is_verb(i):
                marks = {t.low[k] for k in t.kids[i] if t.deps[k] in ("mark", "case")}
                if t.deps[i].startswith("advcl") and marks & _PARTING:
                    return i
                if t.deps[i] in ("conj", "parataxis") and t.kid(i, "nsubj") is not None:
                    return i
            elif leads_away(t, i, _PARTING, _ANSWERS):
                return i
            if host == i:
                break
            i = host
        return -1

    def has_several_doers(self) -> bool:
        """Whether the subject is a list, and no "each" gives the number to every one."""
        t = self.tree
        v = next((i for i in self._up() if t.is_verb(i)), None)
        if v is None or "each" in t.low:
            return False
        return any(len(t.conjuncts(m)) > 1 for m in t.kids[v] if t.deps[m] == "nsubj")

    def _up(self) -> list[int]:
        path, i = [self.token], self.token
        while self.tree.heads[i] != i and len(path) < 100:
            i = self.tree.heads[i]
            path.append(i)
        return path

    def _number(self, head: int) -> Count | None:
        """The number that begins the noun phrase: the leftmost one before its head, no preposition between."""
        t = self.tree
        found = self.numbers.get(head)
        for i in range(head - 1, max(-1, head - 9), -1):
            if (
                t.low[i] in STOPS
                or t.low[i] in (",", ";")
                or (t.is_verb(i) and t.deps[i] not in ("amod", "compound"))
            ):
                break
            found = self.numbers.get(i) or found
        if found is None:
            # "nine of its soldiers": the number is the head
            found = next(
                (self.numbers[k] for k in t.kids[head] if k in self.numbers and t.deps[k] == "nummod"), None
            )
        return found

    def count(
        self, type: str, mode: str | None, wanted: tuple[str, ...], target: tuple[int, int] | None
    ) -> tuple[int, str] | None:
        """The patients' number and unit, or None where they tell nothing."""
        t = self.tree
        total, unit, counted = 0, None, []
        singles: list[int] = []
        heads = self.heads
        values = [c.value for h in heads if (c := self._number(h)) and c.value]
        if len(values) > 2 and values[0] == sum(values[1:]):
            heads = heads[:1]  # "39 Palestinians, 24 women and 15 teenagers"
        for h in heads:
            known = units().get(t.low[h])
            c = self._number(h)
            if (
                counted
                and c is not None
                and c.unit is None
                and _OF_ANOTHER.search(self.text, max(0, c.start - 30), c.start)
            ):
                continue  # "two diplomats, Latvia and Estonia one each"
            if any(c is seen for seen in counted):
                continue  # "four diplomats each": one number for two words
            if c is not None:
                counted.append(c)
                if c.value is None or (c.kind != "other" and (c.kind or "person") not in wanted):
                    continue
                if c.kind == "other" and ("person" not in wanted or type in ("MOBILIZE", "AID")):
                    continue
                if type == "ASSAULT" and c.unit in _WEAPONS:
                    continue
                if type == "ASSAULT" and _is_injury(self.text, c, self.offset, self.offset + t.ends[-1]):
                    continue
                if mode == "sanction" and unit and c.unit not in (None, unit) and h in self._listed():
                    total += c.value
                    unit = f"{unit} and {c.unit}"
                elif unit is None or c.unit in (None, unit):
                    total += (
                        _split_total(self.text, c, sorted(set(self.numbers.values()), key=lambda x: x.start))
                        if len(self.heads) == 1
                        else c.value
                    )
                    named = t.low[h] if c.kind == "other" and t.tags[h] == "NNS" else None
                    unit = unit or c.unit or named or _default_unit(type, mode)
                continue
            if (type, mode) not in _SINGLE or t.tags[h] not in ("NN", "NNP", "PRP"):
                continue
            if self._is_single(h, known, wanted, type, mode, target) and not self._is_told_again(h, singles):
                singles.append(h)
                one = self._unit_of(h, known, type, mode)
                if unit is None or one == unit or "people" in (one, unit) or type == "RETREAT":
                    total += 1
                    unit = unit or one
        if total == 0 and (type, mode) in (
            ("SANCTION", "expel"),
            ("SANCTION", "recall"),
            ("RETREAT", "return"),
        ):
            for h in self.heads:
                # "recall their ambassadors", "the ambassadors of France, Germany and Nigeria": one each
                if t.low[h] in ("ambassadors", "envoys") and self._is_one_each(h, mode):
                    return 1, "ambassadors"
        return (total, unit) if total and unit else None

    def _is_told_again(self, h: int, before: Sequence[int]) -> bool:
        """Whether a single one is he who was named before: "the engineer Jane Smith", "Ahmad Bahar, a leader of"."""
        t = self.tree
        if not before:
            return False
        between = [t.low[i] for i in range(before[-1] + 1, h)]
        return not between or ("," in between and not {"and", "or"} & set(between))

    def _is_one_each(self, h: int, mode: str | None) -> bool:
        t = self.tree
        if any(t.low[k] in ("all", "several", "some", "many", "both") for k in t.kids[h]):
            return False
        if re.search(r"\beach\s+other", self.text[self.offset : self.offset + t.ends[-1]]):
            return True
        below = [k for k in t.kids[h] if t.deps[k] in ("nmod", "amod", "nmod:poss", "compound")]
        return (
            mode in ("recall", "return")
            or any(len(t.conjuncts(k)) > 1 for k in below)
            or any(t.deps[g] == "conj" for k in below for g in t.kids[k])
        )

    def _is_single(
        self,
        h: int,
        known: Unit | None,
        wanted: tuple[str, ...],
        type: str,
        mode: str | None,
        target: tuple[int, int] | None,
    ) -> bool:
        t = self.tree
        if any(t.low[k] in ("every", "each", "all", "no", "any") for k in t.kids[h] if t.deps[k] == "det"):
            return False
        if t.low[h] in ("him", "her"):
            return "person" in wanted and type != "ASSAULT"
        if any(t.low[k] in _CROWD for j in t.conjuncts(h) for k in (j, *t.kids[j])):
            return False  # "the ambassador and all his staff"
        if mode == "seize" and not any(t.low[k] in ("a", "an", "one") for k in t.kids[h]):
            return False
        if known is not None and t.tags[h] == "NN":
            if known.kind not in wanted or (
                known.plural in ("staff", "troops", "people")
                and t.low[h] in ("staff", "people", "personnel", "police")
            ):
                return False
            if (type, mode) in (("ASSAULT", "strike"), ("MOBILIZE", None)):
                return any(t.low[k] in ("a", "an", "one") for k in t.kids[h]) and (
                    known.kind == "person"
                    or bool(_DEATH.match(t.low[t.heads[h]]))
                    or known.plural == "missiles"
                )
            return known.plural not in ("groups", "members")
        if type in ("MOBILIZE",) or mode in ("strike", "seize"):
            return False
        parts = [k for k in t.kids[h] if t.tags[k].startswith("NNP") and t.deps[k] in ("flat", "compound")]
        name = " ".join(t.words[i] for i in sorted([h, *parts]))
        return (
            t.tags[h] == "NNP"
            and " " in name  # a name that the parser reads as one word has its space inside
            and name.lower() not in state_names()
            and not _BODY.search(name)
        )

    def _unit_of(self, h: int, known: Unit | None, type: str, mode: str | None) -> str:
        t = self.tree
        if known:
            return "ambassadors" if t.low[h] == "envoy" else known.plural
        for k in t.kids[h]:
            title = units().get(t.low[k])
            if title and title.kind == "person":
                return title.plural
        return _SINGLE[type, mode] or "people"


_BODY = re.compile(
    r"\b(?:Union|States|Nations|Council|Ministry|Government|Party|Army|Embassy|Force|Forces|Group|Agency|Bank|Court|Parliament|Republic|Kingdom|Street|City|Province|Island|Islands|Sea|River|Region|Strip)\b"
)


def _toll_after(text: str, counts: Sequence[Count], right: int) -> Count | None:
    """The dead that the next sentence begins with: "Five people are killed"."""
    first = next((c for c in counts if right <= c.start <= right + 45), None)
    if (
        first is None
        or first.kind != "person"
        or not first.value
        or _is_injury(text, first, right, len(text))
    ):
        return None
    return first if _is_death(text, first) else None


def _default_unit(type: str, mode: str | None) -> str:
    return "diplomats" if type == "SANCTION" and mode in ("expel", "recall") else "people"


def _is_injury(text: str, count: Count, left: int, right: int) -> bool:
    """Whether a number counts the hurt rather than the dead: the nearer verb decides."""
    low, high = max(left, count.start - 45), min(right, max(count.end, count.head_end) + 30)
    before = text[low : count.start]
    after = text[max(count.end, count.head_end) : high]
    hurt = list(_INJURY.finditer(before))
    dead = list(re.finditer(r"\b(?:kill\w*|dead|died?|slain)\b", before, re.I))
    if hurt and (not dead or hurt[-1].start() > dead[-1].start()):
        return True
    return bool(
        re.match(
            r"\s*(?:others?|more|people)?\s*(?:are|were|was|is|have\s+been)?\s*(?:also\s+)?"
            + _INJURY.pattern,
            after,
            re.I,
        )
    )


def _is_death(text: str, count: Count) -> bool:
    before = text[max(0, count.start - 50) : count.start]
    after = text[max(count.end, count.head_end) : max(count.end, count.head_end) + 45]
    dead = max(
        (
            m.start()
            for m in re.finditer(
                r"\b(?:kill\w*|claim\w*|dead|deaths?|toll|slain|died)\b(?=[^.;]*$)", before, re.I
            )
        ),
        default=-1,
    )
    hurt = max((m.start() for m in _INJURY.finditer(before)), default=-1)
    return bool(dead > hurt or re.match(r"[^.;,]*\b(?:killed|dead|died?|deaths?|slain)\b", after, re.I))


_CUT = re.compile(
    r"\b(?:after|before|following|since|because|who|whom|whose|which|although|though|while|when|as|in\s+(?:response|reply|answer|retaliation|return)\s+(?:to|for))\b|[;:]|\band\b|,",
    re.I,
)


def _cost(text: str, start: int, end: int, count: Count) -> float:
    """How far a count is from a trigger: clause marks between them; what stands before the trigger counts less."""
    if count.start >= end:
        between, base = text[end : count.start], 0.0
    elif count.end <= start:
        between, base = text[count.end : start], 0.5
        if re.search(
            r"\b(?:is|are|was|were|be|been|being|have|has|had)\b(?:\s+\w+){0,2}\s*$",
            text[max(0, start - 30) : start],
        ):
            base = 0.0
    else:
        return 0.0
    return base + len(_CUT.findall(between)) + len(between) / 200


def _whole(text: str, part: tuple[int, str], here: Sequence[Count]) -> tuple[int, str]:
    """The sum where what the parse found is one part of it: "31 employees of the embassy in Moscow and four …"."""
    for c in here:
        total = _split_total(text, c, here)
        if (
            c.value
            and total > c.value
            and (part[0] == total - c.value or (part[0] == c.value and c.unit in (None, part[1])))
        ):
            return total, c.unit or part[1]
    return part


_AND = re.compile(r"\s*(?:,?\s+(?:and|as\s+well\s+as|plus)|,)\s+(?:another\s+)?", re.I)


def _chained(text: str, part: tuple[int, str], here: Sequence[Count]) -> tuple[int, str]:
    """Persons and bodies that one list puts under sanctions ("five firms and three individuals"), where the parse
    took the second for something else."""
    whole = _whole(text, part, here)
    for c, other in pairwise(here):
        if (
            c.value == part[0]
            and c.unit in (None, part[1])
            and other.value
            and {c.kind or "person", other.kind} == {"person", "body"}
            and _AND.fullmatch(text, c.head_end if c.unit else _past_name(text, c.end), other.start)
        ):
            return c.value + other.value, f"{part[1]} and {other.unit}"
    return whole


def _past_name(text: str, end: int) -> int:
    """Where the name of a people ends that follows a number ("15 Russians")."""
    match = re.compile(r"\s+[A-Z][\w-]+").match(text, end)
    return match.end() if match else end


def _split_total(text: str, count: Count, here: Sequence[Count]) -> int:
    """ "31 from Moscow and four from St Petersburg" are 35: parts that a place each follows are summed; so are
    "X and ten others"."""
    total = count.value or 0
    for other in (c for c in here if c.start > count.start):
        between = text[count.end : other.start]
        if (
            other.value
            and not other.is_reference
            and (other.unit is None or other.unit == count.unit)
            and re.fullmatch(r"(?:\s+[\w’'-]+){0,6}\s+(?:from|in|at)\s+[\w.’' -]{2,40}?,?\s+and\s+", between)
            and re.match(r"(?:\s+[\w’'-]+){0,6}\s+(?:from|in|at)\s", text[other.end : other.end + 60])
        ):
            total += other.value
    if re.match(r"\s+(?:others?|other)\b", text[count.end : count.end + 8]) and re.search(
        r"(?:[A-Z][\w’'-]+|representative|ambassador|leader|commander|minister|one)(?:,\s+[^,.;]{2,40},)?\s+and\s+$",
        text[max(0, count.start - 60) : count.start],
    ):
        total += 1
    return total


_APPOSITION = re.compile(r",\s+(?:[A-Z][\w’'.-]*\s*){1,4},")
_LONE = re.compile(
    r"\b(?:(?:its|his|her|their|the|an?|that|[\w’'-]+['’]s?|[A-Z][\w-]+)\s+)(?:[\w’'-]+\s+){0,3}?"
    r"(?P<noun>ambassador|envoy|high\s+commissioner|attach[eé]|diplomat|consul(?:[\s-]general)?|charg[eé]\s+d['’]affaires|nuncio|representative)\b(?!['’]s|s\b)",
    re.I,
)
_BARE = re.compile(
    r"\b(?P<noun>ambassador|envoy|high\s+commissioner|attach[eé]|consul(?:[\s-]general)?|charg[eé]\s+d['’]affaires)\b(?!['’]s|s\b)",
    re.I,
)
_PLURAL_ENVOYS = re.compile(r"\b(?P<noun>ambassadors|envoys|high\s+commissioners)\b", re.I)


def _lone(
    text: str, left: int, right: int, start: int, end: int, type: str, mode: str | None
) -> tuple[str, float] | None:
    """A single diplomat without a number ("recalls its ambassador"): his unit, and how far he stands."""
    if (type, mode) not in (
        ("SANCTION", "expel"),
        ("SANCTION", "recall"),
        ("RETREAT", "return"),
        ("RETREAT", "resign"),
        ("CONCEDE", "ease"),
    ):
        return None
    if (type, mode) == ("CONCEDE", "ease") and not re.search(r"expulsion|expel", text[left:right], re.I):
        return None
    best = None
    for pattern in (_LONE, _BARE, _PLURAL_ENVOYS):
        for match in pattern.finditer(text, left, right):
            if pattern is _PLURAL_ENVOYS and mode not in ("recall", "return"):
                continue
            if re.search(
                r"\b(?:every|each|all|any|no)\s+(?:[\w'’-]+\s+){0,2}$",
                text[max(0, match.start("noun") - 30) : match.start("noun")],
                re.I,
            ):
                continue
            if re.match(
                r"\s+and\s+(?:all|(?:[\w’'-]+\s+){0,3}(?:staff|diplomats|officials))\b",
                text[match.end() : match.end() + 40],
            ):
                continue
            noun = " ".join(match["noun"].lower().split()).rstrip("s")
            unit = (
                "ambassadors"
                if noun in ("ambassador", "high commissioner", "nuncio", "envoy")
                else "diplomats"
            )
            a = match.start("noun")
            between = text[end:a] if a >= end else text[match.end() : start]
            between = _APPOSITION.sub(" ", between)
            cost = len(_CUT.findall(between)) + len(between) / 200 + (0.0 if a >= end else 0.4)
            if cost < 2 and (best is None or cost < best[1]):
                best = unit, cost
        if best:
            break
    return best
