"""Train the scorer of acts on coded articles and write data/models/scorer.json.

    .venv/bin/python training/train_scorer.py GOLD.jsonl [GOLD.jsonl ...] [--out data/models/scorer.json]

Every candidate that the rules make of the articles is an example; it is positive where the gold record holds an act
of the same parties and type (either direction where reciprocal) that is not hypothetical or denied. Five folds over
articles give held-out scores, on which the calibration line and the threshold are fitted.

The reader's chances are features. They are honest only of articles that it was not taught on, so a gold file can name
the reader that it is to be read with: `HALF_B_READER:half_a.jsonl HALF_A_READER:half_b.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import itertools

from pipelines.coding.coder import Coder
from pipelines.coding.features import FEATURES, PARTS
from pipelines.coding.jsonl import read_articles
from pipelines.coding.reader import Reader
from pipelines.coding.scorer import ARTICLE, article_features

COUNTED = ("actual", "planned")
SETTINGS = {
    "max_iter": 220,
    "learning_rate": 0.06,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 12,
    "l2_regularization": 3.0,
    "max_features": 0.5,
    "random_state": 7,
    "early_stopping": False,
}


def reader_and_path(file: str) -> tuple[Path | None, Path]:
    """A gold file, and the folder of a reader that has not seen it where one is named before a colon."""
    reader, _, path = file.rpartition(":")
    return Path(reader) if reader else None, Path(path)


def coded(files: list[str]):
    """(prepared article, candidates, gold record) for every article of some gold files."""
    coder = Coder.load(with_scorer=False, with_choices=False)
    for reader, path in map(reader_and_path, files):
        if reader:
            coder.reader = Reader.load(reader)
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        gold = {record["id"]: record for record in map(json.loads, lines)}
        for prepared, candidates in coder.candidates(list(read_articles(lines))):
            yield prepared, candidates, gold[prepared.article.id]


def examples_of(articles):
    """Feature rows, labels, article numbers, and each row's article and candidate.

    A candidate is right (1) where a gold act of its parties and type has its trigger there; wrong (0) where no such
    act is in the article, or the same words tell the act of others; and of neither use (-1) where the act is told, but
    elsewhere: it would be merged into it.
    """
    rows, labels, groups, info = [], [], [], []
    for number, (prepared, candidates, gold) in enumerate(articles):
        wanted: dict[tuple, list[dict]] = {}
        for e in gold["events"]:
            wanted.setdefault((e["source"], e["target"], e["type"]), []).append(e)
            if e.get("reciprocal"):
                wanted.setdefault((e["target"], e["source"], e["type"]), []).append(e)
        matches = []
        for c in candidates:
            acts = wanted.get((c.source.party.code, c.target.party.code, c.frame.type), [])
            # what the rules hold for hypothetical is never put out as actual, so it is right with any status
            if c.reading.status in COUNTED:
                acts = [e for e in acts if (e.get("status") or "actual") in COUNTED]
            matches.append([(nearness(prepared, c, e), id(e)) for e in acts])
        best = {}
        for found in matches:
            for near, e in found:
                best[e] = max(best.get(e, 0), near)
        taken = {
            place_of(c)
            for c, found in zip(candidates, matches, strict=True)
            if any(near == 3 for near, _ in found)
        }
        for c, found in zip(candidates, matches, strict=True):
            rows.append(c.features)
            here = any(near == best[e] for near, e in found)
            told_of_others = place_of(c) in taken and all(near < 2 for near, _ in found)
            labels.append(0 if not found or (told_of_others and not here) else 1 if here else -1)
            groups.append(number)
            info.append((prepared.article.id, c))
    return np.array(rows), np.array(labels), np.array(groups), info


def place_of(c) -> tuple:
    """A candidate's trigger, and what type of act it is taken for."""
    return c.sentence.field, c.sentence.start, c.hit.token, c.frame.type


def nearness(prepared, c, e) -> int:
    """How near a candidate's trigger is to a gold act's: 3 the same words, 2 its sentence, 1 its field, 0 elsewhere."""
    if c.sentence.field != e.get("where"):
        return 0
    text, trigger = prepared.fields[c.sentence.field], e.get("trigger") or ""
    places = [m.start() for m in re.finditer(re.escape(trigger), text)] if trigger else []
    start, end = c.span
    if any(start < at + len(trigger) and at < end for at in places):
        return 3
    if any(c.sentence.start <= at < c.sentence.end for at in places):
        return 2
    return 1


