"""What happened between two actors, told from the data to somebody who knows nothing of it. Pure.

The heaviest acts, in the order of time, gathered into episodes; with each its answer: as a text states it, as it is inferred
(same kind, within 30 days), or, where neither is known, the last act of its kind by the other side, which is only said
to come so many days before. What was planned and given up is told as that. Silence is told with what was read in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipelines.plural import plural
from pipelines.report.words import Words, capital, day, lag, listed

MOST_STEPS = 12
OF_KIND = 3
SURE = 0.5
EPISODE = 45  # days of silence that end an episode


@dataclass(frozen=True)
class Clause:
    """A piece of a sentence; where it tells an act, the act's id."""

    text: str
    event_id: str | None = None


INFERRED = Clause(" (inferred: same kind, other side, within 30 days).")


@dataclass
class Paragraph:
    """What one side did on one day, in sentences of clauses; the act of which a report is quoted below, if any."""

    sentences: list[list[Clause]]
    quoted: Mapping | None = None


@dataclass
class Episode:
    """Days that belong together: a head, its paragraphs, and what the silence before it was."""

    first: date
    last: date
    paragraphs: list[Paragraph] = field(default_factory=list)
    silence: str = ""


def weight(act: Mapping) -> float:
    """How much an act matters: severity, by how many independent outlets told it and how sure the coder is."""
    return abs(act["severity"] or 0) * act["outlet_count"] * act["confidence"]


def chosen(acts: Sequence[Mapping], most: int = MOST_STEPS) -> list[Mapping]:
    """The acts that the story tells, in the order of time: dated, likely right, the heaviest (a deed counts for two
    words), at most three of a kind by one side, one of each kind and day."""
    fit = [act for act in acts if act["event_date"] and act["confidence"] >= SURE and act["origin"] != "list"]
    kept: dict[tuple, Mapping] = {}
    of_kind: Counter = Counter()
    for act in sorted(
        fit, key=lambda act: (-weight(act) * (1 if act["quad_class"] in (2, 4) else 0.5), act["event_id"])
    ):
        kind = (act["source"], act["type"], act["mode"])
        if (act["event_date"], *kind) not in kept and of_kind[kind] < OF_KIND and len(kept) < most:
            kept[(act["event_date"], *kind)] = act
            of_kind[kind] += 1
    return sorted(kept.values(), key=lambda act: (act["event_date"], act["status"] != "actual", -weight(act)))


def stands_for(act: Mapping, acts: Sequence[Mapping]) -> Mapping:
    """The heaviest act of the same kind and side within two days: a doubtful act that is named as answered is mostly
    another telling of it."""
    near = [
        other for other in acts
        if other["event_date"] and abs((other["event_date"] - act["event_date"]).days) <= 2 and other["status"] == "actual"
        and all(other[key] == act[key] for key in ("source", "target", "type", "mode"))
    ]  # fmt: skip
    return act if act["confidence"] >= SURE or not near else max(near, key=weight)


def dated(act: Mapping, acts: Sequence[Mapping], before: date) -> Mapping | None:
    """An act with its day. One that a report names as answered without a day is mostly another telling of the heaviest act
    of its kind and side in the month before the answer; None where there is none."""
    if act["event_date"]:
        return stands_for(act, acts)
    near = [
        other for other in acts
        if other["event_date"] and 0 <= (before - other["event_date"]).days <= 31 and other["status"] == "actual"
        and all(other[key] == act[key] for key in ("source", "target", "type", "mode"))
    ]  # fmt: skip
    return max(near, key=weight, default=None)


def names_of(act: Mapping, acts: Sequence[Mapping], sanctions: Mapping[str, Sequence[Mapping]]) -> list[str]:
    """Whom an act names, and the other acts of its day, kind and sides: a package is often told in parts."""
    package = [act] + [
        other for other in acts
        if other["status"] == "actual" and all(other[key] == act[key] for key in ("event_date", "source", "target", "type", "mode"))
    ]  # fmt: skip
    records = (record for part in package for record in sanctions.get(part["event_id"], ()))
    return list(dict.fromkeys(name for record in records for name in record["designees"] or ()))


