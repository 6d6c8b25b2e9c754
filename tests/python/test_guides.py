"""The programs of the guides, against the simulator."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mendix_deploy.testing import Simulator

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


def run(sim: Simulator, guide: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a program with the credentials of a simulator."""
    credentials = {"MENDIX_USERNAME": sim.username, "MENDIX_API_KEY": sim.api_key, "MENDIX_DEPLOY_URL": sim.url}
    command = [sys.executable, str(GUIDES / guide), *(str(argument) for argument in arguments)]
    return subprocess.run(
        command, env=os.environ | credentials, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def today() -> "Simulator":
    """Today's service, in a hurry."""
    return Simulator(profile="today", start_duration=0.1, backup_duration=0.1)


def test_from_a_commit_to_production(today: Simulator, tmp_path: Path) -> None:
    with today as sim:
        first = run(sim, "from_commit.py", "calc", "main", "a3f9c21", "1.2.0", tmp_path)
        assert first.returncode == 0, first.stderr
        assert first.stdout.count("deployed") == 2
        again = run(sim, "from_commit.py", "calc", "main", "a3f9c21", "1.2.0", tmp_path)
        assert again.stdout.count("unchanged") == 2, again.stdout + again.stderr
        effects = sim.accounting()["effects"]
        assert (effects["build_package"], effects["transport_package"]) == (1, 2)


def test_nightly_backups(today: Simulator, tmp_path: Path) -> None:
    with today as sim:
        sim.patch_state({"apps": {"calc": {"environments": {"Test": {"next_archive_failure": "no space"}}}}})
        for old in ("calc-Test-2026-01-01.backup", "calc-Test-2026-01-02.backup"):
            (tmp_path / old).write_bytes(b"old")
        first = run(sim, "nightly_backups.py", tmp_path, 2)
        assert first.returncode == 1
        assert "calc-Test: " in first.stdout
        assert "no space" in first.stdout
        made = sim.accounting()["effects"]["create_snapshot"]
        again = run(sim, "nightly_backups.py", tmp_path, 2)
        assert again.returncode == 0, again.stdout + again.stderr
        assert sim.accounting()["effects"]["create_snapshot"] == made
        names = sorted(path.name for path in tmp_path.iterdir())
        assert len(names) == 6, names
        assert "calc-Test-2026-01-01.backup" not in names
        assert "calc-Test-2026-01-02.backup" in names
