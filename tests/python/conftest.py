"""What the tests share: a simulator, a client of it, and a package that the service takes."""

import io
import signal
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import mendix_deploy
import pytest
from cli import QUICK, CommandLine
from mendix_deploy import Client
from mendix_deploy.testing import Simulator

pytest_plugins = ["pytester"]

if "site-packages" not in mendix_deploy.__file__:
    pytest.exit(f"these tests are for the installed wheel, not for {mendix_deploy.__file__}", returncode=2)


# Tests send Ctrl-C to themselves, which a shell lets its background ignore.
signal.signal(signal.SIGINT, signal.default_int_handler)

MEASURED = pytest.StashKey[list[str]]()


@pytest.fixture
def measured(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Shows a figure at the end of the run."""
    return pytestconfig.stash.setdefault(MEASURED, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Shows the figures."""
    for figure in config.stash.get(MEASURED, []):
        terminalreporter.write_line(f"measured: {figure}")


@pytest.fixture
def sim(mendix_simulator: Simulator) -> Simulator:
    """The fixture that users get, by a shorter name."""
    return mendix_simulator


@pytest.fixture
def client(sim: Simulator) -> Iterator[Client]:
    """A client of the simulator."""
    with sim.client() as client:
        yield client


@pytest.fixture
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A deployment package with the METADATA of the module of tests."""
    path = tmp_path / "calc.mda"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/metadata.json", request.module.METADATA)
    return path


@pytest.fixture
def cli(sim: Simulator, tmp_path: Path) -> CommandLine:
    """The command line for a simulator in a hurry."""
    sim.patch_state(QUICK)
    home = tmp_path / "home"
    home.mkdir()
    return CommandLine(sim, home)


@pytest.fixture
def package() -> bytes:
    """The least that the service takes for a deployment package."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("model/metadata.json", '{"RuntimeVersion": "7.5.0", "ModelVersion": "1.0.0.45"}')
    return written.getvalue()
