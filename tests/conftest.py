"""The whole suite on several processes, and a home in which the sample was run once, which they share."""

import os
import shutil

import pytest
from command import demarche
from filelock import FileLock

WORKER = "PYTEST_XDIST_WORKER"  # what pytest-xdist names its processes by
MOST = 4  # processes: each loads the coder, and runs of the line are busy on more than one core anyway


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """All tests run on as many processes as there are cores; a choice of them in one, and where pytest-xdist is missing."""
    option = config.option
    chosen = config.args_source is pytest.Config.ArgsSource.ARGS or option.keyword or option.markexpr
    alone = chosen or option.collectonly or option.usepdb or WORKER in os.environ
    if not alone and getattr(option, "numprocesses", 0) is None:
        option.numprocesses = min(MOST, os.cpu_count() or 1)
        option.dist = "worksteal"  # a file may cost a second or three minutes


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The home of a finished run of the sample, and what the run printed: for looking only (`own_sample` to change it)."""
    shared = tmp_path_factory.getbasetemp()
    if WORKER in os.environ:
        shared = shared.parent
    home, printed = shared / "sample", shared / "sample.txt"
    with FileLock(shared / "sample.lock"):
        if not printed.exists():
            printed.write_text(demarche("run", home=home, check=0, alone=True).stdout, "utf-8")
    return home, printed.read_text("utf-8")


@pytest.fixture
def own_sample(sample, tmp_path):
    """A copy of that home."""
    return shutil.copytree(sample[0], tmp_path / "home")
