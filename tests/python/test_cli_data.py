"""Logs, settings and backups from the command line."""

import datetime as dt
import json
import signal
from typing import Any

import pytest
from cli import ACCEPTANCE_PACKAGE, CALC, OLD_PACKAGE, PATIENCE, SNAPSHOT, CommandLine, environment, on

DAYS = ("2026-11-24", "2026-11-25", "2026-11-26")
LOG = """\
{day}T01:59:59.000000 [APP/PROC/WEB/0]   INFO - Core: begun
{day}T02:00:00.000000 [APP/PROC/WEB/0]   WARNING - Core: slow
{day}T02:00:01.402541 [APP/PROC/WEB/0]   ERROR - MxRuntime: no
\tat com.mendix.core.Core.start(Core.java:1)
\tat com.mendix.core.Core.run(Core.java:2)
{day}T03:00:00.000000 [APP/PROC/WEB/0]   CRITICAL - Core: down
"""
TRACE = ("com.mendix.core.Core.start(Core.java:1)", "com.mendix.core.Core.run(Core.java:2)")
SECRET = "S3cret-of-a-constant"  # noqa: S105 - of these tests alone
MODES = ("--app", "calc", "--mode", "Test", "--mode", "Acceptance")


def logs(cli: CommandLine, mode: str = "Acceptance", **days: str) -> None:
    """The logs of an environment: those of some days, or these."""
    cli.sim.patch_state(on(mode, logs=days or {day: LOG.format(day=day) for day in DAYS}))


def endings(out: str) -> list[str]:
    """The last words of the lines."""
    return [line.split()[-1] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["begun", "slow", "no", *TRACE, "down"]),
        (("--level", "warning"), ["slow", "no", *TRACE, "down"]),
        (("--level", "CRITICAL"), ["down"]),
        (("--after", "02:00", "--before", "02:00:01"), ["slow"]),
        (("--before", "02:00"), ["begun"]),
        (("--after", "02:00:02"), ["down"]),
        (("--after", "02:00", "--level", "error", "--before", "03:00"), ["no", *TRACE]),
        (("--after", "05:00"), []),
    ],
)
def test_entries_are_printed_by_level_and_time(cli: CommandLine, options: tuple[str, ...], expected: list[str]) -> None:
    logs(cli)
    assert endings(cli.run("logs", *CALC, "--date", DAYS[2], *options).out) == expected
    lines = cli.json("logs", *CALC, "--date", DAYS[2], *options).lines
    assert endings("\n".join(line["line"] for line in lines)) == expected


def test_each_line_of_json_has_its_time_and_level(cli: CommandLine) -> None:
    logs(cli)
    lines = cli.json("logs", *CALC, "--date", DAYS[0]).lines
    assert [line["level"] for line in lines] == ["info", "warning", "error", None, None, "critical"]
    assert lines[0]["time"] == f"{DAYS[0]}T01:59:59"
    assert lines[3] | {"line": ""} == {"app_id": "calc", "mode": "Acceptance", "time": None, "level": None, "line": ""}


def test_several_days_are_printed_from_the_oldest_on(cli: CommandLine) -> None:
    logs(cli)
    out = cli.run("logs", *CALC, "--since", DAYS[0], "--until", DAYS[2], "--level", "critical").out
    assert [line[:10] for line in out.splitlines()] == list(DAYS)


def test_today_and_yesterday_are_days(cli: CommandLine) -> None:
    for _ in range(2):
        today = dt.datetime.now(dt.UTC).date()
        yesterday = today - dt.timedelta(days=1)
        logs(
            cli,
            **{str(today): f"{today}T00:00:00 INFO - today\n", str(yesterday): f"{yesterday}T00:00:00 INFO - before\n"},
        )
        said = [
            endings(cli.run("logs", *CALC, *options).out)
            for options in [(), ("--date", "today"), ("--date", "yesterday")]
        ]
        if today == dt.datetime.now(dt.UTC).date():
            break
    assert said == [["today"], ["today"], ["before"]]


def test_several_environments_have_a_file_each_for_each_day(cli: CommandLine) -> None:
    logs(cli)
    logs(cli, "Test")
    ran = cli.json("logs", *MODES, "--since", DAYS[1], "--until", DAYS[2], "--output", "kept/logs")
    assert len(ran.lines) == 4
    kept = {path.name: path.read_text() for path in (cli.home / "kept" / "logs").iterdir()}
    assert kept == {
        f"calc-{mode}-{day}.log": LOG.format(day=day) for mode in ("Test", "Acceptance") for day in DAYS[1:]
    }
    out = cli.run("access-logs", *CALC, "--date", DAYS[0], "--output", "kept").out
    assert out.startswith(f"kept/calc-Acceptance-{DAYS[0]}.access-log, ")


def test_lines_of_several_environments_name_theirs(cli: CommandLine) -> None:
    logs(cli)
    logs(cli, "Test")
    lines = cli.run("logs", *MODES, "--date", DAYS[0], "--level", "critical").out.splitlines()
    assert sorted(line.split(":")[0] for line in lines) == ["Acceptance of calc", "Test of calc"]


