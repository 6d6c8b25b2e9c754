"""Several environments in one command: their order, how many at a time, and what a failure keeps from being begun."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli import CALC, MODEL, PACKAGE, PATIENCE, ROOT, CommandLine, environment, on

ALL = ("--app", "calc", "--all-environments")
MIXED = ("--app", "calc", "--mode", "Production", "--mode", "Acceptance", "--mode", "Test")


def order(cli: CommandLine, call: str) -> list[str]:
    """The environments to which a call was made, in the order of the first request to each."""
    seen = [entry["path"] for entry in cli.sim.accounting()["log"] if entry["call"] == call]
    return list(dict.fromkeys(path.split("/environments/")[1].split("/")[0] for path in seen))


def failing(cli: CommandLine, *modes: str) -> None:
    """Let the next start of environments fail."""
    for mode in modes:
        cli.sim.patch_state(on(mode, next_start_failure="START_FAILED"))


def stopped(cli: CommandLine) -> None:
    """Stop all environments."""
    for mode in ("Test", "Acceptance", "Production"):
        cli.sim.patch_state(on(mode, status="Stopped", running_package=None))


@pytest.mark.parametrize("parallel", [1, 3])
def test_in_order_is_test_before_acceptance_before_production(cli: CommandLine, parallel: int) -> None:
    stopped(cli)
    ran = cli.json("start", *MIXED, "--in-order", "--parallel", parallel)
    assert [line["mode"] for line in ran.lines] == ["Test", "Acceptance", "Production"]
    assert order(cli, "start_environment") == ["Test", "Acceptance", "Production"]
    assert cli.effects() == {"start_environment": 3}


def test_otherwise_the_order_is_that_of_the_options(cli: CommandLine) -> None:
    stopped(cli)
    cli.run("start", *MIXED)
    assert order(cli, "start_environment") == ["Production", "Acceptance", "Test"]


def test_the_first_failure_keeps_the_others_from_being_begun(cli: CommandLine) -> None:
    failing(cli, "Acceptance")
    ran = cli.json("deploy", *ALL, "--in-order", "--yes", PACKAGE, code=9)
    ends = [(line["mode"], line["report"]["outcome"]) for line in ran.lines if line["event"] == "report"]
    assert ends == [("Test", "deployed"), ("Acceptance", "rolled_back")]
    assert "Production of calc: not begun" in ran.err
    assert [error["mode"] for error in ran.errors] == ["Acceptance"]
    assert order(cli, "stop_environment") == ["Acceptance"]


def test_after_a_failure_the_same_command_does_what_is_left(cli: CommandLine) -> None:
    failing(cli, "Acceptance")
    command = ("deploy", *ALL, "--in-order", "--yes", PACKAGE)
    cli.run(*command, code=9)
    ran = cli.run(*command)
    assert "Test of calc: unchanged" in ran.out
    for mode in ("Test", "Acceptance", "Production"):
        running = environment(cli.sim, mode)["running_package"]
        assert cli.sim.state()["apps"]["calc"]["packages"][running]["version"] == MODEL


def test_keep_going_goes_on_with_the_others(cli: CommandLine) -> None:
    stopped(cli)
    failing(cli, "Production")
    ran = cli.json("start", *MIXED, "--keep-going", code=1)
    assert [line["mode"] for line in ran.lines] == ["Acceptance", "Test"]
    assert [error["mode"] for error in ran.errors] == ["Production"]
    assert "not begun" not in ran.err
    assert cli.effects() == {"start_environment": 3}


def test_keep_going_in_order_does_not_reach_production_after_a_failure(cli: CommandLine) -> None:
    stopped(cli)
    failing(cli, "Test")
    ran = cli.run("start", *MIXED, "--in-order", "--keep-going", code=1)
    assert "Acceptance of calc: not begun" in ran.err
    assert "Production of calc: not begun" in ran.err
    assert order(cli, "start_environment") == ["Test"]


def test_without_keep_going_a_stop_ends_at_once_but_reads_go_on(cli: CommandLine) -> None:
    modes = ("--app", "calc", "--mode", "Nowhere", "--mode", "Acceptance")
    ran = cli.run("stop", *modes, code=5)
    assert "Nowhere of calc: " in ran.err
    assert "Acceptance of calc: not begun" in ran.err
    assert cli.effects() == {}
    ran = cli.run("status", *modes, code=5)
    assert ran.out.startswith("Acceptance of calc: Running")
    assert "not begun" not in ran.err


def test_several_at_a_time_are_that_many(cli: CommandLine) -> None:
    stopped(cli)
    for mode in ("Test", "Acceptance", "Production"):
        cli.sim.patch_state(on(mode, next_start_hangs=True))
    with cli.start("start", *MIXED, "--parallel", "2") as program:
        cli.until_effect("start_environment", program, times=2)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=PATIENCE)
    assert program.returncode == 130, out + err
    assert "Test of calc: not begun" in err
    assert cli.effects() == {"start_environment": 2}


def test_deployments_at_the_same_time_each_have_a_journal(cli: CommandLine) -> None:
    ran = cli.json("deploy", *ALL, "--parallel", "3", "--yes", PACKAGE)
    ends = {line["mode"]: line["report"]["outcome"] for line in ran.lines if line["event"] == "report"}
    assert ends == {"Test": "deployed", "Acceptance": "deployed", "Production": "deployed"}
    assert cli.effects()["start_environment"] == 3
    assert len(list(cli.state.rglob("*.journal"))) == 3
    assert cli.effects()["create_backup"] == 1


def test_ctrl_c_between_environments_begins_no_other(cli: CommandLine) -> None:
    cli.sim.patch_state({"options": {"start_ms": 1500}})
    with cli.start("deploy", *ALL, "--in-order", "--yes", PACKAGE) as program:
        cli.until_effect("start_environment", program)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=PATIENCE)
    assert program.returncode == 130, err
    assert "Acceptance of calc: not begun" in err
    assert cli.effects()["start_environment"] == 1
    assert [info["mode"] for info in cli.json("resume").lines[0]] == ["Test"]


def test_apps_without_an_environment_are_refused(cli: CommandLine) -> None:
    cli.sim.patch_state({"apps": {"sketch": {"environments": {"Sandbox": None}}}})
    ran = cli.run("status", "--app", "sketch", "--all-environments", code=2)
    assert "there is no environment to do this with" in ran.err


def test_settings_go_to_all_that_are_named(cli: CommandLine) -> None:
    cli.run("settings", "set", *MIXED, "SessionTimeout=5")
    assert cli.effects() == {"set_environment_settings": 3}
    assert cli.run("settings", "set", *MIXED, "SessionTimeout=5").out.count("unchanged") == 3
    assert cli.effects() == {"set_environment_settings": 3}


@pytest.fixture
def night(cli: CommandLine) -> list[str]:
    """The nightly script, for which the program is on the path, as its users have it."""
    folder = cli.home / "bin"
    folder.mkdir()
    program = folder / "mendix-deploy"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mendix_deploy "$@"\n')
    program.chmod(0o755)
    cli.environment["PATH"] = f"{folder}:{cli.environment['PATH']}"
    package = Path(shutil.copy(PACKAGE, cli.home / "night.mda"))
    return ["sh", str(ROOT / "docs" / "guides" / "nightly.sh"), str(package), "calc"]


def run_night(cli: CommandLine, night: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run it."""
    return subprocess.run(night, env=cli.variables(), capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_the_nightly_script_deploys_to_all_environments(cli: CommandLine, night: list[str]) -> None:
    ran = run_night(cli, night)
    assert ran.returncode == 0, ran.stderr
    assert order(cli, "start_environment") == ["Test", "Acceptance", "Production"]
    effects = cli.effects()
    again = run_night(cli, night)
    assert again.stdout.count("unchanged") == 3
    assert cli.effects() == effects | {"create_backup": effects["create_backup"] + 1}
    cli.check(ran.stdout + ran.stderr)


def test_the_nightly_script_tells_what_was_rolled_back(cli: CommandLine, night: list[str]) -> None:
    failing(cli, "Acceptance")
    ran = run_night(cli, night)
    assert ran.returncode == 9, ran.stderr
    assert "calc: rolled back" in ran.stderr
    assert order(cli, "start_environment") == ["Test", "Acceptance"]


def test_the_nightly_script_goes_on_after_a_crash(cli: CommandLine, night: list[str]) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_hangs=True))
    with subprocess.Popen(
        night, env=cli.variables(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as script:
        cli.until_effect("start_environment", script, times=2)
        os.killpg(script.pid, signal.SIGKILL)
    jobs = environment(cli.sim)["jobs"]
    cli.sim.patch_state(on("Acceptance", jobs={job: {"due": 1} for job in jobs}))
    ran = run_night(cli, night)
    assert ran.returncode == 0, ran.stderr
    assert "goes on with " in ran.stderr
    assert cli.effects()["start_environment"] == 3
    assert cli.run("status", *CALC).out.startswith(f"Running, model version {MODEL}")
