"""What robots.txt allows: asked once a server and run, read by protego."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from protego import Protego

from pipelines.feeds.failures import Failure
from pipelines.feeds.politeness import server_of
from pipelines.feeds.web import Web

AGENT = "Demarche"
MOST_BYTES = 512_000


class RobotsDenied(Exception):
    """A server does not want this address to be asked by programs."""


@dataclass(frozen=True)
class Rules:
    """A server's rules: parsed, or why nothing may be asked."""

    parsed: Protego | None
    why_not: str = ""

    def check(self, url: str) -> None:
        """Raises RobotsDenied where the address may not be asked."""
        if self.parsed is None:
            raise RobotsDenied(self.why_not)
        if not self.parsed.can_fetch(url, AGENT):
            raise RobotsDenied(f"robots.txt forbids {url}")

    @property
    def delay(self) -> float:
        """Seconds between two requests that the server asks for; 0 where it does not."""
        return float((self.parsed and self.parsed.crawl_delay(AGENT)) or 0)


class Robots:
    """The rules of every server that a run meets."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._rules: dict[str, asyncio.Task[Rules]] = {}

    async def rules(self, url: str) -> Rules:
        """The rules of an address's server."""
        server = server_of(url)
        if server not in self._rules:
            self._rules[server] = asyncio.create_task(self._ask(server))
        return await self._rules[server]

    async def _ask(self, server: str) -> Rules:
        """RFC 9309: no robots.txt allows everything; a server that cannot answer forbids everything."""
        try:
            answer = await self._web.get(f"{server}/robots.txt", seconds=self._web.limits.robots_s)
        except Failure as failure:
            return Rules(None, f"robots.txt could not be read ({failure})")
        if answer.status == 429 or answer.status >= 500:
            return Rules(None, f"robots.txt could not be read (status {answer.status})")
        if answer.status != 200:
            return Rules(Protego.parse(""))
        return Rules(Protego.parse(answer.body[:MOST_BYTES].decode("utf-8", "replace")))
