"""The learned scorer: how probable it is that a candidate is an act, from boosted trees kept as plain numbers.

`scorer.json` holds, for each tree, arrays over its nodes: `feature` (-1 at a leaf), `threshold` (left where the
value is not above it), `left`, `right`, `value`. The score is the logistic function of baseline plus leaf values,
then of a line fitted on held-out articles, so that it means what it says: of acts at 0.8, about 80 % are right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.errors import InputError


@dataclass(frozen=True)
class Scorer:
    """Trees of one size, as arrays of shape (trees, nodes)."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    baseline: float
    slope: float
    intercept: float
    threshold_out: float
    depth: int

    @classmethod
    def load(cls, path: Path, features: list[str]) -> Scorer:
        """Read scorer.json; InputError where it is missing or was trained on other features."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"{path} is missing; train it with training/train_scorer.py") from None
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path.name}, line {error.lineno}: not JSON ({error.msg}); train it anew"
            ) from None
        if data["features"] != features:
            raise InputError(
                f"{path.name}: trained on other features than this version computes; train it with training/train_scorer.py"
            )
        trees = data["trees"]
        width = max(len(t["feature"]) for t in trees)

        def grid(name: str, dtype, fill):
            out = np.full((len(trees), width), fill, dtype)
            for i, t in enumerate(trees):
                out[i, : len(t[name])] = t[name]
            return out

        return cls(
            grid("feature", np.int32, -1),
            grid("threshold", np.float64, 0),
            grid("left", np.int32, 0),
            grid("right", np.int32, 0),
            grid("value", np.float64, 0),
            data["baseline"],
            data["slope"],
            data["intercept"],
            data["threshold"],
            data["depth"],
        )

    def score(self, rows: list[list[float]]) -> np.ndarray:
        """Probabilities for rows of features."""
        if not rows:
            return np.zeros(0)
        x = np.asarray(rows, dtype=np.float64)
        total = np.full(len(x), self.baseline)
        here = np.arange(len(x))
        for k in range(len(self.feature)):
            node = np.zeros(len(x), np.int32)
            feature, threshold, left, right = self.feature[k], self.threshold[k], self.left[k], self.right[k]
            for _ in range(self.depth):
                f = feature[node]
                inner = f >= 0
                if not inner.any():
                    break
                go_left = x[here, np.maximum(f, 0)] <= threshold[node]
                node = np.where(inner, np.where(go_left, left[node], right[node]), node)
            total += self.value[k][node]
        return 1 / (1 + np.exp(-(self.slope * total + self.intercept)))
