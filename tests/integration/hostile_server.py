"""A badly behaved web of our own on 127.0.0.1, for the tests of fetching: one thread a connection, raw sockets.

A page is a function from the number of earlier requests and the request's headers to bytes on the wire; what a page
wants to do with the connection (drip, stall, reset) it does itself.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable

STOP = threading.Event


def feed(*items: str, title: str = "A feed") -> bytes:
    """An RSS document in our own words."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title><link>http://127.0.0.1/</link><language>en</language>{''.join(items)}</channel></rss>"
    ).encode()


def item(
    number: int, title: str | None = None, link: str = "", guid: str | None = None, date: str | None = None
) -> str:
    """One item of a feed."""
    title = title or f"The envoy of Arcadia meets minister number {number}"
    return (
        f"<item><title>{title}</title><link>{link or f'http://127.0.0.1/news/{number}.html'}</link>"
        f"<guid>{guid or f'id-{number}'}</guid>"
        f"<pubDate>{date or 'Wed, 14 Jan 2026 09:00:00 GMT'}</pubDate>"
        f"<description>They spoke about the treaty, in round {number}.</description></item>"
    )


FIVE = feed(*(item(n) for n in range(5)))


def answer(body: bytes = FIVE, status: int = 200, length: int | None = None, **headers: str) -> bytes:
    """A whole answer; header names are written with _ for -."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body) if length is None else length}"]
    headers = {"Content_Type": "application/rss+xml"} | headers
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def moved(location: str, status: int = 302) -> bytes:
    return answer(b"", status, Location=location)


def bomb(size: int) -> bytes:
    """A gzip stream that inflates to `size` bytes and more."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(FIVE[:-16])]
    blank = b" " * (1 << 20)
    pieces += [packer.compress(blank) for _ in range(size >> 20)]
    return b"".join([*pieces, packer.compress(b"</channel></rss>"), packer.flush()])


class Hostile:
    """The server: `pages[path]` is bytes, or a function (n, headers, connection) -> bytes or None.

    asked: requests by path. headers: those of the last request by path. most_at_once: connections in work at once.
    moments: when each request of a path came.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.pages: dict[str, bytes | Callable] = {}
        self.asked: Counter = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        self.moments: dict[str, list[float]] = defaultdict(list)
        self.most_at_once = self._at_once = 0
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self._socket = socket.create_server((address, port), backlog=128)
        self.address, self.port = address, self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.address}:{self.port}{path}"

    def close(self) -> None:
        self.closing.set()
        self._socket.close()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while request := self._request(connection):
                    if not self._answer(connection, *request):
                        return
            except OSError:
                return

    def _request(self, connection: socket.socket) -> tuple[str, dict[str, str]] | None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return None
            head += piece
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        return first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}

    def _answer(self, connection: socket.socket, path: str, headers: dict[str, str]) -> bool:
        with self._lock:
            number = self.asked[path]
            self.asked[path] += 1
            self.headers[path] = headers
            self.moments[path].append(time.monotonic())
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            page = self.pages.get(path, answer(b"no such page", 404))
            content = page(number, headers, connection) if callable(page) else page
            if content is None:
                return False
            connection.sendall(content)
            return True
        finally:
            with self._lock:
                self._at_once -= 1

    # -- what pages do with a connection --------------------------------------------------------------------------
    def stall(self, number, headers, connection) -> None:
        """Accept, and never answer."""
        self.closing.wait(60)

    def drip(self, number, headers, connection) -> None:
        """A byte now and then: no single wait is ever long."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self.closing.wait(0.1):
            connection.sendall(b"<")

    def reset(self, number, headers, connection) -> None:
        connection.sendall(answer(FIVE)[:-200])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def endless(self, number, headers, connection) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + FIVE[:-16])
        while not self.closing.is_set():
            connection.sendall(item(7).encode() * 500)


def packed(body: bytes = FIVE) -> bytes:
    return gzip.compress(body, mtime=0)
