"""Train the scorer of acts on coded articles and write data/models/scorer.json.

    .venv/bin/python training/train_scorer.py GOLD.jsonl [GOLD.jsonl ...] [--out data/models/scorer.json]

Every candidate that the rules make of the articles is an example; it is positive where the gold record holds an act
of the same parties and type (either direction where reciprocal) that is not hypothetical or denied. Five folds over
articles give held-out scores, on which the calibration line and the threshold are fitted.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines.coding.coder import Coder
from pipelines.coding.jsonl import read_articles
from pipelines.coding.roles import FEATURES

COUNTED = ("actual", "planned")
SETTINGS = dict(
    max_iter=220,
    learning_rate=0.06,
    max_leaf_nodes=12,
    min_samples_leaf=12,
    l2_regularization=3.0,
    max_features=0.5,
    random_state=7,
    early_stopping=False,
)


def coded(coder: Coder, paths: list[Path]):
    """(prepared article, candidates, gold record) for every article of some gold files."""
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        gold = {record["id"]: record for record in map(json.loads, lines)}
        for prepared, candidates in coder.candidates(list(read_articles(lines))):
            yield prepared, candidates, gold[prepared.article.id]


def examples_of(articles):
    """Feature rows, labels, article numbers, and each row's article and candidate."""
    rows, labels, groups, info = [], [], [], []
    for number, (prepared, candidates, gold) in enumerate(articles):
        wanted = {}
        for e in gold["events"]:
            counted = (e.get("status") or "actual") in COUNTED
            keys = {(e["source"], e["target"], e["type"])}
            if e.get("reciprocal"):
                keys.add((e["target"], e["source"], e["type"]))
            for key in keys:
                wanted[key] = max(wanted.get(key, 0), 1 if counted else 0.5)
        for c in candidates:
            truth = wanted.get((c.source.party.code, c.target.party.code, c.frame.type), 0)
            # what the rules hold for hypothetical is never put out as actual, so it is right with any status
            counted = c.reading.status in COUNTED
            rows.append(c.features)
            labels.append(int(truth == 1 if counted else truth > 0))
            groups.append(number)
            info.append((prepared.article.id, c))
    return np.array(rows), np.array(labels), np.array(groups), info


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
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parent.parent / "data/models/scorer.json"
    )
    parser.add_argument("--threshold", type=float, default=None)
    args = parser.parse_args()
    coder = Coder.load(with_scorer=False)
    x, y, groups, info = examples_of(coded(coder, args.gold))
    print(f"{len(y)} candidates, {int(y.sum())} positive, {groups.max()} articles, {x.shape[1]} features")
    raw = np.zeros(len(y))
    for train, held in GroupKFold(5, shuffle=True, random_state=3).split(x, y, groups):
        model = HistGradientBoostingClassifier(**SETTINGS).fit(x[train], y[train])
        raw[held] = model.decision_function(x[held])
    line = LogisticRegression(C=1e6).fit(raw.reshape(-1, 1), y)
    slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    p = 1 / (1 + np.exp(-(slope * raw + intercept)))
    print("held-out candidates by score: put out, right")
    for low in np.arange(0, 1, 0.1):
        at = (p >= low) & (p < low + 0.1)
        if at.sum():
            print(f"  {low:.1f}-{low + 0.1:.1f}  {int(at.sum()):6d}  {y[at].mean():.3f}")
    threshold = args.threshold or best_threshold(p, y, info, args.gold)
    model = HistGradientBoostingClassifier(**SETTINGS).fit(x, y)
    save(model, line, threshold, args.out)


def save(
    model: HistGradientBoostingClassifier, line: LogisticRegression, threshold: float, path: Path
) -> None:
    """Write the weights as plain numbers."""
    data = {
        "features": FEATURES,
        "baseline": float(np.ravel(model._baseline_prediction)[0]),
        "slope": round(float(line.coef_[0, 0]), 6),
        "intercept": round(float(line.intercept_[0]), 6),
        "threshold": round(float(threshold), 3),
        "depth": max(max(int(n["depth"]) for n in predictor.nodes) for (predictor,) in model._predictors),
        "trees": trees_of(model),
    }
    path.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
    print(f"{path}: {len(data['trees'])} trees, threshold {data['threshold']}")


def best_threshold(p, y, info, paths) -> float:
    """The threshold with the best F1 over distinct (article, parties, type), on held-out scores."""
    gold = set()
    for path in paths:
        for record in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
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
            score[key], truth[key] = probability, right
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
