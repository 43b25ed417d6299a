"""Downloading the lists: politely, whole, and only what is new.

An address that begins with `file:` is a path. A server is asked with conditional requests, under a user agent that
says who asks; a body that ends early, is empty or too large is no download; 429 and 5xx are tried again, as the server
wishes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import httpx

from pipelines.lists import ofac
from pipelines.lists.entry import MalformedList
from pipelines.lists.sources import Source
from pipelines.lists.store import ListStore

LIMIT_BYTES = 300_000_000
TIMEOUT = httpx.Timeout(30.0, read=120.0)
ATTEMPTS = 3
MAX_WAIT_S = 60
DELTAS_A_RUN = 400
STAMP = "%Y-%m-%dT%H%M%SZ"


class DownloadError(Exception):
    """One file could not be had; says what came of it."""


@dataclass(frozen=True)
class Answer:
    """What an address gave. data is None where it says that nothing changed."""

    data: bytes | None
    etag: str | None = None
    last_modified: str | None = None


def fetch_source(
    source: Source,
    store: ListStore,
    now: Callable[[], datetime],
    contact: str,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Take one list's current state (or its recorded ones); returns the outcome: ok, unchanged or error:<why>.

    The publisher's deltas are taken too, where the list has them. Nothing is raised for what a server does.
    """
    if source.recorded:
        return _replay(source, store)
    with httpx.Client(
        headers={"User-Agent": f"demarche/{version('demarche')} (+{contact})"},
        timeout=TIMEOUT,
        follow_redirects=True,
    ) as client:
        outcome = _snapshot(source, store, now(), client, sleep)
        if source.deltas and not outcome.startswith("error"):
            _deltas(source, store, now(), client, sleep)
    return outcome


def _replay(source: Source, store: ListStore) -> str:
    """Keep every recorded snapshot that is not kept yet; the folder's name is its time."""
    folder = source.path.parent / source.recorded
    known = {row["fetched_at"] for row in store.log(source.source)}
    taken = 0
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir():
            moment = datetime.strptime(path.name + "+0000", STAMP + "%z")
            if moment.isoformat() not in known:
                files = {
                    file.stem: file.read_bytes()
                    for file in sorted(path.iterdir())
                    if not file.name.startswith(".")
                }
                store.keep(source.source, "snapshot", moment, files)
                taken += 1
    return "ok" if taken else "unchanged"


def _snapshot(source: Source, store: ListStore, moment: datetime, client, sleep) -> str:
    last = next((row for row in reversed(store.log(source.source)) if row.get("validators")), {})
    files, validators = {}, {}
    for name, file in source.files.items():
        known = last.get("files", {}).get(name)
        try:
            answer = _get(
                client,
                file.url,
                source.path.parent,
                last.get("validators", {}).get(name) if known else None,
                sleep,
            )
        except DownloadError as error:
            if not file.needed:
                continue
            outcome = "error:download"
            store.note(source.source, "snapshot", moment, outcome, url=file.url, error=str(error))
            return f"{outcome}: {file.url}: {error}"
        files[name] = store.read(source.source, known) if answer.data is None else answer.data
        validators[name] = [answer.etag, answer.last_modified]
    return store.keep(source.source, "snapshot", moment, files, validators=validators)


def _deltas(source: Source, store: ListStore, moment: datetime, client, sleep) -> None:
    """The publications that are not kept yet, oldest first."""
    known = {name for kept in store.kept(source.source, "delta") for name in kept.files}
    kept_until = max((kept.fetched_at.year for kept in store.kept(source.source, "delta")), default=None)
    taken = 0
    for year in range(kept_until or int(source.deltas["from"]), moment.year + 1):
        try:
            history = _get(
                client, source.deltas["history"].format(year=year), source.path.parent, None, sleep
            )
            publications = ofac.parse_history(history.data or b"")
        except (DownloadError, MalformedList) as error:
            store.note(source.source, "delta", moment, "error:history", error=f"{year}: {error}")
            return
        for publication, _ in publications:
            if publication in known or taken >= DELTAS_A_RUN:
                continue
            url = source.deltas["change"].format(publication=publication)
            try:
                answer = _get(client, url, source.path.parent, None, sleep)
            except DownloadError as error:
                store.note(source.source, "delta", moment, "error:download", url=url, error=str(error))
                return
            store.keep(source.source, "delta", moment, {publication: answer.data or b""})
            taken += 1


def _get(client: httpx.Client, url: str, base: Path, validators, sleep) -> Answer:
    """The whole body at an address; DownloadError with the reason where there is none."""
    if url.startswith("file:"):
        path = base / url.removeprefix("file://").removeprefix("file:")
        try:
            return Answer(path.read_bytes())
        except OSError as error:
            raise DownloadError(f"{path}: {error.strerror}") from None
    headers = {}
    if validators:
        headers = {"If-None-Match": validators[0] or "", "If-Modified-Since": validators[1] or ""}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with client.stream("GET", url, headers={k: v for k, v in headers.items() if v}) as response:
                if response.status_code == 304:
                    return Answer(None, *(validators or (None, None)))
                if response.status_code == 200:
                    return _whole(response)
                reason, wait = f"HTTP {response.status_code}", response.headers.get("retry-after", "")
                if response.status_code not in (429, 500, 502, 503, 504):
                    raise DownloadError(reason)
        except httpx.HTTPError as error:
            reason, wait = f"{type(error).__name__}: {error}", ""
        if attempt < ATTEMPTS:
            sleep(min(int(wait) if wait.isdecimal() else 2**attempt, MAX_WAIT_S))
    raise DownloadError(f"{reason} ({ATTEMPTS} attempts)")


def _whole(response: httpx.Response) -> Answer:
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LIMIT_BYTES:
            raise DownloadError(f"more than {LIMIT_BYTES} bytes")
        parts.append(part)
    length = response.headers.get("content-length")
    # httpx reads a body that a server cut short to its end without a word, where it is compressed.
    if length and length.isdecimal() and response.num_bytes_downloaded != int(length):
        raise DownloadError(f"{response.num_bytes_downloaded} of {length} bytes came")
    if not size:
        raise DownloadError("an empty body")
    return Answer(b"".join(parts), response.headers.get("etag"), response.headers.get("last-modified"))
