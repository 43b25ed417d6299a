"""Reports of the same act become one act: sixty groups of reports in our own words, with hard negatives."""

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_joining_is_as_good_as_we_say(tmp_path):
    spec = importlib.util.spec_from_file_location("joining_benchmark", ROOT / "benchmarks" / "joining.py")
    joining = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(joining)
    groups = [json.loads(line) for line in joining.GROUPS.read_text("utf-8").splitlines() if line.strip()]
    precision, recall, _ = joining.score(groups, joining.joined(tmp_path, groups))
    assert len(groups) == 60
    assert precision >= 0.95
    assert recall >= 0.90