def follow(cli: CommandLine, text: str) -> None:
    """Give the log of today, and that of tomorrow in case that it is about to begin."""
    today = dt.datetime.now(dt.UTC).date()
    logs(cli, **{str(today + dt.timedelta(days=more)): text for more in (0, 1)})


def test_what_is_new_is_followed_once_and_by_its_level(cli: CommandLine) -> None:
    entry = "2026-11-27T02:00:0{} ERROR - Core: {}\n"
    text = entry.format(0, "first") + "2026-11-27T02:00:00 INFO - Core: quiet\n"
    follow(cli, text)
    with cli.start("logs", *CALC, "--follow", "--interval", "50ms", "--level", "error") as program:
        assert program.stdout
        assert program.stdout.readline().endswith("first\n")
        text += entry.format(1, "second")
        follow(cli, text)
        assert program.stdout.readline().endswith("second\n")
        text += "\tat a line that belongs to it\n2026-11-27T02:00:02 ERROR - Core: th"
        follow(cli, text)
        assert program.stdout.readline() == "\tat a line that belongs to it\n"
        # What has no end yet is printed when it has one.
        polls = cli.requests()["get_archived_logs"]
        cli.until(lambda: cli.requests()["get_archived_logs"] > polls + 1, program)
        text += "ird\n"
        follow(cli, text)
        assert program.stdout.readline().endswith("third\n")
        program.send_signal(signal.SIGINT)
        rest, err = program.communicate(timeout=PATIENCE)
    assert (program.returncode, rest) == (130, ""), err


def test_following_outlives_a_service_that_is_away(cli: CommandLine) -> None:
    follow(cli, "2026-11-27T02:00:00 INFO - Core: first\n")
    with cli.start("logs", *CALC, "--follow", "--interval", "50ms") as program:
        assert program.stdout
        assert program.stdout.readline()
        cli.sim.add_fault("get_archived_logs", {"reply": {"status": 503, "body": "<h1>no</h1>"}}, times=5)
        cli.until(lambda: cli.sim.unused_faults() == [], program)
        follow(cli, "2026-11-27T02:00:00 INFO - Core: first\n2026-11-27T02:00:09 INFO - Core: again\n")
        assert program.stdout.readline().endswith("again\n")
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=PATIENCE)
    assert program.returncode == 143


FILES = {
    "settings.toml": f"""
[constants]
"MyFirstModule.BooleanConstant" = true
"MyFirstModule.DateTime" = {{ env = "WHEN" }}
[custom_settings]
SessionTimeout = "{SECRET}"
[scheduled_events]
"MyFirstModule.Monitor_Scheduled_event" = true
""",
    "settings.json": json.dumps(
        {
            "constants": {"MyFirstModule.BooleanConstant": True, "MyFirstModule.DateTime": {"env": "WHEN"}},
            "custom_settings": {"SessionTimeout": SECRET},
            "scheduled_events": {"MyFirstModule.Monitor_Scheduled_event": True},
        }
    ),
}


def values(cli: CommandLine, mode: str = "Acceptance") -> dict[str, str]:
    """The settings of an environment, by their names."""
    settings: dict[str, Any] = environment(cli.sim, mode)["settings"]
    return {one["Name"]: one["Value"] for kind in settings.values() for one in kind}


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_settings_is_compared_and_applied(cli: CommandLine, file: str) -> None:
    (cli.home / file).write_text(FILES[file])
    diff = ("settings", "diff", *CALC, file)
    shown = cli.run(*diff, code=0, WHEN=SECRET).out
    assert SECRET not in shown
    assert "scheduled event MyFirstModule.Monitor_Scheduled_event: Disabled -> Enabled" in shown
    assert f"SessionTimeout: 600000 -> {SECRET}" in cli.run(*diff, "--show-values", WHEN=SECRET).out
    changed = cli.json("settings", "apply", *MODES, file, WHEN=SECRET)
    assert SECRET not in changed.out + changed.err
    assert [len(line["result"]) for line in changed.lines] == [4, 4]
    for mode in ("Test", "Acceptance"):
        assert values(cli, mode) == {
            "MyFirstModule.BooleanConstant": "true",
            "MyFirstModule.DateTime": SECRET,
            "SessionTimeout": SECRET,
            "MyFirstModule.Monitor_Scheduled_event": "Enabled",
        }
    assert cli.run(*diff, WHEN=SECRET).out == ""
    assert cli.effects() == {"set_environment_settings": 2}


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("s.toml", f'[constants]\nA = "{SECRET}', "line 2"),
        ("s.toml", f'[constant]\nA = "{SECRET}"', "line 1"),
        ("s.toml", f'[constants]\nA = ["{SECRET}"]', "expected the tables constants"),
        ("s.json", f'{{"constants":\n{{"A": "{SECRET}"}}', "line 2"),
        ("s.json", '{"constants": {"A": {"env": "NO_SUCH_VARIABLE"}}}', "variable NO_SUCH_VARIABLE is not set"),
        ("s.toml", '[constants]\n"No.Such" = 1', "No.Such"),
    ],
)
def test_a_bad_file_of_settings_is_told_without_its_values(
    cli: CommandLine, file: str, text: str, problem: str
) -> None:
    (cli.home / file).write_text(text)
    cli.secrets.append(SECRET)
    for arguments in [("settings", "apply", *CALC, file), ("settings", "diff", *CALC, file)]:
        assert problem in cli.run(*arguments, code=2).err
    assert cli.effects() == {}


