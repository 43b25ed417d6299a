"""The feed list, the kept documents, and reading a document's items."""

import gzip
import json
from datetime import UTC, date, datetime

import pytest

from pipelines.errors import InputError
from pipelines.feeds.documents import DocumentError, Documents
from pipelines.feeds.feedlist import COLUMNS, read_feeds
from pipelines.feeds.parse import parse
from pipelines.feeds.state import load
from pipelines.items.archive import build_archive_batches, keep_archive

HEAD = ",".join(COLUMNS)


def _list(tmp_path, *lines):
    path = tmp_path / "feeds.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "lines, said",
    [
        (["a,A,https://example.org/rss,en,USA,press,A,maybe,,"], "line 2: column enabled"),
        (["a,A,https://example.org/rss,en,USA,press,A,no,,"], "line 2: a disabled feed needs its reason"),
        (["a,A,gopher://example.org,en,USA,press,A,yes,,"], "line 2: url"),
        (["A b,A,https://example.org/rss,en,USA,press,A,yes,,"], "line 2: feed_id"),
        (["a,A,https://e.org/1,en,USA,press,A,yes,,", "a,A,https://e.org/2,en,USA,press,A,yes,,"], "line 3: feed_id"),
        (["a,A,https://e.org/1,en,USA,press,A,yes,,", "b,A,https://e.org/1,en,USA,press,A,yes,,"], "line 3: https"),
        (["a,A,file:nowhere,en,USA,press,A,yes,,"], "line 2: the recorded feed's folder"),
        (["a,A,https://e.org/1,english please,USA,press,A,yes,,"], "line 2: language"),
    ],
)  # fmt: skip
def test_a_fault_in_the_feed_list_is_named_with_its_line(tmp_path, lines, said):
    with pytest.raises(InputError, match=said):
        read_feeds(_list(tmp_path, *lines))


def test_a_missing_feed_list_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_feeds(tmp_path / "nowhere.csv")


def test_the_feeds_of_this_project_can_be_read():
    from pipelines import settings

    for path in (settings.DATA / "feeds.csv", settings.SAMPLE / "feeds.csv"):
        if path.exists():
            assert read_feeds(path)


def test_a_document_is_kept_once_and_comes_back_byte_for_byte(tmp_path):
    documents = Documents(tmp_path)
    content = bytes(range(256)) * 10
    kept = documents.keep(content)
    assert documents.keep(content) == kept
    assert documents.read(kept) == content
    assert len(list(tmp_path.rglob("*.gz"))) == 1


def test_a_damaged_or_missing_document_is_named(tmp_path):
    documents = Documents(tmp_path)
    kept = documents.keep(b"something")
    path = next(tmp_path.rglob("*.gz"))
    path.write_bytes(gzip.compress(b"something else"))
    with pytest.raises(DocumentError, match=kept):
        documents.read(kept)
    path.unlink()
    with pytest.raises(DocumentError, match="missing"):
        documents.read(kept)


def test_the_saved_state_is_only_a_shortcut_for_reading_the_log(tmp_path):
    documents = Documents(tmp_path)
    for hour, outcome in enumerate(["ok", "unchanged", "error:timeout"]):
        at = datetime(2026, 1, 14, hour, tzinfo=UTC)
        documents.append(
            {
                "kind": "feed",
                "feed_id": "a",
                "url": "u",
                "fetched_at": at,
                "outcome": outcome,
                "document_id": "d",
            }
        )
        load(documents)
    saved = json.loads((tmp_path / "state.json").read_text())
    for broken in ("", "{}", "[1"):
        (tmp_path / "state.json").write_text(broken)
        load(documents)
        assert json.loads((tmp_path / "state.json").read_text()) == saved
    assert load(documents).feeds["a"].failures == 1


def _rss(*items: str, root='<rss version="2.0">') -> bytes:
    return f"<?xml version='1.0'?>{root}<channel><title>t</title><link>http://e.org/</link>{''.join(items)}</channel></rss>".encode()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace(b"one", b"one & two"),
        lambda text: text.replace(b"one", b"one&nbsp;&mdash;"),
        lambda text: text.replace(b"one", b"o\x08n\x00e"),
        lambda text: text.replace(b"one", b"&#xD800;one&#x110000;&#8;"),
        lambda text: text.replace(b"<title>one", b"<foo:bar>1</foo:bar><title>one"),
        lambda text: b"\n\n<!-- cache -->\n" + text,
        lambda text: text.replace(b"<rss", b'<!DOCTYPE rss PUBLIC "-//N//DTD" "http://127.0.0.2/x.dtd"><rss'),
        lambda text: text.replace(b"<rss", b'<?xml-stylesheet href="http://127.0.0.2/x.xsl"?><rss'),
    ],
)
def test_small_faults_do_not_lose_a_feed(damage):
    items = parse(damage(_rss("<item><title>one</title></item>", "<item><title>two</title></item>"))).items
    assert len(items) == 2
    assert items[1].title.value == "two"


def _archive(tmp_path, *lines):
    path = tmp_path / "Old News.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_an_archive_is_kept_and_becomes_a_batch_a_year_with_bad_lines_by_number(tmp_path):
    file = _archive(
        tmp_path,
        '{"id": "1", "published": "2016-12-29T18:00:00Z", "title": "Talks", "lang": "en", "outlet": "O"}',
        "no json",
        '{"id": "2", "published": "2017-07-30", "summary": "An answer", "lang": "en"}',
        '{"id": "3", "title": "Undated"}',
        '{"id": "1", "published": "2016-12-29T18:00:00Z", "title": "Talks", "lang": "en", "outlet": "O"}',
        '{"id": "4", "published": 7, "title": "Wrong"}',
        '{"id": "5", "published": "2016-12-29"}',
    )
    documents = Documents(tmp_path / "documents")
    keep_archive(file, documents)
    before = documents.loads("old_news")
    keep_archive(file, documents)
    assert documents.loads("old_news") == before
    batches = build_archive_batches(documents, "old_news")
    assert list(batches) == ["archive-old_news-2016", "archive-old_news-2017", "archive-old_news-undated"]
    assert [batch["items"].num_rows for batch in batches.values()] == [1, 1, 1]
    aside = [row for batch in batches.values() for row in batch["quarantine"].to_pylist()]
    assert sorted((row["reason"], row["position"]) for row in aside) == [
        ("duplicate", 4),
        ("empty", 6),
        ("malformed", 1),
        ("malformed", 5),
    ]
    assert any("line 2" in row["evidence"] for row in aside)
    counted = sum(row["item_count"] for batch in batches.values() for row in batch["fetches"].to_pylist())
    assert counted == 7
    assert documents.days() == []


def test_a_packed_archive_is_read_and_a_damaged_one_is_named(tmp_path):
    documents = Documents(tmp_path / "documents")
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"id": "1", "published": "2016-12-29", "title": "Talks"}'))
    keep_archive(packed, documents)
    (batch,) = build_archive_batches(documents, "a").values()
    assert batch["items"]["published_at"].to_pylist()[0].date() == date(2016, 12, 29)
    packed.write_bytes(packed.read_bytes()[:-10])
    with pytest.raises(InputError, match=r"a\.jsonl\.gz"):
        keep_archive(packed, documents, "b")
