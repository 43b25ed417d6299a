"""Work spread over the workers of a Dask cluster: the same function, the same pieces, the same results, in order.

A worker is a process with this package installed (`dask worker tcp://SCHEDULER:8786 --nthreads 1 --nworkers N`): what
the function loads once a process, a worker loads once. Where a worker dies, the scheduler gives its pieces to another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from pipelines.errors import DemarcheError, MissingExtra

Piece = TypeVar("Piece")
Result = TypeVar("Result")

PATIENCE = 60.0  # seconds to wait for the scheduler and a first worker
AHEAD = 4  # pieces a worker that are under way: enough to keep it busy, few enough for this process's memory
DEATHS = 5  # workers that one piece may lose before it is believed to kill them


class ClusterError(DemarcheError):
    """The cluster does not answer, or cannot do a piece of work; the message says what to look at."""


def map_in_order(
    address: str, function: Callable[[Piece], Result], pieces: Iterable[Piece]
) -> Iterator[Result]:
    """`map(function, pieces)` on the workers of the Dask scheduler at `address`."""
    try:
        import dask
        from distributed import Client, KilledWorker
    except ModuleNotFoundError as error:
        raise MissingExtra("DEMARCHE_CLUSTER", "cluster") from error
    remedy = f"look at the scheduler and the workers of DEMARCHE_CLUSTER={address}"
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers: {error}; {remedy}") from error
    with client, dask.config.set({"distributed.scheduler.allowed-failures": DEATHS}):
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise ClusterError(f"no worker has joined the scheduler; {remedy}") from error
        under_way: deque = deque()
        try:
            for piece in pieces:
                under_way.append(client.submit(function, piece, pure=False, retries=2))
                while len(under_way) >= AHEAD * max(1, len(client.nthreads())):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except KilledWorker as error:
            raise ClusterError(f"a piece of work ended {DEATHS} workers: {error}; {remedy}") from error
        finally:
            client.cancel(list(under_way))
