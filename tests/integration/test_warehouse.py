"""From the lake to the published copy, with dbt: the story of December 2016, what goes wrong, and what must not."""

import shutil
from datetime import date

import duckdb
import pytest
import story_lake
from story_lake import EXPEL_35, act, article
from warehouses import everything

from pipelines import settings
from pipelines.errors import DemarcheError
from pipelines.warehouse.bootstrap import bootstrap
from pipelines.warehouse.build import build, dbt
from pipelines.warehouse.load import load_lake
from pipelines.warehouse.publish import publish

FEEDS = """feed_id,name,url,language,country,kind,outlet,enabled,fetch_body,reason
meridian-wire,World,file:meridian,en,GB,wire,Meridian Wire,true,false,
"""


def home_at(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feeds.csv").write_text(FEEDS)
    return settings.Settings(home=folder, feeds_file=folder / "feeds.csv", contact="test")


def run(where, lake, **environment):
    report = load_lake(lake, where.warehouse)
    build(where, **environment)
    publish(where.warehouse, where.published, where.published_archive)
    return report


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    """A home with the story built and published; tests that change it work on a copy."""
    found = home_at(tmp_path_factory.mktemp("story"))
    run(found, story_lake.story_lake(found.lake))
    return found


@pytest.fixture
def rows(where):
    with duckdb.connect(str(where.published), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def copy_of(where, folder):
    shutil.copytree(where.home, folder, dirs_exist_ok=True)
    return where.at(folder)


def test_the_story_is_three_acts_and_a_declined_one(rows):
    found = rows(
        "select source, target, mode, count, event_date, status, outlet_count from fct_event "
        "where type = 'SANCTION' and event_date < '2017-01-01' order by source desc, mode"
    )
    day = date(2016, 12, 29)
    assert found == [
        ("USA", "RUS", "close", 2, day, "actual", 1),
        ("USA", "RUS", "expel", 35, day, "actual", 3),  # six articles, but three outlets told one wire story
        ("USA", "RUS", "sanction", None, day, "actual", 2),
        ("RUS", "USA", "expel", 35, date(2016, 12, 30), "denied", 2),
    ]


def test_a_proposal_that_is_declined_is_planned_and_then_denied(rows):
    found = rows(
        "select fct_event_status.status, as_of_date from fct_event_status join fct_event using (event_id) "
        "where source = 'RUS' and mode = 'expel' and count = 35 order by step"
    )
    assert found == [("planned", date(2016, 12, 30)), ("denied", date(2016, 12, 30))]


def test_every_act_leads_to_its_sentences(rows):
    assert rows(
        "select count(*) from fct_event where event_id not in "
        "(select event_id from fct_event_mention join fct_evidence using (mention_id) where event_id is not null)"
    ) == [(0,)]


def test_the_answer_came_after_211_days(rows):
    assert rows(
        "select lag_days, basis, answer_count from ind_retaliation where source = 'USA' and mode = 'expel'"
    ) == [(211, "stated", 755)]


def test_planned_and_denied_acts_change_no_indicator(rows):
    assert rows(
        "select value, lo, hi from ind_relations_monthly where direction = 'directed' and source = 'RUS' "
        "and period = '2016-12-01' and indicator = 'material_conflict_count'"
    ) == [(0, 0, pytest.approx(3.668, abs=0.001))]


def test_the_stock_of_any_day_is_one_call(rows):
    """Worked values of 31 December: no act fell on it."""
    stock = {
        (direction, one, half): rows(
            f"select relation_stock_on('news', '{direction}', '{one}', '{other}', '2016-12-31', {half})"
        )[0][0]
        for direction, one, other in (
            ("directed", "USA", "RUS"),
            ("directed", "RUS", "USA"),
            ("pooled", "RUS", "USA"),
        )
        for half in (7, 30, 365)
    }
    assert {key: round(value, 6) for key, value in stock.items()} == {
        # the story's acts are set S, with the compounds counted: two of them, one act
        ("directed", "USA", 7): -10.153377,
        ("directed", "USA", 30): -11.545334,
        ("directed", "USA", 365): -11.962070,
        ("directed", "RUS", 7): -1.138497,
        ("directed", "RUS", 30): -1.042597,
        ("directed", "RUS", 365): -1.003773,
        ("pooled", "RUS", 7): -11.291874,
        ("pooled", "RUS", 30): -12.587931,
        ("pooled", "RUS", 365): -12.965843,
    }


def test_a_dense_series_tells_silence_from_not_reading(rows):
    found = rows(
        "select period, value, status from relations_dense('news', 'directed', 'USA', 'RUS', 'event_count', '2016-12-28', '2017-01-03')"
    )
    assert [(str(day)[8:], value, status) for day, value, status in found] == [
        ("28", 1, "low_n"),
        ("29", 3, "low_n"),
        ("30", 0, "no_events"),
        ("31", 0, "no_events"),
        ("01", None, "no_coverage"),
        ("02", 0, "no_events"),
        ("03", None, "no_coverage"),
    ]


def test_every_published_table_and_column_says_what_it_is(rows):
    assert (
        rows("select table_name, column_name from duckdb_columns() where not internal and comment is null")
        == []
    )
    assert rows("select table_name from duckdb_tables() where not internal and comment is null") == []
    assert rows("select view_name from duckdb_views() where not internal and comment is null") == []


def test_the_main_schema_holds_only_what_people_ask(rows):
    names = [
        name
        for (name,) in rows("select table_name from information_schema.tables where table_schema = 'main'")
    ]
    assert [name for name in names if not name.startswith(("dim_", "fct_", "ind_", "_about"))] == []


def test_hypothetical_acts_stay_mentions(rows):
    assert rows("select event_id from fct_event_mention where status = 'hypothetical'") == [(None,)]


def test_worked_values_of_every_indicator_hold(where):
    """dbt's unit tests: indicators.md's worked values, and one by hand where it has none."""
    assert "ERROR=0" in dbt(where, "test", "--select", "test_type:unit")


def test_the_same_lake_again_changes_nothing(where, tmp_path):
    again = copy_of(where, tmp_path / "again")
    before = everything(again.warehouse)
    report = load_lake(story_lake.Lake(again.lake), again.warehouse)
    dbt(again, "run")
    assert (report.loaded, report.removed, report.faults) == ([], [], [])
    assert everything(again.warehouse) == before


def test_an_empty_lake_gives_every_table_empty(tmp_path):
    where = home_at(tmp_path)
    load_lake(story_lake.Lake(where.lake), where.warehouse)
    dbt(where, "run")
    publish(where.warehouse, where.published, where.published_archive)
    with duckdb.connect(str(where.published), read_only=True) as connection:
        assert connection.sql("select count(*) from fct_event").fetchone() == (0,)
        assert connection.sql("select count(*) from ind_relations_monthly").fetchone() == (0,)


def test_wrong_mentions_are_kept_with_the_reason_and_corrections_are_applied(where, tmp_path):
    """An unknown actor, an unknown code, a state that did not exist yet; a drop, a split, an amendment, and two corrections
    that name nothing; an item edited 30 times, in the end without its act: one build shows them all."""
    changed = copy_of(where, tmp_path / "changed")
    lake = story_lake.Lake(changed.lake)
    story_lake.write(
        lake,
        [
            article("Ledger", "2010-01-05T08:00:00", "Juba closes its border with Uganda",
                    act("SSD", "UGA", "SANCTION", "sanction", "2010-01-05")),
            article("Ledger", "2010-01-06T08:00:00", "Ruritania expels a diplomat of Graustark",
                    act("RUR", "USA", "SANCTION", "expel", "2010-01-06", count=1)),
            article("Ledger", "2010-01-07T08:00:00", "Paris does something unheard of to Rome",
                    act("FRA", "ITA", "SANCTION", "expel", "2010-01-07", cameo="999")),
            article("Ledger", "2010-01-09T08:00:00", "Rome attacks a town of 117,000 in Ruritania's neighbour France",
                    act("ITA", "FRA", "ASSAULT", "strike", "2010-01-09", count=117000)),
            article("Ledger", "2016-12-31T08:00:00", "Another expulsion of 35 is reported by mistake on Thursday", EXPEL_35),
            *(
                article("Ledger", "2010-01-08T08:00:00", f"Rome expels an envoy of Madrid, {number} minutes ago",
                        act("ITA", "ESP", "SANCTION", "expel", "2010-01-08"),
                        guid="edited", url="https://ledger.example/edited", fetched=f"2010-01-08T09:{number}:00")
                for number in range(10, 40)
            ),
            article("Ledger", "2010-01-08T08:00:00", "Correction: Rome has expelled nobody",
                    guid="edited", url="https://ledger.example/edited", fetched="2010-01-08T10:00:00"),
        ],
        batch="archive-wrong-2010",
    )  # fmt: skip
    load_lake(lake, changed.warehouse)
    with duckdb.connect(str(changed.warehouse)) as connection:

        def mention(condition):
            return connection.sql(
                "select mention_id from fct_event_mention join fct_article using (article_id) where "
                + condition
            ).fetchall()[0][0]

        expelled = mention(
            "source = 'USA' and mode = 'expel' and outlet = 'Meridian Wire' and event_date is not null"
        )
        week = mention("title like 'Week in review%'")
        accused = mention("type = 'ACCUSE'")
        called = mention("type = 'CONSULT'")
    corrections = changed.home / "corrections.csv"
    corrections.write_text(
        "correction_id,action,mention_id,to_mention_id,field,value,reason,author,made_date\n"
        f"1,amend,{expelled},,count,36,the embassy's own list,ana,2017-01-03\n"
        f"2,split,{week},,,,it tells of another expulsion,ana,2017-01-03\n"
        f"3,drop,{accused},,,,a joke,ana,2017-01-03\n"
        "4,drop,nothing-of-the-kind,,,,names no act,ana,2017-01-03\n"
        f"5,amend,{called},,colour,red,an unknown field,ana,2017-01-03\n"
    )
    printed = build(changed, DEMARCHE_CORRECTIONS=str(corrections))
    assert "Got 2 results, configured to warn if != 0" in printed  # corrections 4 and 5
    assert "Got 3 results, configured to warn if != 0" in printed  # the wrong mentions
    publish(changed.warehouse, changed.published, changed.published_archive)
    with duckdb.connect(str(changed.published), read_only=True) as connection:
        ask = lambda sql: connection.sql(sql).fetchall()  # noqa: E731
        assert ask(
            "select source, problem, event_id from fct_event_mention where problem is not null order by all"
        ) == [
            ("FRA", "unknown_cameo", None),
            ("RUR", "unknown_source", None),
            ("RUS", "dropped_by_correction", None),
            ("SSD", "before_state_existed", None),
        ]
        assert ask(f"select count, correction from fct_event where event_id = '{expelled}'") == [
            (36, "amend: the embassy's own list")
        ]
        assert ask(f"select mention_count, correction from fct_event where event_id = '{week}'") == [
            (1, "split: it tells of another expulsion")
        ]
        assert ask("select count(*) from fct_event where type = 'ACCUSE'") == [(0,)]
        # A number that no single act has is kept, and weighs nothing.
        assert ask(
            "select count, severity = goldstein::double from fct_event where source = 'ITA' and target = 'FRA'"
        ) == [(117000, True)]
        # What was edited away is gone, and no more than 24 contents are kept.
        assert ask("select title, revision_count from fct_article where url like '%/edited'") == [
            ("Correction: Rome has expelled nobody", 24)
        ]
        assert ask("select mention_id from fct_event_mention where source = 'ITA' and target = 'ESP'") == []
        assert ask("select event_id from fct_event where source = 'ITA' and target = 'ESP'") == []
    build(changed, DEMARCHE_CORRECTIONS=str(corrections))  # and they survive a rebuild
    with duckdb.connect(str(changed.warehouse), read_only=True) as connection:
        assert connection.sql(f"select count from fct_event where event_id = '{expelled}'").fetchall() == [
            (36,)
        ]
    # The report that was split off is recoded and tells no act any more: its act goes with it.
    story_lake.write(
        lake,
        [
            article(
                "Harbour Post",
                "2017-01-02T08:00:00",
                "Week in review: thirty-five Russians packed after Thursday's order",
            )
        ],
    )
    load_lake(lake, changed.warehouse)
    build(changed, DEMARCHE_CORRECTIONS=str(corrections))
    with duckdb.connect(str(changed.warehouse), read_only=True) as connection:
        assert connection.sql(f"select count(*) from fct_event where event_id = '{week}'").fetchall() == [
            (0,)
        ]


def test_a_reference_file_that_is_missing_is_named(where, tmp_path):
    with pytest.raises(DemarcheError, match=r"countries\.csv cannot be read"):
        build(where, DEMARCHE_REFERENCE=str(tmp_path))


def test_resampled_limits_hold_the_value_and_are_the_same_every_time(where):
    """An act that three outlets tell is sure; one that a single article of a full day tells comes and goes."""
    days = (date(2016, 12, 27), date(2016, 12, 31))
    with duckdb.connect(str(where.published), read_only=True) as connection:
        one = bootstrap(connection, "news", "USA", "RUS", days, times=200)
        assert one == bootstrap(connection, "news", "USA", "RUS", days, times=200)
        assert one.value == 4 and one.lo <= one.value <= one.hi
        assert bootstrap(connection, "news", "RUS", "USA", days, "goldstein_sum", pooled=True).value == -13
        assert bootstrap(connection, "news", "FRA", "ITA", days).value == 0
