"""The grammar of a parsed sentence: which phrase stands in which slot of a verb, a noun or a phrase.

A slot is named by what it is to the trigger: `subj` (who acts, also the agent of a passive), `obj` (whom, also the
subject of a passive), `iobj`, a preposition (`on`, `against`, `with` ...), `poss` ("Russia's"), `mod` ("Russian",
"US"), `gsubj` and `gobj` (subject and object of the verb that governs a noun: "launched an attack"), `xobj` (whoever
is named in the clause that a verb of speaking or wishing governs), `conj`. Nothing here knows of actors.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from functools import cached_property

ANSWERS = frozenset(
    [
        "answer",
        "answers",
        "answered",
        "answering",
        "reply",
        "reprisal",
        "reprisals",
        "response",
        "responds",
        "responded",
        "responding",
        "retaliate",
        "retaliates",
        "retaliated",
        "retaliating",
        "retaliation",
        "return",
        "revenge",
    ]
)
STOPS = frozenset(';:."—')  # where a search by the order of words ends


def _string(strings, key: int) -> str:
    """The string of a spaCy hash that came as a signed number."""
    return strings[key % 2**64]


@dataclass
class Tree:
    """A parsed sentence as plain lists, one place a token."""

    words: list[str]
    low: list[str]
    tags: list[str]
    deps: list[str]
    heads: list[int]
    starts: list[int]
    ends: list[int]
    kids: list[list[int]] = field(default_factory=list)

    def __post_init__(self):
        self.kids = [[] for _ in self.words]
        for i, h in enumerate(self.heads):
            if h != i:
                self.kids[h].append(i)

    @classmethod
    def of(cls, doc, words: list[str], starts: list[int], ends: list[int]) -> Tree:
        """From a parsed spaCy Doc, with the words as the text has them and their offsets."""
        strings = doc.vocab.strings
        rows = doc.to_array(["TAG", "DEP", "HEAD"]).astype("int64").tolist() if len(doc) else []
        return cls(
            words=words,
            low=[w.lower() for w in words],
            tags=[_string(strings, row[0]) or "XX" for row in rows],
            deps=[_string(strings, row[1]) for row in rows],
            heads=[i + row[2] for i, row in enumerate(rows)],
            starts=starts,
            ends=ends,
        )

    def kid(self, i: int, *deps: str) -> int | None:
        """The first child of i with one of these relations."""
        for k in self.kids[i]:
            if self.deps[k] in deps:
                return k
        return None

    def case(self, i: int) -> str:
        """The preposition that marks a noun phrase ("" where there is none)."""
        for k in self.kids[i]:
            if self.deps[k] == "case" and self.tags[k] != "POS":
                # "out of", "in front of", "because of": the first word with what is fixed to it
                fixed = [self.low[f] for f in self.kids[k] if self.deps[f] == "fixed"]
                return " ".join([self.low[k], *fixed])
        return ""

    def is_passive(self, i: int) -> bool:
        """Whether the verb at i stands in the passive, with or without its auxiliary."""
        deps = {self.deps[k] for k in self.kids[i]}
        if "aux:pass" in deps:
            return True
        if self.tags[i] not in ("VBN", "VBD"):
            return False
        if "obl:agent" in deps:
            return True
        if "nsubj:pass" in deps:
            # a headline's passive without its auxiliary; with an object it was an active verb after all
            return "obj" not in deps and "aux" not in deps
        return self.deps[i] == "acl" and not deps & {"obj", "nsubj"}

    def subtree(self, i: int) -> list[int]:
        """All tokens below i, with i, in order."""
        found, stack = [], [i]
        while stack:
            j = stack.pop()
            found.append(j)
            stack.extend(self.kids[j])
        return sorted(found)

    def conjuncts(self, i: int) -> list[int]:
        """A noun phrase's head with the heads coordinated to it ("Germany, France and Poland")."""
        found, stack = [], [i]
        while stack:
            j = stack.pop(0)
            found.append(j)
            stack += [
                k for k in self.kids[j] if self.deps[k] in ("conj", "list") and self.tags[k][0] not in "VM"
            ]
        return found

    def is_verb(self, i: int) -> bool:
        return self.tags[i][0] == "V"

    def auxiliaries(self, i: int) -> list[str]:
        return [self.low[k] for k in self.kids[i] if self.deps[k] in ("aux", "aux:pass", "cop")]


