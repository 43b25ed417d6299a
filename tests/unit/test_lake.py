"""The lake keeps its promise: a batch is whole or absent, and made again it is the same."""

import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import tables
from pipelines.errors import InputError
from pipelines.lake import Lake, LakeError, fingerprint

BATCH = "feeds-2016-12-29"


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def quarantine(*reasons):
    rows = [{"batch": BATCH, "quarantine_id": str(n), "reason": reason} for n, reason in enumerate(reasons)]
    return tables.QUARANTINE.from_rows(rows)


def test_what_is_written_is_read_back(lake):
    record = lake.write("quarantine", BATCH, quarantine("not_a_feed", "no_text"), inputs="abc", version="1")
    assert lake.read("quarantine", BATCH).column("reason").to_pylist() == ["not_a_feed", "no_text"]
    assert record.rows == 2
    assert [complete.batch for complete in lake.batches("quarantine")] == [BATCH]


def test_a_batch_made_again_is_the_same_batch(lake):
    first = lake.write("quarantine", BATCH, quarantine("no_text"))
    before = lake.path("quarantine", BATCH).stat().st_mtime_ns
    assert lake.write("quarantine", BATCH, quarantine("no_text")) == first
    assert lake.path("quarantine", BATCH).stat().st_mtime_ns == before, (
        "an unchanged file is not written again"
    )


def test_other_rows_have_another_fingerprint(lake):
    assert lake.write("quarantine", BATCH, quarantine("a")) != lake.write(
        "quarantine", BATCH, quarantine("b")
    )
    assert lake.read("quarantine", BATCH).num_rows == 1


def test_the_fingerprint_is_of_the_rows_not_of_their_chunks():
    one = quarantine("a", "b")
    assert fingerprint(one) == fingerprint(pa.concat_tables([one.slice(0, 1), one.slice(1)]))


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))
VALUES = {
    tables.TEXT: st.text(max_size=5),
    tables.INTEGER: st.integers(-5, 5),
    tables.BIG: st.integers(-5, 5),
    tables.REAL: st.floats(allow_nan=False),
    tables.FLAG: st.booleans(),
    tables.DAY: st.dates(),
    tables.MOMENT: MOMENTS.map(lambda moment: moment.replace(tzinfo=UTC)),
    tables.TEXTS: st.lists(st.text(max_size=3), max_size=3),
}


@pytest.mark.parametrize(
    "table", [tables.EVENTS, tables.SANCTIONS, tables.ITEMS], ids=lambda table: table.name
)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_rows_keep_their_fingerprint_on_the_way_through_a_file(table, data):
    row = st.fixed_dictionaries({name: st.none() | VALUES[kind] for name, kind, _ in table.columns})
    rows = table.from_rows(data.draw(st.lists(row, max_size=6)))
    file = io.BytesIO()
    pq.write_table(rows, file)
    assert fingerprint(pq.read_table(file, schema=table.schema)) == fingerprint(rows)
    middle = rows.num_rows // 2
    assert fingerprint(pa.concat_tables([rows.slice(0, middle), rows.slice(middle)])) == fingerprint(rows)


def test_a_missing_value_is_not_an_empty_one():
    def one(value):
        return fingerprint(tables.SANCTIONS.from_rows([{"reason": value}]))

    assert one(None) != one("")


def test_a_run_killed_before_the_record_leaves_no_batch(lake):
    lake.write("quarantine", BATCH, quarantine("a"))
    (lake.root / "_complete" / BATCH / "quarantine.json").unlink()
    assert lake.complete("quarantine", BATCH) is None
    assert not lake.is_current("quarantine", BATCH, "")
    assert list(lake.batches("quarantine")) == []


def test_a_torn_record_is_no_record(lake):
    lake.write("quarantine", BATCH, quarantine("a"))
    (lake.root / "_complete" / BATCH / "quarantine.json").write_text('{"batch": "fee')
    assert lake.complete("quarantine", BATCH) is None


def test_a_truncated_file_is_named_with_its_remedy(lake):
    lake.write("quarantine", BATCH, quarantine("a"))
    path = lake.path("quarantine", BATCH)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(LakeError, match=r"feeds-2016-12-29\.parquet.*rebuild"):
        lake.read("quarantine", BATCH)


def test_current_means_made_from_these_inputs_by_this_version(lake):
    lake.write("quarantine", BATCH, quarantine("a"), inputs="x", version="1")
    assert lake.is_current("quarantine", BATCH, "x", "1")
    assert not lake.is_current("quarantine", BATCH, "y", "1")
    assert not lake.is_current("quarantine", BATCH, "x", "2")
    lake.path("quarantine", BATCH).unlink()
    assert not lake.is_current("quarantine", BATCH, "x", "1"), "a lost file is made again"


def test_a_truncated_file_is_made_again(lake):
    lake.write("quarantine", BATCH, quarantine("a"), inputs="x")
    path = lake.path("quarantine", BATCH)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    assert not lake.is_current("quarantine", BATCH, "x")
    lake.write("quarantine", BATCH, quarantine("a"), inputs="x")
    assert path.read_bytes() == whole


def test_a_batch_that_cannot_be_believed_is_made_again(lake):
    lake.write("quarantine", BATCH, quarantine("a"), inputs="x")
    lake.forget("quarantine", BATCH)
    assert not lake.is_current("quarantine", BATCH, "x")


def test_an_absent_batch_reads_as_no_rows(lake):
    assert lake.read("events", "feeds-2001-01-01").schema == tables.EVENTS.schema


@pytest.mark.parametrize("name", ["", "../escape", "Feeds", "a/b", ".hidden"])
def test_a_batch_name_cannot_leave_the_lake(lake, name):
    with pytest.raises(InputError):
        lake.write("quarantine", name, quarantine("a"))


def test_a_column_that_is_not_described_is_refused():
    with pytest.raises(ValueError, match="colour"):
        tables.ITEMS.from_rows([{"colour": "red"}])


def test_every_column_of_the_lake_is_described():
    for table in tables.ALL:
        for name, _, text in table.columns:
            assert text.endswith("."), f"{table.name}.{name}"
