"""From downloads to the lake: a baseline makes no acts, changes do, and a bad download changes nothing."""

from datetime import UTC, datetime

import pytest

from pipelines import tables
from pipelines.download import Downloads
from pipelines.errors import InputError
from pipelines.lake import Lake
from pipelines.lists import links
from pipelines.lists.build import build, stale_days
from pipelines.lists.fetch import fetch_source
from pipelines.lists.sources import read_sources
from pipelines.lists.store import ListStore
from pipelines.settings import LISTS, SAMPLE

N = "-0- "
DELTA = """<sanctionsData xmlns="https://www.treasury.gov/ofac/DeltaFile/1.0"><publicationInfo>
<datePublished>{day}T00:00:00-05:00</datePublished></publicationInfo><entities><entity id="{number}" action="{action}">
<generalInfo><entityType>Individual</entityType></generalInfo>
<sanctionsPrograms><sanctionsProgram>CYBER2</sanctionsProgram></sanctionsPrograms>
<names><name><isPrimary>true</isPrimary><translations><translation><formattedFullName>SOMEBODY, Number{number}</formattedFullName>
</translation></translations></name></names><addresses><address><country>Russia</country></address></addresses>
</entity></entities></sanctionsData>"""


def sdn(numbers, title=N):
    return "\r\n".join(
        f'{n},"SOMEBODY, Number{n}","individual","CYBER2",{title},{N},{N},{N},{N},{N},{N},"nationality Russia."'
        for n in numbers
    ).encode()


@pytest.fixture
def home(tmp_path):
    (source,) = [s for s in read_sources(SAMPLE / "lists") if s.source == "ofac"]
    return source, ListStore(tmp_path / "lists"), Lake(tmp_path / "lake")


def at(day, hour=12):
    return datetime(2020, 3, day, hour, tzinfo=UTC)


def snapshot(home, day, data, hour=12):
    return home[1].keep("ofac", "snapshot", at(day, hour), {"sdn": data})


def rows(home, table, day):
    return home[2].read(table, f"list-ofac-2020-03-{day:02}").to_pylist()


def test_the_first_snapshot_makes_entries_and_no_acts(home):
    snapshot(home, 1, sdn(range(100, 120)))
    (made,) = build(*home)
    assert made.snapshot["outcome"] == "baseline"
    assert len(rows(home, "list_entries", 1)) == 20
    assert rows(home, "list_changes", 1) == rows(home, "events", 1) == []


def test_changes_become_acts_of_the_list_with_their_day_and_evidence(home):
    snapshot(home, 1, sdn(range(100, 120)))
    snapshot(home, 2, sdn([*range(101, 120), 500, 501]))
    build(*home)
    assert sorted((r["action"], r["entry_id"]) for r in rows(home, "list_changes", 2)) == [
        ("added", "500"), ("added", "501"), ("removed", "100"),
    ]  # fmt: skip
    events = rows(home, "events", 2)
    assert [(e["source"], e["target"], e["type"], e["mode"], e["count"]) for e in events] == [
        ("USA", "RUS", "SANCTION", "sanction", 2), ("USA", "RUS", "CONCEDE", "ease", 1),
    ]  # fmt: skip
    assert all(str(e["event_date"]) == "2020-03-02" for e in events)
    (impose, lift) = rows(home, "sanctions", 2)
    assert impose["designees"] == ["SOMEBODY, Number500", "SOMEBODY, Number501"] and lift["action"] == "lift"
    items = {item["coding_id"]: item for item in rows(home, "items", 2)}
    for evidence in rows(home, "evidence", 2):
        text = items[evidence["coding_id"]][evidence["field"]]
        assert text[evidence["start_char"] : evidence["end_char"]] == evidence["trigger"]
    assert {item["origin"] for item in items.values()} == {"list"}


def test_an_amended_entry_is_no_act_and_says_what_changed(home):
    snapshot(home, 1, sdn(range(100, 120)))
    snapshot(home, 2, sdn(range(100, 120), title='"Chief"'))
    build(*home)
    changes = rows(home, "list_changes", 2)
    assert len(changes) == 20 and {c["action"] for c in changes} == {"amended"}
    assert changes[0]["fields"] == ["title"] and '"Chief"' in changes[0]["after"]
    assert rows(home, "events", 2) == []


@pytest.mark.parametrize(
    "data, why",
    [(sdn(range(100, 115)), "5 of 20 entries are gone"), (b"<html>sorry</html>", "page"), (sdn(range(100, 105)), "at least 10"),
     (sdn(range(100, 120)).replace(b"CYBER2", b""), "programmes"), (sdn(range(100, 120))[:-900], "gone")],
)  # fmt: skip
def test_a_shrunken_or_malformed_download_is_refused_and_the_last_good_one_stays(home, data, why):
    snapshot(home, 1, sdn(range(100, 120)))
    snapshot(home, 2, data)
    snapshot(home, 3, sdn(range(100, 121)))
    first, second, third = build(*home)
    assert second.snapshot["outcome"] == "refused" and why in second.snapshot["reason"]
    assert rows(home, "list_changes", 2) == [] and "list_refused" in {
        q["reason"] for q in rows(home, "quarantine", 2)
    }
    assert third.snapshot["previous_at"] == first.snapshot["fetched_at"]
    assert [(c["action"], c["entry_id"]) for c in rows(home, "list_changes", 3)] == [("added", "120")]


def test_a_bad_second_download_of_a_day_leaves_the_good_first_one(home):
    snapshot(home, 1, sdn(range(100, 120)), hour=6)
    snapshot(home, 1, b"<html>sorry</html>", hour=18)
    (made,) = build(*home)
    assert (made.snapshot["outcome"], made.snapshot["entry_count"]) == ("baseline", 20)


