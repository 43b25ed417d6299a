"""One file from an address, whole: for lists and histories, which are few and large.

With the manners and the guards of the feeds' room: who asks is said, private addresses are not reached, redirects are
followed by hand, limits are kept, a body that ends early is no answer. 429 and 5xx are tried again, as the server
wishes. An address that begins with `file:` is a path.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.feeds.failures import Failure
from pipelines.feeds.limits import Limits, user_agent
from pipelines.feeds.web import Validators, Web
from pipelines.settings import Settings

LIMITS = Limits(wire_bytes=300_000_000, inflated_bytes=600_000_000, connect_s=20.0, total_s=600.0)
ATTEMPTS = 3
MAX_WAIT_S = 60
BUSY = (429, 500, 502, 503, 504)
# What may be otherwise in a moment.
PASSING = ("timeout", "connection", "truncated", "protocol")


class DownloadError(Exception):
    """One file could not be had; says what came of it."""


@dataclass(frozen=True)
class Answer:
    """What an address gave. data is None where it says that nothing changed; `validators` (address, ETag,
    Last-Modified) make the next request conditional."""

    data: bytes | None
    validators: tuple[str | None, str | None, str | None] = (None, None, None)


@dataclass(frozen=True)
class Downloads:
    """Asks for files one after another, under a name; `allowed` are private addresses that may be reached."""

    agent: str
    allowed: tuple[str, ...] = ()
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, settings: Settings) -> Downloads:
        return cls(user_agent(settings), settings.allow_addresses)

    def get(self, url: str, base: Path = Path(), before: tuple | None = None) -> Answer:
        """The whole body at an address; `file:` paths are relative to `base`.

        before: the validators of the body that is kept already. Raises DownloadError with the reason.
        """
        if url.startswith("file:"):
            path = base / url.removeprefix("file://").removeprefix("file:")
            try:
                return Answer(path.read_bytes())
            except OSError as error:
                raise DownloadError(f"{path}: {error.strerror}") from None
        reason = ""
        for attempt in range(1, ATTEMPTS + 1):
            wait = ""
            try:
                answer = asyncio.run(self._ask(url, Validators(*before) if before else None))
            except Failure as failure:
                reason = str(failure)
                if failure.kind not in PASSING:
                    break
            else:
                if answer.status == 304:
                    return Answer(None, tuple(before))
                if answer.status == 200 and answer.body:
                    headers = answer.headers
                    return Answer(
                        answer.body, (answer.url, headers.get("etag"), headers.get("last-modified"))
                    )
                reason = f"HTTP {answer.status}" if answer.status != 200 else "an empty body"
                wait = answer.headers.get("retry-after", "")
                if answer.status not in BUSY:
                    break
            if attempt < ATTEMPTS:
                self.sleep(min(int(wait) if wait.isdecimal() else 2**attempt, MAX_WAIT_S))
        raise DownloadError(reason)

    async def _ask(self, url: str, validators: Validators | None):
        async with Web(LIMITS, self.agent, self.allowed) as web:
            return await web.get(url, validators)
