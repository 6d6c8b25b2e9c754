"""The fixture that pytest finds by itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from . import _misspelt
from .testing import Simulator


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the marker."""
    config.addinivalue_line(
        "markers",
        "mendix_simulator(environment=False, **options): options of the simulator that the fixture `mendix_simulator` "
        "gives, such as speed=0; with environment=True the variables that Client.from_env reads lead to it",
    )


@pytest.fixture
def mendix_simulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A running simulator of the Mendix Deploy API, fresh for each test.

    Its options are those of `Simulator`, by the marker `@pytest.mark.mendix_simulator(speed=0)` on a test, a class or a
    module, or by indirect parametrization with a dict of them. With environment=True the variables that
    `Client.from_env` reads lead to it.
    """
    options: dict[str, Any] = {}
    # The closest marker last.
    for marker in reversed(list(request.node.iter_markers("mendix_simulator"))):
        if marker.args:
            problem = f"the marker mendix_simulator takes options by their names, not {marker.args[0]!r}"
            raise TypeError(problem)
        options |= marker.kwargs
    options |= getattr(request, "param", {})
    _check(options)
    sets_environment = options.pop("environment", False)
    with Simulator(**options) as simulator:
        if sets_environment:
            for name, value in simulator.environment().items():
                monkeypatch.setenv(name, value)
        yield simulator


def _check(options: dict[str, Any]) -> None:
    # Only tests with options need it.
    from inspect import signature  # noqa: PLC0415

    known = [*signature(Simulator).parameters, "environment"]
    for name in options:
        if name not in known:
            expected = _misspelt.meant(name, known) or f"expected one of {', '.join(known)}"
            problem = f"mendix_simulator has no option {name!r}; {expected}"
            raise TypeError(problem)
