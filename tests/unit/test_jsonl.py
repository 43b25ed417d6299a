"""Articles come as JSON lines; a bad line is named and the rest goes on."""

import json

import pytest

from pipelines.coding.jsonl import BadLine, code_file, read_articles, to_record
from pipelines.coding.records import Article, Coded
from pipelines.errors import InputError


def read(*lines):
    return list(read_articles(lines))


def test_missing_fields_are_empty_and_the_time_is_utc():
    (article,) = read('{"id": "a", "published": "2016-12-30T16:05:00+02:00"}')
    assert (article.title, article.lang, article.reference.hour, article.reference_basis) == (
        "",
        None,
        14,
        "publication",
    )


@pytest.mark.parametrize("published", ["null", '"soon"', '""'])
def test_without_a_time_the_clock_serves_and_says_so(published, monkeypatch):
    monkeypatch.setenv("DEMARCHE_NOW", "2026-11-24T00:00:00Z")
    (article,) = read(f'{{"id": "a", "published": {published}}}')
    assert (article.reference_basis, article.reference.year) == ("fetch", 2026)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"title": "x"}', "id is missing"),
        ('{"id": "a", "title": 3}', "title is a JSON int"),
        ('{"id": "a", "published": 3}', "published is a JSON int"),
        (b'{"id": "\xff"}', "not UTF-8"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_the_rest_goes_on(line, reason):
    first, bad, last = read('{"id": "x"}', line, '{"id": "y"}')
    assert isinstance(bad, BadLine) and bad.number == 2 and reason in bad.reason
    assert isinstance(first, Article) and isinstance(last, Article)


def test_a_repeated_id_is_set_aside():
    _, bad = read('{"id": "a"}', '{"id": "a"}')
    assert bad.is_repeated and "line 1" in bad.reason


def test_blank_lines_are_no_lines():
    assert [a.id for a in read("\n", '{"id": "a"}\n', "  ")] == ["a"]


def test_every_field_is_written_even_where_nothing_was_found():
    record = json.loads(json.dumps(to_record("a", Coded())))
    assert (record["entities"], record["events"], record["sanctions"]) == ([], [], [])


def test_a_missing_file_is_named():
    with pytest.raises(InputError, match=r"nowhere\.jsonl"):
        code_file("nowhere.jsonl", "-")
