"""Did it happen? The status of an act from its grammar: actual, planned, hypothetical or denied (the guide's four)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.coding.grammar import Tree
from pipelines.coding.lexicon import Frame, verb_forms
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
)


@dataclass(frozen=True)
class Reading:
    """What the grammar says about an act: its status, the tense of its clause, and which cues were seen."""

    status: str
    tense: str | None
    cues: frozenset[str]


class StatusCues:
    """The words of status_cues.csv by relation."""

    def __init__(self, cues: dict[str, dict[str, str]]):
        self.aux, self.neg, self.mark, self.adjective = (
            cues.get(k, {}) for k in ("aux", "neg", "mark", "adjective")
        )
        self.governor: dict[str, str] = {}
        for lemma, effect in cues.get("governor", {}).items():
            for form in verb_forms(lemma) | IRREGULAR.get(lemma, set()):
                self.governor[form] = effect

    @classmethod
    def load(cls, reference: Path) -> StatusCues:
        cues: dict[str, dict[str, str]] = {}
        for row in read_csv(
            reference / "status_cues.csv", ("cue", "relation", "effect"), key=("cue", "relation")
        ):
            relation = row.one_of("relation", ("aux", "neg", "mark", "governor", "adjective"))
            cues.setdefault(relation, {})[row["cue"]] = row.one_of("effect", EFFECTS)
        return cls(cues)

    def read(self, tree: Tree, trigger: int, frame: Frame, is_title: bool) -> Reading:
        """The status of the act that `frame` says at `trigger`."""
        cues: set[str] = set()
        t = tree
        self._own(t, trigger, cues)
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
                    self._governor_of(t, node, cues)
                    continue
                break
            if t.is_verb(host):
                word = t.low[host]
                if dep in ("xcomp", "ccomp", "obj", "nsubj:pass", "obl", "advcl", "csubj", "iobj") or (
                    dep == "nsubj" and t.is_passive(host)
                ):
                    effect = self.governor.get(word)
                    if (
                        effect
                        and not (dep == "obl" and effect != "hypothetical")
                        and self._applies(t, host, node, dep, frame)
                    ):
                        cues.add(effect)
                if dep in ("xcomp", "obj", "nsubj:pass", "obl") or (dep == "nsubj" and frame.pos != "v"):
                    self._own(t, host, cues, noun=dep != "xcomp")
            elif dep in ("acl", "nmod", "ccomp", "xcomp", "compound"):
                effect = self.governor.get(t.low[host])
                if effect and dep in ("acl", "ccomp", "xcomp"):
                    cues.add(effect)
                if t.low[host] in (
                    "threat",
                    "threats",
                    "plan",
                    "plans",
                    "call",
                    "calls",
                    "possibility",
                    "prospect",
                    "proposal",
                    "proposals",
                    "fear",
                    "fears",
                    "risk",
                    "request",
                    "refusal",
                    "offer",
                    "bid",
                    "effort",
                    "efforts",
                    "attempt",
                    "attempts",
                    "warning",
                    "warnings",
                ):
                    cues.add("proposed" if t.low[host].startswith(("plan", "propos")) else "hypothetical")
            node, steps = host, steps + 1
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
        )

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

    def _governor_of(self, t: Tree, i: int, cues: set[str]) -> None:
        return None

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


IRREGULAR = {
    "seek": {"sought"},
    "swear": {"swore", "sworn"},
    "set": {"set", "setting"},
    "let": {"let", "letting"},
    "bar": {"barred", "barring"},
    "ban": {"banned", "banning"},
    "forbid": {"forbade", "forbidden"},
    "plan": {"planned", "planning"},
    "permit": {"permitted"},
    "stop": {"stopped", "stopping"},
}
