"""Where a person sits: bars, questions, and what needs a terminal."""

import os
import shutil
import signal

import pytest
from cli import CALC, OLD_PACKAGE, PACKAGE, PATIENCE, SNAPSHOT, CommandLine, Terminal, environment, on

QUESTION = "Deploy? [y/N]"


@pytest.mark.parametrize("answer", ["y", "yes", "Y"])
def test_a_deployment_is_made_when_the_answer_is_yes(cli: CommandLine, answer: str) -> None:
    terminal = Terminal(cli, "deploy", *CALC, PACKAGE)
    terminal.expect(QUESTION)
    assert "Acceptance of calc is Running" in terminal.seen
    assert cli.effects() == {}
    terminal.say(answer)
    assert "Acceptance of calc: deployed" in terminal.finish()
    assert cli.effects()["start_environment"] == 1


@pytest.mark.parametrize("answer", ["n", "", "ye", "\x04"])
def test_nothing_is_done_when_the_answer_is_another(cli: CommandLine, answer: str) -> None:
    terminal = Terminal(cli, "deploy", *CALC, PACKAGE)
    terminal.expect(QUESTION)
    terminal.say(answer)
    assert "not confirmed; nothing was done" in terminal.finish(2)
    assert cli.effects() == {}
    assert cli.run("resume").out == ""


def test_nobody_is_asked_with_yes_or_where_nothing_is_to_do(cli: CommandLine) -> None:
    assert QUESTION not in Terminal(cli, "deploy", *CALC, PACKAGE, "--yes").finish()
    assert QUESTION not in Terminal(cli, "deploy", *CALC, PACKAGE).finish()


def test_one_question_is_for_all_environments(cli: CommandLine) -> None:
    terminal = Terminal(cli, "deploy", "--app", "calc", "--all-environments", "--in-order", PACKAGE)
    terminal.expect(QUESTION)
    for mode in ("Test", "Acceptance", "Production"):
        assert f"{mode} of calc is " in terminal.seen
    terminal.say("y")
    assert terminal.finish().count(QUESTION) == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_ends_a_question(cli: CommandLine, number: signal.Signals, code: int) -> None:
    terminal = Terminal(cli, "deploy", *CALC, PACKAGE)
    terminal.expect(QUESTION)
    terminal.program.send_signal(number)
    terminal.finish(code)
    assert cli.effects() == {}


CLEAN = (("clean", "--app", "calc", "--mode", "Test"), "Test", "clean_environment")
RESTORE = (("backups", "restore", *CALC, SNAPSHOT), "Acceptance", "restore_backup")


@pytest.mark.parametrize(("arguments", "name", "effect"), [CLEAN, RESTORE], ids=["clean", "restore"])
def test_what_loses_data_asks_for_the_name(
    cli: CommandLine, arguments: tuple[object, ...], name: str, effect: str
) -> None:
    cli.sim.patch_state(on("Acceptance", status="Stopped", running_package=None))
    for answer in ("y", name.lower(), ""):
        terminal = Terminal(cli, *arguments)
        terminal.expect(f"Type {name} to go on:")
        terminal.say(answer)
        assert "not confirmed; nothing was done" in terminal.finish(2)
    assert cli.effects() == {}
    terminal = Terminal(cli, *arguments)
    terminal.expect(f"Type {name} to go on:")
    terminal.say(name)
    terminal.finish()
    assert cli.effects() == {effect: 1}
    assert "Type " not in Terminal(cli, *arguments, "--confirm", name).finish()


def test_a_rollback_of_data_asks_for_the_name(cli: CommandLine) -> None:
    arguments = ("deploy", "--app", "calc", "--mode", "Production", PACKAGE, "--rollback", "data")
    terminal = Terminal(cli, *arguments, "--yes")
    terminal.expect("Type Production to go on:")
    terminal.say("Acceptance")
    terminal.finish(2)
    assert cli.effects() == {}
    assert cli.run(*arguments, "--confirm", "Production").out.startswith("Production of calc: deployed")


