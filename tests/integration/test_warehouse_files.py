"""The files of the warehouse: loading the lake, publishing, two runs at once, kills and broken files. No dbt."""

import multiprocessing
import time

import duckdb
import pyarrow.parquet as pq
import pytest
import story_lake

from pipelines.errors import DemarcheError
from pipelines.warehouse.load import load_lake
from pipelines.warehouse.lock import BusyError, writer_lock
from pipelines.warehouse.publish import publish


def events(database):
    with duckdb.connect(str(database), read_only=True) as connection:
        return dict(connection.sql("select batch, count(*) from lake.events group by batch").fetchall())


@pytest.fixture
def lake(tmp_path):
    return story_lake.story_lake(tmp_path / "lake")


@pytest.fixture
def database(tmp_path):
    return tmp_path / "warehouse.duckdb"


def small_warehouse(path, value):
    with duckdb.connect(str(path)) as connection:
        connection.execute("create or replace table main.fct_event as select ? as value", [value])
        connection.execute("comment on table main.fct_event is 'An act''s row.'")
        connection.execute("comment on column main.fct_event.value is 'Its value.'")
        connection.execute("create schema if not exists wide")
        connection.execute(
            "create or replace table wide.relations_daily as select 1 as origin, 1 as direction, 1 as source, 1 as target, date '2016-12-29' as period, 1 as stock_7, 1 as stock_30, 1 as stock_365"
        )
        connection.execute("create or replace view wide.relation_stock as select * from wide.relations_daily")
        connection.execute(
            "create or replace table main.ind_coverage as select 'news' as origin, date '2016-12-29' as date, 'ok' as status"
        )
        connection.execute(
            "create or replace view main.ind_relations_daily as select *, 'x' as indicator, 1 as value, 1 as lo, 1 as hi, 1 as n, 1 as outlet_count, 'ok' as status from wide.relation_stock"
        )


def test_an_empty_lake_gives_typed_empty_tables(tmp_path, database):
    report = load_lake(story_lake.Lake(tmp_path / "none"), database)
    assert (report.loaded, report.faults) == ([], [])
    with duckdb.connect(str(database)) as connection:
        assert connection.sql("select event_date + 1, count + 1 from lake.events").fetchall() == []


def test_only_what_changed_is_loaded(lake, database):
    assert len(load_lake(lake, database).loaded) == 9
    assert load_lake(lake, database).loaded == []
    story_lake.write(lake, [one for one in story_lake.STORY if one["when"].startswith("2016-12-29")][:-1])
    assert load_lake(lake, database).loaded == ["feeds-2016-12-29"]


def test_a_batch_that_vanished_is_removed(lake, database):
    load_lake(lake, database)
    for table in story_lake.tables.BY_NAME:
        lake.path(table, "feeds-2017-07-31").unlink(missing_ok=True)
        (lake.root / "_complete" / "feeds-2017-07-31" / f"{table}.json").unlink(missing_ok=True)
    assert load_lake(lake, database).removed == ["feeds-2017-07-31"]
    assert "feeds-2017-07-31" not in events(database)


def test_a_truncated_file_is_named_and_the_others_go_on(lake, database):
    load_lake(lake, database)
    before = events(database)
    broken = lake.path("events", "feeds-2016-12-29")
    changed = [one for one in story_lake.STORY if one["outlet"] not in ("Treasury", "Ministry")]
    story_lake.write(lake, [one for one in changed if one["when"].startswith(("2016-12-29", "2016-12-30"))])
    broken.write_bytes(broken.read_bytes()[:200])
    report = load_lake(lake, database)
    assert report.loaded == ["feeds-2016-12-30"]
    assert len(report.faults) == 1 and str(broken) in report.faults[0] and "rebuild" in report.faults[0]
    assert events(database)["feeds-2016-12-29"] == before["feeds-2016-12-29"]


def test_a_foreign_file_is_not_believed(lake, database):
    foreign = lake.path("events", "feeds-2016-12-29")
    pq.write_table(story_lake.tables.BY_NAME["items"].schema.empty_table(), foreign)
    report = load_lake(lake, database)
    assert "feeds-2016-12-29" not in report.loaded and str(foreign) in report.faults[0]


def test_a_batch_whose_making_was_cut_short_stays_as_it_was(lake, database):
    load_lake(lake, database)
    (lake.root / "_complete" / "feeds-2016-12-29" / "events.json").unlink()
    report = load_lake(lake, database)
    assert report.removed == [] and "cut short" in report.faults[0]
    assert events(database)["feeds-2016-12-29"] > 0


def test_a_reader_keeps_the_copy_it_opened_while_another_is_published(tmp_path, database):
    small_warehouse(database, 1)
    published = tmp_path / "demarche.duckdb"
    publish(database, published, tmp_path / "published")
    with duckdb.connect(str(published), read_only=True) as reader:
        assert reader.sql("select value from fct_event").fetchone() == (1,)
        small_warehouse(database, 2)
        publish(database, published, tmp_path / "published")
        assert reader.sql("select value from fct_event").fetchone() == (1,)
    with duckdb.connect(str(published), read_only=True) as reader:
        assert reader.sql("select value from fct_event").fetchone() == (2,)


