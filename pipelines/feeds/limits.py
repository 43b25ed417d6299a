"""The limits that fetching keeps, and who it says it is."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.settings import Settings


@dataclass(frozen=True)
class Limits:
    """Bytes, seconds and counts that one attempt may cost."""

    wire_bytes: int = 10_000_000
    inflated_bytes: int = 20_000_000
    connect_s: float = 5.0
    total_s: float = 30.0
    redirects: int = 5
    per_host: int = 2
    at_once: int = 32
    # An ailing server is asked again at once, a little later each time; everything else waits for the next run.
    retry_after_s: tuple[float, ...] = (0.5, 1.5)
    # Article pages: the least gap between two of one host, and how many a feed may ask for in a run.
    page_gap_s: float = 1.0
    most_crawl_delay_s: float = 30.0
    pages_per_feed: int = 60
    robots_s: float = 10.0


def user_agent(settings: Settings) -> str:
    """The project and a contact, as webmasters want to see it."""
    return f"Demarche/0.1 (news research; +{settings.contact})"
