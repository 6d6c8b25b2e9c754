"""Deployments from the command line: plan, crash, resumption, signals, and journals."""

import json
import shutil
import signal
import stat
from pathlib import Path

import pytest
from cli import (
    ACCEPTANCE_PACKAGE,
    CALC,
    MODEL,
    PACKAGE,
    PATIENCE,
    CommandLine,
    end,
    environment,
    let_start,
    on,
    schema,
    validate,
)

DEPLOY = ("deploy", *CALC, PACKAGE)
ONCE = {"upload_package": 1, "stop_environment": 1, "transport_package": 1, "start_environment": 1}
RESUME = "mendix-deploy resume --app calc --mode Acceptance"


def crash(cli: CommandLine) -> None:
    """Kill a deployment while the app starts, which it then does."""
    cli.sim.patch_state(on("Acceptance", next_start_hangs=True))
    with cli.start(*DEPLOY) as program:
        cli.until_effect("start_environment", program)
        end(program)
    let_start(cli.sim)


def another(cli: CommandLine) -> Path:
    """Another package."""
    return Path(shutil.copy(PACKAGE, cli.home / "other.mda"))


def test_the_plan_is_shown_and_a_second_run_changes_nothing(cli: CommandLine) -> None:
    ran = cli.run(*DEPLOY)
    assert ran.err.startswith("Acceptance of calc is Running")
    for step in ("upload", "stop", "transport", "start", "confirm"):
        assert f" {step}: done in " in ran.err
    assert cli.effects() == ONCE
    again = cli.run(*DEPLOY)
    assert again.out == "Acceptance of calc: unchanged, the package runs already\n"
    assert cli.effects() == ONCE
    assert cli.run("resume").err == "there is nothing to resume\n"
    ended = cli.run("resume", *CALC)
    assert ended.err.startswith("has ended already: ")
    assert ended.out.startswith("Acceptance of calc: deployed\n")
    assert cli.effects() == ONCE


def test_no_plan_is_shown_with_yes_and_nothing_at_all_when_quiet(cli: CommandLine) -> None:
    assert "is Running" not in cli.run(*DEPLOY, "--yes").err
    ran = cli.run("deploy", *CALC, another(cli), "--quiet")
    assert (ran.out.split("\n")[0], ran.err) == ("Acceptance of calc: deployed", "")


def test_events_are_lines_of_json_in_their_order(cli: CommandLine) -> None:
    lines = cli.json(*DEPLOY).lines
    assert [line["event"] for line in lines] == ["plan", *(["step"] * (len(lines) - 2)), "report"]
    assert {(line["app_id"], line["mode"]) for line in lines} == {("calc", "Acceptance")}
    done = [line["step"]["name"] for line in lines[1:-1] if line["step"]["status"] == "done"]
    assert done == ["upload", "stop", "transport", "start", "confirm"]
    assert lines[-1]["report"]["after"]["model_version"] == MODEL
    assert [line["event"] for line in cli.json(*DEPLOY).lines][-1] == "report"


def test_after_a_crash_the_same_command_goes_on_and_does_nothing_twice(cli: CommandLine) -> None:
    crash(cli)
    listed = cli.run("resume")
    assert "Acceptance" in listed.out
    assert str(PACKAGE) in listed.out
    assert [info["mode"] for info in cli.json("resume").lines[0]] == ["Acceptance"]
    ran = cli.run(*DEPLOY)
    assert ran.err.startswith(f"goes on with {PACKAGE} to Acceptance of calc, begun ")
    assert ran.out.startswith("Acceptance of calc: deployed\n")
    assert cli.effects() == ONCE
    assert environment(cli.sim)["status"] == "Running"


def test_after_a_crash_resume_goes_on_and_does_nothing_twice(cli: CommandLine) -> None:
    crash(cli)
    lines = cli.json("resume", *CALC).lines
    assert lines[-1]["report"]["outcome"] == "deployed"
    assert cli.effects() == ONCE
    assert cli.json("resume").lines == [[]]
    assert cli.run(*DEPLOY).out.startswith("Acceptance of calc: unchanged")


