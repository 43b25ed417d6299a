"""What fetching promises on a badly behaved web: our own server, three days, no other network."""

import resource
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hostile_server import FIVE, Hostile, answer, bomb, feed, item, moved, packed

from pipelines import settings
from pipelines.feeds.documents import Documents
from pipelines.feeds.feedlist import Feed
from pipelines.feeds.fetch import fetch_all
from pipelines.feeds.health import health
from pipelines.feeds.limits import Limits
from pipelines.items.build import build_feed_batch

DAY = datetime(2026, 1, 14, 12, tzinfo=UTC)
QUICK = Limits(connect_s=1, total_s=1.5, robots_s=0.7, retry_after_s=(0.05, 0.1), page_gap_s=0.2)


class Net:
    """A server, a home, and runs on chosen days."""

    def __init__(self, server: Hostile, home, monkeypatch) -> None:
        self.server, self.monkeypatch = server, monkeypatch
        self.settings = replace(
            settings.load(home), contact="someone@example.org", allow_addresses=("127.0.0.1",)
        )
        self.documents = Documents(self.settings.documents)

    def feed(self, path: str, **values) -> Feed:
        name = path.strip("/").replace("/", "-").replace(".xml", "")
        return Feed(name, name, self.server.url(path), "en", "", "press", name, **values)

    def run(self, *feeds: Feed, day: int = 0, hours: float = 0, limits: Limits = QUICK) -> dict[str, dict]:
        """Run once; the rows by feed."""
        self.now = DAY + timedelta(days=day, hours=hours)
        self.monkeypatch.setenv("DEMARCHE_NOW", self.now.isoformat())
        rows = fetch_all(feeds, self.documents, self.settings, limits=limits)
        return {row["feed_id"]: row for row in rows}

    def outcome(self, page, day: int = 0, path: str = "/feed.xml", **values) -> str | None:
        """Put a page up, ask it, say what came of it; None where it was not asked."""
        self.server.pages[path] = page
        given = self.feed(path, **values)
        return self.run(given, day=day).get(given.feed_id, {}).get("outcome")

    def tables(self, *feeds: Feed, day: int = 0) -> dict[str, list[dict]]:
        batch = build_feed_batch(self.documents, feeds, (DAY + timedelta(days=day)).date())
        return {name: table.to_pylist() for name, table in batch.items()}

    def health(self, given: Feed):
        return health(self.documents, [given], self.now)[0]


@pytest.fixture
def net(tmp_path, monkeypatch):
    server = Hostile()
    yield Net(server, tmp_path / "home", monkeypatch)
    server.close()


def _raw(content: bytes):
    def page(number, headers, connection):
        connection.sendall(content)

    return page


