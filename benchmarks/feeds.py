"""How fast feeds become items: 200 feeds of 50 items on loopback, against two other ways of reading them.

    python benchmarks/feeds.py [--feeds 200] [--items 50] [--rounds 3]

demarche: fetch_all and build_feed_batch: fetched politely, every body in the byte store (compressed, synced), parsed,
normalised, as Arrow tables. loop: feedparser.parse(url), one feed after another, nothing kept. reader: lemon24/reader
(a benchmark-only extra: `pip install reader sgmllib3k`) into its own SQLite file. Each runs in a process of its own
whose start and imports are not counted, in turns; the median of the rounds is printed.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ACTORS = ("Arcadia", "Ruritania", "Sylvania", "Freedonia", "Graustark", "Zenda")
ACTS = ("imposes sanctions on", "expels diplomats of", "holds talks with", "threatens", "signs a treaty with")


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--feeds", type=int, default=200)
    arguments.add_argument("--items", type=int, default=50)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only", help=argparse.SUPPRESS)
    arguments.add_argument("--server", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.only == "server":
        return serve(given.feeds, given.items)
    if given.only:
        return print(
            json.dumps(CONTESTANTS[given.only]([f"{given.server}/{n}.xml" for n in range(given.feeds)]))
        )
    command = [sys.executable, __file__, "--feeds", str(given.feeds), "--items", str(given.items)]
    with subprocess.Popen([*command, "--only", "server"], stdout=subprocess.PIPE, text=True) as server:
        address = server.stdout.readline().strip()
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTESTANTS}
        try:
            for _ in range(given.rounds):
                for name in CONTESTANTS:
                    done = subprocess.run(
                        [*command, "--only", name, "--server", address], capture_output=True, text=True
                    )
                    if done.returncode:
                        print(f"{name}: {done.stderr.strip().splitlines()[-1]}")
                        continue
                    wall, cpu, items = json.loads(done.stdout.splitlines()[-1])
                    assert items == given.feeds * given.items, f"{name} read {items} items"
                    took[name].append((wall, cpu))
        finally:
            server.terminate()
    median = {name: statistics.median(wall for wall, _ in found) for name, found in took.items() if found}
    for name, seconds in median.items():
        cpu = statistics.median(cpu for _, cpu in took[name])
        ratio = f"demarche is {seconds / median['demarche']:.2f} times as fast" if name != "demarche" else ""
        print(
            f"{name:9} {seconds:6.2f} s  {cpu:6.2f} s of CPU  {given.feeds * given.items / seconds:8,.0f} items/s  {ratio}"
        )


def _document(feed: int, items: int) -> bytes:
    """A feed of everyday size: RSS and Atom in turn, HTML in the summaries, in our own words."""
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    entries = []
    for n in range(items):
        at = now - timedelta(minutes=37 * n)
        title = f"{ACTORS[(feed + n) % 6]} {ACTS[n % 5]} {ACTORS[(feed + 2 * n + 1) % 6]} over the grain corridor ({feed}-{n})"
        link = f"https://feed{feed}.example.org/news/{n}.html?utm_source=rss&amp;id={n}"
        summary = (
            f"&lt;p&gt;The foreign ministry confirmed the step late on {at:%A}. Officials in both capitals declined to "
            "give details, but two diplomats briefed on the matter said that the decision had been prepared for weeks. "
            f"Observers expect an answer within days; the file has the number {feed * 1000 + n}.&lt;/p&gt;"
        )
        if feed % 2:
            entries.append(
                f'<entry><title>{title}</title><link rel="alternate" href="{link}"/><id>urn:{feed}:{n}</id>'
                f"<published>{at.isoformat()}</published><updated>{at.isoformat()}</updated>"
                f'<summary type="html">{summary}</summary></entry>'
            )
        else:
            entries.append(
                f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{feed}-{n}</guid>"
                f"<pubDate>{format_datetime(at)}</pubDate><description>{summary}</description></item>"
            )
    head = '<?xml version="1.0" encoding="utf-8"?>'
    if feed % 2:
        top = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>F</title><id>urn:{feed}</id>'
        return f"{head}{top}<updated>{now.isoformat()}</updated>{''.join(entries)}</feed>".encode()
    top = (
        '<rss version="2.0"><channel><title>F</title><link>https://example.org/</link><language>en</language>'
    )
    return f"{head}{top}{''.join(entries)}</channel></rss>".encode()


def serve(feeds: int, items: int) -> None:
    """Serve the documents until the process is ended; prints the address."""
    documents = {f"/{n}.xml": _document(n, items) for n in range(feeds)}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer on a kept connection waits 40 ms for an ACK

        def do_GET(self) -> None:
            body = documents[self.path]
            self.send_response(200)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever).start()


def _timed(work) -> tuple[float, float, int]:
    wall, cpu = time.monotonic(), time.process_time()
    items = work()
    return time.monotonic() - wall, time.process_time() - cpu, items


def demarche(urls: list[str]) -> tuple[float, float, int]:
    from dataclasses import replace

    from pipelines import settings
    from pipelines.feeds.documents import Documents
    from pipelines.feeds.feedlist import Feed
    from pipelines.feeds.fetch import fetch_all
    from pipelines.feeds.web import _tls
    from pipelines.items.build import build_feed_batch

    for lazily in ("anyio._backends._asyncio", "pandas"):  # what httpx and pyarrow import at their first use
        import_module(lazily)
    _tls()
    with tempfile.TemporaryDirectory() as home:
        where = replace(settings.load(Path(home)), allow_addresses=("127.0.0.1",))
        documents = Documents(where.documents)
        feeds = [Feed(f"f{n}", f"f{n}", url, "en", "", "press", f"f{n}") for n, url in enumerate(urls)]

        def work() -> int:
            rows = fetch_all(feeds, documents, where)
            return build_feed_batch(documents, feeds, rows[0]["fetched_at"].date())["items"].num_rows

        return _timed(work)


def loop(urls: list[str]) -> tuple[float, float, int]:
    import feedparser

    return _timed(lambda: sum(len(feedparser.parse(url).entries) for url in urls))


def reader(urls: list[str]) -> tuple[float, float, int]:
    from reader import make_reader

    with tempfile.TemporaryDirectory() as folder:
        shelf = make_reader(os.path.join(folder, "db.sqlite"))
        for url in urls:
            shelf.add_feed(url)

        def work() -> int:
            shelf.update_feeds()
            return shelf.get_entry_counts().total

        return _timed(work)


CONTESTANTS = {"demarche": demarche, "loop": loop, "reader": reader}

if __name__ == "__main__":
    main()
