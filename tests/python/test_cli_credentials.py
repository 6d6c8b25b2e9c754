"""Where credentials come from, what is wrong with a profile, and what `doctor` says."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from cli import CALC, PATIENCE, CommandLine
from mendix_deploy.testing import Simulator

UNSET: dict[str, Any] = {"MENDIX_USERNAME": None, "MENDIX_API_KEY": None, "MENDIX_DEPLOY_URL": None}
WRONG = "5EC2E700-dead-4bad-8bad-00000000beef"


def profile(cli: CommandLine, name: str = "default", key: str | None = None, more: str = "") -> str:
    """A profile of the simulator, or with another key."""
    user = f'username = "{cli.sim.username}"\napi_key = "{key or cli.sim.api_key}"\n'
    return f'[{name}]\n{user}base_url = "{cli.sim.url}"\n{more}'


def source(cli: CommandLine, *arguments: object, **variables: Any) -> str:
    """Where `doctor` says that the credentials came from."""
    checks = cli.json("doctor", "--app", "calc", *arguments, **variables).lines[0]
    found: str = next(check["found"] for check in checks if check["what"] == "credentials")
    return found


def test_the_sources_in_their_order(cli: CommandLine) -> None:
    cli.profile(profile(cli) + profile(cli, "work") + profile(cli, "play"))
    environment = "MENDIX_USERNAME and MENDIX_API_KEY"
    assert source(cli) == environment
    assert source(cli, **UNSET) == f"profile `default` in {cli.config}"
    assert source(cli, MENDIX_DEPLOY_PROFILE="work") == f"profile `work` in {cli.config}"
    assert source(cli, "--profile", "play", MENDIX_DEPLOY_PROFILE="work") == f"profile `play` in {cli.config}"
    assert source(cli, MENDIX_DEPLOY_PROFILE="") == environment
    assert source(cli, MENDIX_USERNAME="", MENDIX_API_KEY="", MENDIX_DEPLOY_URL=None).startswith("profile `default`")


def test_a_profile_that_is_asked_for_is_used_even_if_it_is_wrong(cli: CommandLine) -> None:
    cli.secrets.append(WRONG)
    cli.profile(profile(cli, "work", WRONG))
    assert cli.json("apps", "--profile", "work", code=4).errors[0]["error"]["http_status"] == 401
    cli.run("apps")


def test_half_of_the_environment_is_not_filled_from_a_profile(cli: CommandLine) -> None:
    cli.profile(profile(cli))
    assert "MENDIX_API_KEY is not set" in cli.run("apps", code=2, MENDIX_API_KEY=None).err
    assert "MENDIX_USERNAME is not set" in cli.run("apps", code=2, MENDIX_USERNAME="").err
    assert cli.requests() == {}


def test_without_any_source_it_says_what_to_do(cli: CommandLine) -> None:
    err = cli.run("apps", code=2, **UNSET).err
    assert "set MENDIX_USERNAME and MENDIX_API_KEY, or write a profile to" in err
    assert str(cli.config) in err


def test_the_configuration_folder_is_below_home_by_default(cli: CommandLine) -> None:
    config = cli.home / ".config" / "mendix-deploy" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(profile(cli))
    config.chmod(0o600)
    assert str(config) in source(cli, **UNSET, XDG_CONFIG_HOME=None)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_can_read_is_refused(cli: CommandLine, mode: int) -> None:
    cli.profile(profile(cli), mode)
    err = cli.run("apps", code=2, **UNSET).err
    assert f"can be read by others, and has credentials; run `chmod 600 {cli.config}`" in err
    assert cli.requests() == {}
    # It is not looked at where it is not used.
    cli.run("apps")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            f'[default]\nusername = "me"\napi_kye = "{WRONG}"\n',
            "line 3: `api_kye` is not a key of a profile; did you mean",
        ),
        (f'[default]\nusername = "me"\n\napi_key = "{WRONG}\n', "line 4: this is not TOML"),
        (f'api_key = "{WRONG}"\n', "line 1: this is not TOML with a table for each profile"),
        ("[default]\nusername = 5\n", "line 2: `username` is not a text in quotes"),
        (f'[default]\napi_key = "{WRONG}"\n', "needs username and api_key, or credential_process alone"),
        (f'[default]\napi_key = "{WRONG}"\ncredential_process = "x"\n', "credential_process alone"),
        ('[default]\nusername = "me"\nusername = "you"\n', "line 3: this is not TOML"),
        ("[default]\nproxy = 'x'\n", "expected one of username, api_key, credential_process, base_url, ca_file"),
        ('[default]\ncredential_process = "x \'y"\n', "line 2: `credential_process` is not a command line"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_by_key_and_line(cli: CommandLine, text: str, problem: str) -> None:
    cli.secrets.append(WRONG)
    cli.profile(text)
    ran = cli.json("apps", code=2, **UNSET)
    assert problem in ran.errors[0]["error"]["message"]
    assert str(cli.config) in ran.errors[0]["error"]["message"]


def test_a_mistyped_profile_is_told_with_the_one_that_may_be_meant(cli: CommandLine) -> None:
    cli.profile(profile(cli, "work"))
    assert "has no profile `wrok`; did you mean `work`?" in cli.run("apps", "--profile", "wrok", code=2).err
    assert "it has work" in cli.run("apps", "--profile", "x", code=2).err
    assert "work" not in cli.run("apps", "--profile", "x", code=2, XDG_CONFIG_HOME="/nonexistent").err


def test_a_program_may_give_the_credentials(cli: CommandLine) -> None:
    given = cli.home / "my keys.json"
    given.write_text(json.dumps({"username": cli.sim.username, "api_key": cli.sim.api_key}))
    for line in (f"\"cat '{given}'\"", json.dumps(["cat", str(given)])):
        cli.profile(f'[work]\ncredential_process = {line}\nbase_url = "{cli.sim.url}"\n')
        assert source(cli, "--profile", "work", **UNSET) == f"credential_process of profile `work` in {cli.config}"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("no-such-program-anywhere", "`no-such-program-anywhere` cannot be started"),
        ("false", "`false` failed: exit status: 1"),
        ("echo rubbish", "`echo` did not write"),
        (f"echo {WRONG}", "`echo` did not write"),
        ("true", "`true` did not write"),
        ("", "credential_process is empty"),
        ("head -c 200000 /dev/zero", "`head` "),
    ],
)
def test_a_program_that_fails_is_told_without_what_it_wrote(cli: CommandLine, line: str, problem: str) -> None:
    cli.profile(f'[work]\ncredential_process = "{line}"\n')
    message = cli.json("apps", "--profile", "work", code=2).errors[0]["error"]["message"]
    assert problem in message
    assert "rubbish" not in message
    assert WRONG not in message
    assert cli.requests() == {}


def test_a_program_is_not_left_behind_by_ctrl_c(cli: CommandLine) -> None:
    mark = cli.home / "pid"
    cli.profile(
        f"[work]\ncredential_process = ['sh', '-c', 'echo $$ > {mark}.new; mv {mark}.new {mark}; exec sleep 600']"
    )
    with cli.start("apps", "--profile", "work") as program:
        cli.until(mark.exists, program)
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=PATIENCE)
    assert program.returncode == 130
    alive = subprocess.run(["kill", "-0", mark.read_text().strip()], capture_output=True, check=False)  # noqa: S607
    assert alive.returncode != 0


def test_a_key_is_in_no_output_of_any_command(cli: CommandLine) -> None:
    cli.profile(profile(cli))
    for arguments in [("apps",), ("status", *CALC), ("doctor",), ("logs", *CALC), ("backups", "list", *CALC)]:
        for options in [(), ("--json",), ("-v",), ("-vv",)]:
            cli.run(*arguments, *options, **UNSET)
    for options in [(), ("--json",), ("-vv",)]:
        cli.run("backups", "download", *CALC, "--latest", "x.backup", *options)
        cli.run("doctor", *options, code=4, MENDIX_USERNAME="nobody@example.com")
    for written in cli.state.rglob("*"):
        assert cli.sim.api_key not in written.read_text()


def test_a_key_is_no_option(cli: CommandLine) -> None:
    for option in ("--api-key", "--username", "--password", "--key"):
        assert "unexpected argument" in cli.run("apps", option, "x", code=2).err


def checks_of(cli: CommandLine, *arguments: object, code: int, **variables: str | None) -> dict[str, dict[str, object]]:
    """What `doctor` found, by what was checked."""
    ran = cli.json("doctor", *arguments, code=code, **variables)
    cli.run("doctor", *arguments, code=code, **variables)
    return {check["what"]: check for check in ran.lines[0]}


def test_a_doctor_who_finds_nothing_says_so(cli: CommandLine) -> None:
    out = cli.run("doctor").out
    assert all(line.startswith("ok ") for line in out.splitlines()), out
    found = checks_of(cli, code=0, HTTPS_PROXY="http://me:S3cret@127.0.0.1:1", NO_PROXY="127.0.0.1")
    assert found["server"]["found"] == cli.sim.url
    assert found["proxy"]["found"] == "of HTTPS_PROXY"
    assert found["sketch Sandbox: package"]["found"] == "not offered for a free app"
    assert {"calc Test: package", "calc Acceptance: settings", "tictactoc Production: package"} <= set(found)
    assert cli.effects() == {}


def test_doctor_on_a_key_that_is_refused(cli: CommandLine) -> None:
    cli.secrets.append(WRONG)
    found = checks_of(cli, code=4, MENDIX_API_KEY=WRONG)
    assert found["connection"]["ok"] is False
    assert "create an API key" in str(found["connection"]["advice"])


def test_doctor_on_rights_that_are_missing(cli: CommandLine) -> None:
    refusal = {"error": {"status": 403, "code": "NO_ACCESS", "message": "You do not have access"}}
    cli.sim.add_fault("get_environment_settings", refusal, times=2)
    checks = cli.json("doctor", "--app", "calc", code=4).lines[0]
    failed = {check["what"]: check["advice"] for check in checks if not check["ok"]}
    assert list(failed) == ["calc Acceptance: settings", "calc Production: settings"]
    assert "give you API rights" in failed["calc Acceptance: settings"]


def test_doctor_on_an_app_that_does_not_exist(cli: CommandLine) -> None:
    found = checks_of(cli, "--app", "nowhere", code=5)
    assert found["nowhere: environments"]["ok"] is False
    assert "`mendix-deploy apps`" in str(found["nowhere: environments"]["advice"])


def test_doctor_on_a_server_that_is_not_there(cli: CommandLine) -> None:
    with socket.socket() as taken:
        # Bound, and nobody listens.
        taken.bind(("127.0.0.1", 0))
        found = checks_of(cli, code=1, MENDIX_DEPLOY_URL=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert "HTTPS_PROXY" in str(found["connection"]["advice"])
    out = cli.run("doctor", code=1, MENDIX_DEPLOY_URL="https://localhost.invalid").out
    assert "FAILED connection: " in out
    assert "check the name of the server" in out


@pytest.fixture
def tls() -> Iterator[Simulator]:
    """One that speaks TLS."""
    with Simulator(tls=True) as sim:
        yield sim


def test_doctor_on_a_certificate_that_is_not_trusted(cli: CommandLine, tls: Simulator) -> None:
    assert tls.ca_pem
    (cli.home / "ca.pem").write_text(tls.ca_pem)
    credentials: dict[str, Any] = dict(tls.environment())
    found = checks_of(cli, code=1, **credentials)
    assert "trust it with --ca-file" in str(found["connection"]["advice"])
    cli.run("doctor", "--ca-file", "ca.pem", **credentials)
    user = f'username = "{tls.username}"\napi_key = "{tls.api_key}"\n'
    cli.profile(f'[tls]\n{user}base_url = "{tls.url}"\nca_file = "{cli.home}/ca.pem"\n')
    cli.run("doctor", "--profile", "tls", **UNSET)


def test_an_option_wins_over_the_profile_and_that_over_the_environment(cli: CommandLine) -> None:
    cli.profile(profile(cli).replace(cli.sim.url, "https://localhost.invalid"))
    assert cli.run("apps", "--base-url", cli.sim.url, **UNSET).out
    cli.profile(profile(cli))
    assert cli.run(
        "apps", **UNSET | {"MENDIX_DEPLOY_URL": "https://localhost.invalid", "MENDIX_DEPLOY_PROFILE": "default"}
    ).out