ANSWERS = [
    ("ok", answer(FIVE)),
    ("ok", answer(packed(), Content_Encoding="gzip")),
    ("ok", answer(FIVE, Content_Encoding="gzip")),  # says gzip, is plain
    ("ok", answer(packed(), Content_Type="application/gzip")),  # a .gz file
    ("ok", answer(b"<br /><b>Warning</b>: undefined index\n" + FIVE)),
    ("error:truncated", answer(packed()[:-30], Content_Encoding="gzip")),
    ("error:decode", answer(packed()[:30] + b"\x55" * 60 + packed()[90:], Content_Encoding="gzip")),
    ("error:decode", answer(b"\x8b\x03\x80junk", Content_Encoding="br")),
    ("error:truncated", _raw(answer(FIVE, length=len(FIVE) + 999))),
    ("error:protocol", _raw(b"SSH-2.0-OpenSSH_9.6\r\n")),
    ("error:protocol", _raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n<rss>")),
    ("error:too_large", answer(bomb(30_000_000), Content_Encoding="gzip")),
    ("error:too_large", answer(b"", length=50_000_000)),
    ("error:http_4xx", answer(b"no", 404)),
    ("error:http_4xx", answer(b"no", 403)),
    ("error:http_5xx", answer(b"oops", 500)),
    ("error:empty", answer(b"")),
    ("error:empty", answer(b" \n\n ")),
    ("error:unexpected_304", answer(b"", 304)),
    ("error:protocol", answer(b"", 301)),  # moved, but not where to
    ("error:redirect_refused", moved("file:///etc/passwd")),
    ("error:not_a_feed", answer(b"<html><head><title>News</title></head><body>Welcome</body></html>")),
    ("error:not_a_feed", answer(b"\x89PNG\r\n\x1a\n" + bytes(300))),
    ("error:xml_forbidden", answer(FIVE.replace(b"?><rss", b'?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss'))),
    ("error:xml_forbidden", answer(FIVE.replace(b"?><rss", b'?><!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss'))),
]  # fmt: skip


@pytest.mark.parametrize("expected, page", ANSWERS, ids=[f"{n}-{a[0]}" for n, a in enumerate(ANSWERS)])
def test_every_answer_has_its_outcome_and_a_bad_one_its_reason(net, expected, page):
    assert net.outcome(page) == expected
    (row,) = net.documents.attempts(DAY.date())
    assert (row["error"] is None) == (expected == "ok")


@pytest.mark.parametrize(
    "behaviour, expected", [("stall", "timeout"), ("drip", "timeout"), ("reset", "connection")]
)
def test_a_stalling_dripping_or_resetting_server_costs_little_time(net, behaviour, expected):
    began = time.monotonic()
    assert net.outcome(getattr(net.server, behaviour)) == f"error:{expected}"
    assert time.monotonic() - began < 4


def test_one_feeds_fault_does_not_touch_the_others(net):
    net.server.pages |= {"/good.xml": answer(FIVE), "/bad.xml": net.server.reset}
    rows = net.run(net.feed("/good.xml"), net.feed("/bad.xml"), net.feed("/gone.xml"))
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "good": "ok",
        "bad": "error:connection",
        "gone": "error:http_4xx",
    }


def test_bombs_and_endless_bodies_cost_no_memory(net):
    net.outcome(answer(FIVE))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (
        net.outcome(answer(bomb(400_000_000), Content_Encoding="gzip"), path="/bomb.xml") == "error:too_large"
    )
    assert net.outcome(net.server.endless, path="/endless.xml") in ("error:too_large", "error:timeout")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_no_redirect_reaches_an_address_that_is_not_allowed(net):
    canary = Hostile("127.0.0.2", net.server.port)
    port = net.server.port
    targets = [
        f"http://127.0.0.2:{port}/secret",
        f"http://2130706434:{port}/secret",
        f"http://127.0.0.1:{port}@127.0.0.2:{port}/secret",
        f"http://[::ffff:127.0.0.2]:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
    ]
    for number, target in enumerate(targets):
        assert net.outcome(moved(target), path=f"/{number}.xml") == "error:redirect_refused", target
    assert not canary.asked
    canary.close()


def test_private_addresses_are_refused_where_the_settings_do_not_allow_them(net):
    net.settings = replace(net.settings, allow_addresses=())
    assert net.outcome(answer(FIVE)) == "error:connection"
    assert not net.server.asked


def test_redirects_end(net):
    net.server.pages |= {f"/r{n}": moved(f"/r{n + 1}") for n in range(40)}
    assert net.outcome(moved("/r0")) == "error:redirect_loop"
    assert net.outcome(moved("/loop.xml"), path="/loop.xml") == "error:redirect_loop"
    assert sum(net.server.asked.values()) <= 8


def test_the_second_day_asks_conditionally_and_writes_nothing_but_the_log(net):
    def page(number, headers, connection):
        if headers.get("if-none-match") == '"v1"':
            return answer(b"", 304)
        return answer(FIVE, ETag='"v1"')

    assert net.outcome(page) == "ok"
    assert net.outcome(page, day=1) == "unchanged"
    assert net.tables(net.feed("/feed.xml"), day=1)["items"] == []


def test_the_same_bytes_again_are_unchanged_whatever_the_server_says(net):
    assert net.outcome(lambda n, *_: answer(FIVE, ETag=f'"{n}"')) == "ok"
    assert net.outcome(net.server.pages["/feed.xml"], day=1) == "unchanged"
    assert len(list(net.documents.root.glob("blobs/*/*"))) == 1


