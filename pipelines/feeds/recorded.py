"""Recorded feeds: a folder of documents named after the moment of their fetching, replayed once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import InputError
from pipelines.feeds.feedlist import Feed

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{6})Z\.xml")


def recordings(feed: Feed) -> list[tuple[datetime, Path]]:
    """A recorded feed's documents with their times, the oldest first. Raises InputError for a misnamed file."""
    found = []
    for path in sorted(feed.folder.iterdir()):
        if path.name.startswith(".") or path.suffix != ".xml":
            continue
        match = _NAME.fullmatch(path.name)
        try:
            moment = datetime.strptime(match[1], "%Y-%m-%dT%H%M%S") if match else None
        except ValueError:
            moment = None
        if moment is None:
            raise InputError(
                f"{path}: the name of a recorded document is its time, such as 2016-12-29T180000Z.xml"
            )
        found.append((moment.replace(tzinfo=UTC), path))
    return found
