"""The scorer counts what the guide says that it counts."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import score

EVENT = {
    "source": "USA",
    "target": "RUS",
    "type": "SANCTION",
    "mode": "expel",
    "status": "actual",
    "date": "2016-12-29",
    "count": 35,
}
GOLD = Path(score.__file__).parent / "gold"


def f1(gold, predicted, line="events"):
    total = score.totals([score.score_article({"id": "x-1", "kind": "brief"} | gold, predicted)[0]])
    return round(score.rows(total, "line")[line]["f1"], 3)


def test_gold_agrees_with_itself():
    for name in ("train.jsonl", "dev.jsonl"):
        for record in score.read_records(GOLD / name).values():
            _, missed, extra = score.score_article(record, record)
            assert not missed and not extra


def test_direction_matters_unless_the_act_is_reciprocal():
    turned = EVENT | {"source": "RUS", "target": "USA"}
    assert f1({"events": [EVENT]}, {"events": [turned]}) == 0
    assert f1({"events": [EVENT | {"reciprocal": True}]}, {"events": [turned]}) == 1


def test_what_is_only_thought_of_does_not_count_but_is_false_where_put_out_as_done():
    thought = EVENT | {"status": "hypothetical"}
    assert f1({"events": [thought]}, {"events": [thought]}) == 0
    _, missed, extra = score.score_article({"id": "x", "events": [thought]}, {"events": [EVENT]})
    assert (missed, extra) == ([], [EVENT])


def test_all_fields_are_asked_for_in_the_stricter_line():
    other = EVENT | {"count": 30}
    assert f1({"events": [EVENT]}, {"events": [other]}) == 1
    assert f1({"events": [EVENT]}, {"events": [other]}, "events, all fields") == 0


def test_one_prediction_serves_one_gold_act_and_the_one_that_fits_best():
    second = EVENT | {"date": "2018-03-26", "count": 60}
    total, missed, extra = score.score_article({"id": "x", "events": [EVENT, second]}, {"events": [second]})
    assert missed == [EVENT] and not extra and total["right", "date", "hit"] == 1


def test_measures_overlap_by_shared_over_all():
    assert score.overlap(["a", "b"], ["b", "c"]) == pytest.approx(1 / 3)
    assert score.overlap([], []) == 1


def test_confidence_is_held_against_what_was_right():
    sure = EVENT | {"confidence": 0.85}
    wrong = EVENT | {"type": "ACCUSE", "confidence": 0.85}
    tally, *_ = score.score_article({"id": "x", "events": [EVENT]}, {"events": [sure, wrong]})
    bins, error = score.calibration(tally)
    assert bins == [(0.8, pytest.approx(0.85), 0.5, 2)] and error == pytest.approx(0.35)


def test_the_limits_are_the_same_each_time_and_hold_the_score():
    tallies = [
        score.score_article({"id": str(i), "events": [EVENT]}, {"events": [EVENT] * (i % 2)})[0]
        for i in range(40)
    ]
    low, high = score.bootstrap(tallies, draws=200)["events"]
    assert (low, high) == score.bootstrap(tallies, draws=200)["events"]
    assert low < 2 / 3 < high


def test_a_repeated_id_is_refused(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a"}\n{"id": "a"}\n')
    with pytest.raises(ValueError, match="line 2"):
        score.read_records(path)
