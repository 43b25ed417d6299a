"""The services of deploy/compose.yaml without Docker, on loopback: do they work together, and publish one machine's tables?

    .venv/bin/python benchmarks/compose.py [--keep]

Needs root, the extra `cluster-test`, PostgreSQL's programs and a package index. An image of a kind: a folder with just what
the Dockerfile copies, an environment that is installed by the Dockerfile's line, and a home for each container that the
user `nobody` owns, who can write nowhere else. Every service of that image is started with the very command, environment
and workspace of the Compose file; only its hosts and ports become free ones of 127.0.0.1. PostgreSQL is the machine's,
the object store an emulator. Then, through the web server, as a person in the UI: fetch the sample, twice
at once; every stretch of days at once; the warehouse, twice at once; and compare what is published with one machine's. In
the end the code location is killed while it writes the warehouse: the next run must not wait for ever.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(2, str(Path(__file__).resolve().parents[1] / "tests" / "cluster"))

import psycopg2
import servers
from command import content, demarche

from pipelines import jobs, settings
from pipelines.feeds.documents import Documents
from pipelines.lists.assets import stale_list_days
from pipelines.partitions import contiguous
from pipelines.resources import Home
from pipelines.settings import ROOT

DEPLOY = ROOT / "deploy"
PORTS = {"postgres": 5432, "objects": 8333, "code": 4000, "webserver": 3000, "scheduler": 8786}
ORDER = ("scheduler", "worker", "code", "webserver", "daemon")
USER = "nobody"
PYTHON = "/usr/bin/python3"  # one that USER may run


def image(folder: Path) -> Path:
    """What the Dockerfile copies and installs, as it does it."""
    root, text = folder / "image", (DEPLOY / "Dockerfile").read_text("utf-8")
    for line in re.findall(r"^COPY (.+)$", text, re.M):
        *sources, target = line.split()
        for source in sources:
            # Like COPY: a file goes into a folder, a folder's content into the one named.
            to = root / target / (Path(source).name if target.endswith("/") else "")
            to.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("home*", "__pycache__"))
            else:
                shutil.copyfile(ROOT / source, to)
    commands = re.findall(r"^RUN (.+ pip install .+|.+ python .+)$", text, re.M)
    subprocess.run([PYTHON, "-m", "venv", folder / "venv"], check=True)
    told = {**os.environ, "PATH": f"{folder}/venv/bin:/usr/bin:/bin"}
    with open(folder / "image.log", "wb") as log:
        for command in commands:
            here = command.replace("/opt/demarche", str(root))
            subprocess.run(here, shell=True, check=True, cwd=root, env=told, stdout=log, stderr=log)
    return root


class Topology:
    """The Compose file's services, each a process of this machine with a home of its own."""

    def __init__(self, folder: Path, ports: dict[str, int]) -> None:
        self.folder, self.ports, self.image = folder, ports, image(folder)
        text = (DEPLOY / "compose.yaml").read_text("utf-8")
        given = dict(re.findall(r"^(\w+)=(.+)$", (DEPLOY / "env.example").read_text("utf-8"), re.M))
        text = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda found: given[found[1]], text)
        self.compose = yaml.safe_load(self.here(text))
        (folder / "workspace.yaml").write_text(self.compose["configs"]["workspace"]["content"])
        self.running: dict[str, subprocess.Popen] = {}

    def here(self, text: str) -> str:
        """Addresses of the Compose network as this machine's."""
        for name, port in self.ports.items():
            text = text.replace(f"{name}:{PORTS[name]}", f"127.0.0.1:{port}")
            text = text.replace(f"{{host: {name}, port: {PORTS[name]}", f"{{host: 127.0.0.1, port: {port}")
            text = text.replace(f'"{PORTS[name]}"', f'"{port}"')
        return text.replace("/etc/demarche/", f"{self.folder}/").replace("0.0.0.0", "127.0.0.1")

    def environment(self, service: str) -> dict[str, str]:
        home = self.folder / service
        return self.compose["services"][service]["environment"] | {
            "PATH": f"{self.folder}/venv/bin:/usr/bin:/bin",
            "HOME": str(home),
            "DEMARCHE_HOME": str(home),
            "DAGSTER_HOME": str(home / "dagster"),
            # The sample instead of the live feeds: there is nothing to ask here.
            "DEMARCHE_FEEDS": str(self.image / "data" / "sample" / "feeds.csv"),
        }

    def start(self, service: str) -> None:
        home = self.folder / service
        if not home.exists():
            (home / "dagster").mkdir(parents=True)
            shutil.copyfile(self.image / "deploy" / "dagster.yaml", home / "dagster" / "dagster.yaml")
            for path in (home, *home.rglob("*")):
                shutil.chown(path, USER)
        with open(self.folder / f"{service}.log", "ab") as log:
            self.running[service] = subprocess.Popen(
                list(map(str, self.compose["services"][service]["command"])),
                cwd=self.image,
                env={key: str(value) for key, value in self.environment(service).items()},
                stdout=log,
                stderr=log,
                user=USER,
                start_new_session=True,
            )

    def kill(self, service: str) -> None:
        os.killpg(self.running[service].pid, signal.SIGKILL)
        self.running[service].wait()

    def stop(self) -> None:
        for process in reversed(self.running.values()):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for service, process in self.running.items():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill(service)

    def ask(self, query: str, **variables) -> dict:
        """The web server's GraphQL."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports['webserver']}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)
        if "errors" in found:
            sys.exit(f"{query}\n{found['errors']}")
        return found["data"]

    def jobs(self) -> set[str]:
        """The jobs of the code location; none while it is not loaded."""
        try:
            found = self.ask(
                "{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { ... on RepositoryLocation "
                "{ repositories { jobs { name } } } ... on PythonError { message } } } } } }"
            )
        except OSError:
            return set()
        (entry,) = found["workspaceOrError"]["locationEntries"]
        location = entry["locationOrLoadError"] or {}
        return {job["name"] for each in location.get("repositories", ()) for job in each["jobs"]}

    def launch(self, job: str, tags: dict[str, str] | None = None) -> str:
        """Queue a run; its id."""
        told = {
            "selector": {
                "repositoryLocationName": "demarche",
                "repositoryName": "__repository__",
                "jobName": job,
            },
            "runConfigData": {},
            "executionMetadata": {
                "tags": [{"key": key, "value": value} for key, value in (tags or {}).items()]
            },
        }
        found = self.ask(
            "mutation($told: ExecutionParams!) { launchRun(executionParams: $told) { __typename "
            "... on LaunchRunSuccess { run { runId } } ... on PythonError { message } "
            "... on RunConfigValidationInvalid { errors { message } } } }",
            told=told,
        )["launchRun"]
        if found["__typename"] != "LaunchRunSuccess":
            sys.exit(f"{job}: {found}")
        return found["run"]["runId"]

    def run(self, ident: str) -> dict:
        """A run's status, times and steps."""
        return self.ask(
            "query($id: ID!) { runOrError(runId: $id) { ... on Run { jobName status startTime endTime "
            "stepStats { stepKey startTime endTime } } } }",
            id=ident,
        )["runOrError"]

    def finish(self, idents: list[str], patience: float = 3600) -> list[dict]:
        """Wait for runs to end well; their records."""
        end = time.monotonic() + patience
        while True:
            runs = [self.run(ident) for ident in idents]
            bad = [run for run in runs if run["status"] in ("FAILURE", "CANCELED")]
            if bad or time.monotonic() > end:
                sys.exit(f"{bad or runs}\nlogs: {self.folder}/*.log")
            if all(run["status"] == "SUCCESS" for run in runs):
                return runs
            time.sleep(1)


