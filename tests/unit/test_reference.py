"""A faulty reference file is refused with its name, the line and a remedy."""

from datetime import date

import pytest

from pipelines.coding.reference import read_csv
from pipelines.errors import InputError


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "things.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_know_their_line_even_after_a_quoted_line_break(tmp_path):
    rows = read_csv(write(tmp_path, 'code,name\nA,"one\ntwo"\n\nB, three \n'), ["code", "name"])
    assert [(r.line, r["code"], r["name"]) for r in rows] == [(2, "A", "one\ntwo"), (5, "B", "three")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code\nA\n", "line 1: column 'name' is missing"),
        ("code,name\nA,x,y\n", "line 2: 3 cells where 2 are wanted"),
        ("code,name\nA,x\nB,y\nA,z\n", "line 4: code = 'A' stands already on line 2"),
        ("", "line 1: column 'code' is missing"),
        ('code,name\nA,"x\n', "line 2: "),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path, text, said):
    with pytest.raises(InputError, match=r"things\.csv") as caught:
        read_csv(write(tmp_path, text), ["code", "name"], key="code")
    assert said in str(caught.value)


def test_wrong_encoding_and_missing_file_are_said(tmp_path):
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        read_csv(write(tmp_path, "code,name\nA,Élysée\n", "latin-1"), ["code"])
    with pytest.raises(InputError, match="missing"):
        read_csv(tmp_path / "absent.csv", ["code"])


def test_cells_are_read_by_kind(tmp_path):
    row = read_csv(write(tmp_path, "l,d,n,k\na| b,2016-02,0.5,x\n"), "ldnk")[0]
    assert row.items_of("l") == ("a", "b")
    assert (row.day_of("d"), row.day_of("d", end=True)) == (date(2016, 2, 1), date(2016, 2, 29))
    assert row.number_of("n") == 0.5
    assert row.one_of("k", {"x", "y"}) == "x"
    for wrong in (lambda: row.day_of("l"), lambda: row.number_of("k"), lambda: row.one_of("k", {"y"})):
        with pytest.raises(InputError, match="line 2: column"):
            wrong()
