"""Démarche: from the world's news feeds to a warehouse of who did what to whom."""

import warnings

# Dagster calls single-run backfills beta at every definition; we rely on them, and a test shows that they work.
warnings.filterwarnings("ignore", message=".*is currently in (beta|preview).*")
warnings.filterwarnings("ignore", message=".*sqlglotrs is deprecated.*")


def open(home=None, sample: bool = False):
    """A read-only DuckDB connection on a home's published copy: `pipelines.open().sql("from fct_event").df()`."""
    from pathlib import Path

    from pipelines import commands, settings

    return commands.connect(settings.load(Path(home) if home else None, sample))
