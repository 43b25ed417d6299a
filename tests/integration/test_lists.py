"""Lists fetched from a server: whole, politely, only what is new; and what a server does wrong stays outside."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from pipelines.download import Downloads
from pipelines.lake import Lake
from pipelines.lists.build import build
from pipelines.lists.fetch import fetch_source
from pipelines.lists.sources import read_sources
from pipelines.lists.store import ListStore

N = "-0- "
DELTA = """<sanctionsData xmlns="https://www.treasury.gov/ofac/DeltaFile/1.0"><publicationInfo>
<datePublished>2026-01-15</datePublished></publicationInfo><entities><entity id="900" action="remove">
<sanctionsPrograms><sanctionsProgram>IRAN</sanctionsProgram></sanctionsPrograms>
<names><name><isPrimary>true</isPrimary><translations><translation><formattedFullName>OLD OIL</formattedFullName></translation>
</translations></name></names></entity></entities></sanctionsData>"""
YAML = """
source: ofac
title: T
publisher: P
outlet: OFAC
sender: USA
page: https://x.example
licence: L
cadence: C
module: ofac
files:
  sdn: {{url: "{base}/sdn.csv", needed: true}}
  sdn_comments: {{url: "{base}/comments.csv", needed: false}}
deltas: {{history: "{base}/history/{{year}}", change: "{base}/changes/{{publication}}", from: 2026}}
assertions: {{min_entries: 2}}
"""


def sdn(*numbers):
    return "\r\n".join(f'{n},"FIRM {n}",{N},"IRAN",{N},{N},{N},{N},{N},{N},{N},{N}' for n in numbers).encode()


class Publisher:
    """A publisher of lists: what it answers by path, and what it was asked."""

    def __init__(self):
        self.answers = {"/sdn.csv": sdn(1, 2), "/history/2026": b"[]"}
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, dict(self.headers)))
                answer = outer.answers.get(self.path, 404)
                answer = answer.pop(0) if isinstance(answer, list) else answer
                if isinstance(answer, int):
                    self.send_response(answer)
                    self.send_header("Retry-After", "1")
                    self.end_headers()
                    return
                tag = f'"{hash(answer)}"'
                if self.headers.get("If-None-Match") == tag:
                    self.send_response(304)
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(answer) + (100 if outer.cuts else 0)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args): ...

        self.cuts = False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def publisher():
    found = Publisher()
    yield found
    found.server.shutdown()


@pytest.fixture
def fetch(publisher, tmp_path):
    """Fetch the list once; each call is an hour later."""
    (tmp_path / "ofac.yml").write_text(YAML.format(base=publisher.base))
    (source,) = read_sources(tmp_path)
    store, hours, waits = ListStore(tmp_path / "lists"), count(), []

    def once():
        now = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(hours=next(hours))
        web = Downloads("Demarche (+me@home.example)", ("127.0.0.1",), waits.append)
        return fetch_source(source, store, lambda: now, web)

    once.source, once.store, once.waits, once.lake = source, store, waits, Lake(tmp_path / "lake")
    return once


def test_only_what_is_new_is_kept(publisher, fetch):
    assert [fetch(), fetch()] == ["ok", "unchanged"]
    publisher.answers["/sdn.csv"] = sdn(1, 2, 3)
    assert fetch() == "ok"
    assert len(fetch.store.kept("ofac")) == 2
    agents = {headers["User-Agent"] for _, headers in publisher.asked}
    assert len(agents) == 1 and "me@home.example" in agents.pop()
    assert any("If-None-Match" in headers for _, headers in publisher.asked)


def test_a_busy_server_is_asked_again_as_it_wishes(publisher, fetch):
    publisher.answers["/sdn.csv"] = [503, 429, sdn(1, 2)]
    assert fetch() == "ok" and fetch.waits == [1, 1]


@pytest.mark.parametrize("answer", [404, 500, b""])
def test_a_failed_download_is_logged_and_keeps_nothing(publisher, fetch, answer):
    publisher.answers["/sdn.csv"] = answer
    assert fetch().startswith("error:download")
    assert fetch.store.kept("ofac") == []
    assert fetch.store.log("ofac")[0]["error"]


def test_a_body_that_is_cut_short_is_no_download(publisher, fetch):
    publisher.cuts = True
    assert fetch().startswith("error:download")


def test_deltas_are_taken_once_and_removals_become_acts_with_their_day(publisher, fetch):
    publisher.answers["/history/2026"] = b'[{"publicationID": 5, "datePublished": "2026-01-15T10:00:00"}]'
    publisher.answers["/changes/5"] = DELTA.encode()
    fetch(), fetch()
    assert [path for path, _ in publisher.asked].count("/changes/5") == 1
    build(fetch.source, fetch.store, fetch.lake)
    (record,) = fetch.lake.read("sanctions", "list-ofac-2026-02-01").to_pylist()
    assert (record["action"], record["target"], str(record["announced_date"])) == (
        "lift",
        "IRN",
        "2026-01-15",
    )


def test_local_copies_work_the_same(tmp_path, fetch):
    text = (tmp_path / "ofac.yml").read_text().replace(fetch.source.files["sdn"].url, "file:copy/sdn.csv")
    (tmp_path / "ofac.yml").write_text(text.replace("deltas:", "# "))
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "sdn.csv").write_bytes(sdn(1, 2))
    (source,) = read_sources(tmp_path)
    store = ListStore(tmp_path / "local")
    assert fetch_source(source, store, lambda: datetime(2026, 2, 1, tzinfo=UTC), Downloads("t")) == "ok"
    assert build(source, store, fetch.lake)[0].snapshot["entry_count"] == 2


def test_in_dagster_the_sample_s_list_is_kept_compared_and_checked(tmp_path):
    from dagster import DagsterInstance, materialize

    from pipelines.lists.assets import list_documents, list_entries
    from pipelines.resources import Home
    from pipelines.settings import SAMPLE

    home = Home(home=str(tmp_path), feeds_file=str(SAMPLE / "feeds.csv"))
    with DagsterInstance.ephemeral() as instance:

        def run(asset, **more):
            return materialize(
                [asset], instance=instance, resources={"home": home}, selection=[asset], **more
            )

        assert run(list_documents).success
        done = run(list_entries, partition_key="2016-12-29")
    checks = {check.check_name: check.passed for check in done.get_asset_check_evaluations()}
    assert checks == {"lists_hold_what_they_should": True}
    # A day rests on those before it: the baseline was made too.
    assert [c.rows for c in home.lake.batches("list_entries")] == [11, 11]
    (metadata,) = [m.metadata for m in done.asset_materializations_for_node("list_entries")]
    assert metadata["dagster/row_count"].value == 22


def test_in_dagster_a_refused_list_fails_its_check(tmp_path, publisher, fetch):
    from dagster import DagsterInstance, materialize

    from pipelines.lists import assets
    from pipelines.resources import Home

    publisher.answers["/sdn.csv"] = sdn(1)
    fetch()
    home = Home(home=str(tmp_path))
    with DagsterInstance.ephemeral() as instance, pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "_sources", lambda home: [fetch.source])
        done = materialize(
            [assets.list_entries], instance=instance, resources={"home": home}, partition_key="2026-02-01"
        )
    (check,) = done.get_asset_check_evaluations()
    assert not check.passed and "1 entries where at least 2" in check.metadata["refused"].value
