"""Limits of an indicator by resampling the articles that it rests on (Efron): a question asked on demand, no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from pipelines.errors import InputError

_ACTS = """
select act.event_id, act.goldstein::double as goldstein, mention.article_id,
    coalesce(article.published_at, article.first_seen_at)::date as day, article.outlet
from fct_event as act
join fct_event_mention as mention using (event_id)
join fct_article as article on article.article_id = mention.article_id
where act.origin = ? and act.status = 'actual' and act.event_date between ? and ?
    and ((act.source = ? and act.target = ?) or (? and act.source = ? and act.target = ?))
"""


@dataclass(frozen=True)
class Limits:
    """An indicator's value, and where 95 % of the resampled values lie."""

    value: float
    lo: float
    hi: float
    articles: int


def bootstrap(
    connection: duckdb.DuckDBPyConnection,
    origin: str,
    source: str,
    target: str,
    days: tuple[date, date],
    indicator: str = "event_count",
    pooled: bool = False,
    times: int = 500,
    seed: int = 1,
) -> Limits:
    """95 % limits of `event_count` or `goldstein_sum` of a pair over some days, on a published copy.

    Articles are drawn with replacement within their day and outlet, so that a day's and an outlet's weight stay; an act
    counts where at least one of its articles was drawn. The same seed gives the same limits.
    """
    if indicator not in ("event_count", "goldstein_sum"):
        raise InputError(f"bootstrap knows event_count and goldstein_sum, not {indicator!r}")
    found = connection.execute(
        _ACTS, [origin, *days, source, target, pooled, target, source]
    ).fetchall()  # a row an act and article
    articles = sorted({(day, outlet, article) for _, _, article, day, outlet in found})
    acts = sorted({(event, goldstein) for event, goldstein, *_ in found})
    place = {article: i for i, (_, _, article) in enumerate(articles)}
    weights = np.array([1.0 if indicator == "event_count" else goldstein for _, goldstein in acts])
    number = {event: i for i, (event, _) in enumerate(acts)}
    told = np.zeros((len(acts), len(articles)), dtype=bool)
    for event, _, article, _, _ in found:
        told[number[event], place[article]] = True
    generator = np.random.default_rng(seed)
    values = [_one(generator, told, weights, _strata(articles)) for _ in range(times)] if acts else [0.0]
    lo, hi = np.percentile(values, [2.5, 97.5])
    return Limits(float(weights.sum()), float(lo), float(hi), len(articles))


def _strata(articles: Sequence[tuple]) -> list[np.ndarray]:
    groups: dict[tuple, list[int]] = {}
    for i, (day, outlet, _) in enumerate(articles):
        groups.setdefault((day, outlet), []).append(i)
    return [np.array(places) for places in groups.values()]


def _one(generator, told: np.ndarray, weights: np.ndarray, strata: list[np.ndarray]) -> float:
    drawn = np.zeros(told.shape[1], dtype=bool)
    for places in strata:
        drawn[generator.choice(places, size=len(places))] = True
    return float(weights[told[:, drawn].any(axis=1)].sum())
