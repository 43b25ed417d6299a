"""Progress of long work: bars when a person looks, plain lines otherwise.

The rooms take a callable (done, total) and know nothing of terminals.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[int, int], None]


@contextmanager
def bar(label: str) -> Iterator[Report]:
    """Show `label` with a bar on a terminal; elsewhere a line at every tenth of the work."""
    if not sys.stderr.isatty():
        yield _lines(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _lines(label: str) -> Report:
    shown = 0

    def report(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // total if total else 10
        # Short work is over before a line about it would be read.
        if total >= 2000 and tenth > shown:
            shown = tenth
            print(f"{label}: {done:,} of {total:,}", file=sys.stderr, flush=True)

    return report
