"""What the tests ask of the servers that conftest.py starts."""

from contextlib import closing


def create_database(server, name):
    """A new database on a PostgreSQL server, for one test."""
    import psycopg2

    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"create database {name}")