def test_a_permanent_move_is_remembered_and_a_temporary_one_is_not(net):
    net.server.pages |= {
        "/new.xml": answer(FIVE),
        "/moved.xml": moved("/new.xml", 301),
        "/away.xml": moved("/new.xml", 302),
        "/both.xml": moved("/away.xml", 308),
        "/dead.xml": moved("/home.html", 301),
        "/home.html": answer(b"<html><body>Welcome</body></html>"),
    }
    feeds = [net.feed(f"/{name}.xml") for name in ("moved", "away", "both", "dead")]
    net.run(*feeds)
    after = {h.feed_id: h.address for h in health(net.documents, feeds, net.now)}
    assert after == {
        "moved": net.server.url("/new.xml"),
        "away": None,
        "both": net.server.url("/away.xml"),
        "dead": None,
    }
    net.run(*feeds, day=1)
    assert net.server.asked["/moved.xml"] == 1


def test_a_feed_whose_new_address_fails_is_looked_for_at_its_old_one(net):
    net.server.pages |= {"/new.xml": answer(FIVE), "/old.xml": moved("/new.xml", 301)}
    old = net.feed("/old.xml")
    net.run(old)
    net.server.pages |= {"/new.xml": answer(b"no", 404), "/old.xml": answer(FIVE)}
    assert net.run(old, day=1)["old"]["outcome"] == "error:http_4xx"
    assert net.run(old, day=2)["old"]["outcome"] == "unchanged"


def test_a_feed_that_is_gone_for_good_is_not_asked_again_until_the_list_changes(net):
    gone = net.feed("/gone.xml")
    net.server.pages["/gone.xml"] = answer(b"", 410)
    assert net.run(gone)["gone"]["outcome"] == "error:http_410"
    assert net.run(gone, day=5) == {}
    assert net.health(gone).state == "gone"
    assert net.server.asked["/gone.xml"] == 1
    net.server.pages["/back.xml"] = answer(FIVE)
    assert net.run(replace(gone, url=net.server.url("/back.xml")), day=5)["gone"]["outcome"] == "ok"


@pytest.mark.parametrize(
    "status, header, least_s, most_s",
    [(429, "3600", 3600, 4000), (503, "99999999", 604_800, 604_800), (429, None, 60, 7200),
     (429, "Wed, 14 Jan 2026 12:30:00 GMT", 1800, 1800)],
)  # fmt: skip
def test_asked_to_wait_it_waits_across_restarts_and_never_longer_than_a_week(
    net, status, header, least_s, most_s
):
    busy = net.feed("/busy.xml")
    headers = {"Retry_After": header} if header else {}
    net.server.pages["/busy.xml"] = answer(b"", status, Date="Wed, 14 Jan 2026 12:00:00 GMT", **headers)
    assert net.run(busy)["busy"]["outcome"] == "retry"
    wait = (net.health(busy).next_attempt - DAY).total_seconds()
    assert least_s <= wait <= most_s
    (net.documents.root / "state.json").unlink()  # a restart that has the log only
    assert net.run(busy, hours=(least_s - 1) / 3600) == {}
    assert net.server.asked["/busy.xml"] == 1
    net.server.pages["/busy.xml"] = answer(FIVE)
    assert net.run(busy, hours=most_s / 3600)["busy"]["outcome"] == "ok"


def test_an_ailing_server_is_asked_three_times_and_no_more(net):
    assert net.outcome(lambda n, *_: answer(b"", 500) if n < 2 else answer(FIVE)) == "ok"
    assert net.outcome(answer(b"", 500), path="/ill.xml") == "error:http_5xx"
    assert (net.server.asked["/feed.xml"], net.server.asked["/ill.xml"]) == (3, 3)
    assert net.outcome(answer(b"", 404), path="/no.xml") == "error:http_4xx"
    assert net.server.asked["/no.xml"] == 1


