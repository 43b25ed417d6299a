"""What the README and the pages in docs/ show is what the command prints. With UPDATE_DOCS=1 the outputs are written anew."""

import os
import re
import shlex

import pytest
import typer
from command import ROOT, demarche

from pipelines.cli import app

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"<!-- run -->\n```bash\n(?P<command>.*?)\n```\n\n```text\n(?P<output>.*?)```", re.DOTALL)


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        pytest.param(page, match.groupdict(), id=f"{page.name}: {match['command'][18:60]}")
        for page in PAGES
        for match in SHOWN.finditer(page.read_text("utf-8"))
    ],
)
def test_a_page_shows_what_the_command_prints(sample, page, shown):
    home, _ = sample
    program, *arguments = shlex.split(shown["command"])
    assert program == "./demarche"
    printed = demarche(*arguments, home=home, check=0).stdout
    printed = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
    if os.environ.get("UPDATE_DOCS"):
        text = page.read_text("utf-8")
        before = f"{shown['command']}\n```\n\n```text\n{shown['output']}```"
        page.write_text(text.replace(before, f"{shown['command']}\n```\n\n```text\n{printed}```"), "utf-8")
    else:
        assert printed == shown["output"]


def test_every_call_of_the_readme_is_one_that_the_command_knows():
    known = {"test", *typer.main.get_command(app).commands}
    calls = re.findall(r"\./demarche (\w+)", README.read_text("utf-8"))
    assert set(calls) <= known and {"run", "test", "query"} <= set(calls)
