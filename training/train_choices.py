"""Teach the choice of an act's status, day and mode from coded articles and write data/models/choices.json.

    .venv/bin/python training/train_choices.py GOLD.jsonl [GOLD.jsonl ...] [--out data/models/choices.json]

Every mention that the coder takes for an act of the gold record gives, for each field, the options that its text
offers; right is the one that the record holds. Five folds over articles tell how often the likeliest option is right,
beside how often the rule is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from train_scorer import COUNTED, nearness, plain_trees, reader_and_path

from pipelines.coding.choices import Choices
from pipelines.coding.coder import Coder
from pipelines.coding.jsonl import read_articles
from pipelines.coding.merge import settle
from pipelines.coding.reader import STATUSES, Reader

SETTINGS = {
    "max_iter": 200,
    "learning_rate": 0.07,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 20,
    "l2_regularization": 3.0,
    "max_features": 0.5,
    "random_state": 7,
    "early_stopping": False,
}
BATCH = 500


def settled(coder: Coder, files: list[str]):
    """(article number, prepared article, the candidates that hold, gold acts) of every article of some gold files."""
    number = 0
    for reader, path in map(reader_and_path, files):
        if reader:
            coder.reader = Reader.load(reader)
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        for at in range(0, len(lines), BATCH):
            part = lines[at : at + BATCH]
            gold = {record["id"]: record for record in map(json.loads, part)}
            found = list(coder.candidates(list(read_articles(part))))
            coder.score(found)
            for p, candidates in found:
                number += 1
                held = settle(candidates, coder.scorer.threshold_out)
                yield number, p, held, gold[p.article.id]["events"]


def status_examples(coder: Coder, articles):
    """(article number, options, what the rule says, what gold says) of every mention that tells a gold act."""
    for number, p, held, events in articles:
        for c in held:
            statuses = {e.get("status") or "actual" for e in nearest(p, c, events, STATUSES)}
            if len(statuses) == 1:
                offer = coder.status_offer(p, c)["status"]
                yield number, offer.options, offer.rule, statuses.pop()


def other_examples(coder: Coder, articles):
    """The same for day and mode, with their field first; statuses are as they were chosen."""
    for number, p, held, events in articles:
        ((_, held),) = coder.with_status([(p, held)])
        held = [c for c in held if c.reading.status in COUNTED]
        for c, offers in zip(held, coder.offers(p, held), strict=True):
            acts = nearest(p, c, events, COUNTED)
            for field in ("date", "mode"):
                offer = offers[field]
                wanted = {e.get(field) for e in acts}
                if len(wanted) == 1:
                    yield field, number, offer.options, offer.rule, wanted.pop()


def nearest(p, c, events: list[dict], statuses) -> list[dict]:
    """The gold acts of such statuses that a candidate may tell, those whose trigger is nearest to it."""
    near = [(nearness(p, c, e), e) for e in events if is_told(c, e, statuses)]
    return [e for n, e in near if n == max(n for n, _ in near)]


def is_told(c, e, statuses=COUNTED) -> bool:
    """Whether a gold act of one of some statuses may be what a candidate tells."""
    pair, of = (c.source.party.code, c.target.party.code), (e["source"], e["target"])
    either = e.get("reciprocal") and pair == of[::-1]
    return (
        e["type"] == c.frame.type
        and (pair == of or bool(either))
        and (e.get("status") or "actual") in statuses
    )


def plain(field: str, value):
    """A field's value as gold writes it."""
    if field == "date":
        return value[0].isoformat() if value[0] else None
    return value


def taught(field: str, examples: list[tuple]) -> dict:
    """The trees of a field, taught on (article number, options, what the rule says, what gold says) of mentions."""
    mentions = [
        (number, [o.features for o in options], [plain(field, o.value) == wanted for o in options],
         plain(field, rule) == wanted)
        for number, options, rule, wanted in examples
    ]  # fmt: skip
    names = list(mentions[0][1][0])
    x = np.array([[row[n] for n in names] for _, rows, _, _ in mentions for row in rows])
    y = np.array([r for _, _, right, _ in mentions for r in right], int)
    group = np.array([n for n, rows, _, _ in mentions for _ in rows])
    raw = np.zeros(len(y))
    for seen, held in GroupKFold(5, shuffle=True, random_state=3).split(x, y, group):
        raw[held] = (
            HistGradientBoostingClassifier(**SETTINGS).fit(x[seen], y[seen]).decision_function(x[held])
        )
    at, chosen = 0, 0
    for _, rows, right, _ in mentions:
        chosen += right[int(raw[at : at + len(rows)].argmax())]
        at += len(rows)
    n = len(mentions)
    print(
        f"{field}: {n} mentions, {len(y)} options; right by rule {sum(m[3] for m in mentions) / n:.3f}, "
        f"chosen {chosen / n:.3f}, offered {sum(any(m[2]) for m in mentions) / n:.3f}",
        flush=True,
    )
    return {"features": names, **plain_trees(HistGradientBoostingClassifier(**SETTINGS).fit(x, y))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", help="GOLD.jsonl, or READER_FOLDER:GOLD.jsonl")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent.parent / "data/models/choices.json"
    )
    args = parser.parse_args()
    coder = Coder.load(with_choices=False)
    articles = list(settled(coder, args.gold))
    out = {"status": taught("status", list(status_examples(coder, articles)))}
    coder.choices = Choices.of(out)
    rest = defaultdict(list)
    for field, *example in other_examples(coder, articles):
        rest[field].append(example)
    out |= {field: taught(field, examples) for field, examples in rest.items()}
    args.out.write_text(json.dumps(out, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
