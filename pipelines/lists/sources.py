"""The lists that are read: a YAML file for each, with address, licence, cadence and what must be true of a download."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from pipelines.errors import InputError
from pipelines.lists.entry import HERE, Parsed

NEEDED = (
    "source",
    "title",
    "publisher",
    "outlet",
    "sender",
    "page",
    "licence",
    "cadence",
    "module",
    "assertions",
)
MODULES = ("ofac", "un", "eu", "uk")


@dataclass(frozen=True)
class File:
    """One file of a list. An address that begins with `file:` is a path, relative to the YAML file."""

    url: str
    needed: bool = True


@dataclass(frozen=True)
class Assertions:
    """What must be true of a download, else it is refused.

    fill: the least share of entries that have a value, by column of list_entries.
    """

    min_entries: int
    max_removed_share: float = 0.20
    max_fault_share: float = 0.01
    fill: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One list. `recorded` is a folder of recorded snapshots (a folder for each time, YYYY-MM-DDTHHMMSSZ) that is
    replayed instead of asking the addresses of `files`."""

    source: str
    title: str
    publisher: str
    outlet: str
    sender: str
    page: str
    licence: str
    cadence: str
    module: str
    assertions: Assertions
    path: Path
    files: Mapping[str, File] = field(default_factory=dict)
    recorded: str | None = None
    deltas: Mapping[str, str] = field(default_factory=dict)

    @property
    def parse(self) -> Callable[[Mapping[str, bytes]], Parsed]:
        """The function that reads its files."""
        return importlib.import_module(f"pipelines.lists.{self.module}").parse

    @property
    def digest(self) -> str:
        """Hash of what decides how it is read: its own file, and the tables of words and programmes."""
        digest = hashlib.sha256(self.path.read_bytes())
        for name in ("programmes.csv", "countries.csv"):
            digest.update((HERE / name).read_bytes())
        return digest.hexdigest()


def read_sources(folder: Path) -> list[Source]:
    """The sources of a folder, by name. Raises InputError that names the file and what is wrong in it."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder of lists (one YAML file for each, as in pipelines/lists)")
    return [_read(path) for path in sorted(folder.glob("*.yml"))]


def _read(path: Path) -> Source:
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from None
    if not isinstance(told, dict):
        raise InputError(f"{path} holds no settings of a list; see pipelines/lists/un.yml for an example")
    if absent := [name for name in NEEDED if not told.get(name)]:
        raise InputError(f"{path}: {absent[0]!r} is missing; see pipelines/lists/un.yml for an example")
    if told["module"] not in MODULES:
        raise InputError(f"{path}: module is {told['module']!r}; use one of: {', '.join(MODULES)}")
    if not (told.get("files") or told.get("recorded")):
        raise InputError(f"{path}: neither files (with their addresses) nor recorded (a folder) is given")
    try:
        return Source(
            **told
            | {
                "path": path,
                "assertions": Assertions(**told["assertions"]),
                "files": {name: File(**file) for name, file in (told.get("files") or {}).items()},
            }
        )
    except TypeError as error:
        raise InputError(f"{path}: {error}") from None