@pytest.mark.parametrize("call", ["upload_package", "transport_package", "stop_environment"])
def test_a_crash_within_any_step_leads_to_one_deployment(cli: CommandLine, call: str) -> None:
    # The change is made, and the process ends before it hears of it.
    cli.sim.add_fault(call, "stall", after_effect=True)
    with cli.start(*DEPLOY, "--yes") as program:
        cli.until_effect(call, program)
        end(program)
    assert cli.run(*DEPLOY).out.startswith("Acceptance of calc: deployed\n")
    assert cli.effects() == ONCE


def test_another_deployment_is_refused_until_the_first_is_given_up(cli: CommandLine) -> None:
    crash(cli)
    for arguments in [("deploy", *CALC, another(cli)), (*DEPLOY, "--constant", "MyFirstModule.BooleanConstant=true")]:
        ran = cli.run(*arguments, code=6)
        assert "an earlier deployment was not finished" in ran.err
        assert RESUME in ran.err
        assert "--discard-journal" in ran.err
        assert cli.json(*arguments, code=6).errors
    assert cli.effects() == ONCE
    assert cli.run("plan", *CALC, another(cli)).out
    ran = cli.run("deploy", *CALC, another(cli), "--discard-journal")
    assert "given up: " in ran.err
    assert cli.effects()["upload_package"] == 2
    assert cli.run("resume").out == ""
    assert list(cli.state.rglob("*.previous"))


def test_an_earlier_deployment_that_ended_does_not_keep_another_from_it(cli: CommandLine) -> None:
    cli.run(*DEPLOY)
    assert cli.run("deploy", *CALC, another(cli)).out.startswith("Acceptance of calc: deployed\n")
    assert cli.effects() == dict.fromkeys(ONCE, 2)


def test_the_journal_is_for_its_owner_only_and_per_server(cli: CommandLine) -> None:
    cli.run(*DEPLOY, "--constant", "MyFirstModule.BooleanConstant=true")
    (journal,) = cli.state.rglob("*.journal")
    assert stat.S_IMODE(journal.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(cli.state.stat().st_mode) == 0o700
    assert journal.parent.name.startswith("127.0.0.1")
    cli.secrets.append("26587896")
    cli.check(journal.read_text())


def test_a_journal_may_be_elsewhere(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_hangs=True))
    with cli.start(*DEPLOY, "--journal", "it.journal") as program:
        cli.until_effect("start_environment", program)
        end(program)
    let_start(cli.sim)
    assert cli.run("resume").out == ""
    assert cli.run("resume", "--journal", "it.journal").out.startswith("Acceptance of calc: deployed\n")
    assert cli.run(*DEPLOY, "--journal", "it.journal").out.startswith("Acceptance of calc: unchanged")
    assert cli.run("plan", *CALC, PACKAGE, "--journal", "it.journal", "--detailed-exitcode")
    assert cli.effects() == ONCE
    (cli.home / "rubbish.journal").write_text("rubbish\n")
    assert "rubbish.journal" in cli.run("resume", "--journal", "rubbish.journal", code=2).err
    assert "rubbish.journal" in cli.run(*DEPLOY, "--journal", "rubbish.journal", code=2).err


def test_the_first_ctrl_c_ends_it_after_its_step(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_hangs=True))
    with cli.start(*DEPLOY) as program:
        cli.until_effect("start_environment", program)
        program.send_signal(signal.SIGINT)
        assert program.stderr
        for line in program.stderr:
            if "the deployment ends after this step; press Ctrl-C again to end it now" in line:
                break
        assert program.poll() is None
        let_start(cli.sim)
        _, err = program.communicate(timeout=PATIENCE)
    assert program.returncode == 130, err
    assert "start: done in " in err
    assert "confirm: done" not in err
    assert f"go on with `{RESUME}`" in err
    assert cli.run("resume", *CALC).out.startswith("Acceptance of calc: deployed\n")
    assert cli.effects() == ONCE


