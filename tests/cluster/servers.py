"""PostgreSQL, an S3-compatible store and a Dask cluster on loopback: for the tests here and for benchmarks/cluster.py."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

BUCKET = "news"
WORKERS = 3


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's programs, where it is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    beside = shutil.which("initdb")
    return Path(beside).parent if beside else found[-1].parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own; ends with `/`, for a database's name."""
    programs, port = postgres_programs(), free_port()
    folder = Path("/tmp") / f"demarche-postgres-{os.getpid()}"
    folder.mkdir()
    user = {"user": "postgres"} if os.getuid() == 0 else {}  # PostgreSQL does not run as root
    if user:
        shutil.chown(folder, "postgres")
    data = folder / "data"

    def run(*command):
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)

    run(programs / "initdb", "-D", data, "-A", "trust", "-U", "demarche", "--no-sync", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://demarche@127.0.0.1:{port}/"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def create_database(server: str, name: str) -> str:
    """A new database on a PostgreSQL server; its address."""
    import psycopg2

    with closing(psycopg2.connect(f"{server}postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"create database {name}")
    return f"{server}{name}"


class Objects:
    """An S3-compatible store; while it is out of order, it answers 500 to everything."""

    def __init__(self) -> None:
        self.endpoint = ""
        self.refused = 0
        self.out_until = 0.0

    @contextmanager
    def out_of_order(self, seconds: float) -> Iterator[None]:
        self.refused, self.out_until = 0, time.monotonic() + seconds
        yield
        assert self.refused, "the store was never asked while it was out of order"


@contextmanager
def object_store() -> Iterator[Objects]:
    """An S3 emulator with one empty bucket; this process and its children are told of it by the usual variables."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_request(self, *said):
            """Thousands of requests are no news."""

    app, store = DomainDispatcherApplication(create_backend_app), Objects()

    def answers(environ, start):
        if time.monotonic() < store.out_until:
            store.refused += 1
            start("500 Internal Server Error", [("Content-Length", "0")])
            return [b""]
        return app(environ, start)

    server = make_server("127.0.0.1", 0, answers, threaded=True, request_handler=Quiet)
    store.endpoint = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    old = dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": store.endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
    }
    try:
        new = urllib.request.Request(f"{store.endpoint}/{BUCKET}", method="PUT")
        urllib.request.urlopen(new).read()
        yield store
    finally:
        os.environ.clear()
        os.environ.update(old)
        server.shutdown()


@contextmanager
def dask_workers(workers: int = WORKERS) -> Iterator[str]:
    """The address of a Dask scheduler with worker processes, started as on other machines."""
    program, port = Path(sys.executable).parent / "dask", free_port()
    address = f"tcp://127.0.0.1:{port}"
    commands = (
        ("scheduler", "--port", port),
        ("worker", address, "--nthreads", 1, "--nworkers", workers),
    )
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen([program, *map(str, command), "--no-dashboard"], **quiet) for command in commands
    ]
    try:
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:  # on a machine with other work
                process.kill()


def busy_worker(scheduler: str, patience: float) -> int | None:
    """The process of a worker that is at work on a piece, as soon as there is one."""
    from distributed import Client

    end = time.monotonic() + patience
    with Client(scheduler, set_as_default=False) as client:
        while time.monotonic() < end:
            busy = [worker for worker, keys in client.processing().items() if keys]
            if busy:
                return client.run(os.getpid, workers=busy[:1])[busy[0]]
            time.sleep(0.05)
    return None


def count(database: str, table: str) -> int:
    """How many rows a table of a PostgreSQL database has; none where it is not there."""
    import psycopg2

    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s)", [table])
        if cursor.fetchone()[0] is None:
            return 0
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]
