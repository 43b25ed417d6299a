"""How well coded articles agree with gold records, by the definitions of the coding guide ("How it is scored").

Events match on source, target and type (order free where the gold act is reciprocal), one to one, the pairs that
agree in most fields first. Only actual and planned acts count, on both sides. Everything is counted for each
article, so that sums give the scores and resampled sums their limits.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

COUNTED = ("actual", "planned")
FIELDS = ("mode", "status", "date", "count")
ORGANISATIONS = frozenset(
    [
        *(
            "UN",
            "EU",
            "NATO",
            "G7",
            "G20",
            "AU",
            "ASEAN",
            "OSCE",
            "IAEA",
            "ICC",
            "GCC",
            "ARAB",
            "ECOWAS",
            "IMF",
        ),
        *("OPCW", "BRICS", "SCO", "CSTO", "CELAC", "OAS", "COE", "WTO", "WHO", "OPEC"),
    ]
)
LINES = (
    "events",
    "events, all fields",
    "pairs of actors",
    "sanctions",
    "designees",
    "named people and bodies",
)

Record = Mapping[str, object]
Tally = Counter  # of (group, name, "hit" | "missed" | "extra") and the like


def read_records(path: Path | str) -> dict[str, dict]:
    """The records of a JSON Lines file by id; a repeated id is an error."""
    records: dict[str, dict] = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                record = json.loads(line)
                if record["id"] in records:
                    raise ValueError(f"{path}, line {number}: id {record['id']} stands twice")
                records[record["id"]] = record
    return records


def merge_organisations(records: Iterable[dict]) -> None:
    """Name every international organisation IGO, as some gold sets do (changes the records)."""
    for record in records:
        for event in record.get("events") or []:
            for side in ("source", "target"):
                if event.get(side) in ORGANISATIONS:
                    event[side] = "IGO"


def match(
    gold: Sequence[Record],
    predicted: Sequence[Record],
    same: Callable[[Record, Record], bool],
    agreement: Callable[[Record, Record], float],
) -> tuple[list[tuple[Record, Record]], list[Record], list[Record]]:
    """One-to-one pairs for which `same` holds, best agreement first; then what of gold is missed, what is extra."""
    candidates = sorted(
        (-agreement(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted) if same(g, p)
    )
    free_gold, free_predicted = set(range(len(gold))), set(range(len(predicted)))
    pairs = []
    for _, i, j in candidates:
        if i in free_gold and j in free_predicted:
            free_gold.remove(i)
            free_predicted.remove(j)
            pairs.append((gold[i], predicted[j]))
    return pairs, [gold[i] for i in sorted(free_gold)], [predicted[j] for j in sorted(free_predicted)]


def same_event(gold: Record, predicted: Record) -> bool:
    """Same type, and the same pair: in either order where the gold act is reciprocal."""
    if gold.get("type") != predicted.get("type"):
        return False
    ours, theirs = ((e.get("source"), e.get("target")) for e in (gold, predicted))
    return ours == theirs or (bool(gold.get("reciprocal")) and ours == theirs[::-1])


def same_sanction(gold: Record, predicted: Record) -> bool:
    """Same sender, target and action."""
    return all(gold.get(key) == predicted.get(key) for key in ("sender", "target", "action"))


def overlap(one: Iterable | None, other: Iterable | None) -> float:
    """Shared members over all members (Jaccard); 1 for two empty sets."""
    a, b = set(one or ()), set(other or ())
    return len(a & b) / len(a | b) if a | b else 1.0


def name_key(name: str | None) -> str:
    """A name without case and punctuation."""
    return " ".join("".join(c.lower() if c.isalnum() else " " for c in name or "").split())


def _counted(events: object) -> list[Record]:
    return [event for event in events or [] if (event.get("status") or "actual") in COUNTED]


def _agreement(gold: Record, predicted: Record) -> int:
    return sum(gold.get(key) == predicted.get(key) for key in FIELDS)


def _shared_measures(gold: Record, predicted: Record) -> float:
    return overlap(gold.get("measures"), predicted.get("measures"))


def matched_events(gold: Record, predicted: Record) -> list[tuple[Record, Record]]:
    """The pairs of gold and predicted acts of one article that are the same act."""
    return match(_counted(gold.get("events")), _counted(predicted.get("events")), same_event, _agreement)[0]


def matched_sanctions(gold: Record, predicted: Record) -> list[tuple[Record, Record]]:
    """The pairs of gold and predicted sanctions records of one article that are the same."""
    sides = (_counted(record.get("sanctions")) for record in (gold, predicted))
    return match(*sides, same_sanction, _shared_measures)[0]


def plain(value: object) -> object:
    """A value to compare without regard to order, case and punctuation of names in a list."""
    return {name_key(str(item)) for item in value} if isinstance(value, list) else value


def score_article(gold: Record, predicted: Record) -> tuple[Tally, list[Record], list[Record]]:
    """What is right, missed and extra in one article: the tally, the missed events, the extra ones."""
    tally: Tally = Counter()

    def add(group: str, name: object, hit: int, missed: int, extra: int) -> None:
        tally[group, name, "hit"] += hit
        tally[group, name, "missed"] += missed
        tally[group, name, "extra"] += extra

    ours, theirs = _counted(gold.get("events")), _counted(predicted.get("events"))
    pairs, missed, extra = match(ours, theirs, same_event, _agreement)
    strict = sum(all(g.get(key) == p.get(key) for key in FIELDS) for g, p in pairs)
    add("line", "events", len(pairs), len(missed), len(extra))
    add("line", "events, all fields", strict, len(ours) - strict, len(theirs) - strict)
    add("kind", gold.get("kind"), len(pairs), len(missed), len(extra))
    add("origin", origin_of(gold), len(pairs), len(missed), len(extra))
    for event, _ in pairs:
        add("type", event["type"], 1, 0, 0)
    for event in missed:
        add("type", event["type"], 0, 1, 0)
    for event in extra:
        add("type", event.get("type"), 0, 0, 1)
    for key in FIELDS:
        tally["right", key, "n"] += len(pairs)
        tally["right", key, "hit"] += sum(g.get(key) == p.get(key) for g, p in pairs)
    dyads = [
        {tuple(sorted((str(e.get("source")), str(e.get("target"))))) for e in side} for side in (ours, theirs)
    ]
    _add_sets(add, "pairs of actors", *dyads)
    if gold.get("kind") == "trap":
        tally["traps", "clean", "n"] += 1
        tally["traps", "clean", "hit"] += not extra
    for event in theirs:
        if (confidence := event.get("confidence")) is not None:
            right = not any(event is other for other in extra)
            bin_ = min(9, int(float(confidence) * 10))
            tally["confidence", bin_, "n"] += 1
            tally["confidence", bin_, "hit"] += right
            tally["confidence", bin_, "sum"] += float(confidence)

    ours, theirs = _counted(gold.get("sanctions")), _counted(predicted.get("sanctions"))
    matched, *rest = match(ours, theirs, same_sanction, _shared_measures)
    add("line", "sanctions", len(matched), *map(len, rest))
    tally["measures", "overlap", "n"] += len(matched)
    tally["measures", "overlap", "hit"] += sum(
        overlap(g.get("measures"), p.get("measures")) for g, p in matched
    )
    _add_sets(
        add,
        "designees",
        *({name_key(name) for s in side for name in s.get("designees") or []} for side in (ours, theirs)),
    )
    _add_sets(
        add,
        "named people and bodies",
        *(
            {
                name_key(entity["name"])
                for entity in record.get("entities") or []
                if entity.get("type") in ("person", "organisation")
            }
            for record in (gold, predicted)
        ),
    )
    return tally, missed, extra


def _add_sets(add: Callable, name: str, ours: set, theirs: set) -> None:
    add("line", name, len(ours & theirs), len(ours - theirs), len(theirs - ours))


def origin_of(record: Record) -> str:
    """Where a gold record comes from: its `origin`, else what its id begins with."""
    return str(record.get("origin") or str(record["id"]).replace(":", "-").split("-")[0])


def precision_recall_f1(hit: float, missed: float, extra: float) -> tuple[float, float, float]:
    """Each 0 where it is not defined."""
    precision = hit / (hit + extra) if hit + extra else 0.0
    recall = hit / (hit + missed) if hit + missed else 0.0
    return precision, recall, 2 * hit / (2 * hit + missed + extra) if hit else 0.0


def totals(tallies: Iterable[Tally]) -> Tally:
    """The sum over articles."""
    total: Tally = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def bootstrap(
    tallies: Sequence[Tally], draws: int = 1000, seed: int = 20161229
) -> dict[str, tuple[float, float]]:
    """95 % limits of each line's F1 (and of the measures' overlap), articles resampled with replacement."""
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(tallies), [1 / len(tallies)] * len(tallies), size=draws)
    limits = {}
    for name in LINES:
        sums = [
            weights @ np.array([t["line", name, part] for t in tallies])
            for part in ("hit", "missed", "extra")
        ]
        double = 2 * sums[0]
        limits[name] = _limits(np.where(double > 0, double / np.maximum(double + sums[1] + sums[2], 1), 0.0))
    hit, n = (weights @ np.array([t["measures", "overlap", part] for t in tallies]) for part in ("hit", "n"))
    limits["measures overlap"] = _limits(np.where(n > 0, hit / np.maximum(n, 1), 0.0))
    return limits


def _limits(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def rows(total: Tally, group: str) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and counts of each name of a group, as the published scorer prints them."""
    names = {name for kind, name, _ in total if kind == group}
    ordered = [name for name in LINES if name in names] if group == "line" else sorted(names, key=str)
    table = {}
    for name in ordered:
        hit, missed, extra = (total[group, name, part] for part in ("hit", "missed", "extra"))
        precision, recall, f1 = precision_recall_f1(hit, missed, extra)
        table[str(name)] = {
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "gold": hit + missed,
            "predicted": hit + extra,
        }
    return table


def calibration(total: Tally) -> tuple[list[tuple[float, float, float, int]], float]:
    """Bins of confidence as (lower edge, mean confidence, share right, acts), and the expected calibration error."""
    bins = []
    for bin_ in range(10):
        if n := total["confidence", bin_, "n"]:
            bins.append(
                (bin_ / 10, total["confidence", bin_, "sum"] / n, total["confidence", bin_, "hit"] / n, n)
            )
    acts = sum(n for *_, n in bins)
    return bins, sum(abs(said - right) * n for _, said, right, n in bins) / acts if acts else 0.0
