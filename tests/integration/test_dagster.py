"""What people find in Dagster's UI: every asset explained, in groups that follow the data; jobs, schedules, checks."""

import json
import re
from base64 import b64decode
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from dagster import (
    AssetCheckSeverity,
    AssetKey,
    DagsterInstance,
    DefaultScheduleStatus,
    build_schedule_context,
    materialize,
)

from pipelines import jobs, settings
from pipelines.checks import feeds_are_healthy
from pipelines.feeds.assets import documents
from pipelines.preview import bars, columns
from pipelines.resources import Home
from pipelines.warehouse import promises


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("DEMARCHE_HOME", str(tmp_path_factory.mktemp("home")))
    from pipelines.definitions import build_definitions

    yield build_definitions()
    monkeypatch.undo()


def specs(definitions):
    return {spec.key: spec for spec in definitions.resolve_all_asset_specs()}


def test_every_asset_says_what_it_is(definitions):
    for key, spec in specs(definitions).items():
        assert spec.description and len(spec.description) > 20, key.to_user_string()


def test_every_asset_has_an_owner_a_kind_and_a_layer(definitions):
    for key, spec in specs(definitions).items():
        assert spec.group_name and spec.owners and spec.kinds and spec.tags["layer"], key.to_user_string()


def test_what_a_schedule_makes_says_how_fresh_it_should_be(definitions):
    found = specs(definitions)
    daily = {key for key in found if key.path[-1].startswith(("fct_", "ind_", "dim_"))}
    daily |= {AssetKey("list_documents"), AssetKey("published_copy"), AssetKey("report")}
    assert {key for key, spec in found.items() if spec.freshness_policy} == daily | {AssetKey("documents")}
    assert found[AssetKey("documents")].freshness_policy.fail_window.to_timedelta() < timedelta(days=1)


def test_every_asset_that_is_made_links_to_its_source(definitions):
    found = {key: spec for key, spec in specs(definitions).items() if spec.kinds != {"csv"}}
    for key, spec in found.items():
        (link,) = spec.metadata["dagster/code_references"].code_references
        assert Path(link.file_path).is_file(), key.to_user_string()
    assert (
        found[AssetKey("ind_alert")]
        .metadata["dagster/code_references"]
        .code_references[0]
        .file_path.endswith("ind_alert.sql")
    )


def test_groups_follow_the_way_of_the_data(definitions):
    groups = {spec.group_name for spec in specs(definitions).values()}
    assert groups == {"documents", "articles", "acts", "lists", "gdelt", "warehouse", "published"}


def test_the_published_copy_rests_on_every_mart(definitions):
    graph = definitions.resolve_asset_graph()
    upstream = graph.get(AssetKey("published_copy")).parent_keys
    marts = {key for key in specs(definitions) if key.path[-1].startswith(("fct_", "ind_", "dim_"))}
    assert marts <= upstream


def test_items_and_acts_are_rebuilt_by_collection_day(definitions):
    for name in ("items", "coded_acts", "list_entries"):
        assert specs(definitions)[AssetKey(name)].partitions_def is not None
    for name in ("documents", "list_documents", "gdelt_mentions", "fct_event", "published_copy"):
        assert specs(definitions)[AssetKey(name)].partitions_def is None


def test_the_schedules_are_on_from_the_beginning(definitions):
    schedules = {s.name: s for s in jobs.SCHEDULES}
    assert (
        schedules["lists"].cron_schedule == "30 3 * * *"
    )  # before the daily run, which publishes what they changed
    assert schedules["fetch"].cron_schedule == "17 * * * *"
    assert schedules["daily"].cron_schedule == "0 4 * * *"
    assert all(s.default_status == DefaultScheduleStatus.RUNNING for s in schedules.values())


