"""Paths, limits and the clock, from the environment. Nothing else reads os.environ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.ducklake import DuckLake, dbt_environment
from pipelines.errors import InputError
from pipelines.locks import lock
from pipelines.storage import Folder, Storage, is_url, open_storage

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
REFERENCE = DATA / "reference"
MODELS = DATA / "models"
SAMPLE = DATA / "sample"
CORRECTIONS = DATA / "corrections.csv"
# Beside the reference, not in it: what the coder was measured at must not change the coder's version.
CODER_QUALITY = DATA / "coder_quality.csv"
SQL = ROOT / "sql"
LISTS = ROOT / "pipelines" / "lists"


@dataclass(frozen=True)
class Settings:
    """Where everything lies that is made at run time, and what is read.

    home: the folder for all that is made (documents, lake, warehouse, published copy, Dagster's storage).
    feeds_file: the CSV of feeds that are read.
    contact: how a webmaster reaches whoever runs this; part of the user agent.
    workers: how many processes code a large batch.
    lake_place: a folder or s3://BUCKET/PREFIX for documents, lists, lake and published copies; empty: the home.
    catalogue: the PostgreSQL database (postgresql://…) of the DuckLake that is the warehouse, and of the locks; empty:
        one DuckDB file in the home, and file locks.
    cluster: the address of the Dask scheduler (tcp://…) whose workers code; empty: processes of this machine.
    allow_addresses: addresses outside the public network that fetching may reach all the same.
    alert_file, alert_webhook: where new alarms are told, if anywhere.
    """

    home: Path
    feeds_file: Path
    contact: str
    workers: int = 1
    allow_addresses: tuple[str, ...] = ()
    lake_place: str = ""
    catalogue: str = ""
    cluster: str = ""
    alert_file: Path | None = None
    alert_webhook: str = ""

    @property
    def storage(self) -> Storage:
        """Where documents, lists, lake and published copies lie."""
        if self.lake_place or self.catalogue:
            return self.storage_at(self.lake_place or self.home)
        return Folder(self.home)

    def storage_at(self, place: str | Path) -> Storage:
        """The storage in a folder or bucket, with locks that all its writers see."""
        return open_storage(place, partial(lock, self.home, catalogue=self.catalogue), _s3_endpoint())

    @property
    def documents(self) -> Storage:
        return self.storage.sub("documents")

    @property
    def lake(self) -> Storage:
        return self.storage.sub("lake")

    @property
    def warehouse(self) -> Path | DuckLake:
        """The working database: only the warehouse stage writes it."""
        if self.catalogue:
            return DuckLake(
                self.catalogue, str(self.storage.place("warehouse")), self.home / "extensions", _s3_secret()
            )
        return self.home / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The published copy that people open."""
        return self.home / "demarche.duckdb"

    @property
    def published_archive(self) -> Path:
        return self.home / "published"

    @property
    def report(self) -> Path:
        """The static site for people who look; index.html is its beginning."""
        return self.home / "report"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def dbt_home(self) -> Path:
        """dbt's target and log folders, kept out of the checkout."""
        return self.home / "dbt"

    @property
    def lists(self) -> Storage:
        """What the publishers of official lists answered, kept byte for byte."""
        return self.storage.sub("lists")

    @property
    def lists_folder(self) -> Path:
        """The official lists that are read: a YAML file for each."""
        return SAMPLE / "lists" if self.is_sample else LISTS

    @property
    def is_sample(self) -> bool:
        return self.feeds_file == SAMPLE / "feeds.csv"

    def at(self, home: Path) -> Settings:
        return replace(self, home=home.expanduser().resolve())


def load(home: Path | None = None, sample: bool = False, feeds: Path | None = None) -> Settings:
    """Settings from the arguments, else from the environment (DEMARCHE_HOME, DEMARCHE_FEEDS, DEMARCHE_CONTACT,
    DEMARCHE_WORKERS, DEMARCHE_ALLOW_ADDRESSES, DEMARCHE_ALERT_FILE, DEMARCHE_ALERT_WEBHOOK; past one machine
    DEMARCHE_LAKE, DEMARCHE_CATALOGUE, DEMARCHE_CLUSTER), else from what the home remembers, else the defaults.

    `sample` takes the sample's feeds, and its own home where none is named.
    """
    named = home or (Path(os.environ["DEMARCHE_HOME"]) if os.environ.get("DEMARCHE_HOME") else None)
    home = (named or DATA / ("home-sample" if sample else "home")).expanduser().resolve()
    if sample:
        feeds = SAMPLE / "feeds.csv"
    elif not feeds and os.environ.get("DEMARCHE_FEEDS"):
        feeds = Path(os.environ["DEMARCHE_FEEDS"])
    alert_file = os.environ.get("DEMARCHE_ALERT_FILE")
    return Settings(
        home=home,
        feeds_file=(feeds or _remembered_feeds(home) or DATA / "feeds.csv").expanduser().resolve(),
        contact=os.environ.get("DEMARCHE_CONTACT", "operator@localhost"),
        workers=_number("DEMARCHE_WORKERS", os.cpu_count() or 1),
        allow_addresses=_addresses("DEMARCHE_ALLOW_ADDRESSES"),
        lake_place=_place("DEMARCHE_LAKE"),
        catalogue=_url("DEMARCHE_CATALOGUE", "postgresql://USER:PASSWORD@HOST/DATABASE"),
        cluster=_url("DEMARCHE_CLUSTER", "tcp://HOST:8786"),
        alert_file=Path(alert_file).expanduser().resolve() if alert_file else None,
        alert_webhook=_web_address("DEMARCHE_ALERT_WEBHOOK"),
    )


def looked_at(home: Path | None = None, sample: bool = False) -> Settings:
    """The home that is looked at; where none is named and only the sample was run, the sample's."""
    where, of_the_sample = load(home, sample), load(home, sample=True)
    return where if where.home.exists() or not of_the_sample.home.exists() else of_the_sample


def remember_feeds(settings: Settings) -> None:
    """Note in the home which feeds it reads, so that later commands on it take the same."""
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "feeds-file").write_text(f"{settings.feeds_file}\n", encoding="utf-8")


def _remembered_feeds(home: Path) -> Path | None:
    note = home / "feeds-file"
    return Path(note.read_text(encoding="utf-8").strip()) if note.exists() else None


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise InputError(f"{name}={text!r} is no number of at least 1")
    return int(text)


def _addresses(name: str) -> tuple[str, ...]:
    """IP addresses, separated by commas."""
    found = tuple(part.strip() for part in (os.environ.get(name) or "").split(",") if part.strip())
    for address in found:
        try:
            ip_address(address)
        except ValueError as error:
            raise InputError(f"{name}: {address!r} is no IP address; example: 127.0.0.1") from error
    return found


def _place(name: str) -> str:
    """A folder, made absolute, or an s3:// address."""
    text = (os.environ.get(name) or "").rstrip("/")
    return text if is_url(text) or not text else str(Path(text).expanduser().resolve())


def _url(name: str, example: str) -> str:
    """An address of the example's kind."""
    text = os.environ.get(name) or ""
    if text and not text.startswith(example.partition("://")[0] + "://"):
        raise InputError(f"{name}={text!r} is no address like {example}")
    return text


def _s3_endpoint() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def _s3_secret() -> tuple[tuple[str, str], ...]:
    """DuckDB's secret for S3 after the usual AWS variables, which Arrow reads by itself."""
    endpoint = urlsplit(_s3_endpoint())
    return (
        ("key_id", os.environ.get("AWS_ACCESS_KEY_ID", "")),
        ("secret", os.environ.get("AWS_SECRET_ACCESS_KEY", "")),
        ("session_token", os.environ.get("AWS_SESSION_TOKEN", "")),
        ("region", os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"),
        ("endpoint", endpoint.netloc or "s3.amazonaws.com"),
        ("url_style", "path" if endpoint.netloc else "vhost"),
        ("use_ssl", "false" if endpoint.scheme == "http" else "true"),
    )


def _web_address(name: str) -> str:
    """An http or https address; empty where none is named."""
    text = os.environ.get(name) or ""
    if text and not text.startswith(("http://", "https://")):
        raise InputError(f"{name}={text!r} is no http or https address")
    return text


def export(settings: Settings) -> dict[str, str]:
    """The environment that makes a child process (Dagster, dbt) see the same settings."""
    return {
        "DEMARCHE_HOME": str(settings.home),
        "DEMARCHE_FEEDS": str(settings.feeds_file),
        "DEMARCHE_CONTACT": settings.contact,
        "DEMARCHE_ALLOW_ADDRESSES": ",".join(settings.allow_addresses),
        "DEMARCHE_LAKE": settings.lake_place,
        "DEMARCHE_CATALOGUE": settings.catalogue,
        "DEMARCHE_CLUSTER": settings.cluster,
        "DEMARCHE_WAREHOUSE": str(settings.home / "warehouse.duckdb"),
        **dbt_environment(settings.warehouse),
        "DEMARCHE_CORRECTIONS": str(corrections_file()),
        "DAGSTER_HOME": str(settings.dagster_home),
    }


def corrections_file() -> Path:
    """The analyst's corrections: data/corrections.csv, or what DEMARCHE_CORRECTIONS names."""
    return Path(os.environ.get("DEMARCHE_CORRECTIONS") or CORRECTIONS)


def reference_folder() -> Path:
    """The reference tables that the SQL models read: data/reference, or what DEMARCHE_REFERENCE names."""
    return Path(os.environ.get("DEMARCHE_REFERENCE") or REFERENCE)


def apply(settings: Settings) -> None:
    """Put the settings into this process's environment, for libraries that read them from there."""
    os.environ.update(export(settings))


@contextmanager
def environment(told: dict[str, str]) -> Iterator[None]:
    """Environment variables for a while, for what reads them there."""
    before = dict(os.environ)
    os.environ.update(told)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def now() -> datetime:
    """The current time in UTC, or the one that DEMARCHE_NOW names (ISO 8601, for tests)."""
    fixed = os.environ.get("DEMARCHE_NOW")
    if not fixed:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError as error:
        raise InputError(
            f"DEMARCHE_NOW={fixed!r} is no ISO 8601 time; example: 2026-11-23T04:00:00Z"
        ) from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
