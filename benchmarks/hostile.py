"""Three days against a badly behaved web: every entry of its manifest whose outcome differs is printed.

    python benchmarks/hostile.py HOSTILE_FEEDS.py [--home DIR] [--days 3] [--port 18765]

HOSTILE_FEEDS.py is a server with a manifest (GET /manifest.json, /stats.json) that says of each path what must come
of it in consecutive runs. The runs go through the real command (`demarche run --live`), a day apart by DEMARCHE_NOW;
outcomes are read from the published tables, bodies from the lake, manners from the server's own counts.
Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import csv
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import urllib.request
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.feeds.documents import Documents  # noqa: E402
from pipelines.feeds.feedlist import COLUMNS, read_feeds  # noqa: E402
from pipelines.feeds.health import health  # noqa: E402
from pipelines.feeds.urls import canonical  # noqa: E402

# What the manifest calls a flag, and what our tables call it.
FLAGS = {"date_future": "future", "date_epoch": "epoch", "date_bad": "unparsed", "tz_unknown": "zone_unknown"}


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("server", type=Path)
    arguments.add_argument("--home", type=Path)
    arguments.add_argument("--days", type=int, default=3)
    arguments.add_argument("--port", type=int, default=18765)
    given = arguments.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="demarche-hostile-"))
    with subprocess.Popen(
        [sys.executable, str(given.server), "--port", str(given.port)], stdout=subprocess.DEVNULL
    ) as server:
        try:
            differing = Trial(f"http://127.0.0.1:{given.port}", home).run(given.days)
        finally:
            server.terminate()
    print(f"{differing} of the manifest's expectations differ; everything is in {home}")
    sys.exit(bool(differing))


class Trial:
    """Some days of runs against one server, judged after each."""

    def __init__(self, base: str, home: Path) -> None:
        self.base, self.home = base, home
        self.manifest = self._get("/manifest.json", patience=10)
        self.entries = self.manifest["entries"]
        self.start = datetime.fromisoformat(self.manifest["now"].replace("Z", "+00:00"))
        self.feed_ids = {e["path"]: _id(e["path"]) for e in self.entries if e["kind"] == "feed"}
        self.before: dict[str, dict[str, str]] = {}

    def run(self, days: int) -> int:
        """Run and judge each day; returns how many expectations differ."""
        self.home.mkdir(parents=True, exist_ok=True)
        pages = [
            e["url"]
            for e in self.entries
            if e["kind"] == "article" and not e["url"].startswith(self.base + "/")
        ]
        with _serving(pages) as extra:
            self._write_feeds(extra)
            self._get("/reset")
            return sum(self._day(number) for number in range(days))

    def _day(self, number: int) -> int:
        now = self.start + timedelta(days=number)
        stats = self._get("/stats.json")["paths"]
        began = time.monotonic()
        self._command(now)
        took = time.monotonic() - began
        after = self._get("/stats.json")
        asked = {path: s["n"] - stats.get(path, {}).get("n", 0) for path, s in after["paths"].items()}
        results = Results(self.home, now, self.before)
        self.before = results.revisions
        faults = []
        for entry in self.entries:
            expected = entry["expect"][min(number, len(entry["expect"]) - 1)]
            faults += [(entry["path"], fault) for fault in self._judge(entry, expected, results, asked)]
        faults += [("(manners)", fault) for fault in _manners(after, int(self.base.rpartition(":")[2]))]
        print(
            f"day {number + 1} ({now:%Y-%m-%d}): {took:.0f} s, {sum(asked.values())} requests, {len(faults)} differ"
        )
        for path, fault in faults:
            print(f"  {path}: {fault}")
        return len(faults)

    def _judge(self, entry: dict, expected: str, results: Results, asked: dict[str, int]) -> list[str]:
        path, kind = entry["path"], entry["kind"]
        faults = []
        # An address of another port is counted under that port.
        counted = path if entry["url"].startswith(self.base + "/") else _counted(entry["url"])
        # A page that robots.txt allows must be asked once before anybody knows that it leads where it does not.
        least = 1 if path == "/article/to-blocked.html" else 0
        if asked.get(counted, 0) > max(entry["max_requests_per_run"], least):
            faults.append(f"{asked[counted]} requests; {entry['max_requests_per_run']} are allowed")
        if kind == "canary":
            return faults
        if kind == "article":
            found = results.page(canonical(entry["url"]))
            if found not in expected.split("|"):
                faults.append(f"{found}, expected {expected}")
            return faults
        feed_id = self.feed_ids[path]
        found = results.outcome(feed_id)
        if not any(_fits(found, alternative) for alternative in expected.split("|")):
            faults.append(f"{_words(found)}, expected {expected}")
        same_as = entry["check"].get("same_story_as")
        other = self.feed_ids.get(same_as) if same_as else None
        for name, wanted in entry["check"].items():
            fault = results.check(feed_id, name, wanted, found, self.manifest, other)
            if fault:
                faults.append(f"{name}: {fault}")
        return faults

    def _command(self, now: datetime) -> None:
        environment = os.environ | {
            "DEMARCHE_NOW": now.isoformat(),
            "DEMARCHE_ALLOW_ADDRESSES": "127.0.0.1",
            "DEMARCHE_CONTACT": "benchmark@example.org",
        }
        command = [sys.executable, "-m", "pipelines.cli", "run", "--live"]
        done = subprocess.run(
            [*command, "--feeds", str(self.home / "feeds.csv"), "--home", str(self.home)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(f"the run of {now:%Y-%m-%d} ended with status {done.returncode}:\n{done.stderr[-3000:]}")

    def _write_feeds(self, extra: str) -> None:
        with open(self.home / "feeds.csv", "w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, COLUMNS)
            table.writeheader()
            urls = {e["path"]: e["url"] for e in self.entries}
            for path, feed_id in self.feed_ids.items():
                table.writerow(_feed(feed_id, urls[path], "with-articles" in path))
            table.writerow(_feed("pages-of-other-ports", extra, True))

    def _get(self, path: str, patience: float = 1) -> dict:
        until = time.monotonic() + patience
        while True:
            try:
                with urllib.request.urlopen(self.base + path, timeout=30) as answer:
                    return json.load(answer)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


class Results:
    """What one home's published tables say after the run of `now`."""

    def __init__(self, home: Path, now: datetime, before: dict[str, dict[str, str]]) -> None:
        self.home, self.now, self.before = home, now, before
        self.db = duckdb.connect(str(home / "demarche.duckdb"), read_only=True)
        feeds = read_feeds(home / "feeds.csv")
        self.listed = {feed.feed_id: feed.url for feed in feeds}
        self.health = {h.feed_id: h for h in health(Documents(home / "documents"), feeds, now)}
        self.revisions: dict[str, dict[str, str]] = {}
        for feed_id, article_id, content in self.rows(
            "select feed_id, article_id, md5(concat_ws('|', title, summary)) from fct_article where origin = 'news'"
        ):
            self.revisions.setdefault(feed_id, {})[article_id] = content
        self.bodies = {
            url: "ok" if body else flag or "no body"
            for url, body, flag in duckdb.sql(
                f"select url, body, body_flag from read_parquet('{home}/lake/items/feeds-*.parquet') order by fetched_at"
            ).fetchall()
        }

    def rows(self, query: str, *values) -> list[tuple]:
        return self.db.execute(query, values).fetchall()

    def page(self, url: str | None) -> str:
        return self.bodies.get(url, "never delivered")

    def outcome(self, feed_id: str) -> dict:
        """Outcome of the feed's last attempt, articles known, revised and set aside in this run, seconds to wait."""
        attempts = self.rows(
            "select outcome, fetched_at, document_id, error from fct_feed_fetch where feed_id = ? order by fetched_at desc",
            feed_id,
        )
        outcome, at, document, error = attempts[0] if attempts else ("never asked", None, None, None)
        known, earlier = self.revisions.get(feed_id, {}), self.before.get(feed_id, {})
        aside = self.rows(
            "select count(*) from fct_quarantine where feed_id = ? and document_id = ? and reason <> 'duplicate'",
            *(feed_id, document),
        )
        due = self.health[feed_id].next_attempt
        is_asked = at is not None and at.replace(tzinfo=UTC).date() == self.now.date()
        return {
            "outcome": outcome,
            "error": error,
            "known": len(known),
            "upd": sum(known[article] != content for article, content in earlier.items() if article in known),
            "quar": aside[0][0],
            "wait": (due - at.replace(tzinfo=UTC)).total_seconds() if due and at else 0,
            "is_asked": is_asked,
            # Not asked at all is right where the feed is gone, or was told to wait longer than a day.
            "is_excused": is_asked or self.health[feed_id].state == "gone" or (due and due > self.now),
        }

    def check(self, feed_id, name, wanted, found, manifest, other) -> str | None:
        """What is wrong with one fact that the manifest states of a feed's articles; None where nothing is."""
        articles = self.rows(
            """select title, summary, url, lang, published_at, published_flag, story_id
               from fct_article where feed_id = ? order by article_id""",
            feed_id,
        )
        if name in ("canary", "tables_intact"):
            return None  # counted by the server; and the tables were just read
        items = self._items(feed_id)
        titles = [item["title"] for item in items]
        words = [text for item in items for text in (item["title"], item["summary"]) if text]
        here = _moment(manifest["now"])
        match name:
            case "titles":
                wrong = [
                    (title, want)
                    for title, want in zip(titles, wanted, strict=False)
                    if want is not None and _plain(title) not in [_plain(w) for w in want.split("|")]
                ]
                return f"{wrong}" if wrong or len(titles) != len(wanted) else None
            case "titles_or_flag_mojibake":
                fine = titles == wanted or all("mojibake" in (item["text_flag"] or "") for item in items)
                return None if fine else f"{titles}"
            case "published":
                wrong = [item["published_at"] for item in items if item["published_at"] is not None]
                return f"{wrong}" if wrong else None
            case "published_list":
                got = [item["published_at"] for item in items]
                wrong = [
                    (a, b)
                    for a, b in zip(got, map(_moment, wanted), strict=False)
                    if a is None or _whole(a) != b
                ]
                return f"{wrong}" if wrong or len(got) != len(wanted) else None
            case "published_max":
                latest = max((i["published_at"] for i in items if i["published_at"]), default=None)
                return f"{latest}" if latest and latest > here + timedelta(days=1) else None
            case "published_is_null_or":
                first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in wanted.split(".."))
                got = [i["published_at"] for i in items if i["published_at"]]
                wrong = [moment for moment in got if not first <= moment < last + timedelta(days=1)]
                return f"{wrong}" if wrong else None
            case "flag":
                flags = {item["published_flag"] for item in items}
                return f"{flags}" if flags != {FLAGS[wanted]} else None
            case "flag_or":
                allowed = {FLAGS[flag] for flag in wanted}
                wrong = [i for i in items if i["published_flag"] not in allowed and i["published_at"] is None]
                return f"{wrong}" if wrong else None
            case "urls":
                got = [item["url"] for item in items]
                return f"{got}" if sorted(map(str, got)) != sorted(wanted) else None
            case "urls_http_only":
                wrong = [
                    i["url"] for i in items if i["url"] and not i["url"].startswith(("http://", "https://"))
                ]
                return f"{wrong}" if wrong else None
            case "languages":
                got = [item["lang"] for item in items]
                return f"{got}" if got != wanted else None
            case "distinct_canonical_urls":
                got = {article[2] for article in articles}
                return f"{len(got)}: {sorted(got)}" if len(got) != wanted else None
            case "stories":
                got = {article[6] for article in articles}
                return f"{len(got)}" if len(got) != wanted else None
            case "same_story_as":
                theirs = {
                    s for (s,) in self.rows("select story_id from fct_article where feed_id = ?", other)
                }
                return None if {article[6] for article in articles} <= theirs else "another story"
            case "near_duplicate_cluster":
                return self._cluster(feed_id, wanted)
            case "nfc":
                wrong = [text for text in words if unicodedata.normalize("NFC", text) != text]
                return f"{wrong}" if wrong else None
            case "no_bidi_controls":
                wrong = [text for text in words if re.search("[\u202a-\u202e\u2066-\u2069]", text)]
                return f"{wrong}" if wrong else None
            case "no_control_chars":
                wrong = [
                    text for text in words if any(unicodedata.category(c) == "Cc" and c != "\n" for c in text)
                ]
                return f"{wrong}" if wrong else None
            case "encodable":
                for text in words:
                    text.encode(wanted)
                return None
            case "max_title_chars":
                longest = max(map(len, titles), default=0)
                return f"{longest}" if longest > wanted else None
            case "not_in_text":
                return "it is there" if any(wanted in text for text in words) else None
            case "feed_url_after":
                now_at = self.health[feed_id].address or self.listed[feed_id]
                return now_at if now_at != wanted else None
            case "feed_state_after":
                states = {"disabled": ("gone", "disabled")}[wanted]
                return None if self.health[feed_id].state in states else self.health[feed_id].state
            case "hint_feed_url":
                return None if wanted in (found["error"] or "") else f"not in {found['error']!r}"
        return f"the benchmark does not know the check {name!r}"

    def _items(self, feed_id: str) -> list[dict]:
        """The items of the feed's last new document, in its order."""
        names = ("title", "summary", "url", "lang", "published_at", "published_flag", "text_flag")
        rows = duckdb.execute(
            f"""select {", ".join(names)} from read_parquet('{self.home}/lake/items/feeds-*.parquet')
                where feed_id = ? qualify fetched_at = max(fetched_at) over () order by position""",
            [feed_id],
        ).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _cluster(self, feed_id: str, cluster: str) -> str | None:
        """The wire copy of this feed must share its story with the other copies, and with none of another event."""
        stories = dict(
            self.rows(
                "select feed_id, any_value(story_id) from fct_article where url like '%/wire-%.html' group by feed_id"
            )
        )
        copies = {story for feed, story in stories.items() if not feed.endswith("wire-neg-xml")}
        other = next((story for feed, story in stories.items() if feed.endswith("wire-neg-xml")), None)
        if cluster == "wire":
            return None if len(copies) == 1 else f"the copies are in {len(copies)} stories"
        return None if other not in copies else "another event is in the copies' story"