@pytest.mark.parametrize(
    ("signals", "code"),
    [((signal.SIGINT, signal.SIGINT), 130), ((signal.SIGTERM,), 143), ((signal.SIGINT, signal.SIGTERM), 143)],
    ids=["Ctrl-C twice", "SIGTERM", "Ctrl-C and SIGTERM"],
)
def test_other_signals_end_it_at_once_and_it_can_be_resumed(
    cli: CommandLine, signals: tuple[signal.Signals, ...], code: int
) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_hangs=True))
    with cli.start(*DEPLOY, "--json") as program:
        cli.until_effect("start_environment", program)
        for place, number in enumerate(signals):
            program.send_signal(number)
            if place == 0 and len(signals) == 2:
                assert program.stderr
                assert any("press Ctrl-C again" in line for line in program.stderr)
        out, err = program.communicate(timeout=PATIENCE)
    assert program.returncode == code, err
    for line in out.splitlines():
        validate(json.loads(line), schema(cli, "deploy"))
    (error,) = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    validate(error, schema(cli, "error"))
    assert error["error"]["exit_code"] == code
    assert RESUME in error["error"]["advice"]
    let_start(cli.sim)
    assert cli.run(*DEPLOY).out.startswith("Acceptance of calc: deployed\n")
    assert cli.effects() == ONCE


def test_the_lease_is_held_while_one_runs(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_start_hangs=True))
    with cli.start(*DEPLOY) as program:
        cli.until_effect("start_environment", program)
        ran = cli.json(*DEPLOY, code=6)
        assert f"is held by process {program.pid}" in ran.errors[0]["error"]["message"]
        assert cli.run("resume", *CALC, code=6).err
        assert cli.run("deploy", *CALC, another(cli), "--discard-journal", code=6).err
        let_start(cli.sim)
        out, err = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out.split("\n")[0]) == (0, "Acceptance of calc: deployed"), err
    assert cli.effects() == ONCE


def test_a_service_that_is_away_for_a_while_is_waited_for(cli: CommandLine) -> None:
    cli.sim.add_fault("get_environment", {"reply": {"status": 503, "body": "<h1>maintenance</h1>"}}, times=6)
    ran = cli.run(*DEPLOY)
    assert "there is no plan" in ran.err
    assert ran.out.startswith("Acceptance of calc: deployed\n")
    assert cli.effects() == ONCE


def test_what_is_wanted_besides_the_package_is_there_afterwards(cli: CommandLine) -> None:
    (cli.home / "wanted.toml").write_text(
        "[custom_settings]\nSessionTimeout = 1\n"
        '[constants]\n"MyFirstModule.BooleanConstant" = { env = "CONSTANT" }\n'
        '[scheduled_events]\n"MyFirstModule.Monitor_Scheduled_event" = true\n'
    )
    scale = ("--instances", 2, "--memory", 2048)
    cli.run(*DEPLOY, "--settings", "wanted.toml", *scale, "--name", "called.mda", "--backup", "always", CONSTANT="true")
    it = environment(cli.sim)
    assert (it["instances"], it["memory_per_instance"]) == (2, 2048)
    values = [one["Value"] for kind in ("CustomSettings", "ScheduledEvents") for one in it["settings"][kind]]
    assert values == ["1", "Enabled"]
    assert it["settings"]["Constants"][0]["Value"] == "true"
    assert cli.sim.state()["apps"]["calc"]["packages"][it["package"]]["name"] == "called.mda"
    assert cli.effects() == ONCE | {"create_backup": 1, "set_environment_settings": 1, "scale_environment": 1}


def test_values_of_options_win_over_those_of_a_file(cli: CommandLine) -> None:
    (cli.home / "wanted.toml").write_text('[constants]\n"MyFirstModule.BooleanConstant" = false\n')
    wanted = ("--settings", "wanted.toml", "--constant-from-env", "MyFirstModule.BooleanConstant=CONSTANT")
    cli.run(*DEPLOY, *wanted, CONSTANT="true")
    assert environment(cli.sim)["settings"]["Constants"][0]["Value"] == "true"
    shown = cli.run("plan", *CALC, PACKAGE, "--constant", "MyFirstModule.DateTime=S3cret").out
    assert "MyFirstModule.DateTime" in shown
    assert "S3cret" not in shown


def test_a_package_that_was_tested_is_promoted_without_an_upload(cli: CommandLine) -> None:
    cli.run("deploy", "--app", "calc", "--mode", "Test", "--from-mode", "Acceptance")
    assert environment(cli.sim, "Test")["running_package"] == ACCEPTANCE_PACKAGE
    assert cli.effects() == {"transport_package": 1, "start_environment": 1}
    cli.run("deploy", "--app", "calc", "--mode", "Production", "--package-id", ACCEPTANCE_PACKAGE, "--yes")
    assert environment(cli.sim, "Production")["running_package"] == ACCEPTANCE_PACKAGE
    assert cli.effects()["create_backup"] == 1
