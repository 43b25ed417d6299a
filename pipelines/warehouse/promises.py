"""What each dbt test promises, what to do where it fails, and the rows that break it: in words, for Dagster's UI. Pure.

A test of a kind (unique, not null, …) is told from its arguments; one over several tables says itself what it is (the
comment in its file) and what to do (`remedy` in its meta).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]

LOOK_UP = "The check's page (`./demarche ui`) shows the rows that break it. "
MODEL = "Where every input is right, it is a defect of `{file}`: the published copy stays as it was until that is mended."
REMEDIES = {
    "unique": "A row stands twice. Run `./demarche run` once more, which loads its batch anew. ",
    "unique_together": "A row stands twice. Run `./demarche run` once more, which loads its batch anew. ",
    "not_null": "A value is missing that nothing works without. Follow the row back to its batch (its origin and day), and make that "
    "anew with `./demarche run --from DAY --to DAY`. ",
    "accepted_values": "A word that the models do not know came in, from a correction in data/corrections.csv, a line in data/reference "
    "or the coder. Mend that line; where the word is new and right, add it to the test. ",
    "relationships": "A code points to nothing. Add it to the table that it should stand in (data/reference has the lines), or mend "
    "the line in data/reference or data/corrections.csv that brought it in. ",
}


def promise(test: Node) -> str:
    """What a test says of the data, in one sentence."""
    kind, given = _kind(test)
    table, column = _table(test), given.get("column_name")
    if kind == "unique":
        return f"No two rows of `{table}` have the same `{column}`."
    if kind == "unique_together":
        return f"No two rows of `{table}` have the same {', '.join(f'`{c}`' for c in given['columns'])} together."
    if kind == "not_null":
        return f"Every row of `{table}` has its `{column}`."
    if kind == "accepted_values":
        return (
            f"`{table}.{column}` is one of {', '.join(f'`{value}`' for value in given['values'])}, or null."
        )
    if kind == "relationships":
        return f"Every `{table}.{column}` stands in `{_referred(given['to'])}.{given['field']}`."
    return " ".join(re.findall(r"^-- ?(.*)$", test["raw_code"], flags=re.MULTILINE))


def remedy(test: Node) -> str:
    """What to do where a test fails."""
    kind, _ = _kind(test)
    if kind in REMEDIES:
        return LOOK_UP + REMEDIES[kind] + MODEL.format(file=f"sql/{_model_file(test)}")
    return LOOK_UP + test["config"]["meta"]["remedy"]


def broken_rows(test: Node, schemas: Mapping[str, str]) -> str:
    """The query that finds the rows that break a test; `schemas` has the schema of each model."""
    kind, given = _kind(test)

    def relation(name: str) -> str:
        return f'{schemas.get(name, "main")}."{name}"'

    table, column = relation(_table(test)) if kind else "", f'"{given.get("column_name")}"'
    if kind == "unique":
        return f"select {column}, count(*) as row_count from {table} where {column} is not null group by 1 having count(*) > 1"
    if kind == "unique_together":
        columns = ", ".join(f'"{c}"' for c in given["columns"])
        return f"select {columns}, count(*) as row_count from {table} group by all having count(*) > 1"
    if kind == "not_null":
        return f"select * from {table} where {column} is null"
    if kind == "accepted_values":
        values = ", ".join("'" + str(value).replace("'", "''") + "'" for value in given["values"])
        return f"select {column}, count(*) as row_count from {table} where {column}::varchar not in ({values}) group by 1"
    if kind == "relationships":
        there = f'select "{given["field"]}" from {relation(_referred(given["to"]))}'
        return f"select {column}, count(*) as row_count from {table} where {column} is not null and {column} not in ({there}) group by 1"
    code = re.sub(r"\{\{\s*config\(.*?\)\s*\}\}", "", test["raw_code"], flags=re.DOTALL)
    return re.sub(r"\{\{\s*ref\('(\w+)'\)\s*\}\}", lambda found: relation(found[1]), code)


def _kind(test: Node) -> tuple[str, Mapping[str, Any]]:
    """A test's kind with its arguments; an empty kind for one that is written out in a file of its own."""
    told = test.get("test_metadata")
    return (told["name"], told["kwargs"]) if told else ("", {})


def _table(test: Node) -> str:
    """The model that a test of a kind is written at; empty for one in a file of its own."""
    return (test.get("attached_node") or "").split(".")[-1]


def _referred(to: str) -> str:
    return re.search(r"ref\('(\w+)'\)", to)[1]


def _model_file(test: Node) -> str:
    return test["original_file_path"].replace("\\", "/")