def test_a_failing_feed_backs_off_raises_the_alarm_after_three_days_and_recovers_by_itself(net):
    ill = net.feed("/ill.xml")
    net.server.pages["/ill.xml"] = answer(b"", 404)
    net.run(ill)
    assert net.run(ill, hours=0.2) == {}
    for day in (1, 2, 3):
        assert net.run(ill, day=day)["ill"]["outcome"] == "error:http_4xx"
    assert net.health(ill).state == "alert"
    assert net.health(ill).failures == 4
    net.server.pages["/ill.xml"] = answer(FIVE)
    net.run(ill, day=4)
    assert (net.health(ill).state, net.health(ill).failures) == ("ok", 0)


def test_two_connections_to_a_server_at_most_and_a_name_with_a_contact(net):
    def slowly(number, headers, connection):
        time.sleep(0.05)
        return answer(FIVE)

    net.server.pages |= {f"/{n}.xml": slowly for n in range(12)}
    rows = net.run(*(net.feed(f"/{n}.xml") for n in range(12)))
    assert {row["outcome"] for row in rows.values()} == {"ok"}
    assert net.server.most_at_once <= 2
    assert "someone@example.org" in net.server.headers["/3.xml"]["user-agent"]
    assert "Demarche" in net.server.headers["/3.xml"]["user-agent"]


PAGE = "<html><head><title>T</title></head><body><nav>Home</nav><article><h1>Talks</h1>" + (
    "<p>The envoy of Arcadia said that the talks on the treaty had gone well, and that they would go on.</p>"
    "<p>The minister of Ruritania did not say when an answer could be expected, if there was to be one.</p>"
    "<p>Both sides agreed to meet again before the end of the month, in a third country that neither named.</p>"
    "</article></body></html>"
)


def _pages(net):
    page = answer(PAGE.encode(), Content_Type="text/html")
    net.server.pages |= {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /closed/\n", Content_Type="text/plain"),
        "/open/1.html": page,
        "/open/2.html": moved("/closed/2.html"),
        "/closed/1.html": page,
        "/closed/2.html": page,
        "/open/4.html": answer(b"%PDF", Content_Type="application/pdf"),
        "/open/5.html": answer(b"<html><body>Sorry.</body></html>", Content_Type="text/html"),
        "/open/6.html": moved("/open/1.html?utm_source=x"),
    }
    paths = ["open/1", "open/2", "closed/1", "open/3", "open/4", "open/5", "open/6"]
    net.server.pages["/feed.xml"] = answer(
        feed(*(item(n, link=net.server.url(f"/{path}.html")) for n, path in enumerate(paths)))
    )
    return net.feed("/feed.xml", fetch_body=True)


def test_article_pages_are_read_politely_and_a_failure_falls_back_to_the_summary_with_its_reason(net):
    given = _pages(net)
    net.run(given)
    items = net.tables(given)["items"]
    assert [row["body_flag"] for row in items] == [
        None,
        "robots_denied",
        "robots_denied",
        "error:http_4xx",
        "error:content_type",
        "error:no_text",
        None,
    ]
    assert "the talks on the treaty had gone well" in items[0]["body"]
    assert "Home" not in items[0]["body"]
    assert all(row["summary"] for row in items)
    assert net.server.asked["/closed/1.html"] == net.server.asked["/closed/2.html"] == 0
    assert net.server.asked["/open/1.html"] == 1  # the click tracker's target was read already
    moments = sorted(m for path, found in net.server.moments.items() if "open" in path for m in found)
    assert min(b - a for a, b in pairwise(moments)) > 0.15


def test_pages_are_not_asked_again_for_items_that_stayed_and_their_text_stays(net):
    given = _pages(net)
    net.run(given)
    first = net.tables(given)["items"][0]
    more = (
        net.server.pages["/feed.xml"]
        .partition(b"\r\n\r\n")[2]
        .replace(b"</channel>", item(9).encode() + b"</channel>")
    )
    net.server.pages["/feed.xml"] = answer(more)
    net.run(given, day=1)
    assert net.server.asked["/open/1.html"] == 1
    again = net.tables(given, day=1)["items"][0]
    assert (again["content_hash"], again["body"]) == (first["content_hash"], first["body"])


