"""Documents, logs and lake in a bucket keep the promises that they keep on disk."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from command import demarche
from servers import create_database

from pipelines import settings, storage, tables
from pipelines.errors import DemarcheError
from pipelines.feeds.documents import Documents
from pipelines.lake import Lake
from pipelines.move import DERIVED, ROOMS, move

DAY = datetime(2026, 11, 25, 4, tzinfo=UTC)
BATCH = "feeds-2026-11-25"


@pytest.fixture
def bucket(objects, tmp_path, request):
    where = settings.load(home=tmp_path / "home")
    return where.storage_at(f"s3://news/{request.node.name}")


def attempt(number):
    return {"fetched_at": DAY, "feed_id": f"feed-{number}", "outcome": "ok", "document_id": None}


def quarantine(*reasons):
    rows = [{"batch": BATCH, "quarantine_id": str(n), "reason": reason} for n, reason in enumerate(reasons)]
    return tables.QUARANTINE.from_rows(rows)


def test_a_document_comes_back_byte_for_byte_and_the_files_are_those_of_a_disk(bucket, tmp_path):
    content = b"<rss>\xff\x00</rss>" * 100
    there, here = Documents(bucket), Documents(tmp_path / "disk")
    assert there.read(there.keep(content)) == content
    here.keep(content)
    assert there.storage.files() == here.storage.files()


def test_a_log_in_a_bucket_reads_like_one_on_disk_also_after_its_parts_were_merged(
    bucket, tmp_path, monkeypatch
):
    monkeypatch.setattr(storage, "PART_LINES", 4)
    there, here = Documents(bucket), Documents(tmp_path / "disk")
    for number in range(11):
        there.append(attempt(number))
        here.append(attempt(number))
        assert there.size(DAY.date()) == here.size(DAY.date())
    assert there.attempts(DAY.date()) == here.attempts(DAY.date())
    assert there.fingerprint(DAY.date()) == here.fingerprint(DAY.date())
    assert there.days() == here.days() == [DAY.date()]
    rows, end = here.since(DAY.date(), 300)
    assert there.since(DAY.date(), 300) == (rows, end)
    assert len(bucket.files("log")) < 11, "the parts were merged"


def test_a_merging_that_was_cut_short_changes_nothing(bucket):
    for line in (b"one\n", b"two\n", b"three\n"):
        bucket.append("log/a.jsonl", line)
    bucket.write("log/a.jsonl/000000000000000" + storage.MERGED, b"one\ntwo\nthree\n")  # nothing was removed
    bucket.append("log/a.jsonl", b"four\n")
    assert bucket.read_log("log/a.jsonl") == b"one\ntwo\nthree\nfour\n"
    assert bucket.log_size("log/a.jsonl") == 19


def test_a_log_with_a_hole_is_named(bucket):
    for line in (b"one\n", b"two\n", b"three\n"):
        bucket.append("log/a.jsonl", line)
    bucket.remove("log/a.jsonl/000000000000004")
    with pytest.raises(storage.StorageError, match=r"log/a\.jsonl.*missing"):
        bucket.read_log("log/a.jsonl")


def test_many_writers_of_one_log_lose_no_line(bucket, catalogue, tmp_path):
    database = create_database(catalogue, "locks")
    where = settings.replace(settings.load(home=tmp_path), catalogue=database)

    def write(writer):
        log = where.storage_at(
            str(bucket)
        )  # each as on a machine of its own: they share PostgreSQL's locks only
        for number in range(5):
            log.append("log/a.jsonl", f"{writer}-{number}\n".encode())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    lines = bucket.read_log("log/a.jsonl").decode().split()
    assert sorted(lines) == sorted(f"{writer}-{number}" for writer in range(4) for number in range(5))


def test_a_batch_is_whole_or_absent_and_made_again_the_same(bucket):
    lake = Lake(bucket)
    first = lake.write("quarantine", BATCH, quarantine("a", "b"), inputs="x", version="1")
    assert lake.read("quarantine", BATCH).column("reason").to_pylist() == ["a", "b"]
    assert lake.is_current("quarantine", BATCH, "x", "1")
    assert lake.write("quarantine", BATCH, quarantine("a", "b"), inputs="x", version="1") == first
    assert [record.batch for record in lake.batches("quarantine")] == [BATCH]
    bucket.remove(f"quarantine/{BATCH}.parquet")
    assert not lake.is_current("quarantine", BATCH, "x", "1"), "a lost file is made again"
    lake.forget("quarantine", BATCH)
    assert list(lake.batches("quarantine")) == []


def test_a_store_that_answers_500_for_a_while_costs_time_and_nothing_else(bucket, objects):
    documents, lake = Documents(bucket), Lake(bucket)
    with objects.out_of_order(1.5):
        kept = documents.keep(b"<rss/>")
    with objects.out_of_order(1.5):
        lake.write("quarantine", BATCH, quarantine("a"))
    with objects.out_of_order(1.5):
        documents.append(attempt(1))
    assert documents.read(kept) == b"<rss/>" and len(documents.attempts(DAY.date())) == 1
    assert lake.read("quarantine", BATCH).num_rows == 1


def test_what_the_store_refuses_is_one_line_with_the_place(objects, tmp_path):
    nowhere = settings.load(home=tmp_path).storage_at("s3://no-such-bucket/home")
    with pytest.raises(DemarcheError, match="s3://no-such-bucket/home/a"):
        nowhere.write("a", b"x")


def test_a_home_moves_to_a_bucket_and_back_by_one_command_and_nothing_is_lost_or_overwritten(
    bucket, sample, tmp_path
):
    home, _ = sample
    source, there, back = storage.Folder(home), str(bucket), storage.Folder(tmp_path / "back")
    made_anew = {"dagster", "dbt", "report", "demarche.duckdb", "warehouse.duckdb", "feeds-file"}
    assert {part.name for part in home.iterdir() if part.suffix != ".lock"} <= {*ROOMS, *made_anew}, (
        "a new part of a home has to move with it, or to be made anew"
    )
    assert "copied" in demarche("move", home, there, check=0).stdout
    again = move(source, bucket, lambda done, total: None)
    assert (again.copied, again.logged) == (0, 0), "a second move has nothing left to do"

    # The cluster goes on: one more attempt; the laptop takes it back.
    Documents(bucket.sub("documents")).append(attempt(1))
    demarche("move", there, back.root, check=0)
    for room in ROOMS:
        theirs = {name: size for name, size in back.files(room).items() if "2026-11-25.jsonl" not in name}
        ours = {name: size for name, size in source.files(room).items() if name not in DERIVED}
        assert theirs == ours and theirs
        assert all(back.read(name) == source.read(name) for name in theirs)
    assert len(Documents(back.sub("documents")).attempts(DAY.date())) == 1

    # Both were used since: neither overwrites the other.
    Documents(back.sub("documents")).append(attempt(2))
    Documents(bucket.sub("documents")).append(attempt(3))
    refused = demarche("move", back.root, there, check=1)
    assert "Nothing was written" in refused.stderr
