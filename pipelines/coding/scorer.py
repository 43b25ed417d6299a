"""The learned scorer: how probable it is that a candidate is an act, from boosted trees kept as plain numbers.

Five small models. Three judge the parts: does this trigger say an act of its frame (trigger), is this party who does
it (source), is this whom it is done to (target)? Two judge whole candidates, in two rounds: the first looks at each candidate alone, the second also at what the first thought of the article's other
candidates (the same act told again, an answer to an act told before, a likelier reading of the same words).
`scorer.json` holds, for each tree, arrays over its nodes: `feature` (-1 at a leaf), `threshold` (left where the
value is not above it), `left`, `right`, `value`. The score is the logistic function of baseline plus leaf values,
then of a line fitted on held-out articles, so that it means what it says: of acts at 0.8, about 80 % are right.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.coding.features import PARTS
from pipelines.coding.roles import Candidate
from pipelines.errors import InputError

ARTICLE = [
    "first",
    "best_here",
    "above_here",
    "reversed_here",
    "other_type_here",
    "elsewhere",
    "pair_in_sentence",
    "pair_before",
    "answer_before",
    "pair_anywhere",
    "in_title",
    "answers_last",
    "repeats_last",
    "same_source_last",
    "same_target_last",
    "with_source",
    "with_target",
    "source_total",
    "target_total",
    "rank_in_sentence",
]
LIKELY = 0.35  # a first score that makes a candidate count as the last act told


def article_features(candidates: Sequence[Candidate], first: np.ndarray) -> list[list[float]]:
    """What the first scores of an article's candidates say about each of them: `ARTICLE`, in the order of candidates."""
    by_trigger: dict[tuple, list[int]] = defaultdict(list)
    by_sentence: dict[tuple, list[int]] = defaultdict(list)
    best_triple: dict[tuple, list[tuple[float, tuple]]] = defaultdict(list)
    best_pair: dict[tuple, list[tuple[float, tuple]]] = defaultdict(list)
    totals: dict[str, float] = defaultdict(float)
    keys, sentences = [], []
    for i, c in enumerate(candidates):
        sentence = (c.sentence.field, c.sentence.start)
        trigger = (*sentence, c.hit.token)
        keys.append(trigger)
        sentences.append(sentence)
        by_trigger[trigger].append(i)
        by_sentence[sentence].append(i)
        s, t, p = c.source.party.code, c.target.party.code, float(first[i])
        best_triple[s, t, c.frame.type].append((p, trigger))
        best_pair[s, t].append((p, trigger))
        totals[s] += p
        totals[t] += p

    def best(found: list[tuple[float, tuple]] | None, trigger: tuple) -> float:
        return max((p for p, k in found or () if k != trigger), default=0.0)

    rows: list[list[float]] = []
    before: dict[tuple[str, str], float] = {}
    titled: dict[frozenset, float] = {}
    last: Candidate | None = None
    done = None
    for i, c in enumerate(candidates):
        if sentences[i] != done:
            if done is not None:
                top = None
                for j in by_sentence[done]:
                    d = candidates[j]
                    pair = (d.source.party.code, d.target.party.code)
                    before[pair] = max(before.get(pair, 0.0), float(first[j]))
                    if done[0] == "title":
                        titled[frozenset(pair)] = max(titled.get(frozenset(pair), 0.0), float(first[j]))
                    if first[j] >= LIKELY and (top is None or first[j] > first[top]):
                        top = j
                if top is not None:
                    last = candidates[top]
            done = sentences[i]
        s, t, kind, p = c.source.party.code, c.target.party.code, c.frame.type, float(first[i])
        here = [(float(first[j]), candidates[j]) for j in by_trigger[keys[i]] if j != i]
        same = [(q, d) for q, d in here if d.frame.type == kind]
        ls, lt = (last.source.party.code, last.target.party.code) if last else (None, None)
        rows.append(
            [
                p,
                max((q for q, d in same), default=0.0),
                float(sum(q > p for q, d in same)),
                max(
                    (q for q, d in same if d.source.party.code == t and d.target.party.code == s), default=0.0
                ),
                max(
                    (
                        q
                        for q, d in here
                        if d.frame.type != kind and d.source.party.code == s and d.target.party.code == t
                    ),
                    default=0.0,
                ),
                best(best_triple.get((s, t, kind)), keys[i]),
                max(
                    (
                        float(first[j])
                        for j in by_sentence[done]
                        if keys[j] != keys[i]
                        and candidates[j].source.party.code == s
                        and candidates[j].target.party.code == t
                    ),
                    default=0.0,
                ),
                before.get((s, t), 0.0),
                before.get((t, s), 0.0),
                max(best(best_pair.get((s, t)), keys[i]), best(best_pair.get((t, s)), keys[i])),
                titled.get(frozenset((s, t)), 0.0),
                float(last is not None and t == ls),
                float(last is not None and (s, t) == (ls, lt)),
                float(last is not None and s == ls),
                float(last is not None and t == lt),
                max((q for q, d in same if d.source.party.code == s), default=0.0),
                max((q for q, d in same if d.target.party.code == t), default=0.0),
                totals[s],
                totals[t],
                float(sum(first[j] > p for j in by_sentence[done])),
            ]
        )
    return rows


