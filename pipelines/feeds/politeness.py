"""Manners towards one server: how many connections at once, and how long between two requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from pipelines.feeds.limits import Limits


def server_of(url: str) -> str:
    """Scheme, host and port of an address: what robots.txt and manners are kept for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


class Manners:
    """Slots and gaps for each server; one for a whole run."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._all = asyncio.Semaphore(limits.at_once)
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._pages: dict[str, asyncio.Lock] = {}
        self._next_page: dict[str, float] = {}

    @asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Hold one of the server's few connections, and one of the run's: in this order, so that a slow server's
        queue keeps nobody else waiting."""
        server = server_of(url)
        if server not in self._slots:
            self._slots[server] = asyncio.Semaphore(self._limits.per_host)
        async with self._slots[server], self._all:
            yield

    @asynccontextmanager
    async def page_turn(self, url: str, gap: float) -> AsyncIterator[None]:
        """Wait for the turn of an article page: one at a time for a server, `gap` seconds from start to start."""
        server = server_of(url)
        async with self._pages.setdefault(server, asyncio.Lock()):
            wait = self._next_page.get(server, 0.0) - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            try:
                async with self.slot(url):
                    self._next_page[server] = time.monotonic() + gap
                    yield
            finally:
                self._next_page[server] = max(self._next_page.get(server, 0.0), time.monotonic() + gap / 2)
