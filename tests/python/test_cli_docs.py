"""The commands that the documents show, and the guide for a night."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from mendix_deploy.testing import Simulator

ROOT = Path(__file__).parents[2]
METADATA = """{"RuntimeVersion": "7.5.0", "ModelVersion": "%s", "Constants": [
    {"Name": "Main.Url", "Type": "String", "DefaultValue": ""},
    {"Name": "Main.Secret", "Type": "String", "DefaultValue": ""}],
    "ScheduledEvents": [{"Name": "Main.CleanUp"}]}"""
SETTINGS = {
    "Constants": [{"Name": "Main.Url", "Value": ""}, {"Name": "Main.Secret", "Value": ""}],
    "CustomSettings": [],
    "ScheduledEvents": [{"Name": "Main.CleanUp", "Value": "Disabled"}],
}


def environment(sim: Simulator, home: Path) -> dict[str, str]:
    """The variables of a user who has the program on the path."""
    folder = Path(sys.executable).parent
    if not (folder / "mendix-deploy").exists():
        pytest.fail(f"the wheel has not installed mendix-deploy to {folder}")
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HOME": str(home),
        "MENDIX_USERNAME": sim.username,
        "MENDIX_API_KEY": sim.api_key,
        "MENDIX_DEPLOY_URL": sim.url,
        "MAIN_SECRET": "5ecret",
    }


def write_package(path: Path, version: str) -> None:
    """A package with the settings that the documents speak of."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/metadata.json", METADATA % version)


def run(script: Path, arguments: list[str], sim: Simulator, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder, which is the home of its user too."""
    command = ["bash", str(script), *arguments]
    variables = environment(sim, folder)
    return subprocess.run(command, cwd=folder, env=variables, check=False, capture_output=True, text=True, timeout=240)


def test_the_commands_of_the_documents_do_what_they_say(tmp_path: Path) -> None:
    with Simulator(profile="today", start_duration=0.1) as sim:
        apps = sim.state()["apps"]
        shop = {**apps["calc"], "environments": {}}
        for mode, environment_of_calc in apps["calc"]["environments"].items():
            identifier = environment_of_calc["environment_id"]
            shop["environments"][mode] = {**environment_of_calc, "environment_id": f"{identifier}-shop"}
            sim.patch_state({"apps": {"calc": {"environments": {mode: {"settings": SETTINGS}}}}})
        sim.patch_state({"apps": {"shop": shop}})
        write_package(tmp_path / "calc.mda", "1.0.0.45")
        write_package(tmp_path / "release.mda", "2.0.0.46")
        shutil.copy(ROOT / "tests/cli/settings.toml", tmp_path)
        (tmp_path / ".local/share/bash-completion/completions").mkdir(parents=True)
        done = run(ROOT / "tests/cli/commands.sh", [], sim, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        settings = sim.state()["apps"]["calc"]["environments"]["Acceptance"]["settings"]
        assert [constant["Value"] for constant in settings["Constants"]] == ["https://example.com", "5ecret"]
        assert "5ecret" not in done.stdout + done.stderr
        assert list(tmp_path.glob("calc-*.backup"))
        assert (tmp_path / ".local/share/man/man1/mendix-deploy-deploy.1").exists()


def test_the_guide_deploys_in_the_night_and_again_changes_nothing(tmp_path: Path) -> None:
    with Simulator(profile="today", start_duration=0.1) as sim:
        write_package(tmp_path / "calc.mda", "1.0.0.45")
        for expected in (3, 3):
            done = run(ROOT / "docs/guides/nightly.sh", ["calc.mda", "calc"], sim, tmp_path)
            assert done.returncode == 0, done.stdout + done.stderr
            assert sim.accounting()["effects"]["start_environment"] == expected
