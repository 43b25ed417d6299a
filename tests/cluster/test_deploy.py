"""The deployment folder, as far as it can be looked at without a Docker engine or a Kubernetes cluster."""

import os
import re
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml
from servers import create_database

from pipelines.settings import ROOT

DEPLOY = ROOT / "deploy"


def test_the_compose_file_is_one_and_names_only_what_is_there():
    compose_spec = pytest.importorskip("compose_spec")
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    compose_spec.PyOptions(apply_merge=True).from_yaml(text).validate()
    services = yaml.safe_load(text)["services"]
    assert {"postgres", "objects", "code", "webserver", "daemon", "scheduler", "worker"} <= services.keys()
    for service in services.values():
        assert set(service.get("depends_on", {})) <= services.keys()
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text("utf-8"), re.M))
    assert asked == given
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.M)
    assert copied and all((ROOT / name).exists() for line in copied for name in line.split())


def test_dagster_takes_the_instance_s_configuration_and_has_one_fetcher_and_one_writer(
    tmp_path, catalogue, monkeypatch
):
    from dagster import DagsterInstance

    (tmp_path / "dagster.yaml").write_text((DEPLOY / "dagster.yaml").read_text("utf-8"))
    url = f"{catalogue}postgres".replace("postgresql://", "postgresql+psycopg2://")
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", url)
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        assert type(instance.run_storage).__module__.startswith("dagster_postgres")
        pools = instance.get_concurrency_config().pool_config
        assert pools.default_pool_limit == 1 and pools.pool_granularity.value == "op"
        # A killed run keeps its place otherwise, and no other ever fetches or publishes.
        assert 0 < instance.run_monitoring_settings["free_slots_after_run_end_seconds"] <= 300
        assert instance.run_monitoring_max_runtime_seconds > 0
    values = yaml.safe_load((DEPLOY / "values.yaml").read_text("utf-8"))
    assert 0 < values["dagsterDaemon"]["runMonitoring"]["freeSlotsAfterRunEndSeconds"] <= 300


@pytest.fixture
def outlet():
    """A server of feeds that takes its time; `asked` has (who, from, to) of every request."""

    class Outlet(BaseHTTPRequestHandler):
        def do_GET(self):
            begin = time.monotonic()
            time.sleep(0.5)
            self.send_error(404)
            self.server.asked.append((self.headers["User-Agent"], begin, time.monotonic()))

        def log_message(self, *said):
            """Not to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Outlet)
    server.asked = []
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


FETCH = """
from dagster import DagsterInstance, materialize
from pipelines.feeds.assets import documents
from pipelines.resources import Home
assert materialize([documents], resources={"home": Home()}, instance=DagsterInstance.get()).success
"""


def test_two_machines_of_one_deployment_never_ask_a_host_at_the_same_time(
    tmp_path, catalogue, outlet, monkeypatch
):
    """They share Dagster's instance and nothing else, neither home nor locks, so that the pool alone keeps them apart."""
    from dagster import DagsterInstance

    feeds = tmp_path / "feeds.csv"
    head = "feed_id,name,url,language,country,kind,outlet,enabled,fetch_body,reason\n"
    address = f"http://127.0.0.1:{outlet.server_port}"
    feeds.write_text(head + "".join(f"{n},{n},{address}/{n},en,,press,{n},true,false,\n" for n in "abcd"))
    instance = create_database(catalogue, "instance").replace("postgresql://", "postgresql+psycopg2://")
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", instance)
    machines = {name: tmp_path / name / "dagster" for name in ("one", "other")}
    for folder in machines.values():
        folder.mkdir(parents=True)
        (folder / "dagster.yaml").write_text((DEPLOY / "dagster.yaml").read_text("utf-8"))
    with DagsterInstance.from_config(str(machines["one"])) as shared:
        # As the daemon does before it starts a run: two that make a new pool at the same moment fail.
        shared.event_log_storage.initialize_concurrency_limit_to_default("fetch")
    runs = []
    for name, folder in machines.items():
        told = {
            "DAGSTER_HOME": str(folder),
            "DEMARCHE_HOME": str(folder.parent),
            "DEMARCHE_FEEDS": str(feeds),
            "DEMARCHE_CONTACT": name,
            "DEMARCHE_ALLOW_ADDRESSES": "127.0.0.1",
        }
        runs.append(subprocess.Popen([sys.executable, "-c", FETCH], env=os.environ | told, cwd=ROOT))
    assert [run.wait(timeout=300) for run in runs] == [0, 0]
    spans = []
    for name in ("one", "other"):
        moments = [(begin, end) for who, begin, end in outlet.asked if f"+{name}" in who]
        assert len(moments) >= 4
        spans.append((min(begin for begin, _ in moments), max(end for _, end in moments)))
    (_, first_ends), (second_begins, _) = sorted(spans)
    assert first_ends <= second_begins