@dataclass(frozen=True)
class Filler:
    """A noun phrase in a slot: its head token, and how far away (in steps of grammar) it was found."""

    slot: str
    head: int
    steps: int


class Slots:
    """The slots of one trigger, filled as far as the parse says."""

    def __init__(self, tree: Tree, trigger: int, pos: str, particle: str = ""):
        self.tree = tree
        self.particle = particle  # of "call in": its noun phrase is the object, not a place
        self.trigger = trigger
        self.fillers: list[Filler] = []
        self.objects: list[int] = []  # heads of the direct objects, for tests of their class
        self._seen: set[tuple[str, int]] = set()
        if pos == "n":
            self._noun(trigger)
        elif tree.is_verb(trigger):
            self._verb(trigger)
        else:
            self._phrase(trigger)

    @cached_property
    def is_answered(self) -> bool:
        """Whether the trigger tells what another act answers: "in retaliation for the closure"."""
        t, i = self.tree, self.trigger
        for _ in range(3):
            if t.low[t.heads[i]] in ANSWERS and (t.case(i) in ("for", "to", "against") or t.deps[i] == "obj"):
                return True
            if t.heads[i] == i or t.deps[i] not in ("nmod", "obl", "obj", "conj", "compound", "acl"):
                return False
            i = t.heads[i]
        return False

    def heads(self, slot: str) -> list[Filler]:
        return [f for f in self.fillers if f.slot == slot]

    def recast(self, subjects: list[tuple[int, int]], object_: int) -> None:
        """Let others do what the trigger says: these subjects (head, steps), to this object."""
        self.fillers, self._seen = [], set()
        for head, far in subjects:
            self._add("subj", head, far)
        self._add("obj", object_, 0)

    def _add(self, slot: str, head: int, steps: int) -> None:
        for j in self.tree.conjuncts(head):
            if (slot, j) not in self._seen:
                self._seen.add((slot, j))
                self.fillers.append(Filler(slot, j, steps))

    # --- verbs

    def _verb(self, v: int, steps: int = 0) -> None:
        t = self.tree
        self._verb_arguments(v, steps)
        subjects = subjects_of(t, v)
        for head, far in subjects:
            self._add("subj", head, steps + far)
        for k in t.kids[v]:
            if t.deps[k] in ("xcomp", "ccomp", "advcl") and (
                t.deps[k] != "advcl" or t.tags[k] in ("VB", "VBG")
            ):
                self._clause(k, steps + 1)
            if t.deps[k] == "ccomp":
                for s in t.kids[k]:
                    if t.deps[s].startswith("nsubj"):
                        self._add("that", s, steps + 1)

    def _verb_arguments(self, v: int, steps: int) -> None:
        """What stands below a verb, its subject apart."""
        t = self.tree
        passive = t.is_passive(v)
        shifted = (
            [
                k
                for k in t.kids[v]
                if t.deps[k] in ("obl", "nmod") and self.particle and t.case(k) == self.particle
            ]
            if v == self.trigger
            else []
        )
        if shifted and not any(t.deps[k] == "aux:pass" for k in t.kids[v]):
            passive = False
        for k in t.kids[v]:
            dep = t.deps[k]
            if k in shifted:
                self._object(k, steps)
            elif dep.startswith("nsubj") and not passive:
                self._add("subj", k, steps)
            elif dep == "obj":
                self._object(k, steps)
            elif dep == "iobj":
                self._add("iobj", k, steps)
            elif dep == "nsubj:pass" or (dep == "nsubj" and passive):
                self._object(k, steps)
            elif dep == "obl:agent":
                self._add("subj", k, steps)
                self._add("by", k, steps)
            elif dep in ("obl", "nmod", "obl:unmarked"):
                case = t.case(k)
                if case == "by" and passive:
                    self._add("subj", k, steps)
                self._add(case or "unmarked", k, steps)
                self._below(k, steps + 1)
            elif dep == "advmod" and any(t.deps[m] in ("obl", "nmod") for m in t.kids[k]):
                self._below(k, steps + 1)
        # an object shared with a coordinated verb, or the head that a clause describes
        host = t.heads[v]
        dep = t.deps[v]
        if (
            dep in ("acl:relcl", "acl")
            and host != v
            and (
                passive
                or (dep == "acl" and t.tags[v] in ("VBN", "VBD"))
                or (
                    dep == "acl:relcl"
                    and t.kid(v, "nsubj") is not None
                    and not self.objects
                    and t.low[t.kid(v, "nsubj")] not in ("who", "which", "that")
                )
            )
        ):
            self._object(host, steps + 1)
        if dep == "conj" and not self.objects and host != v and t.is_verb(host) and passive:
            for k in t.kids[host]:
                if t.deps[k] in ("nsubj:pass", "nsubj"):
                    self._object(k, steps + 1)

    def _object(self, k: int, steps: int) -> None:
        self._add("obj", k, steps)
        if k not in self.objects:
            self.objects += [j for j in self.tree.conjuncts(k) if j not in self.objects]
        for j in self.tree.conjuncts(k):
            self._below(j, steps + 1)

    def _below(self, k: int, steps: int, depth: int = 0) -> None:
        """Phrases that hang on a noun phrase: "sanctions on Iran", "Russia's embassy"."""
        t = self.tree
        for m in t.kids[k]:
            dep = t.deps[m]
            if dep in ("nmod", "obl"):
                case = t.case(m)
                self._add(case or "of", m, steps)
                if depth < 2:
                    self._below(m, steps + 1, depth + 1)
            elif dep == "nmod:poss":
                self._add("poss", m, steps)
            elif dep in ("amod", "compound", "nmod:unmarked", "nmod:desc"):
                self._add("mod", m, steps)
            elif dep == "acl" and depth < 2 and t.tags[m] in ("VBN", "VBD", "VBG"):
                for o in t.kids[m]:
                    if t.deps[o] in ("obl", "obl:agent", "nmod", "obj"):
                        case = t.case(o)
                        self._add(case or "obj", o, steps + 1)

    def _clause(self, v: int, steps: int, depth: int = 0) -> None:
        """Whoever is named in a governed clause."""
        t = self.tree
        for k in t.kids[v]:
            dep = t.deps[k]
            if dep.startswith("nsubj") or dep in ("obj", "iobj", "obl", "obl:agent", "nmod"):
                self._add("xobj", k, steps)
                for m in t.kids[k]:
                    if t.deps[m] in ("nmod", "nmod:poss", "amod", "compound"):
                        self._add("xobj", m, steps + 1)
            elif dep in ("xcomp", "ccomp") and depth < 2:
                self._clause(k, steps + 1, depth + 1)

    # --- nouns

    def _noun(self, n: int) -> None:
        t = self.tree
        self.objects = [n]
        self._below(n, 0)
        for k in t.kids[n]:
            if t.deps[k] in ("acl", "acl:relcl") and t.is_verb(k):
                # "sanctions imposed by the US on Iran", "talks that Iran held with"
                for head, far in subjects_of(t, k):
                    if head != n:
                        self._add("subj", head, far + 1)
                for o in t.kids[k]:
                    dep = t.deps[o]
                    if dep == "obl:agent":
                        self._add("by", o, 1)
                    elif dep in ("obl", "nmod"):
                        self._add(t.case(o) or "unmarked", o, 1)
                        self._below(o, 2)
                    elif dep == "obj":
                        self._add("obj", o, 1)
                        self._below(o, 2)
        top = n
        while t.deps[top] == "conj" and t.heads[top] != top and not t.is_verb(t.heads[top]):
            top = t.heads[top]
            for k in t.kids[top]:
                # "the arrest and deportation of Germans by Russia": modifiers may stand on the first noun
                if t.deps[k] in ("nmod", "nmod:poss", "amod", "compound") and k < n:
                    self._add({"nmod": t.case(k) or "of", "nmod:poss": "poss"}.get(t.deps[k], "mod"), k, 2)
        if top == n:
            for j in t.conjuncts(n)[1:]:
                for k in t.kids[j]:
                    if t.deps[k] == "nmod":
                        self._add(t.case(k) or "of", k, 2)
        host, dep = t.heads[top], t.deps[top]
        steps = 1
        # "in talks on a deal with Iran": climb over noun phrases to the verb
        while (
            host != top and not t.is_verb(host) and dep in ("nmod", "appos", "conj", "compound") and steps < 4
        ):
            self._noun_above(host, top, steps)
            top, host, dep = host, t.heads[host], t.deps[host]
            steps += 1
        if host == top:
            if t.deps[top] == "ROOT":
                self._copula(top)
            return
        if t.is_verb(host):
            if dep in (
                "obj",
                "obl",
                "nsubj:pass",
                "iobj",
                "nmod",
                "obl:unmarked",
                "xcomp",
                "ccomp",
                "advmod",
            ):
                for head, far in subjects_of(t, host):
                    if head != top:
                        self._add("gsubj", head, far + steps)
            if dep.startswith("nsubj"):
                for k in t.kids[host]:
                    if t.deps[k] in ("obj", "iobj"):
                        self._add("gobj", k, steps)
                        self._below(k, steps + 1)
            for k in t.kids[host]:
                if k != top and t.deps[k] in ("obl", "nmod", "obl:agent", "obl:unmarked"):
                    case = t.case(k)
                    self._add("by" if t.deps[k] == "obl:agent" else case or "unmarked", k, steps + 1)
                    self._below(k, steps + 2)
                elif k != top and t.deps[k] in ("obj", "iobj") and not dep.startswith("nsubj"):
                    self._add("gobj", k, steps + 1)
                    self._below(k, steps + 2)
                elif t.deps[k] in ("xcomp", "advcl") and dep.startswith("nsubj"):
                    self._clause(k, steps + 1)

    def _noun_above(self, host: int, below: int, steps: int) -> None:
        t = self.tree
        for k in t.kids[host]:
            if k == below:
                continue
            dep = t.deps[k]
            if dep == "nmod:poss":
                self._add("poss", k, steps + 1)
            elif dep in ("amod", "compound"):
                self._add("mod", k, steps + 1)
            elif dep == "nmod":
                self._add(t.case(k) or "of", k, steps + 1)

    def _copula(self, n: int) -> None:
        for k in self.tree.kids[n]:
            if self.tree.deps[k].startswith("nsubj"):
                self._add("gsubj", k, 1)

    # --- phrases that are neither (adjectives, particles, fixed words)

    def _phrase(self, i: int) -> None:
        t = self.tree
        self._below(i, 0)
        host, steps = i, 0
        while steps < 4:
            for k in t.kids[host]:
                dep = t.deps[k]
                if dep.startswith("nsubj"):
                    self._add("obj" if t.is_passive(host) else "subj", k, steps)
                    self._below(k, steps + 1)
                elif dep == "obl:agent":
                    self._add("by", k, steps)
                    self._add("subj", k, steps)
                elif dep in ("obj", "iobj"):
                    self._add("obj", k, steps)
                    self._below(k, steps + 1)
                elif dep in ("obl", "nmod") and k != i:
                    self._add(t.case(k) or "unmarked", k, steps)
                    self._below(k, steps + 1)
            if t.is_verb(host):
                for head, far in subjects_of(t, host):
                    self._add("obj" if t.is_passive(host) else "subj", head, steps + far)
                self.objects = [f.head for f in self.heads("obj")]
            if t.heads[host] == host:
                break
            host = t.heads[host]
            steps += 1


