"""What the README shows is what the command prints. With UPDATE_DOCS=1 the outputs are written anew."""

import os
import re
import shlex

import pytest
import typer
from command import ROOT, demarche

from pipelines.cli import app

README = ROOT / "README.md"
SHOWN = re.compile(r"<!-- run -->\n```bash\n(?P<command>.*?)\n```\n\n```text\n(?P<output>.*?)```", re.DOTALL)


@pytest.mark.parametrize(
    "shown",
    [m.groupdict() for m in SHOWN.finditer(README.read_text("utf-8"))],
    ids=lambda s: s["command"][18:60],
)
def test_the_readme_shows_what_the_command_prints(sample, shown):
    home, _ = sample
    program, *arguments = shlex.split(shown["command"])
    assert program == "./demarche"
    printed = demarche(*arguments, home=home, check=0).stdout
    printed = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
    if os.environ.get("UPDATE_DOCS"):
        text = README.read_text("utf-8")
        before = f"{shown['command']}\n```\n\n```text\n{shown['output']}```"
        README.write_text(text.replace(before, f"{shown['command']}\n```\n\n```text\n{printed}```"), "utf-8")
    else:
        assert printed == shown["output"]


def test_every_call_of_the_readme_is_one_that_the_command_knows():
    known = {"test", *typer.main.get_command(app).commands}
    calls = re.findall(r"\./demarche (\w+)", README.read_text("utf-8"))
    assert set(calls) <= known and {"run", "test", "query"} <= set(calls)
