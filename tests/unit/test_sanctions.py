"""A sanctions record says what was done, by which measures, on whom, by which act of law, why and from when."""

from datetime import UTC, date, datetime

import pytest

from pipelines.coding import sanctions
from pipelines.coding.records import Article, Entity, Event, Evidence
from pipelines.errors import InputError

REFERENCE = datetime(2016, 12, 30, 14, 5, tzinfo=UTC)


def event(
    article, trigger, source="USA", target="RUS", type="SANCTION", mode="sanction", field="summary", **more
):
    text = getattr(article, field)
    start = text.index(trigger)
    evidence = Evidence(field, text, trigger, start, start + len(trigger))
    values = {
        "cameo": "163", "status": "actual", "date": date(2016, 12, 29), "date_precision": "day", "date_basis": "stated",
        "count": None, "unit": None, "reciprocal": False, "response_to": None, "confidence": 0.9,
    } | more  # fmt: skip
    return Event(source, target, type, mode, evidence=(evidence,), **values)


def record(summary, trigger, entities=(), **more):
    article = Article("a", REFERENCE, summary=summary)
    return sanctions.sanction_record(event(article, trigger, **more), 0, article, (), entities)


def test_the_measures_of_december_2016():
    gru = Entity("GRU", "organisation", "RUS", None, None, "summary", 0, 3)
    found = record(
        "The United States froze the assets of the GRU on Thursday under Executive Order 13757 over hacking.",
        "froze",
        [gru],
    )
    assert (found.action, found.measures, found.designees) == ("impose", ("asset_freeze",), ("GRU",))
    assert (found.instrument, found.reason, found.announced) == (
        "Executive Order 13757",
        "cyber",
        date(2016, 12, 29),
    )


@pytest.mark.parametrize(
    ("text", "trigger", "action"),
    [
        ("Washington imposed sanctions on Russian banks.", "imposed", "impose"),
        ("Washington tightened sanctions on Russian banks.", "tightened", "extend"),
        ("Washington imposed further sanctions on Russia.", "imposed", "extend"),
        ("The Union renewed its sanctions on Russia for six months.", "renewed", "renew"),
        ("The Union extended its sanctions on Russia until 31 July.", "extended", "renew"),
    ],
)
def test_what_is_done_with_the_measure(text, trigger, action):
    assert record(text, trigger).action == action


@pytest.mark.parametrize(
    ("text", "trigger", "action"),
    [
        ("Washington lifted sanctions on Syria.", "lifted", "lift"),
        ("Washington lifted some sanctions on Syria.", "lifted", "ease"),
        ("Washington waived sanctions on Syria.", "waived", "ease"),
        ("Beijing scraps tariffs on barley.", "scraps", "lift"),
    ],
)
def test_what_is_eased_and_what_is_lifted(text, trigger, action):
    assert record(text, trigger, type="CONCEDE", mode="ease").action == action


def test_an_expulsion_is_its_own_measure_and_has_no_designees():
    found = record("Washington expelled 35 diplomats.", "expelled", mode="expel", count=35, unit="diplomats")
    assert (found.measures, found.designees, found.count) == (("diplomatic_expulsion",), (), 35)


@pytest.mark.parametrize(
    ("type", "mode"),
    [("ACCUSE", "disapprove"), ("SANCTION", "recall"), ("THREATEN", "violence"), ("CONCEDE", None)],
)
def test_other_acts_have_no_record(type, mode):
    assert record("Washington spoke of sanctions.", "spoke", type=type, mode=mode) is None


def test_an_answer_to_a_measure_is_retaliation_and_to_a_war_is_not():
    assert sanctions.reason_in("Russia bans food in response to sanctions") == "retaliation"
    assert sanctions.reason_in("Kyiv bans trade in response to the invasion of Crimea") == "territorial"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("expels four Russians over the Skripal poisoning", "chemical_weapons"),
        ("sanctions on Belarus for its crackdown on protesters", "human_rights"),
        ("sanctions over its nuclear programme", "proliferation"),
        ("imposes sanctions on Russia", None),
        ("expels the ambassador over rescued maids", "other"),
    ],
)
def test_the_reason_is_only_what_the_text_states(text, reason):
    assert sanctions.reason_in(text) == reason


def test_a_reciprocal_expulsion_gives_a_record_for_each_side():
    article = Article("a", REFERENCE, summary="India and Canada expelled six of each other's diplomats.")
    act = event(article, "expelled", "IND", "CAN", mode="expel", reciprocal=True, count=6, unit="diplomats")
    assert [(r.sender, r.target) for r in sanctions.sanction_records(article, (act,))] == [
        ("IND", "CAN"),
        ("CAN", "IND"),
    ]


def test_a_day_of_effect_is_kept_beside_that_of_announcement():
    found = record("Washington imposed tariffs on Russia that take effect on 5 January.", "imposed")
    assert (found.announced, found.effective) == (date(2016, 12, 29), date(2017, 1, 5))


def test_a_wrong_pattern_is_named_with_its_line(tmp_path):
    for name in ("measures.csv", "reasons.csv"):
        (tmp_path / name).write_text("code,phrases\nx,one thing\n")
    (tmp_path / "instruments.csv").write_text("code,pattern\nact,(\n")
    with pytest.raises(InputError, match=r"instruments.csv, line 2: column pattern"):
        sanctions.vocabulary(tmp_path)
