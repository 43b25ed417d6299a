"""Which status an act gets, and which of the days and modes that its text offers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.coding import choices
from pipelines.coding.choices import Belief, Choices, Offer, Option
from pipelines.coding.coder import Coder
from pipelines.coding.records import Article
from pipelines.errors import InputError
from pipelines.settings import MODELS

WHEN = datetime(2018, 3, 30, 14, 5, tzinfo=UTC)  # a Friday
PUBLISHED = (WHEN.date(), "day", "publication")
TUESDAY = (date(2018, 3, 27), "day", "relative")
NOTHING = (None, "none", None)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def offers(coder: Coder, field: str, **text: str) -> Offer:
    """What the first mention of an article offers for a field."""
    ((p, candidates),) = coder.candidates([Article(id="a", reference=WHEN, **text)])
    best = max(candidates, key=lambda c: c.read)
    (offer,) = coder.offers(p, [best])
    return offer[field]


def test_every_day_of_a_text_is_offered_with_publication_and_none(coder):
    offer = offers(
        coder, "date", summary="Peru expelled Bolivia's ambassador on Tuesday, after a raid on 3 March."
    )
    days = [option.value[0] for option in offer.options]
    assert set(days) >= {None, WHEN.date(), date(2018, 3, 27), date(2018, 3, 3)}
    assert len(days) == len(set(days))
    assert offer.rule == TUESDAY


def test_modes_offered_are_those_of_the_type(coder):
    offer = offers(coder, "mode", title="Peru expels 12 Bolivian diplomats")
    assert {"expel", "recall", "sanction", "sever", "suspend", "close"} <= {o.value for o in offer.options}
    assert "strike" not in {o.value for o in offer.options}


def test_options_of_one_field_have_the_same_features(coder):
    text = {
        "title": "Peru expels 12 Bolivians",
        "summary": "Bolivia had recalled its envoy on Tuesday. Chile helped.",
    }
    ((p, candidates),) = coder.candidates([Article(id="a", reference=WHEN, **text)])
    for field in ("date", "mode"):
        assert (
            len({tuple(o.features) for offer in coder.offers(p, candidates) for o in offer[field].options})
            == 1
        )


class Believing:
    """Choices that believe of every status what they are told."""

    def __init__(self, chances: dict[str, float]):
        self.chances = chances

    def weigh(self, offers: list) -> list[dict[str, Belief]]:
        return [{"status": Belief.of(list(self.chances), list(self.chances.values()))} for _ in offers]


@pytest.mark.parametrize(
    ("text", "chances", "status"),
    [
        # told as planned: done only when that is sure
        ("Peru plans to free 12 Bolivian soldiers.", {"actual": 0.6, "planned": 0.4}, "planned"),
        ("Peru plans to free 12 Bolivian soldiers.", {"actual": 0.9, "planned": 0.1}, "actual"),
        # told as done: undone when that is likelier
        ("Peru freed 12 Bolivian soldiers.", {"actual": 0.4, "planned": 0.6}, "planned"),
    ],
)
def test_an_act_is_called_done_with_more_care_than_undone(coder, monkeypatch, text, chances, status):
    ((p, candidates),) = coder.candidates([Article(id="a", reference=WHEN, summary=text)])
    best = max(candidates, key=lambda c: c.read)
    best.score = 0.9
    monkeypatch.setattr(coder, "choices", Believing(chances))
    ((_, (found,)),) = coder.with_status([(p, [best])])
    assert (found.reading.status, found.score) == (status, 0.9)


def test_what_is_hardly_done_after_all_does_not_hold(coder, monkeypatch):
    ((p, candidates),) = coder.candidates(
        [Article(id="a", reference=WHEN, summary="Peru may expel the ambassador of Bolivia.")]
    )
    best = max(candidates, key=lambda c: c.read)
    monkeypatch.setattr(coder, "choices", Believing({"actual": 0.8, "planned": 0.0, "hypothetical": 0.2}))
    for score, scores in ((0.9, [pytest.approx(0.72)]), (0.4, [])):
        best.score = score
        ((_, found),) = coder.with_status([(p, [best])])
        assert [c.score for c in found] == scores


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        ([(PUBLISHED, 0.8), (TUESDAY, 0.2)], [(PUBLISHED, 0.3), (TUESDAY, 0.7)], TUESDAY),
        ([(PUBLISHED, 0.95), (TUESDAY, 0.05)], [(PUBLISHED, 0.45), (TUESDAY, 0.55)], PUBLISHED),
        ([((None, None), 0.8), ((35, "diplomats"), 0.2)], [((35, "diplomats"), 0.9)], (35, "diplomats")),
        ([(None, 0.9), ("expel", 0.1)], [("expel", 0.8), (None, 0.2)], "expel"),
    ],
)
def test_what_one_mention_states_outweighs_the_silence_of_another(first, second, best):
    belief = Belief.of(*zip(*first, strict=True))
    belief.add(Belief.of(*zip(*second, strict=True)))
    assert belief.best() == best


def test_what_may_happen_has_no_day_unless_the_text_gives_one():
    belief = Belief.of([PUBLISHED, TUESDAY, NOTHING], [0.6, 0.3, 0.1]).without_publication()
    assert belief.best() == NOTHING
    assert belief.chances == pytest.approx({None: 0.7, date(2018, 3, 27): 0.3})


def test_without_trees_the_rules_decide():
    offer = Offer([Option(NOTHING, {}), Option(PUBLISHED, {})], TUESDAY)
    (found,) = Choices.load(None).weigh([{"date": offer}])
    assert found["date"].best() == TUESDAY


def test_chances_of_a_mention_do_not_depend_on_others(coder):
    one = offers(coder, "date", summary="Peru expelled Bolivia's ambassador on Tuesday.")
    other = offers(
        coder, "date", summary="Kenya, which had recalled its envoy on 3 March, broke with Somalia."
    )
    alone = coder.choices.weigh([{"date": one}])
    together = coder.choices.weigh([{"date": other}, {"date": one}])
    assert together[1] == alone[0]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [("{", "line 1: not JSON"), (None, "train it with training/train_choices.py")],
)
def test_broken_trees_name_file_and_remedy(tmp_path, text, remedy):
    path = tmp_path / "choices.json"
    if text:
        path.write_text(text)
    with pytest.raises(InputError, match=remedy):
        Choices.load(path)


def test_a_count_is_the_rules(coder):
    offer = offers(
        coder, "count", summary="Peru expelled 12 Bolivian diplomats after 3 Peruvians had been held."
    )
    (found,) = coder.choices.weigh([{"count": offer}])
    assert found["count"].best() == (12, "diplomats")


def test_trees_know_their_fields():
    assert set(Choices.load(MODELS / "choices.json").trees) == {"date", "mode", "status"}
    assert choices.day_chances(None, WHEN.date()) == {}