def test_the_definitions_load_under_the_compose_file_s_settings(tmp_path, catalogue, objects):
    """As the code location starts: the same environment, but for the addresses, and the instance in PostgreSQL."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    told = yaml.safe_load(text)["x-demarche"]["environment"]
    database = f"{catalogue}postgres"
    told |= {
        "DEMARCHE_CATALOGUE": database,
        "DAGSTER_POSTGRES_URL": database.replace("postgresql://", "postgresql+psycopg2://"),
        "DEMARCHE_CONTACT": "you@example.org",
        **{name: value for name, value in os.environ.items() if name.startswith("AWS_")},
    }
    home = tmp_path / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text((DEPLOY / "dagster.yaml").read_text("utf-8"))
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DEMARCHE_", "DAGSTER_"))
    }
    done = subprocess.run(
        [Path(sys.executable).parent / "dagster", "definitions", "validate", "-m", "pipelines.definitions"],
        env=kept | told | {"DEMARCHE_HOME": str(tmp_path), "DAGSTER_HOME": str(home)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_of_the_deployment_is_one_that_is_read():
    read = set(re.findall(r"DEMARCHE_\w+", (ROOT / "pipelines" / "settings.py").read_text("utf-8")))
    files = (DEPLOY / name for name in ("compose.yaml", "values.yaml", "workers.yaml", "Dockerfile"))
    told = {name for file in files for name in re.findall(r"DEMARCHE_\w+", file.read_text("utf-8"))}
    assert told and told <= read


def test_the_kubernetes_run_launcher_takes_the_helm_values():
    dagster_k8s = pytest.importorskip("dagster_k8s")
    from dagster._config import process_config, resolve_to_config_type

    values = yaml.safe_load((DEPLOY / "values.yaml").read_text("utf-8"))
    assert values["concurrency"]["pools"] == {"granularity": "op", "defaultLimit": 1}
    launcher = values["runLauncher"]["config"]["k8sRunLauncher"]
    config = {  # as the chart's template names them
        "service_account_name": "dagster",
        "instance_config_map": "dagster-instance",
        "dagster_home": "/opt/dagster/dagster_home",
        "postgres_password_secret": values["global"]["postgresqlSecretName"],
        "env_secrets": [secret["name"] for secret in launcher["envSecrets"]],
        "resources": launcher["resources"],
    }
    checked = process_config(resolve_to_config_type(dagster_k8s.K8sRunLauncher.config_type()), config)
    assert checked.success, checked.errors


def test_the_workers_manifest_is_one_that_kubernetes_client_builds():
    client = pytest.importorskip("kubernetes.client")

    class Answer:
        def __init__(self, data):
            import json

            self.data = json.dumps(data)

    kinds = {"Service": "V1Service", "Deployment": "V1Deployment"}
    documents = list(yaml.safe_load_all((DEPLOY / "workers.yaml").read_text("utf-8")))
    built = [client.ApiClient().deserialize(Answer(d), kinds[d["kind"]]) for d in documents]
    (service, scheduler, worker) = built
    assert service.spec.selector == scheduler.spec.template.metadata.labels
    address = f"tcp://{service.metadata.name}:{service.spec.ports[0].port}"
    values = yaml.safe_load((DEPLOY / "values.yaml").read_text("utf-8"))
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    assert address in worker.spec.template.spec.containers[0].args
    assert {"name": "DEMARCHE_CLUSTER", "value": address} in deployment["env"]


def test_fetching_and_writing_the_warehouse_are_in_pools(sample):
    from pipelines.coding.assets import coded_acts
    from pipelines.feeds.assets import documents
    from pipelines.gdelt.assets import gdelt_mentions
    from pipelines.items.assets import items
    from pipelines.lists.assets import list_documents
    from pipelines.warehouse.assets import lake_tables, models, published_copy

    manifest = sample[0] / "dbt" / "target" / "manifest.json"
    writers = (lake_tables, models(manifest), published_copy(manifest))
    assert [assets.node_def.pools for assets in (documents, list_documents)] == [{"fetch"}] * 2
    assert gdelt_mentions.node_def.pools == {"gdelt"}
    assert [assets.node_def.pools for assets in writers] == [{"warehouse"}] * 3
    assert not items.node_def.pools and not coded_acts.node_def.pools
