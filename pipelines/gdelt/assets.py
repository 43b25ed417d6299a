"""The GDELT backfill as a Dagster asset: unpartitioned, since a thousand day-partitions cost minutes of bookkeeping."""

from datetime import date

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    Config,
    MaterializeResult,
    asset,
)
from pydantic import Field

from pipelines.download import Downloads
from pipelines.errors import InputError
from pipelines.gdelt.build import backfill
from pipelines.plural import plural
from pipelines.preview import bars, markdown_table
from pipelines.progress import bar
from pipelines.resources import Home


class GdeltConfig(Config):
    """What to load: `./demarche run --gdelt PLACE --from D --to D` fills this in."""

    place: str = Field(
        description="A folder of export files, one file, the address of a master list, or 2.0 or 1.0 for the public ones."
    )
    first: str = Field("", description="The first day, YYYY-MM-DD; empty for all.")
    last: str = Field("", description="The last day, YYYY-MM-DD; empty for all.")


@asset(
    group_name="gdelt",
    pool="gdelt",  # its server is asked by one at a time too; not in the feeds' pool, since years of it take hours
    kinds={"csv", "parquet"},
    check_specs=[
        AssetCheckSpec(
            "files_are_whole",
            asset="gdelt_mentions",
            description="Every file was what its list says, and could be read.",
        ),
    ],
)
def gdelt_mentions(context: AssetExecutionContext, home: Home, config: GdeltConfig) -> MaterializeResult:
    """Acts between states as GDELT codes them, of origin `gdelt`: never mixed with our own coding.

    Day by day, resumable: a day that is loaded from the same files stays. What became of every row is counted in
    gdelt_files; malformed rows are in quarantine with their line numbers.
    """
    with bar("loading GDELT") as report:
        done = backfill(
            config.place,
            home.lake,
            _day(config.first),
            _day(config.last),
            Downloads.of(home.settings),
            report,
        )
    context.log.info(
        f"{plural(done.days, 'day')}: {done.loaded:,} loaded, {done.unchanged:,} unchanged, {plural(len(done.refused), 'file')} refused."
    )
    return MaterializeResult(
        metadata={
            "dagster/row_count": sum(c.rows for c in home.lake.batches("gdelt_mentions")),
            "days": done.days,
            "days_loaded_now": done.loaded,
            "days_unchanged": done.unchanged,
            "seconds": round(done.seconds, 1),
            "rows_by_what_became_of_them": bars(done.counts.items()),
        },
        check_results=[
            AssetCheckResult(
                check_name="files_are_whole",
                passed=not done.refused,
                metadata={
                    "refused": markdown_table(("why",), [(line,) for line in done.refused]),
                    "remedy": f"{'; '.join(done.refused)}. The other files are loaded; fetch these anew and run again."
                    if done.refused
                    else "None needed.",
                },
            )
        ],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text!r} is no day; use YYYY-MM-DD") from None


ASSETS = [gdelt_mentions]