def subjects_of(t: Tree, v: int, depth: int = 0) -> list[tuple[int, int]]:
    """Who does what the verb at v says: (head token, steps of inheritance); the agent where it is passive."""
    passive = t.is_passive(v)
    own = []
    for k in t.kids[v]:
        dep = t.deps[k]
        if dep == "obl:agent" or (dep in ("nsubj", "nsubj:outer", "csubj") and not passive):
            own.append(k)
    if own:
        found = []
        for k in own:
            if t.low[k] in ("who", "which", "that", "whom") and t.deps[v] == "acl:relcl":
                found.append((t.heads[v], 0))
            else:
                found.append((k, 0))
        return found
    if passive or depth > 4:
        return []
    host, dep = t.heads[v], t.deps[v]
    if host == v:
        return []
    if dep == "conj" and t.is_verb(host):
        return [(h, far + 1) for h, far in subjects_of(t, host, depth + 1)] or _passive_subject(t, host)
    if dep in ("xcomp", "advcl", "ccomp", "parataxis") and t.is_verb(host):
        if t.kid(v, "nsubj", "nsubj:pass") is not None:
            return []
        if dep != "advcl":
            controlled = t.kid(host, "obj", "iobj")
            if controlled is not None and t.tags[v] in ("VB", "VBG"):
                return [(controlled, 1)]
            if t.is_passive(host):
                return _passive_subject(t, host)
        if dep == "ccomp" and t.tags[v] not in ("VB", "VBG"):
            return []
        return [(h, far + 1) for h, far in subjects_of(t, host, depth + 1)] or _passive_subject(t, host)
    if dep in ("xcomp", "advcl") and not t.is_verb(host):
        # "is ready to impose", "the decision to expel"
        subject = t.kid(host, "nsubj", "nsubj:pass", "nmod:poss")
        return [(subject, 1)] if subject is not None else []
    if dep == "acl":
        if t.tags[v] == "VBG":
            return [(host, 1)]
        if t.tags[v] == "VB":
            # "a decision by France to expel", "its move to close", "decides on a plan to"
            found = [
                (k, 1)
                for k in t.kids[host]
                if t.deps[k] == "nmod:poss" or (t.deps[k] == "nmod" and t.case(k) == "by")
            ]
            if found:
                return found
            above = t.heads[host]
            if above != host and t.is_verb(above):
                return [(h, far + 1) for h, far in subjects_of(t, above, depth + 1)]
            return [(k, 2) for k in t.kids[host] if t.deps[k] in ("compound", "amod")]
        return []
    if dep == "acl:relcl":
        return [(host, 0)]
    return []


