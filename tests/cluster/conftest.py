"""The servers of servers.py, for as long as the tests run; everything is skipped where their parts are not installed."""

from pathlib import Path

import pytest
import servers

NEEDED = ("distributed", "psycopg2", "moto", "flask", "duckdb_extension_ducklake", "duckdb_extension_httpfs")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def parts():
    """Skip where what these tests need is not installed."""
    for name in NEEDED:
        pytest.importorskip(name, reason="the extras `cluster` and `cluster-test` are not installed")
    if servers.postgres_programs() is None:
        pytest.skip("PostgreSQL's programs are not installed")


@pytest.fixture(scope="session")
def catalogue(parts):
    with servers.postgres() as address:
        yield address


@pytest.fixture(scope="session")
def objects(parts):
    with servers.object_store() as store:
        yield store


@pytest.fixture(scope="session")
def dask(parts):
    with servers.dask_workers() as address:
        yield address