def test_several_names_are_asked_for_one_by_one_before_anything_is_cleaned(cli: CommandLine) -> None:
    for mode in ("Acceptance", "Production"):
        cli.sim.patch_state(on(mode, status="Stopped", running_package=None))
    terminal = Terminal(cli, "clean", "--app", "calc", "--mode", "Test", "--mode", "Acceptance")
    terminal.expect("Type Test to go on:")
    terminal.say("Test")
    terminal.expect("Type Acceptance to go on:")
    terminal.say("Test")
    terminal.finish(2)
    assert cli.effects() == {}
    modes = ("--mode", "Test", "--mode", "Acceptance")
    cli.run("clean", "--app", "calc", *modes, "--confirm", "Test", code=2)
    cli.run("clean", "--app", "calc", *modes, "--confirm", "Test", "--confirm", "Acceptance")
    assert cli.effects() == {"clean_environment": 2}


def test_a_package_is_deleted_when_the_answer_is_yes(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Test", status="Empty", package=None))
    for answer, code in [("n", 2), ("y", 0)]:
        terminal = Terminal(cli, "packages", "delete", "--app", "calc", OLD_PACKAGE)
        terminal.expect(f"Delete package {OLD_PACKAGE} of calc? [y/N]")
        terminal.say(answer)
        terminal.finish(code)
    assert cli.effects() == {"delete_package": 1}


def test_the_answer_is_not_taken_from_a_pipe(cli: CommandLine) -> None:
    err = cli.run("clean", "--app", "calc", "--mode", "Test", code=2, stdin="Test\n").err
    assert "confirm it with `--confirm Test`" in err
    assert "Type" not in err
    assert QUESTION not in cli.run("deploy", *CALC, PACKAGE, stdin="n\n").err
    assert cli.effects()["start_environment"] == 1


def large(cli: CommandLine) -> tuple[object, ...]:
    """A download that lasts a while."""
    cli.sim.patch_state({"options": {"link_bytes": 32 * 2**20}})
    return ("backups", "download", *CALC, "--latest", "calc.backup")


def test_a_bar_is_drawn_on_a_terminal(cli: CommandLine) -> None:
    shown = Terminal(cli, *large(cli)).finish()
    assert "backup of Acceptance of calc [" in shown
    assert "MiB/32.00 MiB" in shown
    assert shown.rstrip().endswith("calc.backup, 33554432 bytes")


@pytest.mark.parametrize(
    ("variables", "options"),
    [({"TERM": "dumb"}, ()), ({"CI": "true"}, ()), ({}, ("--quiet",))],
    ids=["dumb", "CI", "quiet"],
)
def test_no_bar_is_drawn_where_none_is_wanted(
    cli: CommandLine, variables: dict[str, str], options: tuple[str, ...]
) -> None:
    shown = Terminal(cli, *large(cli), *options, **variables).finish()
    assert shown == "calc.backup, 33554432 bytes\r\n"


def test_a_deployment_is_shown_step_by_step(cli: CommandLine) -> None:
    shown = Terminal(cli, "deploy", *CALC, PACKAGE, "--yes").finish()
    for step in ("upload", "stop", "transport", "start", "confirm"):
        assert f"{step}: done in " in shown
    again = Terminal(cli, "deploy", *CALC, shutil.copy(PACKAGE, cli.home / "again.mda"), "--yes", CI="true")
    assert "Z start: done in " in again.finish()


def test_ctrl_c_on_a_terminal_says_how_to_go_on(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_hangs=True))
    terminal = Terminal(cli, "deploy", *CALC, PACKAGE, "--yes")
    cli.until_effect("start_environment", terminal.program)
    terminal.program.send_signal(signal.SIGINT)
    terminal.expect("press Ctrl-C again to end it now")
    terminal.program.send_signal(signal.SIGINT)
    assert "mendix-deploy resume --app calc --mode Acceptance" in terminal.finish(130)
    assert environment(cli.sim)["status"] == "Stopped"


def test_a_terminal_that_is_closed_ends_nothing(cli: CommandLine) -> None:
    cli.sim.patch_state({"options": {"start_ms": 500}})
    terminal = Terminal(cli, "deploy", *CALC, PACKAGE, "--yes")
    cli.until_effect("start_environment", terminal.program)
    os.close(terminal.end)
    terminal.program.wait(PATIENCE)
    terminal.watch.__exit__(None, None, None)
    assert cli.run("deploy", *CALC, PACKAGE).out.startswith("Acceptance of calc: ")
    assert cli.effects()["start_environment"] == 1
