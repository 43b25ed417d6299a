"""The report's own parts: axes that fold silence, limits of a level, marked sentences, the story, what may be a link."""

from datetime import date, datetime, timedelta

import pytest

from pipelines.coding.reference import read_csv
from pipelines.report import evidence, story
from pipelines.report.levels import level_limits, level_months
from pipelines.report.pages import sureness
from pipelines.report.site import as_csv
from pipelines.report.stock import stock_plots
from pipelines.report.timescale import timescale
from pipelines.report.words import PHRASES, load_words
from pipelines.report.world import Table
from pipelines.settings import REFERENCE

WORDS = load_words(
    [
        {"code": "USA", "name": "United States"},
        {"code": "RUS", "name": "Russia"},
        {"code": "EU", "name": "European Union"},
    ],
    [],
    [{"measure": "asset_freeze", "label": "Asset freeze"}],
    REFERENCE / "countries.csv",
)


def act(number, day, source, target, type_, mode=None, status="actual", **more):
    quad = 4 if type_ in ("SANCTION", "ASSAULT", "COERCE") else 3
    return {
        "event_id": str(number),
        "event_date": date.fromisoformat(day),
        "source": source,
        "target": target,
        "type": type_,
        "mode": mode,
        "status": status,
        "count": None,
        "unit": None,
        "is_reciprocal": False,
        "severity": -8.0,
        "outlet_count": 2,
        "confidence": 0.9,
        "quad_class": quad,
        "origin": "news",
    } | more


EXPULSION = act(1, "2016-12-29", "USA", "RUS", "SANCTION", "expel", count=35, unit="officials")
PROPOSAL = act(2, "2016-12-30", "RUS", "USA", "SANCTION", "expel", "denied", count=35, unit="diplomats")
BILL = act(3, "2017-07-27", "USA", "RUS", "SANCTION", "sanction")
ANSWER = act(4, "2017-07-28", "RUS", "USA", "SANCTION", "expel")
HISTORY = {
    "2": [
        {"status": "planned", "as_of_date": date(2016, 12, 30)},
        {"status": "denied", "as_of_date": date(2016, 12, 30)},
    ]
}


def told(acts, answers=None, sanctions=None, read=()):
    episodes = story.tell(acts, answers or {}, sanctions or {}, HISTORY, list(read), WORDS)
    return [
        " ".join("".join(c.text for c in s) for p in e.paragraphs for s in p.sentences) for e in episodes
    ], episodes


def test_the_story_tells_deed_plan_refusal_and_the_answer_with_its_days():
    texts, episodes = told(
        [EXPULSION, PROPOSAL, BILL, ANSWER],
        {"2": (EXPULSION, "stated"), "4": (BILL, "stated")},
        read=[date(2016, 12, 29), date(2017, 7, 28)],
    )
    assert "On 29 December 2016 the United States expelled 35 Russian officials." in texts[0]
    assert "Russia proposed to expel 35 American diplomats, and decided against it the same day" in texts[0]
    assert (
        "The proposal answers the expulsion of 35 officials by the United States of 29 December 2016, 1 day earlier"
        in texts[0]
    )
    assert (
        "This answers the sanctions by the United States of 27 July 2017, 1 day earlier, as a report says."
        in texts[1]
    )
    assert "211 days after the expulsion of 35 officials by the United States of 29 December 2016" in texts[1]
    assert episodes[1].silence == "209 days pass; nothing was read on any of them."


def test_an_inferred_answer_is_called_inferred_and_a_strike_in_a_war_is_no_answer():
    texts, _ = told([EXPULSION, act(5, "2017-01-10", "RUS", "USA", "SANCTION", "expel", count=1, unit="diplomats")],
                    {"5": (EXPULSION, "inferred")})  # fmt: skip
    assert "expelled 1 American diplomat." in texts[0] and "may answer" in texts[0] and "inferred" in texts[0]
    strikes = [
        act(6, "2022-03-01", "RUS", "USA", "ASSAULT", "strike"),
        act(7, "2022-03-02", "USA", "RUS", "ASSAULT", "strike"),
    ]
    assert "answer" not in told(strikes, {"7": (strikes[0], "inferred")})[0][0]


