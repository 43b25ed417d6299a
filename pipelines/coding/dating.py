"""Which of a text's time expressions dates an act, by the rules of the coding guide.

With a parse, a date belongs to the act whose clause it stands in, and is handed on to what that clause governs
(reported speech, coordination, participles), not to what lies behind it ("after", "over", a relative clause in the
pluperfect). Without a parse, clause marks between the words stand for the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.coding.dates import AT, ATTRIBUTE, SINCE, UNTIL, DateSpan, sentence_around

if TYPE_CHECKING:
    from pipelines.coding.grammar import Tree

Dated = tuple[date | None, str, str | None]
REACH = 2.0  # a date that costs more than this does not date the act


def date_of_act(
    text: str,
    trigger_start: int,
    trigger_end: int,
    clause: tuple[int, int] | None,
    spans: Sequence[DateSpan],
    tense: str | None,
    reference: datetime,
    reference_basis: str = "publication",
    nominal: bool = False,
    tree: Tree | None = None,
    offset: int = 0,
    token: int | None = None,
    is_title: bool = False,
    has_title: bool = True,
) -> Dated:
    """The day of an act, with its precision (day, month, year, none) and basis (stated, relative, publication, fetch).

    text: the field. trigger_start, trigger_end: the act's trigger in it. clause: bounds of the trigger's own clause
    where somebody knows them. spans: `find_dates(text)`. tense: "future", "pluperfect" or None (then it is read off
    the words). nominal: the trigger is a noun. tree, offset, token: the parsed sentence, where it begins in the
    field, and the trigger's head in it. has_title: the article has one; then only its lead tells news in the perfect
    ("has expelled"), later sentences tell background. An act that no words date takes the day of publication, unless it is told
    as background: then it has no date.
    """
    if tree is not None and token is not None:
        left, right = offset, offset + (tree.ends[-1] if tree.ends else 0)
    else:
        left, right = sentence_around(text, trigger_start, trigger_end)
    here = [s for s in spans if left <= s.start and s.end <= right]
    before = text[left:trigger_start]
    published: Dated = (reference.date(), "day", reference_basis)
    nothing: Dated = (None, "none", None)

    if tree is not None and token is not None:
        links = Links(tree, token, offset == 0 or not has_title)
        cost_of = lambda span: links.cost(span.start - offset, span.end - offset, span.role)  # noqa: E731
        background = links.is_background(is_title) or bool(ANSWERED.search(before))
        if tense is None and links.is_future():
            tense = "future"
    else:
        cost_of = lambda span: _plain_cost(text, trigger_start, trigger_end, span, clause)  # noqa: E731
        background = (
            tense == "pluperfect"
            or bool(_PLUPERFECT.search(before))
            or (nominal and bool(_BEHIND.search(before)))
        )
        if tense is None and _FUTURE.search(before):
            tense = "future"

    lagged = next((s for s in here if s.lag is not None and s.start < trigger_start), None)
    if (
        lagged
        and not re.search(r"[;.]", text[lagged.end : trigger_start])
        and (
            tree is None
            or token is None
            or text[left : lagged.start].strip()
            or "," not in text[lagged.end : trigger_start]
            or links.is_behind()
            or links.follows_after(links.clause())
        )
    ):
        nearer = [s for s in here if s.day and s.role == AT and s.start > lagged.end and cost_of(s) < 1]
        if not nearer:
            return _lagged(lagged, here, reference.date())

    weighed = sorted(
        (cost_of(s) + abs(s.start - trigger_start) / 2000, s.start, s) for s in here if s.lag is None
    )
    for cost, _, span in weighed:
        if cost >= REACH or (background and cost >= 1):
            break
        if span.role == SINCE:
            if cost < 1 and not is_title and "since" in text[max(0, span.start - 8) : span.end].lower():
                return None, span.precision if span.precision != "day" else "none", None
        elif span.role == UNTIL:
            continue
        elif span.day or (
            cost < 1 and abs(span.start - trigger_end) < 70 and _PAST.search(text, span.start, span.end)
        ):
            own = tree is None or links.is_own(span.start - offset, span.end - offset)
            return _day_of(span, tense if own else None)
        elif cost < 1 and span.precision in ("month", "year") and span.role in (AT, ATTRIBUTE):
            return _day_of(span, None)
    opening = _opening(here, text, left, trigger_start, tree, offset)
    if opening is not None:
        return _day_of(opening, None)
    if background:
        return nothing
    carried = None if here else _carried(text, left, spans, reference.date())
    return (carried, "day", "relative") if carried else published


# a sentence that goes on telling what the one before it began
_GOES_ON = re.compile(r"(?:He|She|It|They)\b|[^.,;]{0,60}\bthen\b")


def _carried(text: str, left: int, spans: Sequence[DateSpan], today: date) -> date | None:
    """The day of the sentence before, where this one goes on with "he", "it" or "then" and names no time."""
    if not _GOES_ON.match(text, left) or "\n" in text[max(0, left - 2) : left]:
        return None
    begin, _ = sentence_around(text, max(0, left - 3), max(0, left - 2))
    before = [s for s in spans if begin <= s.start < left and s.day and s.role == AT and s.lag is None]
    return before[-1].day if before and before[-1].day != today and before[-1].day < today else None


def _opening(
    here: Sequence[DateSpan], text: str, left: int, trigger_start: int, tree: Tree | None, offset: int
) -> DateSpan | None:
    """The day that stands before the verbs of the trigger's part of the sentence ("On Monday Joly declared Zhao, a
    diplomat, persona non grata"), where no subordinate clause begins between."""
    for span in here:
        between = text[span.end : trigger_start]
        if span.role != AT or not span.day or span.lag is not None or span.end > trigger_start:
            continue
        if _SUBORDINATE.search(between) or _SUBORDINATE.search(text[left : span.start]):
            continue
        if (
            tree is not None
            and sum(
                t[0] == "V" and d not in ("amod", "compound", "xcomp")
                for t, d, a in zip(tree.tags, tree.deps, tree.starts, strict=True)
                if span.end - offset <= a < trigger_start - offset and d not in ("aux", "aux:pass")
            )
            > 1
        ):
            continue
        return span
    return None


