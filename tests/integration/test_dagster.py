"""What people find in Dagster's UI: every asset explained, in groups that follow the data; jobs, schedules, checks."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from dagster import AssetCheckSeverity, AssetKey, DefaultScheduleStatus, build_schedule_context, materialize

from pipelines import jobs, settings
from pipelines.checks import feeds_are_healthy
from pipelines.feeds.assets import documents
from pipelines.resources import Home


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


def test_a_range_of_days_is_one_run():
    assert jobs.range_tags(date(2016, 12, 29), date(2016, 12, 31)) == {
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
