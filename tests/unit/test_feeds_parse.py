"""Reading a feed's items: the short way and feedparser's give the same."""

import pytest

from pipelines.feeds import parse as parsing
from pipelines.feeds import quick
from pipelines.feeds.parse import parse

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>News</title><link>http://e.org/</link><language>en-gb</language>
<atom:link rel="self" href="http://e.org/rss"/>
<item><title><![CDATA[Talks &amp; more]]></title><link>http://e.org/1?a=1&amp;b=2</link><guid isPermaLink="false">1</guid>
<pubDate>Wed, 14 Jan 2026 09:00:00 GMT</pubDate><description>&lt;p&gt;They spoke.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>They spoke at length.</p>]]></content:encoded><dc:creator>A. Writer</dc:creator>
<media:thumbnail url="http://e.org/1.jpg"/><category>World</category></item>
<item><title>No link</title><guid>http://e.org/2</guid><dc:date>2026-01-14T09:00:00Z</dc:date></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>News</title><id>x</id>
<updated>2026-01-14T09:00:00Z</updated><entry><title type="html">Talks &amp;amp; more</title><id>urn:1</id>
<link rel="alternate" href="http://e.org/1"/><link rel="replies" href="http://e.org/1/c"/>
<published>2026-01-14T09:00:00Z</published><updated>2026-01-14T10:00:00Z</updated>
<summary type="html">&lt;p&gt;They spoke.&lt;/p&gt;</summary></entry>
<entry><title>5 &lt; 6 &amp;amp; plain</title><id>urn:2</id><link href="http://e.org/2"/><updated>2026-01-14T10:00:00Z</updated>
<content type="text">Text</content><summary>Sum</summary></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://e.org/"><title>News</title><link>http://e.org/</link>
<dc:language>de</dc:language></channel><item rdf:about="http://e.org/1"><title>Talks</title><link>http://e.org/1</link>
<dc:date>2026-01-14T09:00:00Z</dc:date><description>They spoke.</description></item></rdf:RDF>"""


@pytest.mark.parametrize("document", [RSS, ATOM, RDF], ids=["rss", "atom", "rdf"])
def test_the_short_way_reads_what_feedparser_reads(document, monkeypatch):
    content = document.encode()
    assert quick.read(content) is not None
    short = parse(content, url="http://e.org/feed")
    monkeypatch.setattr(parsing.quick, "read", lambda content: None)
    assert short == parse(content, url="http://e.org/feed")


@pytest.mark.parametrize(
    "unusual",
    [
        RSS.replace("<title>No link</title>", "<title>One</title><title>Two</title>"),
        RSS.replace("<title>No link</title>", "<title>In<b>line</b></title>"),
        RSS.replace("<item>", '<item xml:base="http://o.org/">'),
        RSS.replace("<category>World</category>", "<summary>Else</summary>"),
        ATOM.replace('<content type="text">Text', '<content type="xhtml"><div>Text</div>'),
        RSS.replace("</channel>", ""),
        "<opml></opml>",
    ],
)
def test_what_is_unusual_is_left_to_feedparser(unusual):
    assert quick.read(unusual.encode()) is None


def test_bare_ampersands_unknown_entities_and_html_entities_stay_readable():
    document = RSS.replace("No link", "Trade & aid: R&D &mdash; &unknown; caf&eacute; &#8212;")
    assert parse(document.encode()).items[1].title.value == "Trade & aid: R&D — &unknown; café —"
