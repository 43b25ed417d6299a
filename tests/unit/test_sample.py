"""The bundled sample is what its README says: recorded feeds that parse, with the quirks of real ones, and nobody's
words or addresses but our own."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest

from pipelines.feeds.feedlist import read_feeds
from pipelines.settings import DATA, REFERENCE, SAMPLE

NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z\.xml")
DOCUMENTS = sorted(SAMPLE.glob("*/*.xml"))


@pytest.fixture(scope="module")
def parsed() -> dict[Path, feedparser.FeedParserDict]:
    return {path: feedparser.parse(path.read_bytes()) for path in DOCUMENTS}


@pytest.fixture(scope="module")
def deliveries(parsed) -> dict[tuple[str, str], list]:
    """(feed, address without tracking) -> [(document, entry)], oldest first."""
    found = defaultdict(list)
    for path, document in parsed.items():
        for entry in document.entries:
            address = entry.link.split("?")[0].split("#")[0]
            found[path.parent.name, address].append((path, entry))
    return found


def texts(entry) -> tuple[str, str]:
    return entry.title, entry.summary


def title_starts(deliveries, feed: str, beginning: str) -> list:
    (found,) = [
        copies
        for (of, _), copies in deliveries.items()
        if of == feed and copies[0][1].title.startswith(beginning)
    ]
    return found


def test_both_lists_of_feeds_can_be_read():
    sample = read_feeds(SAMPLE / "feeds.csv")
    assert {feed.feed_id for feed in sample} == {path.parent.name for path in DOCUMENTS}
    assert all(feed.enabled and feed.is_recorded for feed in sample)
    assert sum(feed.kind == "official" for feed in sample) == 2
    live = read_feeds(DATA / "feeds.csv")
    enabled = [feed for feed in live if feed.enabled]
    assert 20 <= len(enabled) <= 30
    assert all(feed.language == "en" and not feed.is_recorded for feed in enabled)
    assert len({feed.country for feed in enabled}) >= 12
    assert any(feed.kind.startswith("official") for feed in enabled)
    assert all(feed.reason for feed in live if not feed.enabled)
    assert not any(feed.reason for feed in enabled)


def test_every_document_is_named_after_its_time_and_parses(parsed):
    for path, document in parsed.items():
        assert NAME.fullmatch(path.name), path
        assert not document.bozo, (path, document.get("bozo_exception"))
        assert document.entries, path
    assert {document.version for document in parsed.values()} == {"rss20", "atom10"}
    assert len({path.name[:10] for path in DOCUMENTS}) == 16


def test_there_are_as_many_items_as_the_readme_says(parsed, deliveries):
    delivered = sum(len(document.entries) for document in parsed.values())
    text = (SAMPLE / "README.md").read_text("utf-8")
    told = re.search(r"(\d+) items, delivered (\d+) times in (\d+) documents on (\d+) days", text)
    assert [int(number) for number in told.groups()] == [len(deliveries), delivered, len(DOCUMENTS), 16]


def test_all_dates_can_be_read_but_one_that_is_missing(parsed):
    undated = set()
    for path, document in parsed.items():
        fetched = datetime.strptime(path.stem, "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)
        for entry in document.entries:
            if "published" not in entry:
                undated.add((path.parent.name, entry.title))
                continue
            published = datetime(*entry.published_parsed[:6], tzinfo=UTC)
            assert published < fetched, (path, entry.title)
            assert (fetched - published).days < 14, (path, entry.title)
    assert undated == {("coromandel-ledger", "Russians in US get 72 hours to pack up")}


def test_dates_come_in_the_zones_of_their_outlets():
    raw = "".join(path.read_text("latin-1") for path in DOCUMENTS)
    for zone in (" GMT<", " EST<", " EDT<", " +0530<", " +0300<", "+01:00<", "+02:00<", "-05:00<", "-04:00<"):
        assert zone in raw


def test_a_wire_copy_stands_at_three_outlets(parsed):
    outlets = defaultdict(set)
    for path, document in parsed.items():
        for entry in document.entries:
            outlets[entry.title].add(path.parent.name)
    wires = {title: feeds for title, feeds in outlets.items() if len(feeds) > 1}
    assert len(wires) == 7
    assert sum(len(feeds) == 3 for feeds in wires.values()) == 4


@pytest.mark.parametrize(
    ("feed", "beginning", "first", "last"),
    [
        ("potomac-lantern", "35 Russian officials", "persona non grata.", "used for intelligence."),
        ("elbwarte", "Germany expels four", "Other EU states are to follow.", "not excluded."),
        ("coromandel-ledger", "US must slash", "445 people", "Correction: an earlier version"),
    ],
)
def test_an_item_is_edited_under_the_same_address_and_guid(deliveries, feed, beginning, first, last):
    copies = [entry for _, entry in title_starts(deliveries, feed, beginning)]
    assert first in copies[0].summary and last not in copies[0].summary
    assert last in copies[-1].summary
    assert len({entry.get("id") for entry in copies}) == 1


def test_only_the_planted_items_change(deliveries):
    changed = {
        copies[0][1].title for copies in deliveries.values() if len({texts(entry) for _, entry in copies}) > 1
    }
    assert changed == {
        "35 Russian officials told to leave within 72 hours",
        "Germany expels four Russian diplomats",
        "US must slash staff in Russia, says Moscow",
    }


def test_a_guid_changes_while_the_address_stays(deliveries):
    renamed = {
        copies[0][1].title
        for copies in deliveries.values()
        if len({entry.get("id") for _, entry in copies}) > 1
    }
    assert renamed == {"White House weighs response to election hacks, officials say"}


def test_a_document_is_delivered_again_unchanged():
    folder = SAMPLE / "mfa-moscow"
    first, second = folder / "2016-12-30T120203Z.xml", folder / "2016-12-31T090203Z.xml"
    assert first.read_bytes() == second.read_bytes()


def test_the_other_quirks_of_real_feeds_are_there(parsed, deliveries):
    raw = {path: path.read_bytes() for path in DOCUMENTS}
    assert any(b"<description><![CDATA[<p>" in text for text in raw.values())
    assert any(b"&lt;p&gt;" in text and b"&amp;#8217;" in text for text in raw.values())
    assert any(b"media:content" in text for text in raw.values())
    assert any(b"content:encoded" in text for text in raw.values())
    assert any(b'isPermaLink="false"' in text for text in raw.values())
    assert any(b"<ul><li>" in text for text in raw.values())
    assert any(b'encoding="windows-1251"' in text and "«".encode("cp1251") in text for text in raw.values())
    lantern = [
        entry
        for path, document in parsed.items()
        if path.parent.name == "potomac-lantern"
        for entry in document.entries
    ]
    assert all("utm_source=" in entry.link for entry in lantern)
    ((_, marked), *_) = title_starts(deliveries, "elbwarte", "Poutine renonce")
    assert marked.title_detail.language == "fr"
    ((_, unmarked), *_) = title_starts(deliveries, "northgate-wire", "Les États-Unis expulsent")
    assert unmarked.title_detail.language is None


def test_no_outlet_that_exists_is_named_by_an_address():
    allowed = {"www.w3.org", "search.yahoo.com", "purl.org"}  # names of XML vocabularies
    for path in DOCUMENTS:
        for address in re.findall(r"https?://[^\s\"'<>\]]+", path.read_text("latin-1")):
            host = urlsplit(address).hostname
            assert host in allowed or host.endswith((".example", ".invalid")), (path, address)


def test_the_facts_are_of_known_actors_and_types_and_of_the_sample_s_days():
    with open(REFERENCE / "event_types.csv", encoding="utf-8") as file:
        types = {(row["type"], row["mode"]) for row in csv.DictReader(file)}
    known = {path.name[:4] for path in DOCUMENTS}
    seen = set()
    with open(SAMPLE / "facts.csv", encoding="utf-8") as file:
        facts = list(csv.DictReader(file))
    for fact in facts:
        assert (fact["type"], fact["mode"]) in types, fact
        assert fact["status"] in {"actual", "planned", "denied"}, fact
        assert fact["source"] != fact["target"]
        assert not fact["count"] or int(fact["count"]) > 0
        if fact["event_date"]:
            assert f"{date.fromisoformat(fact['event_date']):%Y}" in known, fact
        key = tuple(fact[name] for name in ("source", "target", "type", "mode", "status", "event_date"))
        assert key not in seen, fact
        seen.add(key)
    expulsions = {
        (fact["source"], fact["target"], fact["status"], fact["count"], fact["event_date"])
        for fact in facts
        if fact["mode"] == "expel"
    }
    assert {
        ("USA", "RUS", "actual", "35", "2016-12-29"),
        ("RUS", "USA", "planned", "35", "2016-12-30"),
        ("RUS", "USA", "denied", "35", "2016-12-30"),
    } <= expulsions
