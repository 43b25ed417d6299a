"""The published tables as files."""

import json
from pathlib import Path

import duckdb
import pytest

from pipelines import commands, settings
from pipelines.errors import InputError
from pipelines.export import export


def test_every_table_is_exported_and_its_description_holds(sample, tmp_path):
    """The CSV files have the columns, types and rows that datapackage.json and the published copy give them."""
    home, _ = sample
    commands.export(settings.load(home), tmp_path / "out")
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
            if key := resource["schema"].get("primaryKey"):
                distinct = f"select count(distinct ({', '.join(key)})) from {resource['name']}"
                rows = published.execute(f"select count(*) from {resource['name']}").fetchone()
                assert published.execute(distinct).fetchone() == rows, resource["name"]
            columns = ", ".join(f"'{field['name']}': '{casts[field['type']]}'" for field in fields)
            file = tmp_path / "out" / resource["path"]
            read = f"from read_csv('{file}', columns = {{{columns}}}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"')"
            rows = published.execute(f'select count(*) from "{resource["name"]}"').fetchone()
            assert published.execute(f"select count(*) {read}").fetchone() == rows, resource["name"]
            published.execute(f"select * {read}").fetchall()
            assert (
                published.execute(f"select count(*) from '{file.with_suffix('.parquet')}'").fetchone() == rows
            )
    keyed = {r["name"]: r["schema"].get("primaryKey") for r in package["resources"]}
    assert keyed["fct_event"] == ["event_id"] and keyed["fct_event_status"] == ["event_id", "status"]
    assert "## fct_event\n" in (tmp_path / "out" / "dictionary.md").read_text("utf-8")


def test_an_export_replaces_no_file(sample, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not an empty folder"):
        commands.export(settings.load(sample[0]), tmp_path)


def test_parquet_alone_is_what_is_described(sample, tmp_path):
    with duckdb.connect(str(sample[0] / "demarche.duckdb"), read_only=True) as published:
        assert dict(export(published, tmp_path, "parquet"))["fct_event"] > 0
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    files = {file.name for file in tmp_path.iterdir()}
    assert files == {r["path"] for r in package["resources"]} | {"datapackage.json", "dictionary.md"}
    assert {r["format"] for r in package["resources"]} == {"parquet"}


@pytest.mark.parametrize("wrong", ["cannot be written", "nothing is published", "--format"])
def test_bad_input_says_what_is_wrong(sample, tmp_path, wrong):
    home = settings.load(tmp_path / "home" if wrong == "nothing is published" else sample[0])
    # Not even root makes a folder in /proc.
    folder = Path("/proc/demarche-export") if wrong == "cannot be written" else tmp_path / "out"
    with pytest.raises(InputError, match=wrong):
        commands.export(home, folder, "xlsx" if wrong == "--format" else "csv")
    assert not (tmp_path / "out").exists()
