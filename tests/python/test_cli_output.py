"""What is written where: colours, quiet, the log, marks for CI systems, and output that cannot be written."""

import os
import re
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli import CALC, OLD_PACKAGE, PACKAGE, PATIENCE, PROGRAM, CommandLine, Terminal, on

ESCAPE = "\x1b["
DAY = "2026-11-26"
FAILS = ("status", "--app", "calc", "--mode", "Nowhere")


@pytest.mark.parametrize(
    ("variables", "options", "colours"),
    [
        ({}, (), False),
        ({}, ("--color", "always"), True),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"CLICOLOR_FORCE": "1"}, (), True),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, (), False),
        ({"CLICOLOR_FORCE": "1"}, ("--color", "never"), False),
    ],
)
def test_colours_through_a_pipe(
    cli: CommandLine, variables: dict[str, str], options: tuple[str, ...], colours: bool
) -> None:
    ran = cli.run(*FAILS, *options, code=5, stdin="", **variables)
    assert (ESCAPE in ran.err) == colours, ran.err
    assert ESCAPE not in cli.run("apps", *options, code=0, stdin="", **variables).out


@pytest.mark.parametrize(
    ("variables", "options", "colours"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"CLICOLOR": "0"}, (), False),
        ({"TERM": "dumb"}, (), False),
        ({}, ("--color", "never"), False),
    ],
)
def test_colours_on_a_terminal(
    cli: CommandLine, variables: dict[str, str], options: tuple[str, ...], colours: bool
) -> None:
    shown = Terminal(cli, *FAILS, *options, **variables).finish(5)
    assert (ESCAPE in shown) == colours, shown
    assert "error:" in shown


def test_the_help_and_usage_have_colours_on_a_terminal_only(cli: CommandLine) -> None:
    for arguments, code in [(("--help",), 0), (("apps", "--nothing"), 2)]:
        assert ESCAPE in Terminal(cli, *arguments).finish(code)
        assert ESCAPE not in Terminal(cli, *arguments, NO_COLOR="1").finish(code)
        ran = cli.run(*arguments, code=code)
        assert ESCAPE not in ran.out + ran.err


def test_quiet_says_nothing_but_results_warnings_and_errors(cli: CommandLine) -> None:
    assert cli.run("restart", *CALC, "--quiet").err == ""
    assert cli.run("backups", "create", *CALC, "-q").err == ""
    ran = cli.run("stop", "--app", "calc", "--mode", "Nowhere", "--mode", "Test", "--quiet", code=5)
    assert "error: " in ran.err
    assert "warning: Test of calc: not begun" in ran.err


def test_long_work_is_told_in_lines_with_the_time(cli: CommandLine) -> None:
    for variables in ({}, {"CI": "true"}):
        err = cli.run("restart", *CALC, stdin="", code=0, **variables).err
        assert err.splitlines()
        for line in err.splitlines():
            assert re.match(r"\d\d:\d\d:\d\dZ Acceptance of calc: \w+ after \d+ s$", line), line


def test_verbose_shows_requests_and_neither_keys_nor_links(cli: CommandLine) -> None:
    for options in (("-v",), ("--verbose", "--verbose"), ("-vv", "--json")):
        # What `run` looks for are the key and the signatures of links.
        ran = cli.run("backups", "download", *CALC, "--latest", "x.backup", *options)
        assert "debug: get_environment GET /api/1/apps/calc/environments/Acceptance in " in ran.err
        assert "debug" not in ran.out
        assert cli.sim.links_url.removeprefix("http://") not in ran.err
    assert cli.run("apps").err == ""


def test_github_folds_a_deployment_and_marks_errors(cli: CommandLine) -> None:
    github = {"CI": "true", "GITHUB_ACTIONS": "true"}
    lines = cli.run("deploy", *CALC, PACKAGE, code=0, stdin="", **github).err.splitlines()
    assert lines.index("::group::Deploy to Acceptance of calc") < lines.index("::endgroup::")
    lines = cli.run("apps", "--profile", "none", code=2, stdin="", **github).err.splitlines()
    assert [line[:9] for line in lines if line.startswith("::")] == ["::error::"]
    ran = cli.run("stop", "--app", "calc", "--mode", "Nowhere", "--mode", "Test", code=5, stdin="", **github)
    assert "::warning::Test of calc: not begun" in ran.err
    assert not [line for line in ran.out.splitlines() if line.startswith("::")]
    cli.sim.patch_state(on("Acceptance", next_start_failure="START_FAILED"))
    ran = cli.run("deploy", *CALC, "--package-id", OLD_PACKAGE, code=9, stdin="", **github)
    assert ran.err.index("::endgroup::") < ran.err.index("::error::deploy")
    assert "::" not in cli.run("apps", "--profile", "none", code=2, GITHUB_ACTIONS="false").err.replace("profile", "")


