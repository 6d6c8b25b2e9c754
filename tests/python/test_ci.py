"""The command of the recipes for CI systems, against the simulator."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mendix_deploy.testing import Simulator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of its own: the journal is alongside it."""
    return Path(shutil.copy(ROOT / "tests" / "data" / "calc_1.2.0.254.mda", tmp_path / "calc.mda"))


RECIPES = ["github-actions.yml", "gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile"]


def command(recipe: str) -> str:
    """The command of a recipe."""
    found = re.search(r"mendix-deploy deploy .*", (ROOT / "docs" / "ci" / recipe).read_text())
    assert found, f"{recipe} has no command"
    return found.group()


def test_all_recipes_run_the_same_command() -> None:
    assert len({command(recipe) for recipe in RECIPES}) == 1


def start(sim: Simulator, package: Path) -> "subprocess.Popen[str]":
    """Start it as a job does: the credentials are in the environment, and the program is on the path."""
    secrets = {"MENDIX_USERNAME": sim.username, "MENDIX_API_KEY": sim.api_key, "MENDIX_DEPLOY_URL": sim.url}
    of_job = {"APP": "calc", "MODE": "Acceptance", "PACKAGE": str(package), "HOME": str(package.parent)}
    of_job["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.Popen(
        ["/bin/sh", "-c", f"exec {command(RECIPES[0])}"],
        env=os.environ | secrets | of_job,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(sim: Simulator, package: Path) -> tuple[int, str]:
    """Run it to its end: its exit status, and all that it said."""
    with start(sim, package) as program:
        said = "".join(program.communicate(timeout=300))
    assert sim.api_key not in said
    return program.returncode, said


def test_a_job_deploys_and_run_again_changes_nothing(package: Path) -> None:
    with Simulator(start_duration=0.1) as sim:
        status, said = run(sim, package)
        assert (status, "calc: deployed" in said) == (0, True), said
        effects = sim.accounting()["effects"]
        status, said = run(sim, package)
        assert (status, "calc: unchanged" in said) == (0, True), said
        assert sim.accounting()["effects"] == effects


def test_a_job_that_fails_says_what_runs_now(package: Path) -> None:
    with Simulator(start_duration=0.1) as sim:
        sim.patch_state({"apps": {"calc": {"environments": {"Acceptance": {"next_start_failure": "DB_SYNC_FAILED"}}}}})
        status, said = run(sim, package)
        assert (status, "rolled_back" in said) == (9, True), said


def test_a_job_that_is_cancelled_goes_on_when_it_is_run_again(package: Path) -> None:
    with Simulator(speed=0) as sim:
        with start(sim, package) as program:
            # Without time it waits for the start for ever.
            while "start_environment" not in sim.accounting()["effects"]:
                assert program.poll() is None, program.communicate()
                time.sleep(0.05)
            program.send_signal(signal.SIGTERM)
            said = "".join(program.communicate(timeout=300))
        assert (program.returncode, "run the same command again" in said) == (143, True), said
        sim.advance(3600)
        status, said = run(sim, package)
        assert (status, "calc: deployed" in said) == (0, True), said
        assert sim.accounting()["effects"]["start_environment"] == 1