def test_a_package_names_whom_any_of_its_parts_names():
    parts = [act(n, "2016-12-29", "USA", "RUS", "SANCTION", "sanction") for n in (20, 21)]
    told_by = {"21": [{"designees": ["FSB", "GRU"]}], "20": [{"designees": []}]}
    assert story.names_of(parts[0], [*parts, EXPULSION], told_by) == ["FSB", "GRU"]
    assert story.names_of(EXPULSION, [*parts, EXPULSION], told_by) == []


def test_an_answered_act_without_a_day_is_the_one_of_its_kind_in_the_month_before():
    undated = act(22, "2016-12-29", "USA", "RUS", "SANCTION", "expel") | {"event_date": None}
    texts, _ = told([EXPULSION, PROPOSAL], {"2": (undated, "stated")})
    assert (
        "The proposal answers the expulsion of 35 officials by the United States of 29 December 2016"
        in texts[0]
    )
    assert story.dated(undated, [EXPULSION], date(2018, 1, 1)) is None


def stock_row(day, sender, stock, measure="asset_freeze", origin="news"):
    sides = {"sender": sender, "target": "RUS" if sender == "USA" else "USA"}
    return {"origin": origin, "date": date.fromisoformat(day), "measure": measure, "stock": stock} | sides


def test_stock_in_force_holds_until_it_changes_and_both_sides_are_told():
    rows = [
        stock_row("2016-12-29", "USA", 2),
        stock_row("2017-07-28", "RUS", 1),
        stock_row("2018-01-01", "USA", 0),
        stock_row("2018-01-01", "USA", None, "diplomatic_expulsion"),
    ]
    scale = timescale([date(2016, 12, 1) + timedelta(days=n) for n in range(500)], [], 0, 700)
    (plot,) = stock_plots(
        rows, {760: scale, 350: scale}, lambda row: row["sender"] == "USA", ("by A", "by B"), WORDS, "x.csv"
    )
    assert "From 29 Dec 2016: by A: 2 acts (asset freeze 2)" in plot.wide
    assert "From 28 Jul 2017: by A: 2 acts (asset freeze 2); by B: 1 act (asset freeze 1)" in plot.wide
    assert "From 1 Jan 2018: by B: 1 act (asset freeze 1)" in plot.wide
    assert "by A 0, by B 1 at the end" in plot.wide
    assert not stock_plots([rows[-1]], {760: scale, 350: scale}, bool, ("a", "b"), WORDS, "x.csv")


def test_doubtful_and_undated_acts_are_left_out_of_the_story_and_no_kind_fills_it():
    doubtful = act(8, "2016-12-29", "RUS", "USA", "COERCE", "cyber", confidence=0.4)
    undated = act(9, "2016-12-29", "RUS", "USA", "COERCE", "seize") | {"event_date": None}
    many = [act(n, f"2017-01-{n:02}", "RUS", "USA", "ASSAULT", "strike") for n in range(10, 30)]
    chosen = story.chosen([doubtful, undated, EXPULSION, *many])
    assert {a["event_id"] for a in chosen} >= {"1"} and len(chosen) == 1 + story.OF_KIND


def test_every_type_and_mode_has_its_words():
    kinds = {(row["type"], row["mode"]) for row in read_csv(REFERENCE / "event_types.csv", ("type", "mode"))}
    assert kinds == {(row["type"], row["mode"]) for row in read_csv(PHRASES, ("type", "mode"))}
    for type_, mode in kinds:
        for source, target in (("USA", "RUS"), ("RUS", "EU")):
            for change in ({}, {"count": 35, "unit": "things"}):
                text = WORDS.said(act(1, "2020-01-01", source, target, type_, mode, **change))
                assert "{" not in text and text[0].isupper()


def test_long_silence_is_folded_and_no_line_is_drawn_through_it():
    read = [date(2016, 12, 28) + timedelta(days=n) for n in range(6)] + [
        date(2017, 7, 28) + timedelta(days=n) for n in range(4)
    ]
    scale = timescale(read, [], 0, 700)
    folds = [stretch for stretch in scale.stretches if stretch.is_fold]
    assert [(fold.first, fold.last) for fold in folds] == [(date(2017, 1, 3), date(2017, 7, 27))]
    parts = scale.parts(date(2016, 12, 1), date(2017, 7, 31))
    assert len(parts) == 2 and parts[0][1] <= folds[0].left and parts[1][0] >= folds[0].right
    assert scale.x(date(2016, 12, 28)) == 0 and scale.x(date(2017, 7, 31)) < 700
    labels = [label for _, label in scale.ticks()]
    assert labels[0] == "28 Dec 2016" and len(set(labels)) == len(labels)