def tell(
    acts: Sequence[Mapping],
    answers: Mapping[str, tuple[Mapping, str]],
    sanctions: Mapping[str, Sequence[Mapping]],
    history: Mapping[str, Sequence[Mapping]],
    read_days: Sequence[date],
    words: Words,
) -> list[Episode]:
    """The episodes of a pair. `answers`: for an act's id the act that it answers and on what basis."""
    steps = chosen(acts)
    episodes: list[Episode] = []
    for act in steps:
        if not episodes or (act["event_date"] - episodes[-1].last).days > EPISODE:
            episode = Episode(act["event_date"], act["event_date"])
            if episodes:
                episode.silence = _silence(episodes[-1].last, act["event_date"], read_days)
            episodes.append(episode)
        episodes[-1].last = act["event_date"]
    for episode in episodes:
        within = [act for act in steps if episode.first <= act["event_date"] <= episode.last]
        # Of each side the report of its heaviest act is quoted: a stranger hears both.
        heaviest = {
            code: max((act for act in within if act["source"] == code), key=weight)["event_id"]
            for code in {act["source"] for act in within}
        }
        for when in sorted({act["event_date"] for act in within}):
            for code in dict.fromkeys(act["source"] for act in within if act["event_date"] == when):
                same = [act for act in within if act["event_date"] == when and act["source"] == code]
                told = _sentences(same, acts, answers, sanctions, history, words)
                quoted = next((act for act in same if act["event_id"] == heaviest[code]), None)
                episode.paragraphs.append(Paragraph(told, quoted))
    return episodes


def _sentences(same, acts, answers, sanctions, history, words: Words) -> list[list[Clause]]:
    """The acts of one side on one day: deeds in one sentence, then what was planned, then what they answer."""
    done = [act for act in same if act["status"] == "actual"]
    left = [act for act in same if act["status"] != "actual"]
    when, who = day(same[0]["event_date"]), words.the(same[0]["source"])
    found: list[list[Clause]] = []
    if done:
        clauses = [Clause(f"On {when} {who} ")]
        for number, act in enumerate(done):
            joint = "" if number == 0 else " and " if number == len(done) - 1 else ", "
            clauses += [
                Clause(joint),
                Clause(
                    _did(act, sanctions.get(act["event_id"], ()), names_of(act, acts, sanctions), words),
                    act["event_id"],
                ),
            ]
        found.append([*clauses, Clause(".")])
        for act in done:
            subject = "This" if len(done) == 1 else f"The {words.noun(act)}"
            found += _because(act, acts, answers, _is_reply(act, answers, sanctions), words, subject)
        said = [sentence for sentence in found if sentence[-1] is INFERRED]
        for again in said[1:]:  # why it is only inferred is said once
            again[-1] = Clause(" (inferred, too).")
    for act in left:
        intro = f"On {when} {who} " if not found else f"{capital(who)} "
        verb = "planned to " if act["status"] == "planned" else "proposed to "
        found.append(
            [
                Clause(intro),
                Clause(f"{verb}{words.would(act)}", act["event_id"]),
                Clause(_outcome(act, history.get(act["event_id"], ()))),
            ]
        )
        found += _because(act, acts, answers, False, words, subject="The proposal")
    return found


def _is_reply(act: Mapping, answers: Mapping, sanctions: Mapping) -> bool:
    """Whether a report calls the act a reply to something."""
    stated = answers.get(act["event_id"], (None, ""))[1] == "stated"
    return stated or any(record["reason"] == "retaliation" for record in sanctions.get(act["event_id"], ()))