def priors(labels, groups, info, without=None):
    """How often each trigger says an act, by its key, smoothed towards its type; and the rates of the types.

    without: (article number) -> the same counts less that article's, for the rows that are trained on.
    """
    seen: dict[tuple, int] = {}
    for y, g, (_, c) in zip(labels, groups, info, strict=True):
        place = (int(g), c.sentence.field, c.sentence.start, c.hit.token, c.key, c.frame.type)
        seen[place] = max(seen.get(place, 0), int(y))
    by_type: dict[str, list[int]] = {}
    by_key: dict[str, dict[int, list[int]]] = {}
    for (g, *_, key, type_), y in seen.items():
        n = by_type.setdefault(type_, [0, 0])
        n[0] += y
        n[1] += 1
        m = by_key.setdefault(key, {}).setdefault(g, [0, 0])
        m[0] += y
        m[1] += 1
    base = {t: n[0] / n[1] for t, n in by_type.items()}
    total = {k: [sum(m[0] for m in v.values()), sum(m[1] for m in v.values())] for k, v in by_key.items()}

    def rate(key, type_, g=None):
        pos, n = total.get(key, (0, 0))
        if g is not None and g in by_key.get(key, {}):
            pos, n = pos - by_key[key][g][0], n - by_key[key][g][1]
        return (pos + STRENGTH * base.get(type_, 0.2)) / (n + STRENGTH)

    return rate, base, total


SECOND = SETTINGS | {"max_iter": 160, "learning_rate": 0.05}
PART = SETTINGS | {"max_iter": 150, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 20}
STRENGTH = 4.0  # sightings that a type's rate counts as


def with_prior(x, groups, info, rate, own: bool):
    """The rows with the trigger's prior put in; `own` leaves each article's own sightings out."""
    x = x.copy()
    x[:, 0] = [
        rate(c.key, c.frame.type, int(g) if own else None) for g, (_, c) in zip(groups, info, strict=True)
    ]
    return x


def plain_trees(model: HistGradientBoostingClassifier, slope: float = 1.0, intercept: float = 0.0) -> dict:
    """A fitted model and the line that its scores are put through, as `Trees.of` reads them."""
    return {
        "baseline": float(np.ravel(model._baseline_prediction)[0]),
        "slope": slope,
        "intercept": intercept,
        "depth": max(max(int(n["depth"]) for n in predictor.nodes) for (predictor,) in model._predictors),
        "trees": trees_of(model),
    }


def trees_of(model: HistGradientBoostingClassifier) -> list[dict]:
    """The fitted trees as plain lists."""
    trees = []
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        trees.append(
            {
                "feature": [-1 if n["is_leaf"] else int(n["feature_idx"]) for n in nodes],
                "threshold": [0.0 if n["is_leaf"] else round(float(n["num_threshold"]), 6) for n in nodes],
                "left": [int(n["left"]) for n in nodes],
                "right": [int(n["right"]) for n in nodes],
                "value": [round(float(n["value"]), 6) for n in nodes],
            }
        )
    return trees


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", help="GOLD.jsonl, or READER_FOLDER:GOLD.jsonl")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent.parent / "data/models/scorer.json"
    )
    parser.add_argument("--threshold", type=float, default=None)
    args = parser.parse_args()
    x, y, groups, info = examples_of(coded(args.gold))
    print(
        f"{len(y)} candidates, {int((y > 0).sum())} positive, {groups.max()} articles, {x.shape[1]} features"
    )
    trained = train(x, y, groups, info)
    p = trained.held_out
    print("held-out candidates by score: put out, right")
    for low in np.arange(0, 1, 0.1):
        at = (p >= low) & (p < low + 0.1)
        if at.sum():
            print(f"  {low:.1f}-{low + 0.1:.1f}  {int(at.sum()):6d}  {np.abs(y[at]).mean():.3f}")
    save(
        trained,
        args.threshold or best_threshold(p, y, info, [path for _, path in map(reader_and_path, args.gold)]),
        args.out,
    )


@dataclass
class Trained:
    """Everything that scorer.json is made of, and the held-out probabilities of the training rows."""

    models: dict[str, tuple[HistGradientBoostingClassifier, LogisticRegression]]
    rate: object
    base: dict[str, float]
    total: dict[str, list[int]]
    held_out: np.ndarray

    def predict(self, x, groups, info):
        """Probabilities of rows of other articles."""
        x = with_prior(x, groups, info, self.rate, own=False)
        x = np.hstack(
            [x, *(logit(self.models[name], x[:, columns]).reshape(-1, 1) for name, columns in PARTS.items())]
        )
        first = 1 / (1 + np.exp(-logit(self.models["first"], x)))
        return 1 / (1 + np.exp(-logit(self.models["second"], widen(x, first, groups, info))))


def logit(pair, x):
    model, line = pair
    return line.coef_[0, 0] * model.decision_function(x) + line.intercept_[0]


