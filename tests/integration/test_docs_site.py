"""The documentation as a site: built strictly, it opens from disk and its search works there, and nothing is asked elsewhere."""

import json
import subprocess
import sys
import time

import pytest
from browser import CHROMIUM, Browser
from command import ROOT
from lxml import html

pytest.importorskip("material", reason="mkdocs-material is not installed (extra `docs`)")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_no_page_loads_anything_from_another_server(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        loaded = html.parse(page).xpath(
            "//script/@src | //img/@src | //iframe/@src | //link[@rel!='canonical']/@href"
        )
        assert [address for address in loaded if "//" in address] == [], page.name


@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
def test_the_search_finds_a_word_from_disk(site):
    browser = Browser()
    try:
        browser.look(1200)
        browser.open((site / "index.html").as_uri())
        browser.run("document.querySelector('.md-search__input').focus()")
        browser.call("Input.insertText", text="retaliation")
        for _ in range(200):
            found = browser.run("document.querySelector('.md-search-result').innerText")
            if "matching document" in found:
                break
            time.sleep(0.1)
        assert "ind_retaliation" in found, json.dumps(found)
        assert browser.errors == []
    finally:
        browser.close()
