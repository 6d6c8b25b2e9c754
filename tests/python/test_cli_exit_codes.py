"""Every exit code, and what is said with it."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli import ACCEPTANCE_PACKAGE, CALC, PACKAGE, PATIENCE, SNAPSHOT, CommandLine, environment, on, schema, validate
from mendix_deploy.testing import Simulator

PRODUCTION = ("--app", "calc", "--mode", "Production")


def error_of(cli: CommandLine, *arguments: object, code: int, **variables: str | None) -> dict[str, Any]:
    """The one error of a command, which has its exit code. Nothing is on standard output."""
    ran = cli.json(*arguments, code=code, **variables)
    assert len(ran.errors) == 1, ran
    assert ran.out == ""
    error: dict[str, Any] = ran.errors[0]["error"]
    assert error["exit_code"] == code
    text = cli.run(*arguments, code=code, **variables).err
    assert re.search(r"^error: ", text, re.MULTILINE), text
    return error


def test_0_is_for_what_is_in_place(cli: CommandLine) -> None:
    cli.run("settings", "set", *CALC, "SessionTimeout=600000")
    assert cli.effects() == {}


def test_1_is_for_a_file_that_cannot_be_written(cli: CommandLine) -> None:
    error = error_of(cli, "backups", "download", *CALC, "--latest", "none/calc.backup", code=1)
    assert "none/calc.backup" in error["message"]
    assert error["kind"] == "Io"


def test_1_is_for_a_service_that_is_out_of_order(cli: CommandLine) -> None:
    cli.sim.add_fault("list_apps", {"reply": {"status": 500, "body": "<h1>no</h1>"}}, times=100)
    error = error_of(cli, "apps", code=1)
    assert (error["operation"], error["http_status"]) == ("list_apps", 500)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "Usage: mendix-deploy"),
        (("aps",), "similar subcommands exist: 'tags', 'apps'"),
        (("apps", "--nothing"), "unexpected argument '--nothing'"),
        (("status", "--app", "calc"), "--mode <MODE>"),
        (("status", *CALC, "--all-environments"), "cannot be used with"),
        (("status", *CALC, "--parallel", "0"), "invalid value '0' for '--parallel <NUMBER>'"),
        (("start", *CALC, "--timeout", "soon"), "expected a time such as 90s, 15m or 1h30m"),
        (("deploy", *CALC), "required arguments were not provided"),
        (("deploy", *CALC, "none.mda"), "the package none.mda is not there"),
        (("deploy", *CALC, PACKAGE, "--from-mode", "Test"), "cannot be used with"),
        (("deploy", *CALC, PACKAGE, "--constant", "A"), "expected NAME=VALUE"),
        (("deploy", *CALC, PACKAGE, "--scheduled-event", "A=maybe"), "expected NAME=on or NAME=off"),
        (("deploy", *CALC, PACKAGE, "--constant-from-env", "A=NO_SUCH"), "variable NO_SUCH is not set"),
        (("deploy", *CALC, PACKAGE, "--backup", "sometimes"), "sometimes"),
        (
            ("deploy", "--app", "calc", "--all-environments", PACKAGE, "--journal", "x"),
            "--journal is for one environment",
        ),
        (("upload", "--app", "calc", "none.mda"), "none.mda"),
        (("inspect", "none.mda"), "none.mda"),
        (("settings", "apply", *CALC, "none.toml"), "none.toml: it cannot be read"),
        (("settings", "set", *CALC, "MyFirstModule.Monitor_Scheduled_event=maybe"), "=on or"),
        (("backups", "download", *CALC, "x"), "--latest"),
        (("backups", "restore", *CALC, SNAPSHOT), "confirm it with `--confirm Acceptance`"),
        (("clean", *CALC), "confirm it with `--confirm Acceptance`"),
        (("clean", *CALC, "--confirm", "Test"), "confirm it with `--confirm Acceptance`"),
        (("deploy", *PRODUCTION, PACKAGE, "--rollback", "data"), "confirm it with `--confirm Production`"),
        (("logs", *CALC, "--date", "26.11.2026"), "expected YYYY-MM-DD, today or yesterday"),
        (("logs", *CALC, "--since", "2026-11-02", "--until", "2026-11-01"), "is before"),
        (("logs", *CALC, "--after", "2"), "expected HH:MM or HH:MM:SS"),
        (("logs", *CALC, "--level", "loud"), "expected trace, debug, info"),
        (("logs", *CALC, "--follow", "--date", "today"), "cannot be used with"),
        (("wait", *CALC, "--status", "Asleep"), "expected Running, Stopped or Empty"),
        (("resume", "--wait", "rubbish"), "token"),
        (("apps", "--base-url", "ftp://127.0.0.1"), "base_url"),
        (("apps", "--ca-file", "none.pem"), "none.pem"),
        (("apps", "--color", "perhaps"), "auto, always, never"),
        (("schema", "nothing"), "there is no schema of `nothing`"),
        (("completions", "csh"), "bash, zsh, fish"),
    ],
    ids=lambda value: (
        " ".join(str(word) for word in value).replace(str(PACKAGE), "PACKAGE") if isinstance(value, tuple) else ""
    ),
)
def test_2_is_for_what_cannot_be_meant(cli: CommandLine, arguments: tuple[object, ...], problem: str) -> None:
    ran = cli.json(*arguments, code=2)
    (error,) = ran.errors
    assert problem in error["error"]["message"]
    assert ran.out == ""
    assert cli.effects() == {}


def test_2_is_told_in_words_to_a_person(cli: CommandLine) -> None:
    for arguments in [("aps",), ("deploy", *CALC, "none.mda"), ("clean", *CALC)]:
        ran = cli.run(*arguments, code=2)
        assert (ran.out, ran.err[:7]) == ("", "error: ")


def test_2_is_for_missing_credentials(cli: CommandLine) -> None:
    error = error_of(cli, "apps", code=2, MENDIX_USERNAME=None, MENDIX_API_KEY=None)
    assert "MENDIX_USERNAME" in error["message"]
    assert str(cli.config) in error["message"]
    assert "MENDIX_API_KEY" in error_of(cli, "apps", code=2, MENDIX_API_KEY="")["message"]
    assert cli.requests() == {}


def test_3_is_for_changes(cli: CommandLine) -> None:
    (cli.home / "settings.json").write_text('{"custom_settings": {"SessionTimeout": 1}}')
    for arguments in [("plan", *CALC, PACKAGE), ("settings", "diff", *CALC, "settings.json")]:
        assert cli.run(*arguments).out
        assert cli.json(*arguments, "--detailed-exitcode", code=3).lines
    cli.run("settings", "apply", *CALC, "settings.json")
    assert cli.run("settings", "diff", *CALC, "settings.json", "--detailed-exitcode").out == ""
    cli.run("deploy", *CALC, PACKAGE)
    cli.run("plan", *CALC, PACKAGE, "--detailed-exitcode")


def test_4_is_for_credentials_and_rights(cli: CommandLine) -> None:
    error = error_of(cli, "apps", code=4, MENDIX_API_KEY="11111111-1111-1111-1111-111111111111")
    assert (error["kind"], error["http_status"]) == ("Unauthorized", 401)
    cli.sim.patch_state(on("Test", rights={"transport": False}))
    error = error_of(cli, "transport", "--app", "calc", "--mode", "Test", ACCEPTANCE_PACKAGE, code=4)
    assert error["kind"] == "Forbidden"
    assert cli.effects() == {}


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("environments", "--app", "clac"), "did you mean `--app calc`?"),
        (("status", "--app", "clac", "--mode", "Test"), "did you mean `--app calc`?"),
        (("status", "--app", "clac", "--all-environments"), "did you mean `--app calc`?"),
        (("status", "--app", "calc", "--mode", "Acceptence"), "did you mean `--mode Acceptance`?"),
        (("start", "--app", "calc", "--mode", "prod"), "did you mean `--mode Production`?"),
        (("deploy", "--app", "calc", "--mode", "Acceptence", PACKAGE), "did you mean `--mode Acceptance`?"),
        (("settings", "get", "--app", "calc", "--mode", "Acceptence"), "did you mean `--mode Acceptance`?"),
        (("backups", "list", "--app", "calc", "--mode", "Acceptence"), "did you mean `--mode Acceptance`?"),
        (("backups", "download", "--app", "calc", "--mode", "Acceptence", "--latest", "x"), "--mode Acceptance`?"),
        (("settings", "get", *CALC, "SessionTimeuot"), "did you mean SessionTimeout?"),
        (("settings", "set", *CALC, "SessionTimeuot=1"), "did you mean SessionTimeout?"),
        (("packages", "list", "--app", "clac"), "did you mean `--app calc`?"),
        (("packages", "delete", "--app", "calc", "nothing"), "Package not found"),
        (("backups", "download", *PRODUCTION, "--latest", "x"), "has no complete backup"),
        (("backups", "download", *CALC, "--snapshot", "nothing", "x"), ""),
        (("resume", *CALC), "no deployment was begun there"),
        (("resume", "--journal", "nothing"), "no deployment was begun there"),
    ],
    ids=lambda value: (
        " ".join(str(word) for word in value).replace(str(PACKAGE), "PACKAGE") if isinstance(value, tuple) else ""
    ),
)
def test_5_is_for_what_does_not_exist(cli: CommandLine, arguments: tuple[object, ...], meant: str) -> None:
    ran = cli.json(*arguments, code=5)
    error = ran.errors[0]["error"]
    assert meant in f"{error['message']} {error.get('advice')}"
    assert cli.effects() == {}


def test_5_is_told_in_words_to_a_person(cli: CommandLine) -> None:
    err = cli.run("status", "--app", "clac", "--mode", "Test", code=5).err
    assert err.startswith("error: ")
    assert "\n  did you mean `--app calc`?" in err


def test_6_is_for_a_state_that_does_not_allow_it(cli: CommandLine) -> None:
    error = error_of(cli, "transport", *CALC, ACCEPTANCE_PACKAGE, code=6)
    assert error["code"] == "APP_IS_RUNNING"
    error = error_of(cli, "start", "--app", "tictactoc", "--mode", "Production", code=6)
    assert error["kind"] == "Conflict"
    assert cli.effects() == {}


def test_7_is_for_a_wait_that_reached_its_time_limit(cli: CommandLine) -> None:
    error = error_of(cli, "wait", *CALC, "--status", "Stopped", "--timeout", "50ms", code=7)
    assert error["kind"] == "WaitTimedOut"
    assert json.loads(error["wait_token"])
    text = cli.run("wait", *CALC, "--status", "Stopped", "--timeout", "50ms", code=7).err
    assert re.search(r"resume it with `mendix-deploy resume --wait '\{.*\}'`", text)


def test_8_is_for_a_change_whose_response_was_lost(cli: CommandLine) -> None:
    cli.sim.add_fault("create_backup", "close", after_effect=True)
    error = cli.json("backups", "create", *CALC, code=8).errors[0]["error"]
    assert error["kind"] == "Ambiguous"
    assert "check the state before you repeat it" in error["message"]
    assert cli.effects() == {"create_backup": 1}


def test_9_is_for_a_deployment_that_was_rolled_back(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_failure="START_FAILED"))
    ran = cli.json("deploy", *CALC, PACKAGE, code=9)
    assert ran.lines[-1]["report"]["outcome"] == "rolled_back"
    assert (ran.errors[0]["error"]["kind"], ran.errors[0]["error"]["code"]) == ("DeployFailed", "START_FAILED")
    assert environment(cli.sim)["running_package"] == ACCEPTANCE_PACKAGE
    cli.sim.patch_state(on("Acceptance", next_start_failure="START_FAILED"))
    text = cli.run("deploy", *CALC, PACKAGE, code=9)
    assert text.out.startswith("Acceptance of calc: rolled_back\n")
    assert "It was rolled back" in text.err


def test_10_is_for_a_deployment_that_was_not_rolled_back(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_failure="START_FAILED"))
    ran = cli.json("deploy", *CALC, PACKAGE, "--rollback", "none", code=10)
    assert ran.lines[-1]["report"]["outcome"] == "failed"
    assert environment(cli.sim)["status"] == "Stopped"


def test_10_is_for_a_rollback_that_failed(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_failure="START_FAILED"))
    # The first transport is that of the new package.
    refusal = {"error": {"status": 403, "code": "TRANSPORT_NOT_ALLOWED", "message": "no"}}
    cli.sim.add_fault("transport_package", refusal, nth=2, times=100)
    ran = cli.json("deploy", *CALC, PACKAGE, code=10)
    assert ran.lines[-1]["report"]["outcome"] == "rollback_failed"
    assert ran.errors[0]["error"]["exit_code"] == 10


def test_a_deployment_that_changed_nothing_ends_by_its_reason(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", rights={"transport": False}))
    ran = cli.json("deploy", *CALC, PACKAGE, "--while-running", code=4)
    assert ran.errors[0]["error"]["exit_code"] == 4
    assert environment(cli.sim)["running_package"] == ACCEPTANCE_PACKAGE


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
@pytest.mark.parametrize("command", ["wait", "logs", "apps", "credential_process"])
def test_130_and_143_are_for_signals(cli: CommandLine, command: str, number: signal.Signals, code: int) -> None:
    arguments: tuple[object, ...] = ("apps", "--json")
    mark = cli.home / "asked"
    variables: dict[str, str | None] = {}
    # A wait has had an answer when it asks again; a log is behind a link.
    seen: Callable[[], object] = lambda: cli.sim.accounting()["total_requests"] > 1  # noqa: E731
    if command == "wait":
        arguments = ("wait", *CALC, "--status", "Stopped", "--json")
    elif command == "logs":
        cli.sim.patch_state({"options": {"link_bytes": 10}})
        arguments = ("logs", *CALC, "--follow", "--json")
        seen = lambda: cli.sim.accounting()["links"]["requests"] > 0  # noqa: E731
    elif command == "apps":
        cli.sim.add_fault("list_apps", "stall")
        seen = lambda: cli.sim.accounting()["total_requests"] > 0  # noqa: E731
    else:
        cli.profile(f"[slow]\ncredential_process = ['sh', '-c', 'touch {mark}; exec sleep 600']\n")
        variables["MENDIX_DEPLOY_PROFILE"] = "slow"
        seen = mark.exists
    with cli.start(*arguments, **variables) as program:
        cli.until(seen, program)
        program.send_signal(number)
        _, err = program.communicate(timeout=PATIENCE)
    assert program.returncode == code, err
    for line in err.splitlines():
        if line.startswith("{"):
            error = json.loads(line)
            validate(error, schema(cli, "error"))
            assert error["error"]["exit_code"] == code
    assert "Traceback" not in err


def test_of_several_environments_the_worst_counts(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", rights={"api_access": False}))
    modes = ("--mode", "Test", "--mode", "Nowhere", "--mode", "Acceptance")
    ran = cli.json("status", "--app", "calc", *modes, code=4)
    assert [line["mode"] for line in ran.lines] == ["Test"]
    assert sorted((error["mode"], error["error"]["exit_code"]) for error in ran.errors) == [
        ("Acceptance", 4),
        ("Nowhere", 5),
    ]


def test_every_code_is_in_the_help_and_in_the_documentation(cli: CommandLine) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text()
    said = cli.run("--help").out
    for code in (*range(11), 130, 143):
        assert re.search(rf"^ +{code}  \w", said, re.MULTILINE), code
    for code in range(11):
        assert f"| {code} | " in documented
    assert "| 130, 143 | " in documented


def test_an_error_on_a_busy_service_says_that_it_tries_again(sim: Simulator, cli: CommandLine) -> None:
    sim.add_fault("list_apps", {"rate_limit": {"retry_after": {"seconds": 1}}})
    ran = cli.run("apps")
    assert "retrying in " in ran.err
    assert ran.out.startswith("APP ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("deploy", *CALC, PACKAGE, "--constant", "5ecret"),
        ("deploy", *CALC, PACKAGE, "--custom-setting", "=5ecret"),
        ("settings", "set", *CALC, "5ecret"),
        ("settings", "set", *CALC, "--from-env", "5ecret"),
    ],
)
def test_a_value_that_cannot_be_read_is_not_repeated(cli: CommandLine, arguments: tuple[object, ...]) -> None:
    for said in (cli.run(*arguments, code=2).err, cli.json(*arguments, code=2).err):
        assert "expected NAME=VALUE" in said
        assert "5ecret" not in said