def test_gitlab_folds_a_deployment(cli: CommandLine) -> None:
    cli.environment |= {"CI": "true", "GITLAB_CI": "true"}
    # As bytes: in text the carriage returns would be ends of lines.
    err = written_to(cli, ("deploy", *CALC, PACKAGE), text=False).stderr.decode()
    begun = re.search(r"\x1b\[0Ksection_start:\d+:(\w+)\r\x1b\[0KDeploy to Acceptance of calc\n", err)
    assert begun, err
    assert re.search(rf"\x1b\[0Ksection_end:\d+:{begun[1]}\r\x1b\[0K\n", err), err


def long_log(cli: CommandLine) -> None:
    """A log that is longer than a pipe takes."""
    line = f"{DAY}T02:00:01 INFO - Core: a line that goes on and on for a while, so that few of them are enough\n"
    cli.sim.patch_state(on("Acceptance", logs={DAY: line * 3000}))


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_goes_away_is_no_failure(cli: CommandLine, options: tuple[str, ...]) -> None:
    long_log(cli)
    with cli.start("logs", *CALC, "--date", DAY, *options) as program:
        assert program.stdout
        assert program.stderr
        assert DAY in program.stdout.readline()
        program.stdout.close()
        assert program.wait(PATIENCE) == 0
        assert program.stderr.read() == ""


def test_head_ends_a_pipe_without_a_word(cli: CommandLine) -> None:
    long_log(cli)
    line = " ".join([*(f"'{word}'" for word in PROGRAM), "logs", *CALC, "--date", DAY, "| head -1"])
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],  # noqa: S607
        env=cli.variables(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ran.returncode, ran.stdout.count("\n"), ran.stderr) == (0, 1, "")


def test_a_deployment_whose_reader_goes_away_is_finished(cli: CommandLine) -> None:
    with cli.start("deploy", *CALC, PACKAGE, "--json") as program:
        assert program.stdout
        program.stdout.close()
        assert program.wait(PATIENCE) == 0
    assert cli.effects()["start_environment"] == 1
    assert cli.run("deploy", *CALC, PACKAGE).out.startswith("Acceptance of calc: unchanged")


def written_to(cli: CommandLine, arguments: tuple[object, ...], **streams: Any) -> "subprocess.CompletedProcess[Any]":
    """Run a command with a stream that is no pipe."""
    command = [*PROGRAM, *(str(argument) for argument in arguments)]
    return subprocess.run(
        command,
        env=cli.variables(),
        cwd=cli.home,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
        **{"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    )


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_output_that_cannot_be_written_is_told(cli: CommandLine, options: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        for arguments in [("apps",), ("status", *CALC), ("schema", "apps"), ("man",), ("completions", "bash")]:
            ran = written_to(cli, (*arguments, *options), stdout=full)
            assert ran.returncode == 1, arguments
            assert "standard output cannot be written: No space left on device" in ran.stderr


def test_help_that_cannot_be_written_is_a_failure(cli: CommandLine) -> None:
    with Path("/dev/full").open("w") as full:
        for arguments in [("--help",), ("--version",), ("deploy", "--help")]:
            assert written_to(cli, arguments, stdout=full).returncode == 1, arguments


def test_a_full_disk_behind_the_output_of_a_deployment_loses_nothing(cli: CommandLine) -> None:
    with Path("/dev/full").open("w") as full:
        ran = written_to(cli, ("deploy", *CALC, PACKAGE), stdout=full)
        assert (ran.returncode, "standard output cannot be written" in ran.stderr) == (1, True), ran
        assert cli.run("deploy", *CALC, PACKAGE).out.startswith("Acceptance of calc: unchanged")
        assert written_to(cli, ("apps",), stderr=full).returncode == 0
        assert written_to(cli, FAILS, stderr=full).returncode == 5


def limited(size: int) -> Callable[[], None]:
    """Lets files become so large only."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_download_on_a_full_disk_fails_clearly_and_goes_on_later(cli: CommandLine) -> None:
    backup = ("backups", "download", *CALC, "--latest", "calc.backup")
    with Path(os.devnull).open("w") as nothing:
        ran = written_to(cli, backup, stdout=nothing, preexec_fn=limited(20_000))
    assert ran.returncode == 1, ran
    assert "calc.backup" in ran.stderr
    assert not (cli.home / "calc.backup").exists()
    assert cli.run(*backup).out == "calc.backup, 65536 bytes\n"
    assert {path.name for path in cli.home.iterdir() if "calc" in path.name} == {"calc.backup"}


def test_a_download_for_which_there_is_no_room_is_not_begun(cli: CommandLine) -> None:
    cli.sim.add_fault(
        "link", {"raw": {"text": f"HTTP/1.1 200 OK\r\nContent-Length: {2**60}\r\n\r\nx", "then": "stall"}}
    )
    ran = cli.json("packages", "download", "--app", "calc", "b3d14e53-2654-4534-b374-9179a69ef3cf", "x.mda", code=1)
    assert f"{2**60} bytes are needed" in ran.errors[0]["error"]["message"]
    assert not list(cli.home.glob("x.mda*"))