def test_settings_are_set_by_their_names(cli: CommandLine) -> None:
    cli.secrets.append(SECRET)
    wanted = ("MyFirstModule.BooleanConstant=true", "MyFirstModule.Monitor_Scheduled_event=on")
    cli.run("settings", "set", *CALC, *wanted, "--from-env", "SessionTimeout=TIMEOUT", TIMEOUT=SECRET)
    assert values(cli)["SessionTimeout"] == SECRET
    assert values(cli)["MyFirstModule.Monitor_Scheduled_event"] == "Enabled"
    assert cli.effects() == {"set_environment_settings": 1}
    cli.secrets.remove(SECRET)
    assert cli.run("settings", "get", *CALC, "SessionTimeout").out == f"{SECRET}\n"
    assert cli.json("settings", "get", *CALC, "SessionTimeout").lines == [SECRET]
    assert cli.run("settings", "get", *CALC).out.count("after the next start") == 3


def test_a_value_may_have_any_text(cli: CommandLine) -> None:
    for value in ("", "a=b", " x ", "ü\n\t"):
        cli.run("settings", "set", *CALC, f"SessionTimeout={value}")
        assert cli.json("settings", "get", *CALC, "SessionTimeout").lines == [value]


@pytest.mark.parametrize("profile", ["document", "today"])
def test_backups_are_made_kept_and_put_back(cli: CommandLine, profile: str) -> None:
    cli.sim.patch_state({"options": {"profile": profile}})
    before = cli.json("backups", "list", *CALC).lines[0]["result"]
    assert {row["snapshot_id"] for row in before} >= {SNAPSHOT}
    made = cli.json("backups", "create", *CALC, "--comment", "nightly").lines[0]["result"]
    assert (made["state"].lower(), made["comment"]) == ("completed", "nightly")
    assert len(cli.json("backups", "list", *CALC).lines[0]["result"]) == len(before) + 1
    for part in ("all", "database"):
        ran = cli.json("backups", "download", *CALC, "--latest", f"{part}.backup", "--part", part)
        assert ran.lines[0]["bytes"] == (cli.home / f"{part}.backup").stat().st_size > 0
    assert any(made["snapshot_id"] in entry["path"] for entry in cli.sim.accounting()["log"])
    files = ("backups", "download", *CALC, "--snapshot", SNAPSHOT, "files.backup", "--part", "files")
    cli.run(*files, code=0 if profile == "document" else 2)
    cli.run("stop", *CALC)
    restore = ("backups", "restore", *CALC, SNAPSHOT, "--confirm", "Acceptance")
    cli.run(*restore, "--database-only", code=2 if profile == "document" else 0)
    cli.run(*restore)
    assert environment(cli.sim)["data"] == SNAPSHOT
    call = "restore_backup" if profile == "document" else "restore_snapshot"
    assert cli.effects()[call] == (1 if profile == "document" else 2)


def test_the_latest_backup_is_one_that_is_complete(cli: CommandLine) -> None:
    cli.sim.patch_state(on("Acceptance", next_backup_failure="no room"))
    ran = cli.json("backups", "create", *CALC, code=1)
    assert "the backup is Failed" in ran.errors[0]["error"]["message"]
    cli.run("backups", "download", *CALC, "--latest", "calc.backup")
    assert any(f"/{SNAPSHOT}" in entry["path"] for entry in cli.sim.accounting()["log"])


def test_a_download_that_was_broken_off_goes_on(cli: CommandLine) -> None:
    cli.sim.add_fault("link", {"truncate": {"keep": 30_000}}, times=100)
    download = ("packages", "download", "--app", "calc", OLD_PACKAGE, "old.mda")
    cli.run(*download, code=1)
    assert not (cli.home / "old.mda").exists()
    cli.sim.clear_faults()
    cli.run(*download)
    assert [path.name for path in cli.home.glob("old.mda*")] == ["old.mda"]


def test_a_backup_is_kept_of_all_environments_that_have_one(cli: CommandLine) -> None:
    ran = cli.json("backups", "create", "--app", "calc", "--all-environments", "--comment", "nightly")
    assert {line["mode"] for line in ran.lines} == {"Test", "Acceptance", "Production"}
    assert cli.effects() == {"create_backup": 3}
    assert environment(cli.sim)["package"] == ACCEPTANCE_PACKAGE
