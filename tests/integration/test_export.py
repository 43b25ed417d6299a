"""The published tables as files."""

import json

import duckdb
import pytest
from command import demarche

import pipelines


def test_every_table_is_exported_and_its_description_holds(sample, tmp_path):
    """The CSV files have the columns, types and rows that datapackage.json and the published copy give them."""
    home, _ = sample
    demarche("export", str(tmp_path / "out"), home=home, check=0)
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    casts = {
        "integer": "hugeint",
        "number": "double",
        "date": "date",
        "boolean": "boolean",
        "datetime": "timestamp",
    }
    casts |= {"string": "varchar", "array": "json", "object": "json"}
    with duckdb.connect(str(home / "demarche.duckdb"), read_only=True) as published:
        names = {
            name
            for (name,) in published.execute(
                "select table_name from information_schema.tables where table_schema = 'main'"
            ).fetchall()
        }
        assert {resource["name"] for resource in package["resources"]} == names
        for resource in package["resources"]:
            fields = resource["schema"]["fields"]
            assert all(field["description"] for field in fields), resource["name"]
            columns = ", ".join(f"'{field['name']}': '{casts[field['type']]}'" for field in fields)
            file = tmp_path / "out" / resource["path"]
            read = f"from read_csv('{file}', columns = {{{columns}}}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"')"
            rows = published.execute(f'select count(*) from "{resource["name"]}"').fetchone()
            assert published.execute(f"select count(*) {read}").fetchone() == rows, resource["name"]
            published.execute(f"select * {read}").fetchall()
            assert (
                published.execute(f"select count(*) from '{file.with_suffix('.parquet')}'").fetchone() == rows
            )
    assert "## fct_event\n" in (tmp_path / "out" / "dictionary.md").read_text("utf-8")


def test_an_export_replaces_no_file(sample, tmp_path):
    home, _ = sample
    (tmp_path / "mine.txt").write_text("mine")
    assert "not an empty folder" in demarche("export", str(tmp_path), home=home, check=2).stderr


def test_a_notebook_opens_the_published_copy_read_only(sample):
    """One line gives a connection whose answers are pandas frames, and through which nothing can be changed."""
    home, _ = sample
    with pipelines.open(home) as published:
        acts = published.sql("select source, target from fct_event where mode = 'expel'").df()
        assert ("USA", "RUS") in set(acts.itertuples(index=False, name=None))
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            published.execute("delete from fct_event")
