"""What every asset's page says beside its own text: who keeps it, of what kind it is, how fresh it should be, its source."""

from __future__ import annotations

from datetime import timedelta

from dagster import AssetSpec, FreshnessPolicy

# Who looks after a group of assets: the rooms of the project.
OWNERS = {
    "documents": "team:ingest",
    "articles": "team:ingest",
    "acts": "team:coding",
    "lists": "team:lists",
    "gdelt": "team:gdelt",
    "warehouse": "team:warehouse",
    "published": "team:publishing",
}
LAYERS = {"dim_": "mart", "fct_": "mart", "ind_": "indicator", "int_": "intermediate", "stg_": "staging"}

# Feeds are asked hourly: fast ones drop their items within a day.
HOURLY = FreshnessPolicy.time_window(fail_window=timedelta(hours=6), warn_window=timedelta(hours=3))
# The daily run begins at 04:00 UTC, the lists' at 03:30; a run of the evening before also counts as the day's.
DAILY = FreshnessPolicy.cron(deadline_cron="0 6 * * *", lower_bound_delta=timedelta(hours=8), timezone="UTC")
HOURLY_ASSETS = {"documents"}
DAILY_ASSETS = {"list_documents", "published_copy", "report"}


def kept(spec: AssetSpec) -> AssetSpec:
    """The asset with its owner, its layer as a tag, and a freshness policy where a schedule makes it."""
    name = spec.key.path[-1]
    layer = layer_of(spec)
    spec = spec.merge_attributes(owners=[OWNERS[spec.group_name]], tags={"layer": layer})
    if name in HOURLY_ASSETS:
        return spec.replace_attributes(freshness_policy=HOURLY)
    if name in DAILY_ASSETS or layer in {"mart", "indicator"}:
        return spec.replace_attributes(freshness_policy=DAILY)
    return spec


def layer_of(spec: AssetSpec) -> str:
    """Where on the way from feed to published copy an asset stands: a mart's layer by its name, else its place or group."""
    if len(spec.key.path) > 1:
        return spec.key.path[0]
    return LAYERS.get(spec.key.path[0][:4], spec.group_name)
