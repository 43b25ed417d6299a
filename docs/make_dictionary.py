"""Write the data dictionary anew: `.venv/bin/python docs/make_dictionary.py`.

Its words are those of the dbt models' descriptions and of pipelines/tables.py; change them there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from pipelines import tables
from pipelines.settings import SQL

DICTIONARY = Path(__file__).with_name("data.md")

HEAD = """\
# Data dictionary

<!-- Written by docs/make_dictionary.py from the models' descriptions and pipelines/tables.py; change it there. -->

The **published copy** (`demarche.duckdb` in the home) holds the dimensions, facts and indicators below, and in its
schema `wide` the sums that the indicators of pairs are read from. The **lake** is what the pipeline wrote, as Parquet
files a batch: it is for whoever builds on Démarche, not for analysis.

The published copy describes itself as well: `select column_name, comment from duckdb_columns() where table_name = 'fct_event'`.
"""

SECTIONS = (
    ("Facts", "marts", "fct_"),
    ("Indicators", "marts", "ind_"),
    ("Dimensions", "marts", "dim_"),
    ("Sums behind the indicators (schema `wide`)", "wide", ""),
)


def dictionary() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, folder, prefix in SECTIONS:
        parts.append(f"## {title}\n")
        for model in sorted(_models(folder), key=lambda model: model["name"]):
            if model["name"].startswith(prefix):
                columns = ((column["name"], column.get("description", "")) for column in model["columns"])
                parts.append(_section(model["name"], model["description"], ("column", "is"), columns))
    parts.append("## The lake\n")
    for table in tables.ALL:
        columns = ((name, str(kind), words) for name, kind, words in table.columns)
        parts.append(
            _section(table.name, f"A row is {table.row}.", ("column", "type", "is"), columns, "lake-")
        )
    return "\n".join(parts)


def _models(folder: str) -> list[dict]:
    """The described models of a folder of sql/models."""
    return [
        model
        for file in sorted((SQL / "models" / folder).glob("*.yml"))
        for model in yaml.safe_load(file.read_text("utf-8")).get("models") or []
    ]


def _section(
    name: str, description: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], anchor: str = ""
) -> str:
    lines = [
        f"### `{name}` {{#{anchor}{name}}}",
        "",
        _text(description),
        "",
        f"| {' | '.join(head)} |",
        f"|{' --- |' * len(head)}",
        *(f"| `{name}` | {' | '.join(_text(cell) for cell in cells)} |" for name, *cells in rows),
        "",
    ]
    return "\n".join(lines)


def _text(words: str) -> str:
    """Words as Markdown that shows them as they are, on one line of a table."""
    for sign in ("\\", "|", "*", "_", "<", "[", "`"):
        words = words.replace(sign, "\\" + sign)
    return " ".join(words.split())


if __name__ == "__main__":
    DICTIONARY.write_text(dictionary(), "utf-8")
