"""Démarche: from the world's news feeds to a warehouse of who did what to whom."""

import warnings

# Dagster calls single-run backfills beta at every definition; we rely on them, and a test shows that they work.
warnings.filterwarnings("ignore", message=".*is currently in (beta|preview).*")
warnings.filterwarnings("ignore", message=".*sqlglotrs is deprecated.*")
