"""A home in which the sample was run once; shared by the tests that look at it."""

import pytest
from command import demarche


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The home of a finished run of the sample, and what the run printed."""
    home = tmp_path_factory.mktemp("sample")
    done = demarche("run", home=home, check=0)
    return home, done.stdout
