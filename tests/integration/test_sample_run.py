"""`./demarche run`: the sample through the whole line, and what the published tables must say of it."""

import csv
import json
from collections import Counter

import duckdb
import pytest
from command import ROOT, content, demarche
from dagster import DagsterEventType, DagsterInstance, RunsFilter


@pytest.fixture
def published(sample):
    home, _ = sample
    with duckdb.connect(str(home / "demarche.duckdb"), read_only=True) as connection:
        yield connection


def acts(published, **wanted):
    where = " and ".join(f'"{column}" = ?' for column in wanted)
    return published.execute(
        f"select event_id, status from fct_event where {where}", list(wanted.values())
    ).fetchall()


def sentences(published, event_id):
    return [
        sentence
        for (sentence,) in published.execute(
            "select sentence from fct_evidence join fct_event_mention using (mention_id) where event_id = ?",
            [event_id],
        ).fetchall()
    ]


def test_obama_expels_35_on_29_december(published):
    ((event, status),) = acts(
        published,
        source="USA",
        target="RUS",
        type="SANCTION",
        mode="expel",
        count=35,
        event_date="2016-12-29",
    )
    assert status == "actual"
    assert any("35" in sentence for sentence in sentences(published, event))


def test_the_sanctions_of_29_december_are_an_act_of_their_own(published):
    found = acts(
        published, source="USA", target="RUS", type="SANCTION", mode="sanction", event_date="2016-12-29"
    )
    assert any(status == "actual" and sentences(published, event) for event, status in found)


def test_moscows_answer_is_planned_and_then_denied(published):
    ((event, status),) = acts(
        published,
        source="RUS",
        target="USA",
        type="SANCTION",
        mode="expel",
        count=35,
        event_date="2016-12-30",
    )
    history = published.execute(
        "select status from fct_event_status where event_id = ? order by as_of_date, status desc", [event]
    ).fetchall()
    assert [s for (s,) in history] == ["planned", "denied"] and status == "denied"
    assert sentences(published, event)


def test_the_summary_tells_what_was_found_and_where_to_look(sample):
    _, printed = sample
    for words in (
        "feeds",
        "articles",
        "distinct acts",
        "sanctions",
        "moved most",
        "“",
        "./demarche query",
        "./demarche ui",
    ):
        assert words in printed, words


def test_a_second_run_changes_no_row(own_sample):
    before = content(own_sample)
    demarche("run", home=own_sample, check=0)
    after = content(own_sample)
    assert {name for name in before if before[name] != after[name]} <= {"fct_feed_fetch"}
    # In the web UI no check of such a run stands there as skipped.
    with DagsterInstance.from_config(str(own_sample / "dagster")) as instance:
        (last,) = instance.get_runs(filters=RunsFilter(job_name="warehouse"), limit=1)
        events = Counter(event.dagster_event_type for event in instance.all_logs(last.run_id))
    planned = events[DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED]
    assert planned == events[DagsterEventType.ASSET_CHECK_EVALUATION] > 100


def test_every_mention_has_its_sentence_and_the_trigger_stands_where_it_says(published):
    lone = published.execute(
        "select count(*) from fct_event_mention where mention_id not in (select mention_id from fct_evidence)"
    ).fetchone()
    assert lone == (0,)
    wrong = published.execute(
        """select trigger, title, summary from fct_evidence
        join fct_event_mention using (mention_id) join fct_article using (article_id)
        where field in ('title', 'summary') and trigger <> substr(
            case field when 'title' then title else summary end, start_char + 1, end_char - start_char)"""
    ).fetchall()
    assert wrong == []


def test_every_published_column_is_described(published):
    bare = published.execute(
        """select table_name, column_name from duckdb_columns()
        where schema_name = 'main' and not internal and coalesce(comment, '') = ''"""
    ).fetchall()
    assert bare == []


@pytest.mark.parametrize("format_", ["table", "csv", "json"])
def test_query_prints_in_three_formats(sample, format_):
    home, _ = sample
    sql = "select source, target from fct_event where mode = 'expel' and count = 35 and status = 'actual'"
    printed = demarche("query", sql, "--format", format_, home=home, check=0).stdout
    if format_ == "json":
        assert {"source": "USA", "target": "RUS"} in json.loads(printed)
    elif format_ == "csv":
        assert {"source": "USA", "target": "RUS"} in list(csv.DictReader(printed.splitlines()))
    else:
        assert "USA" in printed and "target" in printed


def test_wrong_sql_is_one_clear_line(sample):
    home, _ = sample
    done = demarche("query", "select nonsense from fct_event", home=home, check=2)
    assert "nonsense" in done.stderr and "Traceback" not in done.stderr


def test_a_query_cannot_write(sample):
    home, _ = sample
    assert demarche("query", "drop table fct_event", home=home).returncode == 2


def test_feeds_shows_every_feed_of_the_sample(sample):
    home, _ = sample
    printed = demarche("feeds", home=home, check=0).stdout
    with open(ROOT / "data" / "sample" / "feeds.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["feed_id"] in printed


def test_collected_days_can_be_rebuilt_without_fetching(own_sample):
    before = content(own_sample)
    demarche("run", "--from", "2016-12-29", "--to", "2016-12-31", home=own_sample, check=0)
    assert content(own_sample) == before


def test_an_unknown_day_is_refused_with_the_days_that_are_there(sample):
    home, _ = sample
    done = demarche("run", "--from", "2031-01-01", home=home, check=2)
    assert "2031-01-01" in done.stderr and "2016" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--live", "--from", "2016-12-29"),
        ("run", "--to", "2016-12-29"),
        ("run", "--archive", "no-such-file.jsonl"),
        ("run", "--from", "yesterday"),
        ("query", "select 1", "--format", "xml"),
        ("nonsense",),
    ],
)
def test_wrong_input_ends_with_status_2_and_no_trace(tmp_path, arguments):
    done = demarche(*arguments, home=tmp_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
