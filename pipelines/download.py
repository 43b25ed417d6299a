"""One file from an address, whole: for lists and histories, which are few and large.

An address that begins with `file:` is a path. A server is asked with a conditional request where there was an answer
before; a body that ends early, is empty or too large is no download; 429 and 5xx are tried again, as the server wishes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx

LIMIT_BYTES = 300_000_000
TIMEOUT = httpx.Timeout(30.0, read=120.0)
ATTEMPTS = 3
MAX_WAIT_S = 60


class DownloadError(Exception):
    """One file could not be had; says what came of it."""


@dataclass(frozen=True)
class Answer:
    """What an address gave. data is None where it says that nothing changed."""

    data: bytes | None
    etag: str | None = None
    last_modified: str | None = None


def client(contact: str) -> httpx.Client:
    """A client that says who asks, and follows redirects."""
    agent = f"demarche/{version('demarche')} (+{contact})"
    return httpx.Client(headers={"User-Agent": agent}, timeout=TIMEOUT, follow_redirects=True)


def get(
    asking: httpx.Client,
    url: str,
    base: Path,
    sleep: Callable[[float], None],
    validators: tuple[str | None, str | None] | None = None,
) -> Answer:
    """The whole body at an address; `file:` paths are relative to `base`.

    validators: ETag and Last-Modified of the body that is kept already. Raises DownloadError with the reason.
    """
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
            with asking.stream("GET", url, headers={k: v for k, v in headers.items() if v}) as response:
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