def test_short_silence_is_hatched_to_scale():
    read = [date(2026, 1, 1) + timedelta(days=n) for n in range(300) if not 100 <= n < 105]
    scale = timescale(read, [], 0, 700)
    assert len(scale.stretches) == 1
    assert scale.unread == ((date(2026, 4, 11), date(2026, 4, 15)),)


def test_a_level_has_limits_around_it_stays_while_nothing_happens_and_breaks_where_nothing_was_read():
    months = [
        {"month": date(2020, 1, 1), "level": -1.2, "g": -4.8, "lo": -9.6, "hi": 0.0, "n": 3},
        {"month": date(2020, 5, 1), "level": -9.0, "g": -57.0, "lo": -93.8, "hi": -20.2, "n": 16},
    ]
    for row, (lo, hi) in zip(months, level_limits(months), strict=True):
        assert lo <= row["level"] <= hi and hi - lo > 0.5
    covered = {date(2020, m, 1) for m in (1, 2, 4, 5, 6)}
    rows = level_months(months, covered)
    assert [(r["month"].month, r["until"].month, r["is_carried"]) for r in rows] == [
        (1, 1, False), (2, 2, True), (4, 4, True), (5, 5, False), (6, 6, True),
    ]  # fmt: skip
    assert rows[1]["value"] == -1.2 and rows[-1]["value"] == -9.0


def test_the_trigger_is_marked_where_it_stands_and_all_else_is_escaped():
    row = {
        "field_text": "He left. They met, and <b> met again.",
        "sentence": "They met, and <b> met again.",
        "trigger": "met",
        "start_char": 27,
    }
    span = evidence.span_in_sentence(row)
    assert evidence.marked(row["sentence"], (), [span]) == "They met, and &lt;b&gt; <mark>met</mark> again."
    assert evidence.span_in_sentence(row | {"field_text": None}) == (5, 8)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "",
        None,
        " javascript:x",
    ],
)
def test_only_web_addresses_become_links(url):
    assert evidence.web_address(url) is None
    assert evidence.web_address("https://a.example/1") == "https://a.example/1"


def test_a_cell_that_would_be_a_formula_is_text_and_numbers_stay_numbers():
    table = Table("x.csv", ("a", "b"), [("=1+1", -2.5), ("@x", None), (["-a", "b"], 3)])
    assert as_csv(table) == "a,b\n'=1+1,-2.5\n'@x,\n'-a|b,3\n"


def test_limits_of_shares_after_wilson():
    lo, hi = sureness.wilson(3, 40)
    assert (round(lo, 4), round(hi, 4)) == (0.0258, 0.1986)
    assert sureness.wilson(0, 0) == (None, None)


def test_what_the_coder_was_measured_at_is_there_for_every_type_of_the_gold_set():
    from pipelines.settings import CODER_QUALITY

    rows = sureness.read_quality(CODER_QUALITY)
    assert {"events", "sanctions"} <= {row["name"] for row in rows if row["group"] == "line"}
    assert all(
        0 <= row["precision_lo"] <= row["precision"] <= row["precision_hi"] <= 1 for row in rows if row["out"]
    )
    assert sureness.read_quality(CODER_QUALITY.with_name("absent.csv")) == []


def test_the_same_article_in_two_places_is_one_report():
    base = {"article_id": "a", "outlet": "The Lantern", "url": "http://x/", "reported_at": datetime(2020, 1, 1), "title": "t", "status": "actual",
            "story_id": "a", "lang": "en", "field_text": None, "start_char": 0, "confidence": 0.5}  # fmt: skip
    rows = [
        base | {"sentence": "They met.", "trigger": "met"},
        base | {"sentence": "They met.", "trigger": "They", "confidence": 0.7},
    ]
    (report,) = evidence.reports(rows)
    assert report["sentences"] == ["<mark>They</mark> <mark>met</mark>."] and report["confidence"] == 0.7
