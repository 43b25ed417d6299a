"""Why an attempt failed, as the log names it."""

from __future__ import annotations

CLASSES = (
    "http_3xx",
    "http_4xx",
    "http_410",
    "http_5xx",
    "redirect_loop",
    "redirect_refused",
    "timeout",
    "too_large",
    "truncated",
    "decode",
    "xml_forbidden",
    "not_a_feed",
    "empty",
    "connection",
    "protocol",
    "unexpected_304",
    # article pages only
    "content_type",
    "no_text",
)


class Failure(Exception):
    """One attempt's failure: its class (one of CLASSES), what was seen in words, seconds on the wire."""

    def __init__(self, kind: str, message: str, status: int | None = None) -> None:
        assert kind in CLASSES, kind
        super().__init__(message)
        self.kind, self.status, self.seconds = kind, status, 0.0
