"""The coder: who did what to whom in one article. Pure: no Dagster, no DuckDB, no network."""