def at_once(runs: list[dict], step: str) -> bool:
    """Whether a step was at work in two runs at the same time."""
    spans = sorted(
        (s["startTime"], s["endTime"]) for run in runs for s in run["stepStats"] if s["stepKey"] == step
    )
    return any(before[1] > after[0] for before, after in pairwise(spans))


def wait_for(what: str, condition, patience: float = 180) -> None:
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > patience:
            sys.exit(f"{what}: not within {patience:.0f} s")
        time.sleep(0.5)
    print(f"{what}: after {time.monotonic() - begin:.0f} s", flush=True)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def claimed(database: str) -> list[tuple]:
    """The slots of Dagster's pools that a run holds."""
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("select concurrency_key, run_id from concurrency_slots where run_id is not null")
        return cursor.fetchall()


def walk(folder: Path, parts: ExitStack) -> bool:
    server, store = parts.enter_context(servers.postgres()), parts.enter_context(servers.object_store())
    database = servers.create_database(server, "demarche")
    bucket = urllib.request.Request(f"{store.endpoint}/demarche", method="PUT")
    urllib.request.urlopen(bucket).read()
    ports = {name: servers.free_port() for name in ("code", "webserver", "scheduler")}
    ports |= {
        "postgres": int(server.rpartition(":")[2][:-1]),
        "objects": int(store.endpoint.rpartition(":")[2]),
    }
    services = Topology(folder, ports)
    parts.callback(services.stop)
    for service in ORDER:
        services.start(service)
        if service in ports:
            wait_for(f"{service} answers", lambda port=ports[service]: answers(port))
    wait_for("the jobs are there", services.jobs)
    print("jobs:", ", ".join(sorted(services.jobs())))

    fetched = services.finish([services.launch("fetch"), services.launch("fetch")])
    print("two fetches: at once" if at_once(fetched, "documents") else "two fetches: one after the other")
    services.finish([services.launch("fetch_lists")])
    environment = {**os.environ, **{k: str(v) for k, v in services.environment("code").items()}}
    with settings.environment(environment):
        stretches = contiguous(Documents(settings.load().documents).days())
        lists = contiguous(stale_list_days(Home()))
    services.finish([services.launch("rebuild_lists", jobs.range_tags(*days)) for days in lists])
    begin = time.monotonic()
    rebuilt = services.finish([services.launch("rebuild", jobs.range_tags(*days)) for days in stretches])
    together = "several at once" if at_once(rebuilt, "coded_acts") else "one after the other"
    print(
        f"{len(rebuilt)} stretches of days coded by the workers, {together}: {time.monotonic() - begin:.0f} s"
    )
    built = services.finish([services.launch("warehouse"), services.launch("warehouse")])
    print(
        "two warehouse runs: models at once"
        if at_once(built, "models")
        else "two warehouse runs: one after the other"
    )
    for run in (*fetched, *built):
        print(f"  {run['jobName']}: {run['endTime'] - run['startTime']:.0f} s")

    # A reader on another machine has the three settings and nothing else.
    told = {key: value for key, value in environment.items() if key.startswith(("AWS_", "DEMARCHE_"))}
    told.pop("DEMARCHE_HOME")
    reader, single = folder / "reader", folder / "single"
    demarche("query", "select count(*) from fct_event", home=reader, check=0, alone=True, **told)
    demarche("run", home=single, check=0, alone=True)
    expected, published = content(single), content(reader)
    differing = sorted(
        name for name in expected.keys() | published.keys() if expected.get(name) != published.get(name)
    )
    print(
        f"{len(expected) - len(differing)} of {len(expected)} tables equal one machine's; differing: {differing}"
    )

    # Dagster sees a killed process by its run's longest time only, where nothing launches runs as jobs of their own.
    ident = services.launch("warehouse", {"dagster/max_runtime": "120"})
    wait_for("the warehouse's slot is taken", lambda: claimed(database), 300)
    services.kill("code")
    print(
        "the code location is killed while it writes the warehouse:",
        services.run(ident)["status"],
        claimed(database),
    )
    services.start("code")
    wait_for("its jobs are there again", services.jobs)
    wait_for("its slot is free again", lambda: not claimed(database), 900)
    services.finish([services.launch("warehouse")])
    print("and the next run ends well")
    return not differing


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--keep", action="store_true", help="keep the logs and homes")
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="demarche-compose-"))
    folder.chmod(0o755)
    print(f"logs: {folder}/*.log", flush=True)
    with ExitStack() as parts:
        same = walk(folder, parts)
    if same and not given.keep:
        shutil.rmtree(folder)
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