@pytest.mark.parametrize(
    "robots, allowed",
    [(answer(b"no", 404), True), (answer(b"", 500), False), ("stall", False),
     (answer(b"User-agent: *\nDisallow: /\n"), False)],
)  # fmt: skip
def test_a_server_without_robots_txt_allows_all_and_one_that_cannot_say_allows_nothing(net, robots, allowed):
    net.server.pages["/robots.txt"] = net.server.stall if robots == "stall" else robots
    net.server.pages["/a.html"] = answer(PAGE.encode(), Content_Type="text/html")
    given = net.feed("/feed.xml", fetch_body=True)
    net.server.pages["/feed.xml"] = answer(feed(item(1, link=net.server.url("/a.html"))))
    net.run(given)
    (row,) = net.tables(given)["items"]
    assert (row["body_flag"] is None) == allowed
    assert net.server.asked["/a.html"] == int(allowed)


def test_a_server_that_wants_more_time_between_pages_gets_it(net):
    net.server.pages["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: 1\n", Content_Type="text/plain")
    paths = ("/a.html", "/b.html")
    net.server.pages |= {path: answer(PAGE.encode(), Content_Type="text/html") for path in paths}
    net.server.pages["/feed.xml"] = answer(
        feed(*(item(n, link=net.server.url(p)) for n, p in enumerate(paths)))
    )
    net.run(net.feed("/feed.xml", fetch_body=True))
    moments = sorted(net.server.moments["/a.html"] + net.server.moments["/b.html"])
    assert len(moments) == 2 and moments[1] - moments[0] > 0.95  # our own gap is 0.2 s here


def test_items_in_are_kept_repeated_or_set_aside(net):
    net.server.pages["/feed.xml"] = answer(feed(item(1), item(2), item(1), "<item></item>", item(3)))
    given = net.feed("/feed.xml")
    net.run(given)
    tables = net.tables(given)
    assert [row["position"] for row in tables["items"]] == [0, 1, 4]
    assert [(row["position"], row["reason"]) for row in tables["quarantine"]] == [
        (2, "duplicate"),
        (3, "empty"),
    ]
    assert tables["fetches"][0]["item_count"] == 5


def test_a_feed_that_breaks_off_keeps_its_whole_items_and_says_what_it_lost(net):
    whole = feed(*(item(n) for n in range(4)))
    net.server.pages["/feed.xml"] = answer(whole[: whole.rindex(b"<guid>")])
    given = net.feed("/feed.xml")
    net.run(given)
    tables = net.tables(given)
    assert len(tables["items"]) == 3
    assert [row["reason"] for row in tables["quarantine"]] == ["truncated"]


def test_a_page_keeps_its_text_when_later_rules_shorten_its_address(net, monkeypatch):
    net.server.pages["/a.html?referrer=home"] = answer(PAGE.encode(), Content_Type="text/html")
    net.server.pages["/feed.xml"] = answer(feed(item(1, link=net.server.url("/a.html?referrer=home"))))
    given = net.feed("/feed.xml", fetch_body=True)
    with monkeypatch.context() as earlier:
        earlier.setattr("pipelines.feeds.urls._tracks", lambda name: False)
        net.run(given)
    (row,) = net.tables(given)["items"]
    assert row["url"].endswith("/a.html") and "the talks on the treaty" in row["body"]


def test_building_a_day_again_gives_the_same_rows(net):
    given = _pages(net)
    net.run(given)
    assert net.tables(given) == net.tables(given)


def test_a_run_killed_while_writing_the_log_loses_nothing_and_is_repaired(net, caplog):
    assert net.outcome(answer(FIVE)) == "ok"
    log = net.documents.root / "log" / f"{DAY:%Y-%m-%d}.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + whole[:100])
    assert [row["outcome"] for row in net.documents.attempts(DAY.date())] == ["ok"]
    assert net.outcome(answer(b"", 404), path="/other.xml") == "error:http_4xx"
    assert len(net.documents.attempts(DAY.date())) == 2
    assert log.with_suffix(".torn").read_bytes() == whole[:100] + b"\n"
    assert "torn" in caplog.text
