"""Content encodings undone piece by piece, within a limit: a bomb is noticed before it goes off."""

from __future__ import annotations

import zlib

from pipelines.feeds.failures import Failure

_GZIP = b"\x1f\x8b"
_STEP = 1 << 16


class Body:
    """Collects a body's pieces as they come off the wire, inflates them, and refuses what is too large.

    encoding: the Content-Encoding header. `done()` checks that the stream was whole.
    """

    def __init__(self, encoding: str, most: int) -> None:
        self.encoding = encoding.strip().lower()
        if self.encoding in ("identity", ""):
            self.encoding = ""
        elif self.encoding not in ("gzip", "x-gzip", "deflate"):
            raise Failure("decode", f"the server answered in {encoding!r}, which nobody asked for")
        self.most, self.size = most, 0
        self.pieces: list[bytes] = []
        self._head = b""
        self._inflater = None

    def add(self, piece: bytes) -> None:
        """Take the next piece off the wire. Raises Failure (too_large, decode)."""
        if not self.encoding:
            self._take(piece)
            return
        if self._inflater is None:
            self._head += piece
            if len(self._head) < 2:
                return
            piece, self._head = self._head, b""
            if not _says_true(self.encoding, piece):
                self.encoding = ""  # says compressed, is not: what it holds is judged as it stands
                self._take(piece)
                return
            self._inflater = _inflater(self.encoding, piece)
        self._inflate(piece)

    def _inflate(self, piece: bytes) -> None:
        try:
            while piece:
                self._take(self._inflater.decompress(piece, _STEP))
                piece = self._inflater.unconsumed_tail
                if self._inflater.eof:
                    piece = self._inflater.unused_data
                    if not piece.startswith(_GZIP):
                        return  # bytes after the stream's end are padding
                    self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        except zlib.error as error:
            raise Failure("decode", f"the {self.encoding} stream is damaged: {error}") from error

    def _take(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.most:
            raise Failure("too_large", f"more than {self.most:,} bytes after decompression")
        self.pieces.append(piece)

    def done(self, unpack: bool = True) -> bytes:
        """The whole body; a .gz file unpacked. Raises Failure where the compressed stream has no end."""
        if self._head:
            self._take(self._head)
        elif self._inflater is not None:
            while not self._inflater.eof and (rest := self._inflater.decompress(b"", _STEP)):
                self._take(rest)
            if not self._inflater.eof:
                raise Failure("truncated", f"the {self.encoding} stream breaks off")
        content = b"".join(self.pieces)
        return _unpacked(content, self.most) if unpack else content


def _says_true(encoding: str, start: bytes) -> bool:
    if encoding == "deflate":
        return not start.lstrip().startswith(b"<")
    return start.startswith(_GZIP)


def _inflater(encoding: str, start: bytes):
    if encoding != "deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    # "deflate" is zlib's format by the book, and the bare stream with some servers.
    whole = start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if whole else -zlib.MAX_WBITS)


def _unpacked(content: bytes, most: int) -> bytes:
    """A document that is itself a .gz file, unpacked (once: nothing honest is packed three times)."""
    if not content.startswith(_GZIP):
        return content
    body = Body("gzip", most)
    body.add(content)
    return body.done(unpack=False)
