#!/usr/bin/env python3
"""Measure the details of acts apart from finding them: gold says which act, where and by which word; the coder's
own modules say its date, its count, what it answers and its sanctions record.

    benchmarks/coding_details.py GOLD.jsonl [GOLD.jsonl …] [--errors N]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import score  # noqa: E402
import spacy  # noqa: E402

from pipelines.coding import counting, dates, dating, sanctions, text  # noqa: E402
from pipelines.coding.answers import link_answers  # noqa: E402
from pipelines.coding.grammar import Tree  # noqa: E402
from pipelines.coding.records import FIELDS, Article, Entity, Event, Evidence  # noqa: E402
from pipelines.settings import MODELS  # noqa: E402


@dataclass
class Mention:
    """A gold act's place: its sentence, the trigger's characters in the field, the parse and the trigger's head."""

    sentence: text.Sentence
    span: tuple[int, int]
    tree: Tree
    token: int


@dataclass
class Act:
    """A gold act with its place."""

    gold: dict
    mentions: list[Mention]
    response_to: tuple[str, str, str] | None = None
    source: str = field(init=False)
    target: str = field(init=False)
    type: str = field(init=False)
    day: date | None = field(init=False)

    def __post_init__(self) -> None:
        self.source, self.target, self.type = (self.gold[key] for key in ("source", "target", "type"))
        self.day = date.fromisoformat(self.gold["date"]) if self.gold["date"] else None


def acts_of(record: dict, fields: dict[str, str], parse) -> Iterator[Act]:
    """The gold acts whose trigger stands in the text."""
    for event in record["events"]:
        name, trigger = event["where"], text.clean(event["trigger"])
        start = fields[name].find(trigger)
        sentence = next((s for s in text.sentences(fields[name], name) if s.start <= start < s.end), None)
        if sentence is None:
            continue
        tree = parse(sentence.text)
        low, high = start - sentence.start, start - sentence.start + len(trigger)
        tokens = [i for i in range(len(tree.words)) if tree.ends[i] > low and tree.starts[i] < high]
        head = next((i for i in tokens if tree.heads[i] not in tokens or tree.heads[i] == i), tokens[0])
        yield Act(event, [Mention(sentence, (start, start + len(trigger)), tree, head)])


def parser():
    """A function from a sentence to its tree, by the model that the coder ships."""
    nlp, known = spacy.load(MODELS / "parser"), {}

    def parse(sentence: str) -> Tree:
        if sentence not in known:
            doc = nlp(sentence)
            places = [t.idx for t in doc], [t.idx + len(t) for t in doc]
            known[sentence] = Tree.of(doc, [t.text for t in doc], *places)
        return known[sentence]

    return parse


def measure(path: str, parse, errors: int) -> None:
    total, shown = Counter(), []

    def note(name: str, gold: object, ours: object, where: str) -> None:
        total[name, "n"] += 1
        total[name, "right"] += gold == ours
        if gold != ours:
            shown.append(f"{name}: {gold} ≠ {ours} | {where}")

    for record in score.read_records(path).values():
        reference = datetime.fromisoformat(record["published"]).astimezone(UTC)
        fields = {name: text.clean(record.get(name) or "") for name in FIELDS}
        acts = list(acts_of(record, fields, parse))
        for act in acts:
            if act.gold["status"] in score.COUNTED:
                _date_and_count(act, fields, reference, note)
        link_answers(acts)
        for act in acts:
            said = tuple(act.gold["response_to"].values()) if act.gold.get("response_to") else None
            if said or act.response_to:
                total["answers", "hit"] += said == act.response_to
                total["answers", "missed"] += bool(said) and said != act.response_to
                total["answers", "extra"] += bool(act.response_to) and said != act.response_to
        _records(record, acts, reference, total, note)

    print(path)
    for name in ("date", "count", "unit", "action", "reason", "instrument"):
        if n := total[name, "n"]:
            print(f"  {name:12}{total[name, 'right'] / n:7.3f} of {n}")
    if total["measures", "n"]:
        print(f"  {'measures':12}{total['measures', 'sum'] / total['measures', 'n']:7.3f} overlap")
    for name in ("designees", "answers"):
        parts = score.precision_recall_f1(*(total[name, key] for key in ("hit", "missed", "extra")))
        print(
            f"  {name:12}"
            + " ".join(f"{key} {value:.3f}" for key, value in zip(("P", "R", "F1"), parts, strict=True))
        )
    for line in shown[:errors]:
        print("   ", line)


def _date_and_count(act: Act, fields: dict[str, str], reference: datetime, note) -> None:
    gold, mention = act.gold, act.mentions[0]
    words, (start, end) = fields[gold["where"]], mention.span
    where = f"[{gold['trigger']}] {mention.sentence.text}"
    parse = {"tree": mention.tree, "offset": mention.sentence.start, "token": mention.token}
    day, _, basis = dating.date_of_act(
        words, start, end, None, dates.find_dates(words, reference), None, reference,
        is_title=gold["where"] == "title", has_title=bool(fields["title"].strip()), **parse,
    )  # fmt: skip
    if gold["status"] == "planned" and basis == "publication":
        day = None
    note("date", gold["date"], day.isoformat() if day else None, where)
    bounds = mention.sentence.start, mention.sentence.end
    count, unit = counting.count_of_act(words, start, end, gold["type"], gold["mode"], None, bounds, **parse)
    note("count", gold["count"], count, where)
    if count and count == gold["count"]:
        note("unit", gold["unit"], unit, where)


def _records(record: dict, acts: list[Act], reference: datetime, total: Counter, note) -> None:
    article = Article(
        record["id"], reference, "publication", record["title"], record["summary"], record.get("body") or ""
    )
    events = tuple(_event(act) for act in acts)
    entities = [
        Entity(e["name"], e["type"], e["country"], e["role"], None, "title", 0, 0) for e in record["entities"]
    ]
    made = sanctions.sanction_records(article, events, entities)
    found = [vars(s) | {"date": None} for s in made]
    pairs, _, _ = score.match(
        record["sanctions"],
        found,
        lambda g, p: (g["sender"], g["target"]) == (p["sender"], p["target"]),
        lambda g, p: (g["action"] == p["action"]) + score.overlap(g["measures"], p["measures"]),
    )
    for gold, ours in pairs:
        where = f"{gold['sender']}→{gold['target']} {record['title'] or record['summary'][:120]}"
        for key in ("action", "reason", "instrument"):
            note(key, gold[key], ours[key], where)
        total["measures", "n"] += 1
        total["measures", "sum"] += score.overlap(gold["measures"], ours["measures"])
    ours, theirs = (
        {score.name_key(n) for s in side if s["status"] in score.COUNTED for n in s["designees"]}
        for side in (record["sanctions"], found)
    )
    total["designees", "hit"] += len(ours & theirs)
    total["designees", "missed"] += len(ours - theirs)
    total["designees", "extra"] += len(theirs - ours)


def _event(act: Act) -> Event:
    gold, mention = act.gold, act.mentions[0]
    evidence = Evidence(gold["where"], mention.sentence.text, gold["trigger"], *mention.span)
    return Event(
        gold["source"], gold["target"], gold["type"], gold["mode"], gold["cameo"], gold["status"], act.day, "day", "stated",
        gold["count"], gold["unit"], gold["reciprocal"], act.response_to, 1.0, (evidence,),
    )  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("gold", nargs="+")
    options.add_argument(
        "--errors", type=int, default=0, metavar="N", help="show the first N faults of each file"
    )
    args = options.parse_args()
    parse = parser()
    for path in args.gold:
        measure(path, parse, args.errors)


if __name__ == "__main__":
    main()