def train(x, y, groups, info) -> Trained:
    """The parts, then both rounds; each learns from what the one before says of articles that it has not seen."""
    rate, base, total = priors(np.abs(y), groups, info)
    x = with_prior(x, groups, info, rate, own=True)
    models, columns = {}, []
    for name, part in PARTS.items():
        rows, labels, place = units(name, y, groups, info)
        raw = folds(x[rows][:, part], labels, groups[rows], PART, 5)
        line = line_of(raw, labels)
        use = labels >= 0
        models[name] = (HistGradientBoostingClassifier(**PART).fit(x[rows][use][:, part], labels[use]), line)
        odds = line.coef_[0, 0] * raw + line.intercept_[0]
        columns.append(odds[place])
    x = np.column_stack([x, *columns])
    raw = folds(x, y, groups, SETTINGS, 3)
    models["first"] = (HistGradientBoostingClassifier(**SETTINGS).fit(x[y >= 0], y[y >= 0]), line_of(raw, y))
    wide = widen(x, probability(models["first"][1], raw), groups, info)
    raw = folds(wide, y, groups, SECOND, 11)
    models["second"] = (
        HistGradientBoostingClassifier(**SECOND).fit(wide[y >= 0], y[y >= 0]),
        line_of(raw, y),
    )
    return Trained(models, rate, base, total, probability(models["second"][1], raw))


def units(name, y, groups, info):
    """What a part is judged on: the first row of each unit, its label, and for each row the place of its unit."""
    seen: dict[tuple, int] = {}
    rows, labels, place = [], [], np.zeros(len(y), int)
    for i, (right, g, (_, c)) in enumerate(zip(y, groups, info, strict=True)):
        key = (int(g), c.sentence.field, c.sentence.start, c.hit.token, c.frame)
        if name != "trigger":
            key = (*key, getattr(c, name).party.code)
        if key not in seen:
            seen[key] = len(rows)
            rows.append(i)
            labels.append(right)
        at = seen[key]
        place[i] = at
        # right where any of its candidates is; of no use where one is told elsewhere and none is right
        labels[at] = 1 if 1 in (labels[at], right) else -1 if -1 in (labels[at], right) else 0
    return np.array(rows), np.array(labels), place


def folds(x, y, groups, settings, seed):
    """Raw scores of every row by a model that has not seen its article."""
    raw = np.zeros(len(y))
    for seen, held in GroupKFold(5, shuffle=True, random_state=seed).split(x, y, groups):
        use = seen[y[seen] >= 0]
        raw[held] = HistGradientBoostingClassifier(**settings).fit(x[use], y[use]).decision_function(x[held])
    return raw


def line_of(raw, y) -> LogisticRegression:
    return LogisticRegression(C=1e6).fit(raw[y >= 0].reshape(-1, 1), y[y >= 0])


def probability(line: LogisticRegression, raw):
    return 1 / (1 + np.exp(-(line.coef_[0, 0] * raw + line.intercept_[0])))


def widen(x, first, groups, info):
    """The rows with the features that need the article's other candidates."""
    more = []
    edges = [0, *(np.flatnonzero(np.diff(groups)) + 1), len(groups)]
    for a, b in itertools.pairwise(edges):
        more += article_features([c for _, c in info[a:b]], first[a:b])
    return np.hstack([x, np.array(more)])


def save(t: Trained, threshold: float, path: Path) -> None:
    """Write the weights as plain numbers."""

    def plain(model, line) -> dict:
        return plain_trees(model, round(float(line.coef_[0, 0]), 6), round(float(line.intercept_[0]), 6))

    data = {
        "features": [*FEATURES, *PARTS, *ARTICLE],
        "threshold": round(float(threshold), 3),
        "base": {k: round(v, 4) for k, v in sorted(t.base.items())},
        "priors": {k: round(t.rate(k, k.rsplit("|", 1)[1]), 4) for k in sorted(t.total)},
        **{name: plain(*pair) for name, pair in t.models.items()},
    }
    path.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
    print(f"{path}: threshold {data['threshold']}")


def best_threshold(p, y, info, paths) -> float:
    """The threshold with the best F1 over distinct (article, parties, type), on held-out scores."""
    gold = set()
    for path in paths:
        for record in map(
            json.loads, (line for line in path.read_text(encoding="utf-8").split("\n") if line.strip())
        ):
            for e in record["events"]:
                if (e.get("status") or "actual") in COUNTED:
                    gold.add((record["id"], *sorted((e["source"], e["target"])), e["type"]))
    score = {}
    truth = {}
    for probability, right, (id_, c) in zip(p, y, info, strict=True):
        if c.reading.status not in COUNTED:
            continue
        key = (id_, *sorted((c.source.party.code, c.target.party.code)), c.frame.type)
        if probability > score.get(key, 0):
            score[key], truth[key] = probability, abs(right)
    best = (0.0, 0.5)
    reachable = len({k for k in score if k in gold})
    for t in np.arange(0.2, 0.8, 0.02):
        put = [k for k, s in score.items() if s >= t]
        hit = sum(truth[k] for k in put)
        f1 = 2 * hit / (len(put) + len(gold)) if put else 0
        if f1 > best[0]:
            best = (f1, round(float(t), 2))
            line = f"P {hit / len(put):.3f} R {hit / len(gold):.3f}"
    print(
        f"held-out F1 {best[0]:.3f} at {best[1]} ({line}); reachable by rules {reachable / len(gold):.3f} of {len(gold)}"
    )
    return best[1]


if __name__ == "__main__":
    main()