_SUBORDINATE = re.compile(
    r"\b(?:who|whom|whose|which|that|when|while|where|after|before|since|until|because|as|if|although|though|over|following|against|for|in\s+(?:response|reply|answer|retaliation|return))\b|[;:]|\band\b",
    re.I,
)


_PAST = re.compile(
    r"ago\b|last|recent|previous|past|earlier|that|this week|weekend|this (?:spring|summer|autumn|winter|fall)",
    re.I,
)


def _day_of(span: DateSpan, tense: str | None) -> Dated:
    day = span.ahead if tense == "future" and span.ahead else span.day
    return day, span.precision, span.basis if day else None


def _lagged(span: DateSpan, here: Sequence[DateSpan], today: date) -> Dated:
    """The day of what stands behind "a day after": so many days before the day of the main clause."""
    main = next((s.day for s in here if s.start < span.start and s.day and s.role in (AT, ATTRIBUTE)), None)
    return (main or today) - timedelta(span.lag or 0), "day", "relative"


# --- with a parse

# words behind which an act is background
_OLD = frozenset(["recent", "earlier", "previous", "past", "latest"])
_ASKED = frozenset(["request", "invitation", "behest", "urging", "appeal", "insistence", "instigation"])
BEHIND = frozenset(
    [
        "after",
        "following",
        "over",
        "since",
        "before",
        "despite",
        "amid",
        "against",
        "because of",
        "due to",
        "in response to",
    ]
)
_AFTER = frozenset(["after", "following", "since", "before"])
_ANSWER_NOUNS = frozenset(
    [
        "response",
        "reply",
        "answer",
        "retaliation",
        "reaction",
        "revenge",
        "reprisal",
        "return",
        "rebuke",
        "protest",
        "punishment",
        "tit-for-tat",
        "countermeasure",
        "objection",
        "opposition",
    ]
)
_REACTION = re.compile(
    r"^(?:condemn|reject|welcom|blam|prais|critici[sz]|denounc|delay|lift|revers|confirm|wrap|end|protest|dismiss|oppos|slam|blast|decr|hail|applaud|"
    r"deplor|regret|defend|answer|mirror|match|want|urge|demand|threaten|support|endors|back|honou?r|violat|breach|accept|ignor|discuss|investigat|"
    r"resum|restart|ask|seek|sought|copy|copi|follow|cit|justif|recogni[sz]|prevent|avert|question|mourn|avenge|fear|expect|face|suffer|undo|weaken|soften|eas|extend|prolong|renew)",
    re.I,
)
_BREAKS = frozenset(
    [
        ",",
        ";",
        ":",
        "–",
        "—",
        "and",
        "but",
        "who",
        "which",
        "that",
        "when",
        "while",
        "as",
        "after",
        "before",
        "following",
        "since",
        "over",
    ]
)
_SPEECH = re.compile(
    r"^(?:say|said|says|announc|tell|told|declar|confirm|report|stat|claim|add|warn|insist|reveal|disclos|admit|acknowledg|inform|note|know|learn|emerg|alleg|accus)",
    re.I,
)
_LONG = frozenset(
    ["since", "far", "already", "long", "previously", "once", "formerly", "originally", "repeatedly", "often"]
)