def _fits(found: dict, alternative: str) -> bool:
    """Whether an outcome is what one alternative of the manifest says."""
    words = alternative.split()
    kind, _, number = words[0].partition(":")
    outcome = found["outcome"]
    if not found["is_excused"]:
        return False
    if kind == "unchanged":
        return outcome == "unchanged"
    if kind == "retry":
        return outcome == "retry" and found["wait"] >= int(number)
    if kind == "error":
        return outcome == alternative
    if kind != "ok" or outcome not in ("ok", "unchanged"):
        return False
    counts = dict(word.split(":") for word in words[1:])
    # The same bytes again are not counted anew: what was set aside of them was said the first time.
    quarantined = outcome == "unchanged" or found["quar"] == int(counts.get("quar", 0))
    return found["known"] == int(number) and found["upd"] == int(counts.get("upd", 0)) and quarantined


def _words(found: dict) -> str:
    asked = "" if found["is_asked"] else " (not asked in this run)"
    return f"{found['outcome']} known:{found['known']} upd:{found['upd']} quar:{found['quar']} wait:{found['wait']:.0f}{asked}"


def _manners(stats: dict, base_port: int) -> list[str]:
    """What the server has to say of our manners."""
    # The server never notices that its own stalled bodies were hung up on, and goes on counting them.
    stuck = stats["paths"].get("/slow/stall-body.xml", {}).get("n", 0)
    faults = [
        f"{port['max_concurrent']} connections at once on port {number}"
        for number, port in stats["ports"].items()
        if port["max_concurrent"] > 2 + (stuck if int(number) == base_port else 0)
    ]
    agents = {agent for path in stats["paths"].values() for agent in path["agents"]}
    faults += [f"user agent {a!r}" for a in agents if "Demarche" not in a or "benchmark@example.org" not in a]
    pages = {p: s for p, s in stats["paths"].items() if p.startswith("/article/")}
    moments = sorted(s["last"] for s in pages.values() if s["n"] == 1)
    gaps = [b - a for a, b in pairwise(moments)]
    if gaps and min(gaps) < 0.95:
        faults.append(f"article pages {min(gaps):.2f} s apart; robots.txt asks for 1 s")
    return faults


