"""PostgreSQL, an S3-compatible store and a Dask cluster of three workers on loopback, for as long as the tests run."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

BUCKET = "news"
WORKERS = 3
NEEDED = ("distributed", "psycopg2", "moto", "flask", "duckdb_extension_ducklake", "duckdb_extension_httpfs")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)


def _postgres() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    beside = shutil.which("initdb")
    return Path(beside).parent if beside else found[-1].parent if found else None


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def parts():
    """Skip where what these tests need is not installed."""
    for name in NEEDED:
        pytest.importorskip(name, reason="the extras `cluster` and `cluster-test` are not installed")
    if _postgres() is None:
        pytest.skip("PostgreSQL's programs are not installed")


@pytest.fixture(scope="session")
def catalogue(parts, tmp_path_factory):
    """The address of a PostgreSQL server of our own; ends with `/`, for a database's name."""
    programs, port = _postgres(), _port()
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


class Objects:
    """An S3-compatible store; while it is out of order, it answers 500 to everything."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.refused = 0
        self.out_until = 0.0

    @contextmanager
    def out_of_order(self, seconds: float):
        self.refused, self.out_until = 0, time.monotonic() + seconds
        yield
        assert self.refused, "the store was never asked while it was out of order"


@pytest.fixture(scope="session")
def objects(parts):
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    app, store = DomainDispatcherApplication(create_backend_app), None

    def answers(environ, start):
        if time.monotonic() < store.out_until:
            store.refused += 1
            start("500 Internal Server Error", [("Content-Length", "0")])
            return [b""]
        return app(environ, start)

    server = make_server("127.0.0.1", 0, answers, threaded=True)
    store = Objects(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    old = dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": store.endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
    }
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(f"{store.endpoint}/{BUCKET}", method="PUT")).read()
    yield store
    os.environ.clear()
    os.environ.update(old)
    server.shutdown()


@pytest.fixture(scope="session")
def dask(parts):
    """The address of a scheduler with three worker processes, started as on other machines."""
    port, programs = _port(), Path(sys.executable).parent
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen([programs / "dask", "scheduler", "--port", str(port), "--no-dashboard"], **quiet)
    ]
    worker = [
        programs / "dask",
        "worker",
        address,
        "--nthreads",
        "1",
        "--nworkers",
        str(WORKERS),
        "--no-dashboard",
    ]
    started.append(subprocess.Popen(worker, **quiet))
    try:
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=30)