def test_running_again_changes_nothing_and_any_day_can_be_made_again(home):
    for day, numbers in ((1, range(100, 120)), (2, range(100, 121)), (3, range(101, 121))):
        snapshot(home, day, sdn(numbers))
    build(*home)
    before = {(c.batch, t.name): c.fingerprint for t in tables.ALL for c in home[2].batches(t.name)}
    assert stale_days(*home) == [] and build(*home) == []
    build(*home, days=[at(2).date()])
    assert {(c.batch, t.name): c.fingerprint for t in tables.ALL for c in home[2].batches(t.name)} == before
    assert snapshot(home, 4, sdn(range(101, 121))) == "unchanged"


def test_what_the_publisher_dates_himself_is_told_once_with_his_day(home):
    source, store, lake = home
    snapshot(home, 1, sdn(range(100, 120)))
    store.keep(
        "ofac", "delta", at(3), {"77": DELTA.format(day="2020-03-02", number=300, action="add").encode()}
    )
    snapshot(home, 3, sdn([*range(100, 120), 300]))
    build(source, store, lake)
    (change,) = rows(home, "list_changes", 3)
    assert (change["basis"], str(change["change_date"]), change["entry_id"]) == ("delta", "2020-03-02", "300")
    assert len(rows(home, "events", 3)) == 1


def test_a_broken_delta_is_set_aside_and_the_snapshot_still_speaks(home):
    source, store, lake = home
    snapshot(home, 1, sdn(range(100, 120)))
    store.keep("ofac", "delta", at(2), {"77": b"<cut"})
    snapshot(home, 2, sdn(range(100, 121)))
    build(source, store, lake)
    assert [c["entry_id"] for c in rows(home, "list_changes", 2)] == ["120"]
    assert [q["reason"] for q in rows(home, "quarantine", 2)] == ["delta_refused"]


def test_the_eleven_of_december_2016_are_linked_from_the_news_to_their_entries(home):
    source, store, lake = home
    fetch_source(source, store, lambda: at(1), Downloads("test"))
    build(source, store, lake)
    names = {
        "Aleksey Belan": "21324", "Yevgeniy Bogachev": "21326", "Igor Korobov": "21328", "Sergey Gizunov": "21329",
        "Igor Kostyukov": "21330", "Vladimir Alexeyev": "21331", "Special Technology Centre": "21332", "Zor Security": "21333",
        "Professional Association of Designers of Data Processing Systems": "21334", "GRU": "21343", "FSB": "21344",
        "Igor Sechinov": None,
    }  # fmt: skip
    day = datetime(2016, 12, 29).date()
    record = {
        "coding_id": "c",
        "event_ordinal": 0,
        "sender": "USA",
        "target": "RUS",
        "action": "impose",
        "status": "actual",
    }
    lake.write(
        "sanctions",
        "feeds-2016-12-30",
        tables.SANCTIONS.from_rows(
            [record | {"batch": "feeds-2016-12-30", "designees": list(names), "announced_date": day}]
        ),
    )
    made = links.link_all(lake, [source])
    assert {row["designee"]: row["entry_id"] for row in made.to_pylist()} == names
    assert all(row["evidence"] for row in made.to_pylist())
    # The lake gives back what was written, missing scores or not.
    record = lake.write("list_links", links.BATCH, made)
    assert (
        lake.write("list_links", links.BATCH, lake.read("list_links", links.BATCH)).fingerprint
        == record.fingerprint
    )


def test_who_is_only_mentioned_is_linked_where_the_list_changed_for_him_then(home):
    source, store, lake = home
    fetch_source(source, store, lambda: at(1), Downloads("test"))
    build(source, store, lake)
    for batch, day in (("feeds-2016-12-30", "2016-12-29"), ("feeds-2017-12-30", "2017-12-29")):
        record = {
            "batch": batch,
            "coding_id": batch,
            "event_ordinal": 0,
            "sender": "USA",
            "target": "RUS",
            "action": "impose",
        }
        record |= {
            "announced_date": datetime.fromisoformat(day).date(),
            "status": "actual",
            "designees": ["FSB"],
            "measures": ["asset_freeze"],
        }
        lake.write("sanctions", batch, tables.SANCTIONS.from_rows([record]))
        people = [
            {"batch": batch, "coding_id": batch, "ordinal": n, "name": name, "type": "person"}
            for n, name in enumerate(["Igor Korobov", "Igor Sechin"])
        ]
        lake.write("entities", batch, tables.ENTITIES.from_rows(people))
    told = {
        (row["coding_id"][6:10], row["designee"], row["basis"], row["entry_id"])
        for row in links.link_all(lake, [source]).to_pylist()
    }
    assert told == {
        ("2016", "FSB", "name", "21344"),
        ("2016", "Igor Korobov", "mentioned", "21328"),
        ("2017", "FSB", "name", "21344"),
    }


def test_the_shipped_sources_say_what_they_must(tmp_path):
    sources = read_sources(LISTS)
    assert [s.source for s in sources] == ["eu", "ofac", "uk", "un"]
    for source in sources:
        assert source.licence and source.cadence and source.page.startswith("https://")
        assert source.assertions.min_entries > 0 and source.assertions.fill["name"] == 1.0
        assert all(file.url.startswith("https://") for file in source.files.values())
    (tmp_path / "x.yml").write_text("source: x\ntitle: X\n")
    with pytest.raises(InputError, match=r"x\.yml.*publisher"):
        read_sources(tmp_path)
