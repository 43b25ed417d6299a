"""`import demarche`: the common questions as frames, and the notebook that asks them."""

import json
import subprocess
import sys
from datetime import date

import duckdb
import pytest
from command import ROOT

import demarche
from pipelines.errors import InputError


@pytest.fixture(scope="module")
def opened(sample):
    with demarche.open(sample[0]) as warehouse:
        yield warehouse


def test_it_cannot_be_written_to(opened):
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        opened.connection.execute("create table mine (a integer)")


def test_acts_are_limited_by_what_is_named_and_by_nothing_else(opened):
    everything = opened.acts()
    assert len(everything) == opened.frame("select count(*) as n from fct_event")["n"][0] > 0
    some = opened.acts("USA", "RUS", date(2016, 12, 29), "2016-12-29")
    assert set(some["source"]) == {"USA"} and set(some["target"]) == {"RUS"}
    assert {f"{day:%Y-%m-%d}" for day in some["event_date"]} == {"2016-12-29"}
    assert "expel" in set(some["mode"])
    assert everything["event_date"].dropna().is_monotonic_increasing
    assert opened.acts("USA' or true --").empty


def test_a_pair_has_the_same_relations_in_either_order(opened):
    there, back = opened.relations("USA", "RUS"), opened.relations("RUS", "USA")
    assert there.equals(back) and set(there["direction"]) == {"directed", "pooled"}
    assert {"USA", "RUS"} == set(there["source"])
    assert not opened.relations("USA", "RUS", "daily").empty
    with pytest.raises(InputError, match="monthly"):
        opened.relations("USA", "RUS", "yearly")


def test_sanctions_have_a_row_for_each_act(opened):
    against = opened.sanctions("RUS")
    assert set(against["target"]) == {"RUS"} and against["event_date"].notna().any()
    rows = opened.frame("select count(*) as n from fct_sanction")["n"][0]
    assert len(opened.sanctions()) == rows > len(against)


def test_evidence_is_the_sentence_with_its_outlet_and_link(opened):
    act = (
        opened.acts("USA", "RUS", "2016-12-29", "2016-12-29").query("mode == 'expel' and count == 35").iloc[0]
    )
    found = opened.evidence(act["event_id"])
    assert found["sentence"].str.contains("35").any()
    assert found["outlet"].notna().all() and found["url"].str.startswith("http").all()
    assert all(row.trigger in row.sentence for row in found.itertuples())
    assert opened.evidence("no such act").empty


def test_a_home_without_a_published_copy_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nothing is published in .*nothing.* yet"):
        demarche.open(tmp_path / "nothing")


def test_the_notebook_runs_and_is_kept_without_outputs(sample, monkeypatch, capsys):
    monkeypatch.setenv("DEMARCHE_HOME", str(sample[0]))
    notebook = json.loads((ROOT / "docs" / "notebook.ipynb").read_text("utf-8"))
    names: dict = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert "Putin" in capsys.readouterr().out
    for frame in ("expulsions", "evidence", "conflict", "sanctions", "heard"):
        assert not names[frame].empty, frame


def test_another_python_needs_no_more_than_pandas_duckdb_and_filelock(sample):
    """The notebook's kernel need not be the project's: none of its other packages is imported."""
    script = f"""
import sys, tomllib
wanted = tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"]
for name in wanted:
    if name not in ("pandas", "duckdb", "filelock"):
        sys.modules[name.replace("-", "_")] = None
import demarche
print(len(demarche.open({str(sample[0])!r}).acts("USA", "RUS")))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and int(done.stdout) > 0, done.stderr
