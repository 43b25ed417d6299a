"""One address asked over HTTP: limits, redirects by hand, conditional requests. Knows nothing of feeds."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from pipelines.feeds.failures import Failure
from pipelines.feeds.guard import AddressRefused, GuardedNetwork
from pipelines.feeds.inflate import Body
from pipelines.feeds.limits import Limits
from pipelines.feeds.politeness import Manners

PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Validators:
    """What makes a request conditional: sent only to the address that gave them."""

    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    def headers(self, url: str) -> dict[str, str]:
        if url != self.url:
            return {}
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return {name: value for name, value in pairs if value}


@dataclass
class Answer:
    """What came back in the end.

    moved_to: where the permanent redirects at the beginning lead; else None. seconds: spent on the wire.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    moved_to: str | None = None
    was_conditional: bool = False
    seconds: float = 0.0


@dataclass
class Budget:
    """Seconds that one attempt may still spend on the wire; waiting for a turn costs nothing."""

    left: float
    status: int | None = None
    asked: list[str] = field(default_factory=list)


Turn = Callable[[str], "asyncio.AbstractAsyncContextManager"]
Gate = Callable[[str], Awaitable[None]]


async def _open_gate(url: str) -> None:
    """Every address may be asked."""


class Web:
    """The web as one run sees it: a pool of connections, guarded and polite. An async context manager."""

    def __init__(self, limits: Limits, agent: str, allowed: tuple[str, ...] = ()) -> None:
        self.limits, self.manners = limits, Manners(limits)
        # httpx has no public way to choose the network below its transport; its transport's own pool has.
        transport = httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False)
        transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_connections=limits.at_once,
            max_keepalive_connections=limits.at_once,
            keepalive_expiry=10,
            http1=True,
            network_backend=GuardedNetwork(allowed),
        )
        self._client = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            headers={
                "User-Agent": agent,
                "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=httpx.Timeout(limits.total_s, connect=limits.connect_s),
        )

    async def __aenter__(self) -> Web:
        return self

    async def __aexit__(self, *error) -> None:
        await self._client.aclose()

    async def get(
        self,
        url: str,
        validators: Validators | None = None,
        seconds: float | None = None,
        turn: Turn | None = None,
        gate: Gate = _open_gate,
        accept: Callable[[Mapping[str, str]], None] = lambda headers: None,
    ) -> Answer:
        """Ask an address and follow it to the end. Raises Failure.

        turn: the context in which one request is made (a server's slot by default). gate: called before each hop,
        may raise. accept: called with the headers of the last answer, may raise before the body is read.
        """
        budget = Budget(seconds or self.limits.total_s)
        try:
            return await self._follow(
                url, validators or Validators(), budget, turn or self.manners.slot, gate, accept
            )
        except Failure as failure:
            failure.status = failure.status or budget.status
            raise

    async def _follow(self, url, validators, budget, turn, gate, accept) -> Answer:
        moved_to, permanent, seen = None, True, set()
        while True:
            _check(url, is_redirect=bool(seen))
            if url in seen or len(seen) > self.limits.redirects:
                raise Failure("redirect_loop", f"{len(seen)} redirects and no end, at {url}")
            seen.add(url)
            await gate(url)
            answer = await self._once(url, validators, budget, turn, accept, is_redirect=len(seen) > 1)
            if answer.status not in REDIRECTS:
                answer.moved_to = moved_to
                return answer
            target = answer.headers.get("location", "").strip()
            if not target:
                raise Failure("protocol", f"status {answer.status} without a Location")
            try:
                url = urljoin(url, target)
            except ValueError as error:
                raise Failure("redirect_refused", f"{target!r} is no address: {error}") from error
            permanent = permanent and answer.status in PERMANENT
            if permanent:
                moved_to = url

    async def _once(self, url, validators, budget, turn, accept, is_redirect) -> Answer:
        """One request, its body read within the limits. Raises Failure."""
        conditions = validators.headers(url)
        async with turn(url):
            began = time.monotonic()
            try:
                async with asyncio.timeout(max(budget.left, 0.001)):
                    request = self._client.build_request("GET", url, headers=conditions)
                    response = await self._client.send(request, stream=True)
                    budget.status = response.status_code
                    try:
                        body = await self._body(response, accept)
                    finally:
                        # A body that is not wanted is not waited for either.
                        await asyncio.shield(response.aclose())
            except (TimeoutError, httpx.TimeoutException) as error:
                raise Failure("timeout", f"no end within {self.limits.total_s:g} s ({url})") from error
            except AddressRefused as error:
                raise Failure("redirect_refused" if is_redirect else "connection", str(error)) from error
            except httpx.RemoteProtocolError as error:
                kind = (
                    "truncated"
                    if "incomplete" in str(error) or "without sending complete" in str(error)
                    else "protocol"
                )
                raise Failure(kind, f"{error} ({url})") from error
            except (httpx.NetworkError, httpx.ProxyError, ssl.SSLError, OSError) as error:
                raise Failure("connection", f"{error or type(error).__name__} ({url})") from error
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
                raise Failure("protocol", f"{type(error).__name__}: {error} ({url})") from error
            finally:
                budget.left -= time.monotonic() - began
        return Answer(url, response.status_code, response.headers, body, was_conditional=bool(conditions))

    async def _body(self, response: httpx.Response, accept) -> bytes:
        """The body of a last answer, inflated; of a redirect or an error there is none."""
        if response.status_code in REDIRECTS or response.status_code == 304 or response.status_code >= 400:
            return b""
        accept(response.headers)
        length = response.headers.get("content-length", "")
        most = self.limits.wire_bytes
        if length.isdecimal() and int(length) > most:
            raise Failure("too_large", f"the server announces {int(length):,} bytes; {most:,} are the limit")
        body = Body(response.headers.get("content-encoding", ""), self.limits.inflated_bytes)
        wire = 0
        async for piece in response.aiter_raw():
            wire += len(piece)
            if wire > most:
                raise Failure("too_large", f"more than {most:,} bytes")
            body.add(piece)
        return body.done()


def _check(url: str, is_redirect: bool) -> None:
    """Only http(s) addresses with a host are asked. Raises Failure."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine:
        raise Failure("redirect_refused" if is_redirect else "connection", f"{url!r} is no http(s) address")


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()
