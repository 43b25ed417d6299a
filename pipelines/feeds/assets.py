"""Fetching as a Dagster asset: append-only, unpartitioned, safe to run again."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dagster import AssetCheckResult, AssetCheckSpec, AssetExecutionContext, MaterializeResult, asset

from pipelines import settings
from pipelines.feeds.fetch import fetch_all
from pipelines.feeds.health import health
from pipelines.plural import plural
from pipelines.preview import bars, markdown_table
from pipelines.progress import bar
from pipelines.resources import Home


@asset(
    group_name="documents",
    pool="fetch",
    kinds={"xml"},
    check_specs=[
        AssetCheckSpec(
            "some_feed_answered",
            asset="documents",
            description="At least one enabled feed could be read when it was last asked.",
        ),
    ],
)
def documents(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """What each feed answered, byte for byte and compressed, with the log of every attempt.

    Append-only: nothing here is ever rewritten, and everything after it can be rebuilt from it without the network.
    Recorded feeds (the sample's) are replayed once; live ones are asked with conditional requests.
    """
    feeds = [feed for feed in home.feeds() if feed.enabled]
    with bar("fetching feeds") as report:
        attempts = fetch_all(feeds, home.documents, home.settings, on_progress=report)
    outcomes = Counter(row["outcome"] for row in attempts)
    failed = [row for row in attempts if row["outcome"].startswith("error:")]
    # Not from this run's attempts: in the second run without a network every feed merely backs off.
    known = health(home.documents, feeds, settings.now())
    states = Counter(each.state for each in known)
    failing = sum(states[state] for state in ("failing", "alert", "gone"))
    kept = sum(row["document_id"] is not None for row in attempts)
    size = sum(row["byte_count"] or 0 for row in attempts)
    context.log.info(
        f"{plural(len(attempts), 'attempt')} at {plural(len(feeds), 'feed')}: {plural(kept, 'document')} kept ({size / 1e6:.1f} MB), "
        f"{len(failed):,} failed{_named(failed)}. Feeds that are not due were left alone."
    )
    return MaterializeResult(
        metadata={
            "feeds": len(feeds),
            "attempts": len(attempts),
            "documents_kept": kept,
            "bytes": size,
            "outcomes": bars(outcomes.items()),
            "states_of_feeds": bars(states.items()),
            "preview": markdown_table(
                ("feed", "state", "last outcome", "last success", "next attempt", "note"),
                [
                    (
                        f.name,
                        f.state,
                        f.last_outcome,
                        _minute(f.last_success),
                        _minute(f.next_attempt),
                        f.note,
                    )
                    for f in known
                ],
                most=100,
            ),
            "failures": markdown_table(
                ("feed", "outcome", "why"), [(row["feed_id"], row["outcome"], row["error"]) for row in failed]
            ),
        },
        check_results=[
            AssetCheckResult(
                check_name="some_feed_answered",
                passed=not feeds or failing < len(feeds),
                metadata={
                    "failing": failing,
                    "remedy": "Every feed failed: look at the network first, then at `./demarche feeds`. What was fetched before stays."
                    if failing
                    else "None needed.",
                },
            )
        ],
    )


def _named(failed: Sequence[dict]) -> str:
    """The feeds that failed, as far as a line holds them."""
    names = [row["feed_id"] for row in failed]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f" ({', '.join(names[:5])}{more})" if names else ""


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""