def leads_away(tree: Tree, i: int, behind: Container[str], answers: Container[str]) -> bool:
    """Whether a phrase tells of another act: behind one of these words, or what one of these nouns answers."""
    case = tree.case(i)
    return case in behind or (case in ("to", "for", "against") and tree.low[tree.heads[i]] in answers)


class Links:
    """How the clauses of one parsed sentence hang together, as seen from one trigger."""

    def __init__(self, tree: Tree, token: int, is_lead: bool = True):
        self.tree, self.token, self.is_lead = tree, token, is_lead
        self.path = self._up(token)

    def _up(self, i: int) -> list[int]:
        path = [i]
        while self.tree.heads[i] != i and len(path) < 200:
            i = self.tree.heads[i]
            path.append(i)
        return path

    def clause(self) -> int:
        """The verb of the trigger's clause, or the head of the sentence."""
        return next((i for i in self.path if self.tree.is_verb(i)), self.path[-1])

    def cost(self, start: int, end: int, role: str) -> float:
        """How far the date at these characters of the sentence is, in steps of grammar that keep or lose a date."""
        t = self.tree
        inside = [i for i in range(len(t.words)) if t.ends[i] > start and t.starts[i] < end]
        if not inside:
            return 9.0
        head = next((i for i in inside if t.heads[i] not in inside or t.heads[i] == i), inside[0])
        if self.token in inside:
            return 9.0
        up = self._up(head)
        common = next((i for i in self.path if i in up), None)
        if common is None:
            return 9.0
        mine = self.path[: self.path.index(common)]
        theirs = up[: up.index(common)]
        if role == ATTRIBUTE and (len(theirs) > 1 or t.is_verb(common)):
            return 9.0
        cost = sum(self._step_up(i) for i in mine)
        cost += sum(self._step_down(i) for i in theirs if i != head)
        low, high = min(head, self.token), max(head, self.token)
        between = range(low + 1, high)
        if self.token < head and any(t.low[i] in _AFTER for i in between if i not in inside):
            cost += (
                1.5  # "expelled the envoy after the expulsion of its own on Monday": Monday is behind "after"
            )
        elif not any(t.tags[i][0] == "V" or t.low[i] in _BREAKS for i in between):
            cost = min(cost, 0.5)  # side by side, whatever the parse says
        return cost

    def is_own(self, start: int, end: int) -> bool:
        """Whether the date stands in the trigger's own clause rather than with the verb of saying above it."""
        t = self.tree
        v = self.clause()
        inside = [i for i in range(len(t.words)) if t.ends[i] > start and t.starts[i] < end]
        head = next((i for i in inside if t.heads[i] not in inside or t.heads[i] == i), None)
        if head is None:
            return True
        low, high = sorted((head, self.token))
        saying = next((i for i in self._up(head) if t.is_verb(i)), None)
        if (
            saying is not None
            and saying != v
            and _SPEECH.match(t.low[saying])
            and head - saying in (1, 2, 3)
            and self.token not in range(saying, head)
        ):
            return False  # "said on Friday it would expel": the day of what was said
        if not any(
            t.tags[i][0] == "V" or t.low[i] in _BREAKS for i in range(low + 1, high) if i not in inside
        ):
            return True
        return saying == v or saying is None or not _SPEECH.match(t.low[saying])

    def _mark(self, i: int) -> str:
        return next(
            (
                self.tree.low[k]
                for k in self.tree.kids[i]
                if self.tree.deps[k] in ("mark", "case") and self.tree.low[k] != "to"
            ),
            "",
        )

    def _step_up(self, i: int) -> float:
        """From what is at i to what governs it: does the governor's date hold for it?"""
        t = self.tree
        dep = t.deps[i]
        if not t.is_verb(i):
            case = t.case(i)
            if leads_away(t, i, BEHIND, _ANSWER_NOUNS):
                return 3.0
            if dep in ("conj", "appos"):
                return 0.4
            if case == "of" and t.heads[i] in self.path and not t.is_verb(t.heads[i]):
                return 0.3
            return 0.2
        mark = self._mark(i)
        had = any(t.low[k] == "had" for k in t.kids[i] if t.deps[k] in ("aux", "aux:pass"))
        if dep == "conj":
            # a date of the first conjunct holds on; one that stands behind the second does not reach back here
            return 2.5 if had and not self._had(t.heads[i]) else 0.4
        if dep in ("xcomp", "csubj", "csubj:pass"):
            return 0.2
        if dep in ("ccomp", "obj"):
            return 0.4
        if dep == "parataxis":
            return 2.5 if had else 0.5
        if dep.startswith("advcl"):
            if mark in (
                "after",
                "before",
                "since",
                "until",
                "if",
                "unless",
                "because",
                "although",
                "though",
                "whereas",
            ):
                return 3.0
            if mark in ("when", "while", "as"):
                return 2.5 if had else 0.8
            return 2.5 if had else 0.5
        if dep == "acl":
            return 1.6 if t.tags[i] in ("VBN", "VBD") else 0.6
        if dep == "acl:relcl":
            return 3.0 if had else 1.9
        return 0.6

    def _had(self, i: int) -> bool:
        t = self.tree
        return any(t.low[k] in ("had", "having") for k in t.kids[i] if t.deps[k] in ("aux", "aux:pass"))

    def _step_down(self, i: int) -> float:
        """From a governor to what is at i below it: does the date down there hold for the governor?"""
        t = self.tree
        dep = t.deps[i]
        if not t.is_verb(i):
            if leads_away(t, i, BEHIND, _ANSWER_NOUNS):
                return 3.0
            return 3.0 if dep.startswith(("acl", "advcl")) else 0.3
        mark = self._mark(i)
        if dep == "conj":
            return 1.7
        if dep in ("xcomp",):
            return 0.6
        if dep == "ccomp":
            return 3.0  # "claims that the convoy was bombed on Monday" was not claimed on Monday
        if dep == "parataxis":
            return 0.4
        if dep.startswith("advcl"):
            return 0.9 if mark in ("when", "as") else 3.0
        return 3.0

    def is_future(self) -> bool:
        """Whether the trigger's clause speaks of what is to come."""
        t = self.tree
        v = self.clause()
        aux = {t.low[k] for k in t.kids[v] if t.deps[k] in ("aux", "aux:pass", "mark")}
        if aux & {"will", "shall", "'ll", "wo"}:
            return True
        if "would" in aux:
            return True
        if "to" in aux and t.tags[v] == "VB":
            host = t.heads[v]
            return host == v or bool(
                re.match(
                    r"(?:plan|expect|schedul|set|due|agree|intend|prepar|go|is|are|be|invit)", t.low[host]
                )
            )
        return False

    def is_background(self, is_title: bool) -> bool:
        """Whether the trigger is told as background: in the pluperfect, behind "after", as the cause or object of
        another act, or as what somebody reacts to."""
        v = self.clause()
        return (
            self._is_pluperfect(v)
            or (not is_title and self._is_old_news(v))
            or self.is_behind()
            or self.is_reacted_to()
            or self.describes(is_title)
            or self.follows_after(v)
        )

    def _is_pluperfect(self, v: int) -> bool:
        t = self.tree
        host = t.heads[v]
        had = self._had(v) or (t.deps[v] == "conj" and self._had(host) and not self._tensed(v))
        # "London said that it had suspended": reported speech moves every tense back
        reported = (
            t.deps[v] in ("ccomp", "xcomp") and t.tags[host] in ("VBD", "VBN") and _SPEECH.match(t.low[host])
        )
        return had and not reported

    def _is_old_news(self, v: int) -> bool:
        """The perfect outside of a lead, in a relative clause, or with "since", "so far", "already"."""
        t = self.tree
        if not any(t.low[k] in ("has", "have") for k in t.kids[v] if t.deps[k] in ("aux", "aux:pass")):
            return False
        long = any(t.low[k] in _LONG for k in t.subtree(v) if t.deps[k] == "advmod")
        return long or not self.is_lead or t.deps[v] == "acl:relcl"

    def is_behind(self) -> bool:
        """A noun behind "after", "over", "in response to", "per"; a request that something is done "at"."""
        t = self.tree
        for i in self.path:
            if t.is_verb(i):
                return t.low[i] == "following" and i != self.token
            case = t.case(i)
            if leads_away(t, i, BEHIND, _ANSWER_NOUNS):
                return True
            if case in ("at", "per", "on", "under") and t.low[i] in _ASKED:
                return True
        return False

    def is_reacted_to(self) -> bool:
        """What is condemned, rejected, welcomed; a "recent" or "earlier" act."""
        t = self.tree
        for below, above in zip(self.path, self.path[1:], strict=False):
            if t.is_verb(below) and t.deps[below] not in ("acl", "xcomp", "amod"):
                break
            if t.deps[below] in ("obj", "nsubj:pass") and t.is_verb(above):
                if _REACTION.match(t.low[above]):
                    return True
                break
        old = any(t.low[k] in _OLD for k in t.kids[self.token] if t.deps[k] == "amod")
        return old and t.low[self.token] != "talks"

    def describes(self, is_title: bool) -> bool:
        """A participle that only tells which noun is meant: "sanctions imposed by", "the deal, negotiated by",
        "a Qatar-brokered deal"."""
        t, k = self.tree, self.token
        if t.tags[k] == "VBN" and t.deps[k] == "amod":
            return t.kid(k, "obj", "nsubj") is None
        if (
            0 < k < len(t.low) - 1
            and t.low[k - 1] == ","
            and t.tags[k] in ("VBN", "VBD")
            and t.low[k + 1] == "by"
        ):
            return True
        for i in self.path:
            if t.is_verb(i) and t.deps[i] == "acl" and t.is_passive(i):
                noun = t.heads[i]
                return t.deps[noun] != "ROOT" and not (is_title and t.deps[noun] in ("nsubj", "obj", "obl"))
        return False

    def follows_after(self, v: int) -> bool:
        """A clause behind "after" or "since", by the parse or by the words right before it."""
        t = self.tree
        if any(
            t.is_verb(i) and t.deps[i].startswith("advcl") and self._mark(i) in ("after", "since")
            for i in self.path
        ):
            return True
        for i in range(v - 1, max(-1, v - 14), -1):
            if t.low[i] in ("after", "since"):
                return i == 0 or t.low[i - 1] not in ("day", "days", "week", "weeks")
            if t.low[i] in (",", ";", "and", "who", "which", "that") or (
                t.is_verb(i) and t.deps[i] not in ("aux", "aux:pass", "amod")
            ):
                break
        return False

    def _tensed(self, v: int) -> bool:
        t = self.tree
        return any(t.deps[k] in ("aux", "aux:pass", "nsubj", "nsubj:pass") for k in t.kids[v])


