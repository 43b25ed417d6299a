"""From scored candidates to acts: which readings of a trigger hold, and which mentions are one act."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.coding.choices import Belief
from pipelines.coding.roles import Candidate

COUNTED = ("actual", "planned")
FURTHER = 0.7  # how sure a further act of the same parties and type on another day must be
MEANT = 0.5  # what the reader must think of a further party for a side that the sentence leaves open


@dataclass
class Act:
    """One act of an article while it is put together; the best mention comes first. Without beliefs, what it holds is sure."""

    source: str
    target: str
    type: str
    mode: str | None
    cameo: str
    status: str
    day: date | None
    precision: str
    basis: str | None
    count: int | None
    unit: str | None
    reciprocal: bool
    confidence: float
    mentions: list[Candidate] = field(default_factory=list)
    beliefs: dict[str, Belief] = field(default_factory=dict)  # what its mentions say of day, count and mode
    response_to: tuple[str, str, str] | None = None

    def believe(self) -> None:
        """Take the likeliest day, count and mode."""
        self.day, self.precision, self.basis = self.beliefs["date"].best()
        self.count, self.unit = self.beliefs["count"].best()
        self.mode = self.beliefs["mode"].best()

    def __post_init__(self):
        sure = {
            "date": (self.day, self.precision, self.basis),
            "count": (self.count, self.unit),
            "mode": self.mode,
        }
        self.beliefs = self.beliefs or {field: Belief.of([value], [1.0]) for field, value in sure.items()}

    @property
    def first(self) -> Candidate:
        return self.mentions[0]


def settle(candidates: list[Candidate], threshold: float) -> list[Candidate]:
    """The candidates that hold: probable enough, one type for a trigger and pair, one direction for a pair."""
    best: dict[tuple, Candidate] = {}
    for c in candidates:
        if c.score < threshold:
            continue
        pair = tuple(sorted((c.source.party.code, c.target.party.code)))
        key = (c.sentence.field, c.sentence.index, c.sentence.start, c.hit.token, pair)
        known = best.get(key)
        if known is None or c.score > known.score:
            best[key] = c
    held = sorted(best.values(), key=lambda c: (-c.score, c.sentence.field, c.sentence.start, c.hit.token))
    # a side that the sentence leaves open is one party of the article, the likeliest; others only if the reader says so
    filled: set[tuple] = set()
    kept = []
    for c in held:
        for side, other in ((c.source, c.target), (c.target, c.source)):
            if side.how == "context" and c.read < MEANT:
                key = (c.sentence.field, c.sentence.start, c.hit.token, other.party.code, side is c.source)
                if key in filled:
                    break
                filled.add(key)
        else:
            kept.append(c)
    return kept + _fellows(candidates, kept)


def _fellows(candidates: list[Candidate], kept: list[Candidate]) -> list[Candidate]:
    """Who stands in one list with a party that was taken goes with it: "sanctions on firms in China, India and Kazakhstan"."""
    taken = {_place(c) for c in kept}
    lists: dict[tuple, float] = {}
    for c in kept:
        for key in _lists(c):
            lists[key] = max(lists.get(key, 0.0), c.score)
    found = []
    for c in candidates:
        score = max((lists.get(key, 0.0) for key in _lists(c)), default=0.0)
        if score and _place(c) not in taken and c.reading.status in COUNTED:
            taken.add(_place(c))
            c.score = max(c.score, 0.9 * score)
            found.append(c)
    return found


def _place(c: Candidate) -> tuple:
    pair = tuple(sorted((c.source.party.code, c.target.party.code)))
    return (c.sentence.field, c.sentence.start, c.hit.token, pair)


def _lists(c: Candidate) -> list[tuple]:
    """The lists through which a candidate belongs with others: same trigger and frame, one side the same, the other in one list."""
    trigger = (c.sentence.field, c.sentence.start, c.hit.token, c.frame)
    keys = []
    for side, other, name in ((c.source, c.target, "source"), (c.target, c.source, "target")):
        if side.group >= 0 and side.rank < 9 and side.how in ("head", "mod", "coref", "of"):
            keys.append((*trigger, name, side.group, side.slot, other.party.code))
    return keys


_OF_PUBLICATION = (None, "publication", "fetch")


def merge(acts: list[Act]) -> list[Act]:
    """Join mentions of the same act: same parties and type, kin modes and statuses, days that do not contradict.

    acts: one for each mention, the surest first. A mention goes to the act most of whose mentions may be the same.
    """
    merged: list[Act] = []
    groups: dict[tuple, list[tuple[Act, list[Act]]]] = defaultdict(list)
    for act in acts:
        found = groups[_kind(act)]
        alike = [_likeness(act, mentions) for _, mentions in found]
        if alike and max(alike) >= 0.5:
            whole, mentions = found[alike.index(max(alike))]
            mentions.append(act)
            _absorb(whole, act)
        elif doubtful := next((whole for whole, _ in found if _is_doubtful(whole, act)), None):
            doubtful.mentions += act.mentions
        else:
            whole = replace(act, mentions=list(act.mentions))
            found.append((whole, [act]))
            merged.append(whole)
    return [act for act in merged if not _is_echo(act, [whole for whole, _ in groups[_kind(act)]])]


def _likeness(act: Act, mentions: list[Act]) -> float:
    """The share of an act's mentions that may be the same act as one more."""
    return sum(_same(mention, act) for mention in mentions) / len(mentions)


