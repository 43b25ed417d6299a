"""The warehouse: the lake loaded into DuckDB, the SQL models as Dagster assets, and the published copy."""
