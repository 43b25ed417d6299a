"""Did it happen? The status of an act from its grammar: actual, planned, hypothetical or denied (the guide's four)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.coding.grammar import Tree, governor_of, verb_before
from pipelines.coding.lexicon import Frame, irregular_forms, verb_forms
from pipelines.coding.reference import read_csv

# acts that lie in the decider's own hands: announced with "will" they are decided
DISCRETION = {
    ("SANCTION", "expel"),
    ("SANCTION", "recall"),
    ("SANCTION", "close"),
    ("SANCTION", "sanction"),
    ("SANCTION", "sever"),
    ("SANCTION", "suspend"),
    ("AID", "military"),
    ("AID", "economic"),
    ("AID", "humanitarian"),
    ("CONCEDE", "ease"),
    ("CONCEDE", None),
    ("RETREAT", "return"),
    ("SUPPORT", None),
    ("REQUEST", None),
    ("REJECT", None),
    ("THREATEN", None),
    ("AGREE", None),
}
EFFECTS = (
    "hypothetical",
    "denied",
    "conditional",
    "future",
    "covered",
    "proposed",
    "planned",
    "alleged",
    "further",
    "asked",
    "ordered",
    "wanted",
)


COUNTED = ("actual", "planned")
PERSONAL = ("asked", "wanted", "ordered")  # effects that depend on whose act is asked for


@dataclass(frozen=True)
class Reading:
    """What the grammar says about an act: its status, the tense of its clause, and which cues were seen."""

    status: str
    tense: str | None
    cues: frozenset[str]
    governors: tuple[tuple[str, int], ...] = ()  # who asks for it or orders it: (effect, the verb's token)


class StatusCues:
    """The words of status_cues.csv by relation."""

    def __init__(self, cues: dict[str, dict[str, str]], irregular: dict[tuple[str, str], set[str]]):
        self.aux, self.neg, self.mark, self.adjective = (
            cues.get(k, {}) for k in ("aux", "neg", "mark", "adjective")
        )
        self.noun, self.predicate = cues.get("noun", {}), cues.get("predicate", {})
        self.governor: dict[str, str] = {}
        self.particles: dict[str, dict[str, str]] = {}  # verb form -> particle -> effect ("rule out")
        for cue, effect in cues.get("governor", {}).items():
            lemma, _, particle = cue.partition(" ")
            for form in verb_forms(lemma) | irregular.get((lemma, "v"), set()):
                if particle:
                    self.particles.setdefault(form, {})[particle] = effect
                else:
                    self.governor[form] = effect

    def effect_of(self, t: Tree, verb: int) -> str | None:
        """What a verb above an act makes of it, with its particle ("turned down") or alone."""
        for particle, effect in self.particles.get(t.low[verb], {}).items():
            if particle in t.low[verb + 1 : verb + 4]:
                return effect
        return self.governor.get(t.low[verb])

    @classmethod
    def load(cls, reference: Path) -> StatusCues:
        cues: dict[str, dict[str, str]] = {}
        for row in read_csv(
            reference / "status_cues.csv", ("cue", "relation", "effect"), key=("cue", "relation")
        ):
            relation = row.one_of(
                "relation", ("aux", "neg", "mark", "governor", "noun", "predicate", "adjective")
            )
            cues.setdefault(relation, {})[row["cue"]] = row.one_of("effect", EFFECTS)
        return cls(cues, irregular_forms(reference))

    def read(self, tree: Tree, trigger: int, frame: Frame, is_title: bool) -> Reading:
        """The status of the act that `frame` says at `trigger`."""
        cues: set[str] = set()
        t = tree
        self._own(t, trigger, cues)
        if (
            frame.is_read
            and frame.type in ("SANCTION", "CONCEDE")
            and self.governor.get(t.low[trigger]) in ("proposed", "hypothetical")
        ):
            cues.add(self.governor[t.low[trigger]])
        node, steps = trigger, 0
        clause = None
        while steps < 7:
            host, dep = t.heads[node], t.deps[node]
            if t.is_verb(node) and clause is None:
                clause = node
            if host == node:
                break
            if dep in ("advcl", "advcl:relcl", "acl:relcl", "parataxis", "appos") and (
                steps or dep != "appos"
            ):
                # a clause that stands on its own is not under its host's modals, except for "if"
                if (
                    dep == "advcl"
                    and t.tags[node] == "VBG"
                    and not any(t.deps[k] == "mark" for k in t.kids[node])
                ):
                    self._aux_only(t, host, cues)
                break
            if dep == "conj" and t.is_verb(node) and t.is_verb(host):
                own_subject = t.kid(node, "nsubj", "nsubj:pass") is not None
                if not own_subject:
                    if not t.auxiliaries(node):
                        self._aux_only(t, host, cues)
                    node, steps = host, steps + 1
                    continue
                break
            if t.is_verb(host):
                word = t.low[host]
                if dep in ("obj", "nsubj:pass", "obl") and self.effect_of(t, host) != self.governor.get(word):
                    cues.add(self.effect_of(t, host))  # "ruled out sanctions"
                if dep in ("xcomp", "ccomp", "obj", "nsubj:pass", "obl", "advcl", "csubj", "iobj") or (
                    dep == "nsubj" and t.is_passive(host)
                ):
                    effect = self.governor.get(word)
                    if (
                        effect
                        and effect not in PERSONAL
                        and not (dep == "obl" and effect != "hypothetical")
                        and self._applies(t, host, node, dep, frame)
                    ):
                        cues.add(effect)
                if dep in ("xcomp", "obj", "nsubj:pass", "obl") or (dep == "nsubj" and frame.pos != "v"):
                    self._own(t, host, cues, noun=dep != "xcomp")
            elif dep in ("acl", "nmod", "ccomp", "xcomp", "compound"):
                effect = self.governor.get(t.low[host])
                if effect and effect not in PERSONAL and dep in ("acl", "ccomp", "xcomp"):
                    cues.add(effect)
                if t.low[host] in self.noun:
                    cues.add(self.noun[t.low[host]])
                    if self._is_untrue(t, host):
                        cues.add("denied")
            node, steps = host, steps + 1
        governors = tuple(self._governors(t, trigger, clause, frame, cues))
        infinitive = self._is_to(
            t, trigger if frame.pos != "n" else (clause if clause is not None else trigger)
        )
        if (
            infinitive
            and is_title
            and t.deps[trigger if clause is None else clause]
            in ("ROOT", "conj", "parataxis", "acl", "xcomp", "advcl")
        ):
            cues.add("future")
        return Reading(
            self._decide(cues, frame),
            self._tense(t, clause if clause is not None else trigger, cues),
            frozenset(cues),
            governors,
        )

    def _governors(
        self, t: Tree, trigger: int, clause: int | None, frame: Frame, cues: set[str]
    ) -> Iterator[tuple[str, int]]:
        """The verbs of asking and ordering above an act, as (effect, token); other effects go into the cues.

        By the order of words, as the parse of "proposed to the president to expel" often goes astray.
        """
        node = clause if frame.pos == "n" and clause is not None else trigger
        for _ in range(3):
            above = governor_of(t, node, self.noun)
            if above is None:
                return
            if t.low[above] in self.noun:
                if any(t.low[k] in self.neg for k in t.kids[above]):
                    cues.add("denied")  # "has no plans to"
                else:
                    cues.add(self.noun[t.low[above]])
                    verb = verb_before(t, above)
                    if verb is not None and (
                        self.effect_of(t, verb) == "denied"
                        or t.low[verb].startswith(("drop", "abandon", "scrap", "shelv", "ditch", "cancel"))
                    ):
                        cues.add("denied")  # "rejected a plan to"
                return
            effect = self.effect_of(t, above)
            if effect == "denied" and any(t.low[k] in self.neg for k in t.kids[above]):
                cues.discard("denied")
                effect = "hypothetical"  # "did not rule out"
            if effect in PERSONAL:
                yield effect, above
            elif effect in ("denied", "proposed", "hypothetical", "covered"):
                cues.add(effect)
            node = above

    def _is_untrue(self, t: Tree, noun: int) -> bool:
        """Whether a report of an act is denied: "no sign that", "the report that ... is false"."""
        if any(t.low[k] == "no" for k in t.kids[noun]):
            return True
        return t.deps[noun].startswith("nsubj") and t.low[t.heads[noun]] in self.predicate

    def _own(self, t: Tree, i: int, cues: set[str], noun: bool = False) -> None:
        for k in t.kids[i]:
            low, dep = t.low[k], t.deps[k]
            if dep in ("aux", "aux:pass") and low in self.aux:
                cues.add(self.aux[low])
            elif dep in ("advmod", "det", "neg", "cc:preconj", "cc") and low in self.neg:
                cues.add(self.neg[low])
            elif dep in ("mark", "advmod", "case") and low in self.mark:
                cues.add(self.mark[low])
            elif dep in ("mark", "case") and low == "without":
                cues.add("denied")
            elif dep == "amod" and low in self.adjective:
                cues.add(self.adjective[low])
        # "is to visit", "are set to"
        for k in t.kids[i]:
            if t.deps[k] == "mark" and t.low[k] == "to":
                j = k - 1
                if j >= 0 and t.low[j] in ("is", "are"):
                    cues.add("future")

    def _aux_only(self, t: Tree, i: int, cues: set[str]) -> None:
        for k in t.kids[i]:
            if t.deps[k] == "aux" and t.low[k] in self.aux:
                cues.add(self.aux[t.low[k]])

    def _applies(self, t: Tree, host: int, node: int, dep: str, frame: Frame) -> bool:
        word = t.low[host]
        if word in ("set", "sets", "setting", "call", "calls", "called", "calling") and dep in (
            "obj",
            "nsubj:pass",
        ):
            return False
        if dep in ("obj", "nsubj:pass", "nsubj") and self.governor[word] in ("denied", "covered"):
            # "condemns", "rejects sanctions": the object's act may well be real; "avoid", "prevent" are not
            return word.startswith(("avoid", "prevent", "stop", "threat", "allow", "let", "fail"))
        if dep in ("obj", "nsubj:pass") and word.startswith(
            ("discuss", "fear", "debat", "oppos", "study", "studi")
        ):
            return word.startswith(("fear",))
        if dep == "ccomp" and word.startswith(
            (
                "suspect",
                "alleg",
                "accus",
                "warn",
                "deny",
                "denie",
                "threat",
                "vow",
                "pledg",
                "promis",
                "agre",
                "expect",
                "fear",
                "hope",
                "suggest",
                "demand",
                "predict",
                "propos",
                "recommend",
                "urg",
                "request",
                "insist",
                "swear",
                "swore",
            )
        ):
            return True
        if dep == "ccomp":
            return False
        if dep == "advcl" and t.tags[node] != "VB":
            return word.startswith(("accus", "suspect", "blam")) and any(
                t.low[k] in ("of", "for") for k in t.kids[node]
            )
        if dep == "obl" and t.tags[node][0] == "V":
            return True
        return not (dep == "obl" and not word.startswith(("call", "appeal", "push", "press", "ask")))

    @staticmethod
    def _is_to(t: Tree, i: int) -> bool:
        return any(t.deps[k] == "mark" and t.low[k] == "to" for k in t.kids[i])

    @staticmethod
    def _decide(cues: set[str], frame: Frame) -> str:
        if "denied" in cues:
            if frame.pos == "p" and any(w in ("not", "never", "no") for w in frame.words):
                cues.discard("denied")
            else:
                return "denied"
        if cues & {"hypothetical", "covered"}:
            return "hypothetical"
        if "conditional" in cues:
            return "actual" if (frame.type, frame.mode) in DISCRETION else "hypothetical"
        if cues & {"proposed", "planned"}:
            return "planned"
        if "future" in cues:
            return (
                "actual" if (frame.type, frame.mode) in DISCRETION or frame.type == "THREATEN" else "planned"
            )
        return "actual"

    @staticmethod
    def _tense(t: Tree, i: int, cues: set[str]) -> str | None:
        if cues & {"future", "conditional", "planned", "proposed"}:
            return "future"
        tag = t.tags[i]
        if tag in ("VBD", "VBN"):
            return "past"
        if tag in ("VBZ", "VBP", "VBG"):
            return "present"
        return None