def _did(act: Mapping, records: Sequence[Mapping], names: Sequence[str], words: Words) -> str:
    """An act, with measures and names where its sanctions record has them."""
    text = words.did(act)
    if act["is_reciprocal"]:
        text = f"and {words.the(act['target'])} both took part in: {words.noun(act)}"
    for record in records[:1]:
        measures = [
            words.measure(m)
            for m in record["measures"]
            if m not in ("unspecified", "diplomatic_expulsion", "diplomatic_closure")
        ]
        more = []
        if measures:
            more.append(listed(measures))
        if names:
            shown = [*names[:3]] + ([f"{len(names) - 3} more"] if len(names) > 3 else [])
            more.append(f"naming {listed(shown)}")
        if record["reason"] and record["reason"] not in ("other", "retaliation"):
            more.append(f"reason given: {record['reason'].replace('_', ' ')}")
        if record["instrument"]:
            more.append(f"under {record['instrument']}")
        if more:
            text += f" ({'; '.join(more)})"
    return text


def _outcome(act: Mapping, history: Sequence[Mapping]) -> str:
    """What became of a plan, from the history of its status."""
    if act["status"] == "planned":
        return "; whether it came to that is not known yet, so it is not counted as a deed."
    denied = [step for step in history if step["status"] == "denied"]
    planned = [step for step in history if step["status"] == "planned"]
    if planned and denied:
        days = (denied[0]["as_of_date"] - planned[0]["as_of_date"]).days
        return f", and decided against it {lag(days)}: it is kept as denied, and not counted as a deed."
    return ", but reports say that it was not done: it is kept as denied, and not counted as a deed."


def _because(act, acts, answers, is_reply: bool, words: Words, subject: str) -> list[list[Clause]]:
    """What an act answers: stated, inferred, or, where a report calls it a reply, the last act of its kind that it follows.

    That one attack answers another is not inferred here: in a war every strike follows a strike."""
    sentences: list[list[Clause]] = []
    first, basis = answers.get(act["event_id"], (None, ""))
    first = first and dated(first, acts, act["event_date"])
    if first:
        days = (act["event_date"] - first["event_date"]).days
        when = (
            "of the same day"
            if days == 0
            else f"of {day(first['event_date'])}, {plural(abs(days), 'day')} {'earlier' if days > 0 else 'later'}"
        )
        link = [
            Clause(f"the {words.noun(first)} by {words.the(first['source'])}", first["event_id"]),
            Clause(f" {when}"),
        ]
        if basis == "stated":
            sentences.append([Clause(f"{subject} answers "), *link, Clause(", as a report says.")])
        elif act["quad_class"] == 4 and act["type"] not in ("ASSAULT", "MOBILIZE"):
            sentences.append(
                [
                    Clause(f"{subject} may answer "),
                    *link,
                    INFERRED,
                ]
            )
    if is_reply and not (first and first["mode"] == act["mode"]):
        before = _unanswered(act, acts)
        if before:
            days = (act["event_date"] - before["event_date"]).days
            sentences.append(
                [
                    Clause(f"{'It' if sentences else subject} comes {plural(days, 'day')} after "),
                    Clause(f"the {words.noun(before)} by {words.the(before['source'])}", before["event_id"]),
                    Clause(f" of {day(before['event_date'])}, which had found no answer in kind."),
                ]
            )
    return sentences


def _unanswered(act: Mapping, acts: Sequence[Mapping]) -> Mapping | None:
    """The heaviest act of the same kind by the other side within a year before, with nothing of that kind in between."""
    kind = (act["type"], act["mode"])
    same = [
        a
        for a in acts
        if a["event_date"]
        and a["status"] == "actual"
        and a["confidence"] >= SURE
        and (a["type"], a["mode"]) == kind
    ]
    own = [
        a["event_date"] for a in same if a["source"] == act["source"] and a["event_date"] < act["event_date"]
    ]
    theirs = [
        a for a in same
        if a["source"] == act["target"] and a["event_date"] < act["event_date"] and (act["event_date"] - a["event_date"]).days <= 365
        and not any(a["event_date"] < when for when in own)
    ]  # fmt: skip
    return max(theirs, key=weight, default=None)


def _silence(before: date, after: date, read_days: Sequence[date]) -> str:
    """What lies between two episodes: how long, and on how many of the days something was read at all."""
    days = (after - before).days
    read = sum(before < when < after for when in read_days)
    heard = "nothing was read on any of them" if not read else f"something was read on {read:,} of them"
    return f"{plural(days, 'day')} pass; {heard}."
