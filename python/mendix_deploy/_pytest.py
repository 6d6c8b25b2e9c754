"""The fixture that pytest finds by itself."""

from collections.abc import Iterator

import pytest

from .testing import Simulator


@pytest.fixture
def mendix_simulator() -> Iterator[Simulator]:
    """A running simulator of the Mendix Deploy API, fresh for each test."""
    with Simulator() as simulator:
        yield simulator
