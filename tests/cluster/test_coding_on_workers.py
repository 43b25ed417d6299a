"""The coder on the workers of a cluster: the same results, also where a worker dies in the middle."""

import os
import signal

import pytest

from pipelines import cluster
from pipelines.coding import batch
from pipelines.coding.batch import code_batch
from pipelines.lake import Lake

BATCHES = ("feeds-2016-12-29", "feeds-2018-03-14", "feeds-2018-03-15")


@pytest.fixture(scope="module")
def items(sample):
    import pyarrow as pa

    lake = Lake(sample[0] / "lake")
    return pa.concat_tables([lake.read("items", record.batch) for record in lake.batches("items")])


@pytest.fixture(scope="module")
def here(items):
    return code_batch("feeds-2016-12-29", items)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(batch, "CHUNK", 5)


def test_three_workers_code_what_one_process_codes_also_where_one_is_killed(items, here, dask, small_chunks):
    from distributed import Client

    with Client(dask, set_as_default=False) as client:
        client.wait_for_workers(3, timeout=120)
        before = client.run(os.getpid)
    killed = []

    def kill_one(done, total):
        if not killed and done * 4 >= total:
            killed.append(next(iter(before.values())))
            os.kill(killed[0], signal.SIGKILL)

    with batch.spread(3, items.num_rows, dask) as coders:
        there = code_batch("feeds-2016-12-29", items, coders, kill_one)
    assert killed and there.keys() == here.keys()
    for name in here:
        assert there[name].equals(here[name]), name


def test_a_cluster_that_does_not_answer_is_named(monkeypatch, parts):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(cluster.ClusterError, match=r"tcp://127\.0\.0\.1:9.*DEMARCHE_CLUSTER"):
        list(cluster.map_in_order("tcp://127.0.0.1:9", len, ["a"]))