def _passive_subject(t: Tree, v: int) -> list[tuple[int, int]]:
    k = t.kid(v, "nsubj:pass", "nsubj")
    return [(k, 1)] if k is not None else []


def governor_of(t: Tree, i: int, nouns: Container[str]) -> int | None:
    """The verb, or one of these nouns, that an infinitive or gerund hangs on by the order of words.

    "proposed to the president to expel": proposed; "decides against expelling": decides; "a plan to expel": plan.
    """
    if t.tags[i] == "VB":
        at = next((j for j in range(i - 1, max(-1, i - 4), -1) if t.low[j] == "to"), None)
        reach = 12
    elif t.tags[i] == "VBG":
        at, reach = i, 4
    else:
        return None
    if at is None:
        return None
    for j in range(at - 1, max(-1, at - 1 - reach), -1):
        if t.low[j] in STOPS or t.tags[j] == "MD":
            return None
        if t.low[j] in nouns and t.tags[j][0] == "N":
            return j
        if t.tags[j][0] == "V" and t.deps[j] not in ("amod", "aux", "aux:pass"):
            return j
    return None


def verb_before(t: Tree, i: int, reach: int = 7) -> int | None:
    """The verb before a noun with no other verb between them, or None."""
    for j in range(i - 1, max(-1, i - 1 - reach), -1):
        if t.low[j] in STOPS:
            return None
        if t.tags[j][0] == "V" and t.deps[j] != "amod":
            return j
    return None