def _kind(act: Act) -> tuple:
    """What mentions of one act have in common: the pair, whoever did it, and the type."""
    return *sorted((act.source, act.target)), act.type


def _is_echo(act: Act, others: list[Act]) -> bool:
    """Whether an act is only further talk of another of its parties: a hypothetical one of what the article tells as
    done ("the seizure would"), or what words outside of the tables tell as done where a surer mention tells it as
    planned or denied ("will not expel the Americans; he sent them greetings")."""
    if act.status == "hypothetical":
        return any(
            o.status in COUNTED
            and (o.source, o.target) == (act.source, act.target)
            and _kin(o, act)
            and not (o.day and act.day and o.day != act.day)
            for o in others
        )
    if act.status == "actual" and any(
        o.status != "actual"
        and (o.source, o.target, o.mode) == (act.source, act.target, act.mode)
        and _is_said_by(act, o)
        for o in others
    ):
        return True
    return any(
        o.status != "actual"
        and (o.source, o.target) == (act.source, act.target)
        and o.confidence > act.confidence
        and not (o.day and act.day and o.day != act.day and act.basis not in _OF_PUBLICATION)
        for o in others
    ) and _is_only_read(act)


def _is_said_by(act: Act, other: Act, reach: int = 4) -> bool:
    """Whether all mentions of an act are nouns in the object of another's verb ("would have imposed an arms embargo")."""
    return all(
        c.frame.pos == "n"
        and any(
            m.frame.pos == "v"
            and m.sentence == c.sentence
            and m.hit.token < c.hit.token <= m.hit.token + reach
            for m in other.mentions
        )
        for c in act.mentions
    )


def _is_only_read(act: Act) -> bool:
    """Whether no line of the tables tells an act as done, only the reader."""
    return act.status == "actual" and all(c.frame.is_read for c in act.mentions)


def _same(a: Act, b: Act) -> bool:
    either = a.reciprocal or b.reciprocal or a.type == "CONSULT"
    if not either and (a.source, a.target) != (b.source, b.target):
        return False
    if not _kin(a, b) or (a.status in COUNTED) != (b.status in COUNTED):
        return False
    if a.day and b.day and a.day != b.day:
        # a day that was only taken from publication gives way to one that the text states
        return a.basis in _OF_PUBLICATION or b.basis in _OF_PUBLICATION
    return True


def _is_doubtful(a: Act, b: Act) -> bool:
    """Whether what seems a further act on another day is likelier one more mention of a surer one, its day misread."""
    return (
        (a.source, a.target) == (b.source, b.target)
        and a.status in COUNTED
        and b.status in COUNTED
        and a.day != b.day
        and b.confidence < FURTHER
    )


def _kin(a: Act, b: Act) -> bool:
    """Whether two modes may be of one act: the same, one unsaid, or two words for one attack, meeting or charge."""
    if a.mode == b.mode or a.type in ("ASSAULT", "CONSULT", "ACCUSE", "THREATEN", "CONCEDE"):
        return True
    if {a.mode, b.mode} == {"sever", "suspend"}:
        return a.day == b.day
    return a.type != "SANCTION" and None in (a.mode, b.mode)


def _absorb(a: Act, b: Act) -> None:
    a.mentions += b.mentions
    a.confidence = max(a.confidence, b.confidence)
    for name, belief in b.beliefs.items():
        if name == "date" and a.status == "actual" and b.status == "planned":
            continue
        a.beliefs[name].add(belief)
    a.believe()
    if b.status == "actual" and a.status == "planned" and not _is_only_read(b) and not _is_said_by(b, a, 30):
        a.status = b.status
    a.response_to = a.response_to or b.response_to
