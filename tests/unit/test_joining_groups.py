"""The groups of reports that the joining is measured on are complete, of known codes, and as hard as they say."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.settings import REFERENCE

PATH = Path(__file__).parent.parent / "data" / "joining" / "groups.jsonl"
FIELDS = {
    *("act", "source", "target", "type", "mode", "cameo", "status"),
    *("date", "date_precision", "date_basis", "count", "unit", "reciprocal"),
}
SHAPES = {"day": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d", "year": r"\d{4}"}


@pytest.fixture(scope="module")
def groups() -> list[dict]:
    return [json.loads(line) for line in PATH.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def mentions(groups) -> list[tuple[dict, dict, dict]]:
    return [
        (group, report, mention)
        for group in groups
        for report in group["reports"]
        for mention in report["mentions"]
    ]


def test_there_are_sixty_groups_with_reports_in_order_and_unique_ids(groups):
    assert len(groups) == len({group["id"] for group in groups}) == 60
    reports = [report for group in groups for report in group["reports"]]
    assert len({report["id"] for report in reports}) == len(reports)
    for group in groups:
        assert group["about"] and group["hard"]
        times = [report["published"] for report in group["reports"]]
        assert times == sorted(times)
        assert len(times) >= 3


def test_every_mention_is_complete_and_of_known_codes(mentions):
    def keys(name: str, *columns: str) -> set[tuple]:
        with open(REFERENCE / name, encoding="utf-8") as file:
            return {tuple(row[column] for column in columns) for row in csv.DictReader(file)}

    types, cameo = keys("event_types.csv", "type", "mode"), keys("cameo.csv", "code")
    for _, report, mention in mentions:
        assert mention.keys() == FIELDS
        assert (mention["type"], mention["mode"] or "") in types or mention["mode"] is None, report["id"]
        assert (mention["cameo"],) in cameo, (report["id"], mention["cameo"])
        assert mention["source"] != mention["target"]
        assert mention["status"] in {"actual", "planned", "hypothetical", "denied"}
        assert (mention["act"] is None) == (mention["status"] == "hypothetical")
        assert (mention["count"] is None) == (mention["unit"] is None)


def test_dates_are_as_fine_as_they_say_and_no_act_is_told_before_it_happened(mentions):
    for _, report, mention in mentions:
        if mention["date_precision"] == "none":
            assert mention["date"] is mention["date_basis"] is None
            continue
        assert re.fullmatch(SHAPES[mention["date_precision"]], mention["date"]), report["id"]
        if mention["date_precision"] != "day":
            continue
        told = datetime.fromisoformat(report["published"]).date()
        ahead = (date.fromisoformat(mention["date"]) - told).days
        assert ahead <= (1 if mention["status"] == "actual" else 40), report["id"]
        if mention["date_basis"] == "publication":
            assert ahead == 0, report["id"]


def test_an_act_has_one_pair_and_one_type(mentions):
    told = defaultdict(set)
    for group, _, mention in mentions:
        if mention["act"]:
            pair = frozenset((mention["source"], mention["target"]))
            told[group["id"], mention["act"]].add((pair, mention["type"]))
    assert all(len(kinds) == 1 for kinds in told.values())


def test_the_hard_negatives_are_there(groups, mentions):
    acts = defaultdict(list)
    for group, _, mention in mentions:
        if mention["act"]:
            acts[group["id"], mention["act"]].append(mention)

    def days(told: list[dict]) -> set[date]:
        return {date.fromisoformat(m["date"]) for m in told if m["date_precision"] == "day"}

    def counts(told: list[dict]) -> set[int]:
        return {m["count"] for m in told if m["count"]}

    rounds = twins = 0
    for (group, act), told in acts.items():
        for (other_group, other_act), other in acts.items():
            if group != other_group or act >= other_act or told[0]["type"] != other[0]["type"]:
                continue
            if (told[0]["source"], told[0]["target"], told[0]["mode"]) == (
                other[0]["source"],
                other[0]["target"],
                other[0]["mode"],
            ):
                rounds += any(abs((a - b).days) <= 14 for a in days(told) for b in days(other))
            elif told[0]["source"] != other[0]["source"]:
                twins += bool(counts(told) & counts(other))
    assert rounds >= 10  # the same done again within a fortnight
    assert twins >= 20  # the same count by two states
    assert sum({m["status"] for m in told} >= {"planned", "denied"} for told in acts.values()) >= 4
    assert sum(len(counts(told)) > 1 for told in acts.values()) >= 6
    assert sum({m["date_precision"] for m in told} >= {"day", "month"} for told in acts.values()) >= 20
    assert sum({m["date_precision"] for m in told} >= {"day", "none"} for told in acts.values()) >= 10
    copies = sum(
        len(group["reports"]) - len({report["summary"] for report in group["reports"]}) for group in groups
    )
    assert copies >= 20
