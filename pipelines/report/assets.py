"""The report as a Dagster asset."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue, asset

from pipelines.plural import plural
from pipelines.progress import bar
from pipelines.report.site import build_report, is_current
from pipelines.resources import Home
from pipelines.summary import told


@asset(
    group_name="published",
    deps=["published_copy"],
    kinds={"html"},
    description=(
        "A static site that opens from disk, without server and network: what moved today, a page for every pair and every "
        "actor with an act, sanctions, and how sure all of it is. Made from the published copy alone; every plot has its data as CSV."
    ),
)
def report(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """Write the report of the published copy, unless it is the one that is there; the old one is replaced in one step."""
    where = home.settings
    if is_current(where.published, where.report):
        context.log.info("The report is already that of the published copy.")
        return MaterializeResult(
            metadata={"open": MetadataValue.path(str(where.report / "index.html")), "unchanged": True}
        )
    with bar("writing the report") as tell:
        built = build_report(where.published, where.report, tell)
    context.log.info(f"{plural(built.pages, 'page')}, {built.bytes / 1e6:.1f} MB: {built.index}")
    context.log.info("\n".join(["What the published copy holds:", *told(where.published)]))
    return MaterializeResult(
        metadata={
            "open": MetadataValue.path(str(built.index)),
            "pages": built.pages,
            "tables": built.tables,
            "bytes": built.bytes,
            "largest_page_bytes": built.largest,
        }
    )
