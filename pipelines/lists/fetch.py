"""Downloading the lists: politely, whole, and only what is new.

Nothing is raised for what a server does: it goes to the list's log, and the last download stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipelines.download import DownloadError, Downloads
from pipelines.lists import ofac
from pipelines.lists.entry import MalformedList
from pipelines.lists.sources import Source
from pipelines.lists.store import ListStore

DELTAS_A_RUN = 400
STAMP = "%Y-%m-%dT%H%M%SZ"


def fetch_source(source: Source, store: ListStore, now: Callable[[], datetime], web: Downloads) -> str:
    """Take one list's current state (or its recorded ones); returns the outcome: ok, unchanged or error:<why>.

    The publisher's deltas are taken too, where the list has them. Nothing is raised for what a server does.
    """
    if source.recorded:
        return _replay(source, store)
    outcome = _snapshot(source, store, now(), web)
    if source.deltas and not outcome.startswith("error"):
        _deltas(source, store, now(), web)
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


def _snapshot(source: Source, store: ListStore, moment: datetime, web: Downloads) -> str:
    last = next((row for row in reversed(store.log(source.source)) if row.get("validators")), {})
    files, validators = {}, {}
    for name, file in source.files.items():
        known = last.get("files", {}).get(name)
        try:
            before = last.get("validators", {}).get(name) if known else None
            answer = web.get(file.url, source.path.parent, before)
        except DownloadError as error:
            if not file.needed:
                continue
            outcome = "error:download"
            store.note(source.source, "snapshot", moment, outcome, url=file.url, error=str(error))
            return f"{outcome}: {file.url}: {error}"
        files[name] = store.read(source.source, known) if answer.data is None else answer.data
        validators[name] = answer.validators
    return store.keep(source.source, "snapshot", moment, files, validators=validators)


def _deltas(source: Source, store: ListStore, moment: datetime, web: Downloads) -> None:
    """The publications that are not kept yet, oldest first."""
    known = {name for kept in store.kept(source.source, "delta") for name in kept.files}
    taken = 0
    for year in range(int(source.deltas["from"]), moment.year + 1):
        try:
            history = web.get(source.deltas["history"].format(year=year), source.path.parent)
            publications = ofac.parse_history(history.data or b"")
        except (DownloadError, MalformedList) as error:
            store.note(source.source, "delta", moment, "error:history", error=f"{year}: {error}")
            return
        for publication, _ in publications:
            if publication in known or taken >= DELTAS_A_RUN:
                continue
            url = source.deltas["change"].format(publication=publication)
            try:
                answer = web.get(url, source.path.parent)
            except DownloadError as error:
                store.note(source.source, "delta", moment, "error:download", url=url, error=str(error))
                return
            store.keep(source.source, "delta", moment, {publication: answer.data or b""})
            taken += 1
