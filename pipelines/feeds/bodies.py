"""Article pages of feeds that ask for them: read politely, kept like any document."""

from __future__ import annotations

from pipelines.feeds.documents import Documents, Row
from pipelines.feeds.feedlist import Feed
from pipelines.feeds.state import States
from pipelines.feeds.web import Web


async def fetch_pages(web: Web, feed: Feed, delivery: Row, documents: Documents, states: States) -> list[Row]:
    """Ask for the article pages of one delivery that are not known yet; returns the log's new rows."""
    return []
