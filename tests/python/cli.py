"""The command line, run as a program of its own, with a home of its own and the credentials of a simulator."""

import contextlib
import functools
import importlib
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mendix_deploy.testing import Simulator

PROGRAM = [sys.executable, "-m", "mendix_deploy"]
ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests" / "data" / "calc_1.2.0.254.mda"
MODEL = "1.2.0.254"
SNAPSHOT = "c879c6b1-3aa5-4e10-aaab-cb145841862f"
ACCEPTANCE_PACKAGE = "6f3bd8ac-6c0f-4b8c-a0a5-4fb4d1c0a3e7"
OLD_PACKAGE = "b3d14e53-2654-4534-b374-9179a69ef3cf"
CALC = ("--app", "calc", "--mode", "Acceptance")
# How long a program may take before something is wrong, however busy the machine is.
PATIENCE = 120
# What the machine of the tests may have set, and what the program hears.
HEARD = {"CI", "GITHUB_ACTIONS", "GITLAB_CI", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"}
HEARD |= {"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"}


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The lines of JSON on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def errors(self) -> list[Any]:
        """The lines of JSON on standard error that tell an error."""
        lines = [line for line in self.err.splitlines() if line.startswith("{")]
        return [json.loads(line) for line in lines]


class CommandLine:
    """The command line for a simulator."""

    def __init__(self, sim: Simulator, home: Path) -> None:
        """Give it a home that is empty."""
        self.sim = sim
        self.home = home
        self.state = home / "state" / "mendix-deploy"
        self.config = home / "config" / "mendix-deploy" / "config.toml"
        self.secrets = [sim.api_key]
        inherited = {name: value for name, value in os.environ.items() if name not in HEARD}
        self.environment = {name: value for name, value in inherited.items() if not name.startswith("MENDIX_")}
        self.environment |= sim.environment()
        self.environment |= {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
        }

    def variables(self, **changed: str | None) -> dict[str, str]:
        """Give the environment with some variables changed; None removes one."""
        merged: dict[str, str | None] = {**self.environment, **changed}
        return {name: value for name, value in merged.items() if value is not None}

    def run(self, *arguments: object, code: int = 0, stdin: str | None = "", **variables: str | None) -> Ran:
        """Run a command through pipes, and look at its exit code. No secret may be in what it says."""
        with self.start(*arguments, **variables) as program:
            out, err = program.communicate(stdin, timeout=PATIENCE)
        ran = Ran(program.returncode, out, err)
        assert ran.code == code, f"{arguments}: {ran}"
        self.check(out + err)
        return ran

    def json(self, *arguments: object, code: int = 0, stdin: str | None = "", **variables: str | None) -> Ran:
        """Run a command with --json, and hold each line against the published schemas."""
        ran = self.run(*arguments, "--json", code=code, stdin=stdin, **variables)
        words = [str(word) for word in arguments]
        for line in ran.lines:
            validate(line, schema(self, named(words)))
        for error in ran.errors:
            validate(error, schema(self, "error"))
        if ran.errors:
            codes = [error["error"]["exit_code"] for error in ran.errors]
            assert code in codes, ran
        return ran

    @contextlib.contextmanager
    def start(self, *arguments: object, **variables: str | None) -> "Iterator[subprocess.Popen[str]]":
        """Start a command through pipes, as the first of a group of processes. None is left behind."""
        program = subprocess.Popen(
            [*PROGRAM, *(str(argument) for argument in arguments)],
            env=self.variables(**variables),
            cwd=self.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with program, ended_in_time(program):
            try:
                yield program
            finally:
                kill(program)

    def check(self, said: str) -> None:
        """Look for secrets."""
        for secret in self.secrets:
            assert secret not in said
        assert "signature=" not in said

    def profile(self, text: str, mode: int = 0o600) -> None:
        """Write the profiles."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text)
        self.config.chmod(mode)

    def effects(self) -> dict[str, int]:
        """What took effect until now, and how often."""
        return self.sim.accounting()["effects"]

    def requests(self) -> dict[str, int]:
        """What was asked until now, and how often."""
        return self.sim.accounting()["requests"]

    def until(self, seen: Callable[[], object], program: "subprocess.Popen[Any] | None" = None) -> None:
        """Wait until something is seen, while the program runs."""
        end = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < end, self.sim.accounting()["log"]
            if program is not None:
                assert program.poll() is None, program.communicate()
            time.sleep(0.02)

    def until_effect(self, call: str, program: "subprocess.Popen[Any]", times: int = 1) -> None:
        """Wait until a call has taken effect so often."""
        self.until(lambda: self.effects().get(call, 0) >= times, program)


def named(words: list[str]) -> str:
    """The command of a line, with its subcommand."""
    two_words = words[0] in ("packages", "settings", "backups", "tags")
    return " ".join(words[:2] if two_words else words[:1])


SCHEMAS: dict[str, Any] = {}


def schema(cli: CommandLine, command: str) -> Any:
    """The schema that the program prints."""
    if command not in SCHEMAS:
        SCHEMAS[command] = json.loads(cli.run("schema", *command.split()).out)
    return SCHEMAS[command]


@functools.cache
def validator() -> Any:
    """The class that validates. Its package has no types."""
    return importlib.import_module("jsonschema").Draft202012Validator


def validate(value: Any, by: Any) -> None:
    """Hold a value against a schema."""
    checker = validator()(by, format_checker=validator().FORMAT_CHECKER)
    problems = [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(value)]
    assert problems == [], value


def kill(program: "subprocess.Popen[Any]") -> None:
    """Kill a program and its children, unless it has ended."""
    if program.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)


@contextlib.contextmanager
def ended_in_time(program: "subprocess.Popen[Any]") -> Iterator[None]:
    """Kill a program that hangs, so that nothing waits for it for ever."""
    watch = threading.Timer(PATIENCE, kill, [program])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def end(program: "subprocess.Popen[str]", number: signal.Signals = signal.SIGKILL) -> Ran:
    """End a program and its children by a signal, and give what it said."""
    os.killpg(program.pid, number)
    out, err = program.communicate(timeout=PATIENCE)
    return Ran(program.returncode, out, err)


class Terminal:
    """A command on a terminal of its own, where a person sees what it says and answers."""

    def __init__(self, cli: CommandLine, *arguments: object, **variables: str | None) -> None:
        """Start it."""
        self.cli = cli
        self.seen = ""
        self.end, inner = pty.openpty()
        variables = {"TERM": "xterm", "COLUMNS": "200", **variables}
        self.program = subprocess.Popen(
            [*PROGRAM, *(str(argument) for argument in arguments)],
            env=cli.variables(**variables),
            cwd=cli.home,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)
        self.watch = ended_in_time(self.program)
        self.watch.__enter__()

    def expect(self, text: str) -> None:
        """Read until this is seen."""
        while text not in self.seen:
            assert self._read(), f"{text!r} is not in {self.seen!r}"

    def say(self, line: str) -> None:
        """Type a line."""
        os.write(self.end, f"{line}\n".encode())

    def finish(self, code: int = 0) -> str:
        """Read to the end, and look at the exit code."""
        while self._read():
            pass
        os.close(self.end)
        ended = self.program.wait(PATIENCE)
        self.watch.__exit__(None, None, None)
        assert ended == code, self.seen
        self.cli.check(self.seen)
        return self.seen

    def _read(self) -> bool:
        piece = b""
        # It gives an error when the other end is closed.
        with contextlib.suppress(OSError):
            piece = os.read(self.end, 2**16)
        self.seen += piece.decode(errors="replace")
        return bool(piece)


def let_start(sim: Simulator, mode: str = "Acceptance") -> None:
    """End the starts of an environment that hang."""
    jobs = environment(sim, mode)["jobs"]
    sim.patch_state(on(mode, jobs={job: {"due": 1} for job, it in jobs.items() if it["state"] == "Starting"}))


def on(mode: str, app: str = "calc", **fields: Any) -> dict[str, Any]:
    """A patch of an environment."""
    return {"apps": {app: {"environments": {mode: fields}}}}


def environment(sim: Simulator, mode: str = "Acceptance", app: str = "calc") -> dict[str, Any]:
    """The state of an environment."""
    found: dict[str, Any] = sim.state()["apps"][app]["environments"][mode]
    return found


QUICK = {"options": {"start_ms": 20, "backup_ms": 20, "build_ms": 20, "processing_ms": 20}}
QUICK["options"] |= {"archive_ms": 20, "restore_ms": 20}
