"""The report that a run writes: what it tells, that nothing from a feed runs in it, that every way through it leads somewhere."""

import csv
import json
import re
import shutil
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import duckdb
import pytest
from browser import CHROMIUM, Browser
from command import demarche
from lxml import html

from pipelines import commands, settings
from pipelines.errors import DemarcheError
from pipelines.report.site import build_report, is_current

HOSTILE = [
    "'); DROP TABLE fct_event;--",
    '" OR 1=1 --',
    "<script>document.title = 'owned'; alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark></p></details><svg onload=alert(1)>",
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }} ${jndi:ldap://127.0.0.1/x} %(x)s %s {0} {% raw %}",
    "../../../../etc/passwd",
    "$(touch /tmp/pwned) `id` &amp; &lt;b&gt;",
    "\u202etxt.exe \U0001f54a \u202c\ud83d".encode("utf-8", "ignore").decode(),
]
KINDS = ("index.html", "pairs.html", "sanctions.html", "sure.html", "pair/RUS-USA.html", "actor/RUS.html")


def pages(folder):
    return {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*.html"))}


@pytest.fixture(scope="module")
def report(sample):
    home, _ = sample
    return home / "report"


@pytest.fixture(scope="module")
def hostile(sample, tmp_path_factory):
    """The report of the sample, after every text that comes from outside was replaced by hostile ones."""
    home, _ = sample
    folder = tmp_path_factory.mktemp("hostile")
    copy = shutil.copyfile(home / "demarche.duckdb", folder / "demarche.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "create temp table bad as select unnest(?) as text, unnest(range(?)) as number",
            [HOSTILE, len(HOSTILE)],
        )

        def bad(key, before="", after=""):
            # Whatever the key, each text comes up: rows are numbered first.
            return f"(select '{before}' || text || '{after}' from bad where number = {key} % {len(HOSTILE)})"

        for table, column, key in (
            ("fct_evidence", "sentence", "evidence_id"),
            ("fct_article", "title", "article_id"),
            ("fct_article", "outlet", "article_id"),
            ("fct_sanction", "instrument", "sanction_id"),
            ("fct_event", "unit", "event_id"),
            ("fct_event", "correction", "event_id"),
            ("dim_feed", "name", "feed_id"),
            ("fct_list_entry", "name", "entry_id"),
        ):
            connection.execute(
                f"create or replace temp table numbered as select {key} as key, row_number() over (order by {key}) - 1 as number from (select distinct {key} from {table})"
            )
            connection.execute(
                f"update {table} set {column} = {bad('(select number from numbered where key = ' + table + '.' + key + ')')}"
            )
        connection.execute("update fct_evidence set trigger = sentence")
        connection.execute(
            "update fct_sanction set designees = list_value(instrument), reason = instrument, unit = instrument"
        )
        connection.execute(
            "update fct_article set url = 'javascript:alert(1)//' || title where hash(article_id) % 3 = 0"
        )
        connection.execute(
            "update fct_article set url = 'data:text/html,<script>alert(1)</script>' where hash(article_id) % 3 = 1"
        )
        connection.execute(
            """update fct_article set url = 'https://a.example/"><script>alert(1)</script>' where hash(article_id) % 3 = 2"""
        )
    build_report(copy, folder / "report")
    return folder / "report"


def test_a_run_writes_the_report_and_says_where(sample):
    home, printed = sample
    assert f"{home}/report/index.html" in printed.replace("\n", "")
    assert all((home / "report" / kind).exists() for kind in KINDS)


def test_the_pair_of_december_2016_tells_its_story_to_a_stranger(report):
    page = html.parse(report / "pair" / "RUS-USA.html").getroot()
    (story,) = page.find_class("story")
    told = " ".join(story.text_content().split())
    for words in (
        "On 29 December 2016 the United States",
        "expelled 35 Russian diplomats",
        "naming FSB and GRU",
        "Russia proposed to expel 35 American diplomats, and decided against it the same day",
        "not counted as a deed",
        "The proposal answers the expulsion of 35 diplomats by the United States of 29 December 2016, 1 day earlier, as a report says",
        "On 28 July 2017 Russia",
        "expelled 755 American",
        "211 days after the expulsion of 35 diplomats by the United States of 29 December 2016",
    ):
        assert words in told, words
    assert story.xpath(".//mark")  # with a sentence that says it


def test_sanctions_in_force_are_shown_over_time_both_ways(report):
    for page in ("pair/RUS-USA.html", "actor/USA.html"):
        figures = {
            figure.findtext(".//h3"): figure
            for figure in html.parse(report / page).getroot().findall(".//figure")
        }
        shown = figures["Sanctions in force over time"]
        tips = shown.xpath(".//div[@class='wide']//*[@class='feel']/@data-tip")
        assert [tip for tip in tips if "From 29 Dec 2016" in tip and "United States: " in tip], tips
        (link,) = shown.xpath(".//a[@download]/@href")
        assert "stock" in (report / page).parent.joinpath(link).read_text("utf-8").splitlines()[0]


def test_each_act_opens_to_its_sentences_with_trigger_outlet_day_and_link(report):
    page = html.parse(report / "pair" / "RUS-USA.html").getroot()
    acts = page.find_class("act")
    assert len(acts) > 30
    for act in acts:
        quotes = act.findall(".//blockquote")
        assert quotes, act.get("id")
        assert all(quote.xpath(".//mark") for quote in quotes if "official list" not in act.text_content())
    links = [a.get("href") for a in page.xpath("//blockquote//a")]
    assert links and all(link.startswith(("http://", "https://")) for link in links)


def test_every_pair_and_actor_with_an_act_has_a_page_and_every_link_leads_somewhere(report):
    with duckdb.connect(str(report.parent / "demarche.duckdb"), read_only=True) as published:
        pairs = published.execute(
            "select distinct least(source, target), greatest(source, target) from fct_event where origin <> 'gdelt'"
        ).fetchall()
    known = {name: html.parse(file).getroot() for name, file in pages(report).items()}
    ids = {name: set(root.xpath("//@id")) for name, root in known.items()}
    for a, b in pairs:
        assert f"pair/{a}-{b}.html" in known and f"actor/{a}.html" in known and f"actor/{b}.html" in known
    reached = set()
    for name, root in known.items():
        assert len(ids[name]) == len(root.xpath("//@id")), f"{name}: an id stands twice"
        for href in root.xpath("//a/@href | //link/@href | //script/@src"):
            parts = urlsplit(href)
            if parts.scheme:
                continue
            target = (report / name).parent / unquote(parts.path) if parts.path else report / name
            assert target.resolve().is_file(), f"{name} leads to {href}"
            to = str(target.resolve().relative_to(report.resolve()))
            reached.add(to)
            if parts.fragment:
                assert parts.fragment in ids[to], f"{name} leads to {href}"
    assert set(known) <= reached


def test_every_plot_has_its_data_beside_it_and_no_page_is_heavy(report):
    shared = sum(file.stat().st_size for file in (report / "static").iterdir())
    for name, file in pages(report).items():
        assert file.stat().st_size + shared < 2_000_000
        for figure in html.parse(file).getroot().findall(".//figure"):
            (link,) = figure.xpath(".//a[@download]/@href")
            with open(file.parent / link, encoding="utf-8") as data:
                assert len(list(csv.reader(data))) > 1, f"{name}: {link}"


def test_the_same_copy_gives_the_same_report(report, tmp_path):
    copy = report.parent / "demarche.duckdb"
    assert is_current(copy, report) and not is_current(copy, tmp_path / "again")
    build_report(report.parent / "demarche.duckdb", tmp_path / "again")
    first, second = (
        {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}
        for root in (report, tmp_path / "again")
    )
    assert first == second


def test_the_command_writes_it_again_and_says_what_is_missing(own_sample, tmp_path):
    (own_sample / "report" / "index.html").unlink()
    assert "index.html" in demarche("report", home=own_sample, check=0).stdout
    assert (own_sample / "report" / "index.html").exists()
    with pytest.raises(DemarcheError, match="nothing is published"):
        commands.write_report(settings.load(tmp_path / "nothing"))


def test_hostile_text_is_text_in_every_page(hostile):
    seen, script = "", re.compile(r"<script(?! src=\"(\.\./)?static/report\.js\" defer>)", re.IGNORECASE)
    for name, file in pages(hostile).items():
        text = file.read_text("utf-8")
        assert not script.search(text), name
        root = html.fromstring(text)
        assert not root.xpath("//@*[starts-with(name(), 'on')]"), name
        for href in root.xpath("//@href | //@src"):
            assert urlsplit(href).scheme in ("", "https"), f"{name}: {href}"
        seen += root.text_content()
    for bad in HOSTILE:
        assert bad in seen, bad


def test_a_spreadsheet_takes_no_cell_for_a_formula(hostile):
    for file in (hostile / "data").glob("*.csv"):
        with open(file, encoding="utf-8") as data:
            for row in csv.reader(data):
                assert not any(cell[:1] in "=@+" for cell in row if cell), file.name
    assert "'=cmd" in (hostile / "data" / "sanctions.csv").read_text("utf-8")


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    found = Browser()
    yield found
    found.close()


def test_a_browser_goes_through_the_whole_report_without_a_script_error(browser, hostile):
    browser.look(1100)
    open_all = "document.querySelectorAll('details').forEach(one => one.open = true), document.title"
    for name, file in pages(hostile).items():
        browser.open(file.as_uri())
        assert "owned" not in browser.run(open_all), name
    assert browser.errors == []


def test_clicks_lead_from_page_to_act_and_filters_filter(browser, hostile):
    browser.look(1100)
    browser.open((hostile / "index.html").as_uri())
    for words, lands in (
        ("Sanctions", "sanctions.html"),
        ("How sure are we", "sure.html"),
        ("Pairs and actors", "pairs.html"),
    ):
        browser.waiting.clear()
        browser.run(
            f"[...document.querySelectorAll('nav a')].find(a => a.textContent === {json.dumps(words)}).click()"
        )
        while not any(message.get("method") == "Page.loadEventFired" for message in browser.waiting):
            browser.run("1")
        assert browser.run("location.pathname").endswith(lands)
    browser.run(
        "(document.querySelector('input[type=search]').value = 'russia USA', document.forms[0].dispatchEvent(new Event('input')))"
    )
    assert browser.run("[...document.querySelectorAll('#pairs tr:not([hidden])')].length") == 1

    browser.open((hostile / "pair" / "RUS-USA.html").as_uri())
    mark = "document.querySelector('.wide [data-go]')"
    browser.run(f"{mark}.dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
    assert browser.run(f"document.getElementById('act-' + {mark}.dataset.go).open")
    browser.run(
        "(document.querySelector('select[name=status]').value = 'denied', document.querySelector('form').dispatchEvent(new Event('input')))"
    )
    shown = browser.run("[...document.querySelectorAll('.act:not([hidden])')].map(a => a.dataset.status)")
    assert set(shown) == {"denied"}
    before = browser.run("getComputedStyle(document.documentElement).backgroundColor")
    browser.run("document.getElementById('theme').click()")
    assert browser.run("getComputedStyle(document.documentElement).backgroundColor") != before
    assert browser.errors == []


# Axe takes its time for every element: of each list and table it is shown the first few entries, the rest are like them.
FEW = """document.querySelectorAll('#acts, tbody, main ul, main ol, svg.plot').forEach(
    list => [...list.children].slice(list.tagName === 'svg' ? 12 : 4).forEach(entry => entry.remove())); """


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(browser, report, dark):
    axe = (files("axe_core_python") / "axe.min.js").read_text("utf-8")
    # In the dark only the colours are others.
    kinds, rules = (KINDS[::2], "runOnly: ['color-contrast'],") if dark else (KINDS, "")
    browser.open((report / "index.html").as_uri())
    browser.run("localStorage.clear()")
    browser.look(390, dark=dark)
    for kind in kinds:
        browser.open((report / kind).as_uri())
        assert browser.run("document.documentElement.scrollWidth") <= 390, kind
        browser.run("document.querySelectorAll('details').forEach((one, i) => one.open = i < 3)")
        browser.run(FEW + axe + "; 0")
        found = browser.run(
            f"axe.run({{{rules} resultTypes: ['violations']}}).then(r => r.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 2).map(n => n.html)]))"
        )
        assert [rule for rule in found if rule[0] in ("serious", "critical")] == [], kind


def test_paper_shows_what_the_screen_folds(browser, report):
    browser.look(800, paper=True)
    browser.open((report / "pair" / "RUS-USA.html").as_uri())
    assert browser.run("document.querySelector('.act blockquote').getClientRects().length > 0")
    assert browser.run("getComputedStyle(document.querySelector('.filters')).display") == "none"