def test_the_daily_run_takes_today_even_before_anything_was_collected(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMARCHE_NOW", "2026-11-23T04:00:00Z")
    context = build_schedule_context(resources={"home": Home(home=str(tmp_path))})
    (run,) = jobs.daily_schedule.evaluate_tick(context).run_requests
    assert run.tags["dagster/asset_partition_range_start"] == "2026-11-23"
    assert run.tags["dagster/asset_partition_range_end"] == "2026-11-23"


def test_sql_tests_are_asset_checks(definitions):
    checks = definitions.resolve_asset_graph().asset_check_keys
    on_acts = {key.name for key in checks if key.asset_key == AssetKey("fct_event")}
    assert any("unique" in name for name in on_acts)
    assert AssetKey("documents") in {key.asset_key for key in checks}
    # tests over several tables as well
    files = {path.stem for path in (settings.SQL / "tests").glob("*.sql")}
    assert files and files <= {key.name for key in checks}


def test_every_check_says_what_it_promises(definitions):
    graph = definitions.resolve_asset_graph()
    for key in graph.asset_check_keys:
        assert len(graph.get_check_spec(key).description or "") > 20, key


def test_every_sql_test_says_what_to_do_and_finds_the_rows_that_break_it(sample):
    """Its query is DuckDB's to judge; on the sample every test passes, so that none may find a row."""
    home, _ = sample
    nodes = json.loads((home / "dbt" / "target" / "manifest.json").read_text("utf-8"))["nodes"].values()
    schemas = {node["name"]: node["schema"] for node in nodes if node["resource_type"] == "model"}
    tests = [node for node in nodes if node["resource_type"] == "test"]
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        for node in tests:
            assert promises.promise(node) and len(promises.remedy(node)) > 60, node["name"]
            assert connection.execute(promises.broken_rows(node, schemas)).fetchall() == [], node["name"]


@pytest.fixture(scope="module")
def instance(sample):
    """Dagster's memory of the sample's run."""
    with DagsterInstance.from_config(str(sample[0] / "dagster")) as found:
        yield found


@pytest.mark.parametrize(
    "name", ["documents", "items", "coded_acts", "list_links", "fct_event", "ind_coverage", "ind_alert"]
)
def test_an_asset_page_shows_rows_and_a_preview(instance, name):
    made = instance.get_latest_materialization_event(AssetKey(name)).asset_materialization.metadata
    assert "dagster/row_count" in made or name == "documents"
    assert made["preview"].value.startswith("|") or name == "ind_alert"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("documents", "states_of_feeds"),
        ("items", "items_by_outlet"),
        ("fct_event", "acts by type"),
        ("dim_feed", "articles by feed"),
        ("ind_coverage", "articles coded a month"),
        ("ind_alert", "alarms a month"),
        ("ind_retaliation", "answers by days that they took"),
    ],
)
def test_a_plot_where_one_helps(instance, name, what):
    made = instance.get_latest_materialization_event(AssetKey(name)).asset_materialization.metadata
    assert "█" in made[what].value or "data:image/svg+xml;base64," in made[what].value


def test_the_page_of_a_table_has_its_columns_with_types_and_descriptions(instance):
    made = instance.get_latest_materialization_event(AssetKey("fct_event")).asset_materialization.metadata
    columns = {column.name: column for column in made["dagster/column_schema"].schema.columns}
    assert columns["event_date"].type == "date" and columns["event_date"].description


def test_a_run_page_reads_as_a_story(instance):
    runs = {run.job_name: run for run in instance.get_runs()}
    assert runs["rebuild"].tags["demarche/started_by"] == "command"
    assert re.match(r"\d{4}-\d\d-\d\d", runs["rebuild"].tags["demarche/days"])

    def told(name):
        return [e.user_message for e in instance.all_logs(runs[name].run_id) if not e.is_dagster_event]

    assert [line for line in told("rebuild") if "items delivered" in line or "item delivered" in line]
    assert [line for line in told("rebuild") if re.search(r"\d+ acts? in \d+ content", line)]
    story = told("warehouse")
    words = ["linked to an entry", "loaded with", "built", "published in", "index.html"]
    assert [next(w for w in words if w in line) for line in story if any(w in line for w in words)] == words


def test_a_plot_of_days_has_a_gap_where_nothing_was_read_and_no_zero():
    picture = columns([(date(2020, 1, 1), 3), (date(2020, 1, 2), None), (date(2020, 1, 3), 0)])
    drawn = b64decode(re.search(r"base64,([^)]+)", picture.value)[1]).decode()
    assert drawn.count('fill="#8883"') == 1 and drawn.count('fill="#5b7fb5"') == 2


def test_bars_hold_whatever_a_name_is():
    drawn = bars([("``````", 2), ("none", 0)]).value
    assert drawn.count("``````") == 2 and drawn.splitlines()[-2].split() == ["none", "0"]


def test_a_range_of_days_is_one_run():
    assert jobs.range_tags(date(2016, 12, 29), date(2016, 12, 31)) == {
        "demarche/days": "2016-12-29 to 2016-12-31",
        "dagster/asset_partition_range_start": "2016-12-29",
        "dagster/asset_partition_range_end": "2016-12-31",
    }


def test_without_a_network_a_check_fails_also_while_every_feed_backs_off_and_one_warns_from_the_third_day(
    tmp_path, monkeypatch
):
    feeds = tmp_path / "feeds.csv"
    feeds.write_text(
        "feed_id,name,url,language,country,kind,outlet,enabled,fetch_body,reason\n"
        "one,One,http://127.0.0.1:9/rss,en,,press,One,true,false,\n"
    )
    home = Home(home=str(tmp_path), feeds_file=str(feeds))

    def ask(moment):
        monkeypatch.setenv("DEMARCHE_NOW", moment)
        done = materialize([documents, feeds_are_healthy], resources={"home": home})
        checks = {check.check_name: check for check in done.get_asset_check_evaluations()}
        alarm = checks["feeds_are_healthy"]
        assert alarm.severity == AssetCheckSeverity.WARN
        (asked,) = done.asset_materializations_for_node("documents")
        return asked.metadata["attempts"].value, checks["some_feed_answered"].passed, alarm.passed

    assert ask("2026-11-23T04:00:00Z") == (1, False, True)
    assert ask("2026-11-23T04:01:00Z") == (0, False, True)  # not asked again: it backs off
    assert ask("2026-11-26T05:00:00Z") == (1, False, False)
