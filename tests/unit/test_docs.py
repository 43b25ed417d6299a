"""The documentation says what the software is."""

import importlib.util
import re

import pytest
import yaml

from benchmarks import scale
from pipelines import tables
from pipelines.settings import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


@pytest.fixture(scope="module")
def dictionary() -> str:
    spec = importlib.util.spec_from_file_location("make_dictionary", DOCS / "make_dictionary.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.dictionary()


def test_the_data_dictionary_is_current(dictionary):
    assert (DOCS / "data.md").read_text("utf-8") == dictionary, "run .venv/bin/python docs/make_dictionary.py"


def test_what_growth_costs_is_reckoned_from_the_measured_figures():
    page = scale.PAGE.read_text("utf-8")
    assert page == scale.page_of(page, scale.read_figures()), (
        "run .venv/bin/python benchmarks/scale.py --page"
    )


def test_the_data_dictionary_describes_every_published_model_and_every_table_of_the_lake(dictionary):
    models = {
        file.stem for folder in ("marts", "wide") for file in (ROOT / "sql/models" / folder).glob("*.sql")
    }
    described = set(re.findall(r"^### `(\w+)`", dictionary, re.MULTILINE))
    assert models | {table.name for table in tables.ALL} == described
    assert not re.search(r"\| +\|$", dictionary, re.MULTILINE), "a column without a description"


def test_every_page_stands_in_the_navigation():
    def pages(entry):
        return (
            [entry]
            if isinstance(entry, str)
            else [
                page
                for inner in (entry.values() if isinstance(entry, dict) else entry)
                for page in pages(inner)
            ]
        )

    nav = pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])
    assert sorted(nav) == sorted(str(page.relative_to(DOCS)) for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page):
    named = re.findall(
        r"`((?:data|pipelines|sql|docs|tests|benchmarks|training|deploy)/[\w./-]*\w/?)`",
        page.read_text("utf-8"),
    )
    made = re.compile(r"data/home(-sample)?(/|$)")  # by a run, not in the checkout
    missing = [path for path in named if not made.match(path) and not (ROOT / path).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_nothing_in_the_site_is_asked_from_another_server():
    told = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    assert told["theme"]["font"] is False
    assert not told.get("extra_javascript") and not told.get("extra_css")
    # The plugin `offline` asks another server for a script of this name, unless one is given.
    assert "offline" in told["plugins"]
    assert [
        (DOCS / script).is_file() for script in told["extra"]["polyfills"] if "iframe-worker" in script
    ] == [True]
    loaded = r"<(?:script|img|link|iframe)\b|!\[[^\]]*\]\(https?:"
    assert [page.name for page in PAGES if re.search(loaded, page.read_text("utf-8"))] == []