@dataclass(frozen=True)
class Trees:
    """Boosted trees, as arrays of shape (trees, nodes)."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    baseline: float
    slope: float
    intercept: float
    depth: int

    @classmethod
    def of(cls, data: dict) -> Trees:
        """From the lists of scorer.json."""
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
            *(data[name] for name in ("baseline", "slope", "intercept", "depth")),
        )

    def probability(self, x: np.ndarray) -> np.ndarray:
        """For rows of features."""
        return 1 / (1 + np.exp(-self.logit(x)))

    def logit(self, x: np.ndarray) -> np.ndarray:
        """Log odds for rows of features."""
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
        return self.slope * total + self.intercept


def read_json(path: Path, script: str) -> dict:
    """What a training script wrote; InputError, which names the script, where it is missing or broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} is missing; train it with {script}") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{path.name}, line {error.lineno}: not JSON ({error.msg}); train it anew") from None


@dataclass(frozen=True)
class Scorer:
    """Two rounds of trees: candidates one by one, then each in the light of the others of its article."""

    parts: dict[str, Trees]
    first: Trees
    second: Trees
    threshold_out: float
    priors: dict[str, float]
    base: dict[str, float]

    @classmethod
    def load(cls, path: Path, features: list[str]) -> Scorer:
        """Read scorer.json; InputError where it is missing or was trained on other features."""
        data = read_json(path, "training/train_scorer.py")
        if data.get("features") != [*features, *PARTS, *ARTICLE]:
            raise InputError(
                f"{path.name}: trained on other features than this version computes; train it with training/train_scorer.py"
            )
        return cls(
            {name: Trees.of(data[name]) for name in PARTS},
            Trees.of(data["first"]),
            Trees.of(data["second"]),
            data["threshold"],
            data["priors"],
            data["base"],
        )

    def score(self, candidates: Sequence[Candidate]) -> np.ndarray:
        """Probabilities of the candidate acts of one article."""
        return self.score_many([candidates])[0]

    def score_many(self, articles: Sequence[Sequence[Candidate]]) -> list[np.ndarray]:
        """The same for several articles at once, which is faster."""
        flat = [c for candidates in articles for c in candidates]
        if not flat:
            return [np.zeros(0) for _ in articles]
        x = np.asarray([c.features for c in flat], dtype=np.float64)
        x[:, 0] = [self.priors.get(c.key, self.base.get(c.frame.type, 0.2)) for c in flat]
        x = np.hstack(
            [x, *(self.parts[name].logit(x[:, columns]).reshape(-1, 1) for name, columns in PARTS.items())]
        )
        first = self.first.probability(x)
        more, at = [], 0
        for candidates in articles:
            more += article_features(candidates, first[at : at + len(candidates)])
            at += len(candidates)
        final = self.second.probability(np.hstack([x, np.asarray(more, dtype=np.float64)]))
        return np.split(final, np.cumsum([len(c) for c in articles])[:-1])
