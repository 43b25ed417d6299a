"""Asset checks of our own, beside the SQL models' tests: each says what to do when it fails."""

from dagster import AssetCheckResult, AssetCheckSeverity, asset_check

from pipelines import settings
from pipelines.feeds.health import health
from pipelines.preview import markdown_table
from pipelines.resources import Home


@asset_check(
    asset="documents",
    description="No enabled feed has been failing for days, or needs its address looked at.",
)
def feeds_are_healthy(home: Home) -> AssetCheckResult:
    """Warn about the feeds that somebody should look at."""
    ill = [feed for feed in health(home.documents, home.feeds(), settings.now()) if feed.needs_attention]
    return AssetCheckResult(
        passed=not ill,
        severity=AssetCheckSeverity.WARN,
        metadata={
            "feeds": markdown_table(("feed", "state", "why"), [(f.feed_id, f.state, f.note) for f in ill]),
            "remedy": "Look at `./demarche feeds`; mend the address in data/feeds.csv, or set enabled to false."
            if ill
            else "None needed.",
        },
    )


ALL = [feeds_are_healthy]