def test_a_reader_reads_while_a_run_writes(tmp_path, database):
    small_warehouse(database, 1)
    published = tmp_path / "demarche.duckdb"
    publish(database, published, tmp_path / "published")
    with duckdb.connect(str(database)) as writer, writer_lock(tmp_path):
        writer.execute("insert into main.fct_event values (3)")
        with duckdb.connect(str(published), read_only=True) as reader:
            assert reader.sql("select value from fct_event").fetchall() == [(1,)]


def test_the_published_copy_says_what_its_columns_are(tmp_path, database):
    small_warehouse(database, 1)
    published = tmp_path / "demarche.duckdb"
    publish(database, published, tmp_path / "published")
    with duckdb.connect(str(published), read_only=True) as reader:
        assert reader.sql(
            "select comment from duckdb_columns() where column_name = 'value' and table_name = 'fct_event'"
        ).fetchone() == ("Its value.",)
        assert reader.sql(
            "select comment from duckdb_tables() where table_name = 'fct_event'"
        ).fetchone() == ("An act's row.",)


def test_a_copy_by_differences_holds_what_a_new_one_holds(tmp_path, database):
    small_warehouse(database, 1)
    duckdb.connect(str(database)).execute(
        """create table main.act as select i as id, 'act ' || i as name, [i, null] as voices, i / 7 as x from range(3000) r(i);
        create table main.twice as select 1 as a; create table main.typed as select 1 as a; create table main.gone as select 1 as a;
        create table main.turned as select 2 as a; create view main.shown as select * from main.act;
        create schema intermediate; create table intermediate.i as select 1 as a; create view main.made as select a, 'made' as b from intermediate.i"""
    ).close()
    copy, archive = tmp_path / "demarche.duckdb", tmp_path / "published"
    publish(database, copy, archive)
    duckdb.connect(str(database)).execute(
        """delete from act where id % 10 = 3; update act set x = null where id = 5; insert into act values (4000, 'new', null, 0);
        insert into twice values (1), (2); alter table typed alter a type varchar; drop table gone; drop table turned;
        create view main.turned as select id as a from main.act; insert into intermediate.i values (2); create table wide.later as select 1 as a"""
    ).close()
    publish(database, copy, archive)
    publish(database, tmp_path / "other.duckdb", tmp_path / "others")

    def held(path):
        with duckdb.connect(str(path), read_only=True) as reader:
            names = reader.sql(
                "select table_schema, table_name, table_type from information_schema.tables where table_name <> '_about' order by all"
            ).fetchall()
            return names, [
                (
                    reader.sql(f"describe {schema}.{name}").fetchall(),
                    reader.sql(f"from {schema}.{name} order by all").fetchall(),
                )
                for schema, name, _ in names
            ]

    assert held(copy) == held(tmp_path / "other.duckdb")
    assert len(held(copy)[1][0][1]) == 2701
    copy.write_bytes(b"no database")
    publish(database, copy, archive)
    assert held(copy) == held(tmp_path / "other.duckdb")


def test_the_last_copies_are_kept(tmp_path, database):
    small_warehouse(database, 1)
    for _ in range(4):
        report = publish(database, tmp_path / "demarche.duckdb", tmp_path / "published", keep=3)
    assert len(report.kept) == 3 == len(list((tmp_path / "published").iterdir()))


def test_nothing_to_publish_is_said(tmp_path, database):
    with pytest.raises(DemarcheError, match="nothing has been built yet"):
        publish(database, tmp_path / "demarche.duckdb", tmp_path / "published")
    duckdb.connect(str(database)).close()
    with pytest.raises(DemarcheError, match="no published tables yet"):
        publish(database, tmp_path / "demarche.duckdb", tmp_path / "published")


def _publish_for_ever(database, published, archive):
    while True:
        publish(database, published, archive)


def test_a_kill_while_publishing_leaves_a_copy_that_can_be_read(tmp_path, database):
    small_warehouse(database, 1)
    published, archive = tmp_path / "demarche.duckdb", tmp_path / "published"
    publish(database, published, archive)
    for delay in (0.03, 0.11, 0.2):
        process = multiprocessing.get_context("fork").Process(
            target=_publish_for_ever, args=(database, published, archive)
        )
        process.start()
        time.sleep(delay)
        process.kill()
        process.join()
        with duckdb.connect(str(published), read_only=True) as reader:
            assert reader.sql("select value from fct_event").fetchone() == (1,)
    publish(database, published, archive)
    assert [path.name for path in archive.iterdir() if path.name.startswith(".")] == []


def _hold(home, ready, seconds):
    with writer_lock(home):
        ready.set()
        time.sleep(seconds)


def test_a_second_run_waits_or_refuses_with_a_clear_line(tmp_path):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path, ready, 1.0))
    holder.start()
    assert ready.wait(10)
    with (
        pytest.raises(BusyError, match="another run is writing the warehouse"),
        writer_lock(tmp_path, timeout=0.1),
    ):
        pass
    with writer_lock(tmp_path, timeout=20):  # waits until the other has ended
        pass
    holder.join()


def test_a_killed_run_does_not_lock_the_next_out(tmp_path):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path, ready, 60))
    holder.start()
    assert ready.wait(10)
    holder.kill()
    holder.join()
    with writer_lock(tmp_path, timeout=5):
        pass
