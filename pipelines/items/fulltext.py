"""The article in a web page, by trafilatura."""

from __future__ import annotations

import logging

from pipelines.feeds import charset
from pipelines.items import text

LEAST = 200  # characters: less is a teaser, a notice or an error page
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extract(page: bytes, content_type: str = "") -> tuple[str, str | None]:
    """A page's article as plain text, and why there is none (error:no_text)."""
    import trafilatura  # slow to import, and most runs have no page

    source, _ = charset.decode(page, content_type or "")
    try:
        found = trafilatura.extract(
            source, include_comments=False, include_tables=False, include_formatting=False, deduplicate=False
        )
    except Exception:  # the extractor's crash on one page is no fault of the run's
        found = None
    body, _ = text.plain(found or "", "body", is_html=False)
    return (body, None) if len(body) >= LEAST else ("", "error:no_text")