# right before what is answered: "in tit-for-tat for Biden's sanctions", "strikes back at EU travel bans"
ANSWERED = re.compile(
    r"\b(?:(?:in\s+)?(?:response|reply|answer|retaliation|reaction|reprisal|revenge|tit[\s-]for[\s-]tat)\s+(?:to|for|against)|back\s+at)(?:\s+[\w’'.-]+){0,4}\s*$",
    re.I,
)


# --- without a parse

_BARRIER = re.compile(
    r"\b(?:after|before|following|since|until|over|because|who|whom|whose|which|that|where|although|though|while|when|as|if|unless|"
    r"in\s+(?:response|reply|answer|retaliation|return|reaction)\s+to|amid|despite|due\s+to)\b|[;:—–]|,",
    re.I,
)
_ADVERBS = r"(?:\s+(?:\w+ly|not|been|also|already|just|earlier|since|then|first|once|so\s+far|never|again|both|all))*\s*$"
_PLUPERFECT = re.compile(r"\b(?:had|having)\b" + _ADVERBS, re.I)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|to|going\s+to|plans?\s+to|set\s+to|due\s+to|expected\s+to|scheduled\s+(?:to|for))(?:\s+(?:be|not|also|soon|then))*\s*(?:\w+\s+)?$",
    re.I,
)
_BEHIND = re.compile(
    r"(?:\b(?:after|following|over|despite|amid|since|against|because\s+of|due\s+to|for|"
    r"(?:in|as\s+an?)\s+(?:response|reply|answer|retaliation|return|reaction)\s+(?:to|for)|"
    r"respond(?:s|ed)\s+to|reacted\s+to|response\s+to|retaliation\s+for|condemn(?:s|ed|ing)?|denounc(?:es|ed|ing)|protest(?:s|ed|ing)?|reject(?:s|ed|ing)?|"
    r"welcom(?:es|ed|ing)))"
    r"(?:\s+(?!(?:who|which|that|has|have|had|was|were|is|will|and|to)\b)[\w’'$.-]+){0,5}\s*$",
    re.I,
)


def _plain_cost(text: str, start: int, end: int, span: DateSpan, clause: tuple[int, int] | None) -> float:
    """How far a time expression is from a trigger: the clause marks between them."""
    between = text[end : span.start] if span.start >= end else text[span.end : start]
    if clause and clause[0] <= span.start and span.end <= clause[1]:
        return 0.0
    barriers = len(_BARRIER.findall(between))
    if span.role == ATTRIBUTE:
        barriers += 0 if 0 <= start - span.end < 30 or 0 <= span.start - end < 12 else 5
    return barriers