def _feed(feed_id: str, url: str, fetch_body: bool) -> dict[str, str]:
    return {
        "feed_id": feed_id,
        "name": feed_id,
        "url": url,
        "language": "en",
        "country": "",
        "kind": "press",
        "outlet": feed_id,
        "enabled": "true",
        "fetch_body": str(fetch_body).lower(),
        "reason": "",
    }


def _serving(pages: list[str]):
    """A context in which a small server of ours offers a feed whose items lead to `pages`; gives its address."""
    items = "".join(
        f"<item><title>Page {n}</title><link>{page}</link><guid>{n}</guid></item>"
        for n, page in enumerate(pages)
    )
    feed = f'<rss version="2.0"><channel><title>Pages</title>{items}</channel></rss>'.encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(feed)))
            self.end_headers()
            self.wfile.write(feed)

        def log_message(self, *_) -> None: ...

    class Serving:
        def __enter__(self) -> str:
            self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            threading.Thread(target=self.server.serve_forever, daemon=True).start()
            return f"http://127.0.0.1:{self.server.server_port}/feed.xml"

        def __exit__(self, *_) -> None:
            self.server.shutdown()

    return Serving()


def _id(path: str) -> str:
    return re.sub("[^a-z0-9]+", "-", path.lower()).strip("-")


def _counted(url: str) -> str:
    host, _, path = url.removeprefix("http://").partition("/")
    return f":{host.partition(':')[2]}/{path}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _plain(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()
