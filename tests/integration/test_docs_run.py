"""Every command, query and script that README.md, CONTRIBUTING.md and docs/ show runs, and prints what is shown.

Before a block stands `<!-- run -->`, or `<!-- not run: why -->`; SQL is always run. What a block prints may follow it as a text
block and is compared. With UPDATE_DOCS=1 (and `-n 0`) the outputs are written anew. Commands run in this process: a process each would
cost more than what they do.
"""

import importlib.util
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import typer
from command import ROOT

from pipelines.cli import EXAMPLES, app

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(
    r"(?:<!-- (?P<marker>run|not run: [^>]+) -->\n)?```(?P<kind>\w+)\n(?P<code>.*?)\n```\n(?:\n```text\n(?P<output>.*?)```\n)?",
    re.DOTALL,
)
COMMAND = typer.main.get_command(app)
SCRIPT = "./demarche test"  # the script alone knows this command


@dataclass(frozen=True)
class Block:
    page: Path
    number: int
    marker: str | None
    kind: str
    code: str
    output: str | None

    @property
    def is_run(self) -> bool:
        return self.marker == "run" or self.kind == "sql"


def blocks():
    for page in PAGES:
        for number, match in enumerate(BLOCK.finditer(page.read_text("utf-8")), 1):
            if match["kind"] != "text":
                yield Block(page, number, **match.groupdict())


def named(block):
    return f"{block.page.name} {block.number} {block.code.splitlines()[0][:40]}"


def calls(code):
    """The calls of ./demarche in a block of bash, as their words; comments, environment and other programs left out."""
    for line in re.split(r'\n(?=(?:[^"]*"[^"]*")*[^"]*$)', code):  # not at a line's end within quotes
        words = shlex.split(line, comments=True)
        if "./demarche" in words and not line.startswith(SCRIPT):
            yield words[words.index("./demarche") + 1 :]


def parsed(words):
    """A call with its options and arguments read, without doing anything; an error where the command does not know one."""
    name, *rest = words
    assert name in COMMAND.commands, f"./demarche {name}"
    return COMMAND.commands[name].make_context(name, list(rest))


@pytest.mark.parametrize("block", list(blocks()), ids=named)
def test_every_block_is_run_or_says_why_not(block):
    assert block.is_run or (block.marker or "").startswith("not run: "), "put <!-- run --> before it"
    if block.kind == "bash":
        for words in calls(block.code):
            parsed(words)


def test_every_call_in_a_sentence_has_options_that_the_command_knows():
    for page in PAGES:
        for call in re.findall(r"`\./demarche (\w+[^`]*)`", page.read_text("utf-8")):
            name, *words = shlex.split(call.replace("…", ""))
            if name == "test":
                continue
            known = {option for parameter in COMMAND.commands[name].params for option in parameter.opts} | {
                "--help"
            }
            assert {word for word in words if word.startswith("--")} <= known, f"{page.name}: {call}"


@pytest.mark.parametrize("name", sorted(COMMAND.commands))
def test_help_teaches_with_examples_that_the_command_knows(name):
    assert EXAMPLES[name]
    for what, call in EXAMPLES[name]:
        assert what and call.startswith(name)
        if name != "test":
            parsed(shlex.split(call))


ARTICLE = '{"id": "1", "published": "2016-12-29", "title": "US expels 35 Russian diplomats", "summary": "", "body": ""}\n'


@pytest.fixture
def place(sample, tmp_path, monkeypatch):
    """A folder to run in, with the files that the pages speak of; the home is the sample's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEMARCHE_HOME", str(sample[0]))
    (tmp_path / "articles.jsonl").write_text(ARTICLE, "utf-8")
    return tmp_path


def run_bash(code, capsys):
    capsys.readouterr()
    for words in calls(code):
        if words == ["run"]:  # the sample's run: the session's home was made by just that
            continue
        try:
            app(words, prog_name="demarche", standalone_mode=False)
        except SystemExit as end:
            assert not end.code, words
    return "".join(f"{line.rstrip()}\n" for line in capsys.readouterr().out.splitlines())


def run_python(code, capsys):
    capsys.readouterr()
    exec(compile(code, "docs", "exec"), {})
    return capsys.readouterr().out


@pytest.fixture(scope="session")
def cookbook():
    spec = importlib.util.spec_from_file_location("refresh_cookbook", ROOT / "docs" / "refresh_cookbook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("block", [block for block in blocks() if block.is_run], ids=named)
def test_a_block_runs_and_prints_what_the_page_shows(block, place, cookbook, capsys):
    if block.kind == "sql":
        with duckdb.connect(
            str(Path(os.environ["DEMARCHE_HOME"]) / "demarche.duckdb"), read_only=True
        ) as copy:
            printed = cookbook.table(copy, block.code) + "\n"
    else:
        printed = {"bash": run_bash, "python": run_python}[block.kind](block.code, capsys)
    if block.output is None:
        return
    if os.environ.get("UPDATE_DOCS"):
        text = block.page.read_text("utf-8")
        before = f"{block.code}\n```\n\n```text\n"
        block.page.write_text(text.replace(f"{before}{block.output}```", f"{before}{printed}```"), "utf-8")
    else:
        assert printed == block.output
