"""Every command through pipes: its result, its exit code, and what it changes."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cli import (
    ACCEPTANCE_PACKAGE,
    CALC,
    MODEL,
    OLD_PACKAGE,
    PACKAGE,
    PATIENCE,
    SNAPSHOT,
    CommandLine,
    Terminal,
    on,
    schema,
    validator,
)
from mendix_deploy.testing import Simulator

DAY = "2026-11-26"
LOG = f"{DAY}T02:00:01.402541 [APP/PROC/WEB/0]   ERROR - MxRuntime: no\n\tat com.mendix.Core.start\n"
SETTINGS = '[constants]\n"MyFirstModule.BooleanConstant" = true\n'


@dataclass
class Case:
    """A command with what it should come to."""

    arguments: tuple[object, ...]
    text: str
    """What is on standard output, as a regular expression."""
    effects: dict[str, int] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)


CASES = {
    "plan": Case(("plan", *CALC, PACKAGE), r"Acceptance of calc is Running.*upload.*start.*"),
    "deploy": Case(
        ("deploy", *CALC, PACKAGE),
        r"Acceptance of calc: deployed\n.*",
        {"upload_package": 1, "stop_environment": 1, "transport_package": 1, "start_environment": 1},
    ),
    "resume": Case(("resume",), ""),
    "inspect": Case(("inspect", PACKAGE), rf"model version: {MODEL}\nMendix version: .*"),
    "apps": Case(("apps",), r"APP +NAME +URL\ncalc +Calculation App +https://\S+\n.*"),
    "environments": Case(
        ("environments", "--app", "calc"), r"MODE +STATUS +MODEL .*Acceptance +Running +1\.1\.0\.253 .*"
    ),
    "status": Case(
        ("status", *CALC), r"Running, model version 1\.1\.0\.253, Mendix 7\.5\.0, at https://calc-accp\.\S+\n"
    ),
    "start": Case(("start", "--app", "calc", "--mode", "Test"), "Started\n", {"start_environment": 1}),
    "stop": Case(("stop", *CALC), "Stopped, .*\n", {"stop_environment": 1}),
    "restart": Case(("restart", *CALC), "Started\n", {"stop_environment": 1, "start_environment": 1}),
    "upload": Case(("upload", "--app", "calc", PACKAGE), r"package [0-9a-f-]{36}\n", {"upload_package": 1}),
    "packages list": Case(
        ("packages", "list", "--app", "calc"), rf"PACKAGE +NAME .*{ACCEPTANCE_PACKAGE} +Main line-1\.1\.0\.253\.mda .*"
    ),
    "packages build": Case(
        ("packages", "build", "--app", "calc", "--branch", "main", "--revision", "a3f9c21", "--version", "1.2.0"),
        r"package [0-9a-f-]{36}\n",
        {"build_package": 1},
    ),
    "packages delete": Case(
        ("packages", "delete", "--app", "calc", OLD_PACKAGE),
        f"deleted package {OLD_PACKAGE}\n",
        {"delete_package": 1},
        on("Test", status="Empty", package=None),
    ),
    "packages download": Case(
        ("packages", "download", "--app", "calc", OLD_PACKAGE, "old.mda"), r"old\.mda, \d+ bytes\n"
    ),
    "transport": Case(
        ("transport", "--app", "calc", "--mode", "Test", ACCEPTANCE_PACKAGE),
        f"has package {ACCEPTANCE_PACKAGE}; .*\n",
        {"transport_package": 1},
    ),
    "settings get": Case(
        ("settings", "get", *CALC), r"WHAT +NAME +VALUE\n.*constant +MyFirstModule\.BooleanConstant +false\n.*"
    ),
    "settings set": Case(
        ("settings", "set", *CALC, "SessionTimeout=1"),
        "custom setting SessionTimeout: another value\nset; .*\n",
        {"set_environment_settings": 1},
    ),
    "settings diff": Case(
        ("settings", "diff", *CALC, "settings.toml"), r"constant MyFirstModule\.BooleanConstant: another value\n"
    ),
    "settings apply": Case(
        ("settings", "apply", *CALC, "settings.toml"),
        r"constant MyFirstModule\.BooleanConstant: another value\nset; .*\n",
        {"set_environment_settings": 1},
    ),
    "backups list": Case(("backups", "list", *CALC), rf"BACKUP +STATE .*{SNAPSHOT} +Completed +2017-08-04T.*"),
    "backups create": Case(
        ("backups", "create", *CALC, "--comment", "nightly"), r"backup \S+: Completed\n", {"create_backup": 1}
    ),
    "backups download": Case(("backups", "download", *CALC, "--latest", "calc.backup"), r"calc\.backup, 65536 bytes\n"),
    "backups restore": Case(
        ("backups", "restore", *CALC, SNAPSHOT, "--confirm", "Acceptance"),
        f"restore of {SNAPSHOT}: .*\n",
        {"restore_backup": 1},
        on("Acceptance", status="Stopped", running_package=None),
    ),
    "logs": Case(("logs", *CALC, "--date", DAY), re.escape(LOG)),
    "access-logs": Case(("access-logs", *CALC, "--date", DAY), 'an access of "/"\n'),
    "tags list": Case(("tags", "list", *CALC), "A\n"),
    "tags add": Case(("tags", "add", *CALC, "B"), "tagged B\n", {"create_environment_tag": 1}),
    "tags remove": Case(("tags", "remove", *CALC, "A"), "removed A\n", {"delete_environment_tag": 1}),
    "scale": Case(
        ("scale", *CALC, "--instances", "2", "--memory", "2048"), "2 x 2048 MB; Running, .*\n", {"scale_environment": 1}
    ),
    "clean": Case(
        ("clean", "--app", "calc", "--mode", "Test", "--confirm", "Test"), "clean\n", {"clean_environment": 1}
    ),
    "wait": Case(("wait", *CALC), "Running, .*\n"),
    "doctor": Case(("doctor", "--app", "calc"), r"ok +credentials: MENDIX_USERNAME and MENDIX_API_KEY\n.*"),
}


def arrange(cli: CommandLine, case: Case) -> None:
    """What the commands of the table need."""
    cli.sim.patch_state(on("Acceptance", logs={DAY: LOG}, access_logs={DAY: 'an access of "/"\n'}))
    cli.sim.patch_state(case.state)
    (cli.home / "settings.toml").write_text(SETTINGS)


@pytest.mark.parametrize("command", CASES)
def test_every_command_tells_its_result_and_changes_what_it_should_once(cli: CommandLine, command: str) -> None:
    case = CASES[command]
    arrange(cli, case)
    ran = cli.run(*case.arguments)
    assert re.fullmatch(case.text, ran.out, re.DOTALL), ran
    assert "error" not in ran.err
    assert cli.effects() == case.effects


@pytest.mark.parametrize("command", CASES)
def test_every_command_writes_what_its_schema_says(cli: CommandLine, command: str) -> None:
    case = CASES[command]
    arrange(cli, case)
    ran = cli.json(*case.arguments)
    assert ran.lines, ran
    assert cli.effects() == case.effects


ASKING = {"deploy", "packages delete"}


@pytest.mark.parametrize("command", CASES)
def test_every_command_tells_the_same_on_a_terminal(cli: CommandLine, command: str) -> None:
    case = CASES[command]
    arrange(cli, case)
    terminal = Terminal(cli, *case.arguments)
    if command in ASKING:
        terminal.expect("[y/N]")
        terminal.say("y")
    seen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.finish()).replace("\r\n", "\n")
    assert re.search(case.text, seen, re.DOTALL), seen
    assert cli.effects() == case.effects


def test_every_schema_is_of_a_command_that_was_run(cli: CommandLine) -> None:
    assert set(cli.run("schema").out.splitlines()) == {*CASES, "error"}
    assert set(json.loads(cli.run("schema", "--json").out)) == {*CASES, "error"}
    ran = cli.run("schema", "packages", "lst", code=2)
    assert "did you mean `packages list`?" in ran.err


def test_a_schema_is_one_that_validators_take(cli: CommandLine) -> None:
    for command in (*CASES, "error"):
        validator().check_schema(schema(cli, command))
    assert schema(cli, "apps")["$schema"].startswith("https://json-schema.org/")


def test_results_of_several_environments_name_each(cli: CommandLine) -> None:
    ran = cli.json("status", "--app", "calc", "--app", "sketch", "--all-environments")
    assert sorted((line["app_id"], line["mode"]) for line in ran.lines) == [
        ("calc", "Acceptance"),
        ("calc", "Production"),
        ("calc", "Test"),
        ("sketch", "Sandbox"),
    ]
    lines = cli.run("status", "--app", "calc", "--mode", "Test", "--mode", "Acceptance").out.splitlines()
    assert sorted(line.split(":")[0] for line in lines) == ["Acceptance of calc", "Test of calc"]
    listed = cli.run("tags", "list", "--app", "calc", "--mode", "Acceptance", "--mode", "Acceptance").out
    assert listed == "A\n"


def test_what_runs_already_is_not_started_again(cli: CommandLine) -> None:
    ran = cli.json("start", *CALC)
    assert ran.lines[0]["result"]["Status"] == "Started"
    assert "runs already" in ran.err
    assert cli.run("start", *CALC, "--quiet").err == ""
    assert cli.effects() == {}


def test_nobody_waits_where_that_is_said(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Test", next_start_hangs=True))
    assert cli.json("start", "--app", "calc", "--mode", "Test", "--no-wait").lines[0]["result"]["Status"] == "Starting"
    assert cli.run("stop", *CALC, "--no-wait").out
    assert cli.json("backups", "create", *CALC, "--no-wait").lines[0]["result"]["snapshot_id"]
    build = ("packages", "build", "--app", "calc", "--branch", "main", "--revision", "1", "--version", "1.0.0")
    assert cli.json(*build, "--no-wait").lines[0]["PackageId"]
    assert set(cli.effects().values()) == {1}


def test_a_wait_that_ended_is_resumed_by_its_token(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Test", next_start_hangs=True))
    ran = cli.json("start", "--app", "calc", "--mode", "Test", "--timeout", "50ms", code=7)
    token = ran.errors[0]["error"]["wait_token"]
    assert "mendix-deploy resume --wait" in ran.errors[0]["error"]["advice"]
    jobs = cli.sim.state()["apps"]["calc"]["environments"]["Test"]["jobs"]
    cli.sim.patch_state(on("Test", jobs={job: {"due": 1} for job in jobs}))
    assert cli.json("resume", "--wait", "-", stdin=token).lines
    assert cli.run("resume", "--wait", token).out == "done\n"
    assert cli.effects() == {"start_environment": 1}


def test_todays_service_is_used_by_itself(sim: Simulator, cli: CommandLine) -> None:
    sim.patch_state({"options": {"profile": "today"}})
    assert cli.json("upload", "--app", "calc", PACKAGE).lines[0]["PackageId"]
    assert cli.run("start", *CALC).out == "Started\n"
    for line in cli.json("status", "--app", "calc", "--all-environments").lines:
        assert line["result"]["EnvironmentId"]
    assert cli.json("deploy", *CALC, PACKAGE).lines[-1]["report"]["outcome"] == "deployed"
    assert cli.effects()["upload_package_v2"] == 2


def test_the_simulator_is_there_for_dry_runs(cli: CommandLine, tmp_path: Path) -> None:
    with cli.start("simulator", "--profile", "today", "--accept-any-package") as program:
        assert program.stdout
        first = json.loads(program.stdout.readline())
        variables = {
            "MENDIX_USERNAME": first["username"],
            "MENDIX_API_KEY": first["api_key"],
            "MENDIX_DEPLOY_URL": first["url"],
        }
        assert len(cli.json("apps", **variables).lines[0]) == 3
        with urllib.request.urlopen(f"{first['url']}/_sim/accounting", timeout=PATIENCE) as answer:
            assert json.load(answer)["requests"] == {"list_apps": 1}
        # It ends with its input.
        program.communicate(timeout=PATIENCE)
    assert program.returncode == 0
    assert "--profile" in cli.run("simulator", "--help").out
    assert "no_trailing_slash" in cli.run("simulator", "--list-rules").out
    assert "--nothing" in cli.run("simulator", "--nothing", code=2).err
    assert cli.run("simulator", "--state", tmp_path / "none", code=1).err


def test_the_simulator_ends_with_a_signal(cli: CommandLine) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with cli.start("simulator", "--keep-running") as program:
            assert program.stdout
            assert program.stdout.readline()
            program.send_signal(number)
            program.communicate(timeout=PATIENCE)
        assert program.returncode == 0


def test_the_console_script_is_the_same_program(cli: CommandLine) -> None:
    script = Path(sys.executable).with_name("mendix-deploy")
    version = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout == cli.run("--version").out


def test_all_environments_may_be_waited_for(cli: CommandLine) -> None:
    cli.run("wait", "--app", "calc", "--all-environments", "--timeout", "50ms", code=7)
