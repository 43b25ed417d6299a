"""Plain text, dates, addresses, languages: what an item's fields come out as."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.feeds.charset import decode
from pipelines.feeds.urls import canonical
from pipelines.items.dates import published
from pipelines.items.language import language
from pipelines.items.text import plain

NOW = datetime(2026, 1, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written, read",
    [
        ("<b>EU</b> &amp; <i>US</i> agree", "EU & US agree"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("AT&amp;T wins", "AT&T wins"),
        ("one<br/>two", "one two"),
        ("<script>alert(1)</script>Talks", "Talks"),
        ("Cafe\u0301", "Café"),
        ("\u202eevil\u202c reversed", "evil reversed"),
        ("zero\u200bwidth \ufeffjoin", "zerowidth join"),
        ("\u00a0\u2003wide   spaces\u3000", "wide spaces"),
        ("Offi\x00ci\x08als", "Officials"),
        ("ZÃ¼rich", "Zürich"),
        ("'); DROP TABLE articles;--", "'); DROP TABLE articles;--"),
        ("{{7*7}} ${jndi:ldap://x} %s", "{{7*7}} ${jndi:ldap://x} %s"),
    ],
)
def test_a_title_is_one_line_of_plain_text(written, read):
    assert plain(written, "title")[0] == read


def test_paragraphs_of_a_summary_stay_apart_and_a_title_stays_in_one_line():
    assert plain("<p>One said so.</p>\n<p>Two\ndenied.</p>", "summary")[0] == "One said so.\nTwo denied."


@pytest.mark.parametrize("attribute", ["", " class='x'"])
def test_markup_with_and_without_attributes_reads_the_same(attribute):
    written = (
        f"<p{attribute}>One <b{attribute}>said</b> so &amp; left.</p>\n<div{attribute}>Two<br>three</div>"
    )
    assert plain(written, "summary")[0] == "One said so & left.\nTwo\nthree"


def test_what_had_to_be_done_to_a_text_is_said():
    assert plain("ZÃ¼rich", "title")[1] == ["mojibake"]
    assert plain("very " * 1000, "title")[1] == ["cut"]
    assert len(plain("very " * 200_000, "title")[0]) <= 2000
    assert plain("Zürich", "title")[1] == []


def test_fifty_thousand_nested_elements_end_no_run():
    assert isinstance(plain("<b>" * 50_000 + "x" + "</b>" * 50_000, "summary")[0], str)


@given(st.text())
def test_any_text_comes_out_clean_and_stays_as_it_is_the_second_time(written):
    read, _ = plain(written, "summary", is_html=False)
    assume("mojibake" not in plain(read, "summary", is_html=False)[1])
    assert read == unicodedata.normalize("NFC", read)
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in read)
    assert plain(read, "summary", is_html=False)[0] == read
    read.encode("utf-8")


@pytest.mark.parametrize(
    "written, moment",
    [
        ("Tue, 13 Jan 2026 10:00:00 +0530", "2026-01-13T04:30:00"),
        ("Tue, 13 Jan 2026 10:00:00 EST", "2026-01-13T15:00:00"),
        ("Tue, 13 Jan 2026 10:00 Z", "2026-01-13T10:00:00"),
        ("13 Jan 26 10:00:00 UT", "2026-01-13T10:00:00"),
        ("2026-01-13T10:00:00+03:00", "2026-01-13T07:00:00"),
        ("2026-01-13 10:00:00", "2026-01-13T10:00:00"),
        ("2026-01-13T10:00:00.123456Z", "2026-01-13T10:00:00"),
        ("Tue, 13 Jan 2026 24:00:00 GMT", "2026-01-14T00:00:00"),
        ("2026-01-13", "2026-01-13T00:00:00"),
        ("January 13, 2026 10:00 am", "2026-01-13T10:00:00"),
        ("Tue, 13 Jan 2026 10:00:00 MSK", "2026-01-13T07:00:00"),
        ("Mon, 13 Jan 2014 10:00:00 MSK", "2014-01-13T06:00:00"),  # Moscow's clocks were an hour ahead then
        ("Tue Jan 13 10:00:00 2026", "2026-01-13T10:00:00"),
    ],
)
def test_dates_as_feeds_write_them(written, moment):
    assert published(written, NOW) == (datetime.fromisoformat(moment).replace(tzinfo=UTC), None)


@pytest.mark.parametrize(
    "written, flag",
    [
        (None, "missing"),
        ("", "missing"),
        ("yesterday", "unparsed"),
        ("13/01/2026 10:00", "unparsed"),
        ("01/13/2026", "unparsed"),
        ("Tue, 31 Feb 2026 10:00:00 GMT", "unparsed"),
        ("Mon, 01 Jan 0001 00:00:00 GMT", "unparsed"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "epoch"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", "future"),
        ("Tue, 13 Jan 2026 10:00:00 BST", "zone_unknown"),
        ("Tue, 13 Jan 2026 10:00:00 +2500", "zone_unknown"),
    ],
)
def test_a_date_that_cannot_be_believed_is_null_and_says_why(written, flag):
    assert published(written, NOW) == (None, flag)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_dates(written):
    moment, flag = published(written, NOW)
    assert (moment is None) != (flag is None)


STORY = "http://example.org/news/story.html"


@pytest.mark.parametrize(
    "tracking",
    ["?utm_source=rss&utm_medium=feed", "?fbclid=abc", "#rss", "?at_medium=RSS", "?CMP=share", "?ns_mchannel=rss&gclid=9",
     "?mc_cid=1&mc_eid=2", "?ito=1490", "?traffic_source=rss", "?maca=en-rss", "?msclkid=1&igshid=2", "?affiliate_id=3",
     "?referrer=home", "?pk_campaign=a", "?_ga=1.2", "?xtor=RSS-1", "?utm%5Fsource=rss"],
)  # fmt: skip
def test_tracking_goes(tracking):
    assert canonical(STORY + tracking) == STORY


@pytest.mark.parametrize(
    "one, other",
    [
        ("?id=1&page=1", "?id=2&page=1"),
        ("?eid=1", "?eid=2"),
        ("?12345", "?12346"),
        ("?cid=1", "?cid=2"),
        ("?c_id=1", "?c_id=2"),
        ("?source=a", "?source=b"),
        ("?ref=a", "?ref=b"),
        ("?doc_ref=a", "?doc_ref=b"),
        ("?keyword=a", "?keyword=b"),
        ("?uid=1", "?uid=2"),
        ("?session=1", "?session=2"),
        ("?campaign=1", "?campaign=2"),
        ("?gallery=1", "?gallery=2"),
        ("?global_id=1", "?global_id=2"),
        ("?refnr=1", "?refnr=2"),
        ("#!/a", "#!/b"),
    ],
)
def test_two_articles_never_become_one(one, other):
    assert canonical(STORY + one) != canonical(STORY + other)


@pytest.mark.parametrize(
    "written, read",
    [
        (" \nhttp://example.org/a.html \t", "http://example.org/a.html"),
        ("HTTP://EXAMPLE.org:80/a.html", "http://example.org/a.html"),
        ("http://example.org/u 3.html", "http://example.org/u%203.html"),
        ("http://example.org/%7eu4.html", "http://example.org/~u4.html"),
        ("http://example.org/a/./b/../c.html", "http://example.org/a/c.html"),
        ("http://example.org", "http://example.org/"),
        ("b.html", "http://example.org/news/b.html"),
        ("//example.org/c", "http://example.org/c"),
        ("?id=4", "http://example.org/news/?id=4"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("mailto:a@b.c", None),
        ("http://", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_addresses_in_one_spelling_http_only(written, read):
    assert canonical(written, "http://example.org/news/") == read


@given(st.text(max_size=80))
def test_a_canonical_address_is_its_own(written):
    once = canonical("http://example.org/" + written)
    assert once is None or canonical(once) == once


@pytest.mark.parametrize(
    "text, named, found",
    [
        ("МИД России вызвал посла и вручил ему ноту протеста", "en", ("ru", "detected")),
        (
            "Le ministre des Affaires étrangères convoque l'ambassadeur pour protester contre les sanctions décidées hier.",
            "en",
            ("fr", "detected"),
        ),
        ("EU leaders meet", "en", ("en", "feed")),
        ("EU leaders meet", "", (None, None)),
        (
            "The foreign ministry confirmed the step late on Monday and gave no details.",
            "",
            ("en", "detected"),
        ),
        ("EU leaders meet", "en-GB", ("en", "feed")),
    ],
)
def test_the_language_is_the_feeds_unless_the_text_is_plainly_another(text, named, found):
    assert language(text, None, named) == found


GERMAN = "Überraschung in Zürich: Außenminister tritt zurück"


@pytest.mark.parametrize(
    "content, header, text, flag",
    [
        (GERMAN.encode(), "text/xml; charset=iso-8859-1", GERMAN, None),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + "“Zürich”".encode("cp1252"), "", "“Zürich”", None),
        (b'<?xml version="1.0" encoding="utf-8"?>' + GERMAN.encode("cp1252"), "", GERMAN, "detected"),
        (b'<?xml version="1.0" encoding="koi8-r"?>' + "Переговоры".encode("koi8-r"), "", "Переговоры", None),
        (GERMAN.encode("utf-16"), "", GERMAN, None),
        (GERMAN.encode() + b" \xff\xfe", "", GERMAN + " \ufffd\ufffd", "replacement"),
    ],
)
def test_charsets_strict_utf8_then_declared_then_detected_then_replaced(content, header, text, flag):
    found, how = decode(content, header)
    assert (found.partition("?>")[2] or found, how) == (text, flag)


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_become_a_text(content, header):
    decode(content, header)[0]
