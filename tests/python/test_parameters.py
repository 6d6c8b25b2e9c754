"""Every parameter of everything that can be called: what is wrong with an argument is told by its name."""

import datetime as dt
from collections.abc import Callable, Iterator
from inspect import Parameter, isclass, signature
from pathlib import Path
from typing import Any

import mendix_deploy
import pytest
from mendix_deploy import CancelToken, Client, Downloaded, EnvironmentSettings, InvalidInputError, SignedUrl
from mendix_deploy.testing import Simulator
from table import CALLS, example

# One that is right for each name; the type says what else is. Those of the calls are in the table.
GOOD: dict[str, Any] = {name: value for call in CALLS for name, value in example(call).items()} | {
    "action_timeout": 1.0,
    "allow_insecure_http": False,
    "answer_timeout": 1.0,
    "api_key": "key",
    "base_url": "http://127.0.0.1:1",
    "bytes": 7,
    "ca_file": Path("ca.pem"),
    "backup": "never",
    "check_packages": True,
    "connect_timeout": 1.0,
    "constants": {"M.C": "x"},
    "custom_settings": {"x": "x"},
    "date": dt.date(2018, 8, 10),
    "enabled": True,
    "from_mode": "Test",
    "journal": Path("x.journal"),
    "lease": Path("x.lease"),
    "max_attempts": 1,
    "on_event": print,
    "on_step": print,
    "package": Path("x.mda"),
    "part": "FilesOnly",
    "path": Path("x"),
    "progress": print,
    "proxy": None,
    "read_back": True,
    "reply_limit": 1000,
    "rollback": "package",
    "scheduled_events": {"M.E": True},
    "service": "detected",
    "source": Path("x.mda"),
    "stall_timeout": 1.0,
    "status": "Stopped",
    "step_timeout": 1.0,
    "target": Path("x"),
    "text": "{}",
    "timeout": 1.0,
    "token": CancelToken(),
    "url": "https://links.example.com/x",
    "user_agent": "mine/1.0",
    "username": "me@example.com",
    "value": "x",
    "wait_token": '{"wait_for": "start", "app_id": "calc", "mode": "Test", "job_id": null}',
    "while_running": True,
}

MADE = {
    Client: Client(username="me", api_key="key"),
    EnvironmentSettings: EnvironmentSettings.from_json("{}"),
    Downloaded: Downloaded("x", 1),
}


def callables() -> Iterator[tuple[str, Callable[..., object]]]:
    """All that the native module has for users."""
    for cls in map(mendix_deploy.__dict__.__getitem__, mendix_deploy.__all__):
        if not isclass(cls) or cls.__module__ != "mendix_deploy":
            continue
        if cls in {Client, SignedUrl, mendix_deploy.Downloaded}:
            yield cls.__name__, cls
        for name in vars(cls):
            member = getattr(MADE.get(cls, cls), name)
            if not name.startswith("_") and callable(member):
                yield f"{cls.__name__}.{name}", member


CASES = [
    (f"{label}({parameter})", function, parameter)
    for label, function in callables()
    for parameter, declared in signature(function).parameters.items()
    # Fields of results are tried by `test_results.py`.
    if parameter not in {"self", "cls"} and declared.kind is not Parameter.VAR_KEYWORD
]


def refusal(function: Callable[..., object], parameter: str, value: object, error: type[Exception]) -> str:
    """Call with one argument that is wrong, and all others right."""
    parameters = signature(function).parameters.values()
    given = {known.name: GOOD[known.name] for known in parameters if known.default is known.empty}
    with pytest.raises(error) as caught:
        function(**given | {parameter: value})
    return str(caught.value)


def chosen(kind: type | tuple[type, ...]) -> pytest.MarkDecorator:
    """Take the parameters of a kind."""
    cases = [case for case in CASES if isinstance(GOOD[case[2]], kind) and not isinstance(GOOD[case[2]], bool)]
    assert cases
    return pytest.mark.parametrize(("function", "parameter"), [case[1:] for case in cases], ids=[c[0] for c in cases])


@pytest.mark.parametrize(("function", "parameter"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_wrong_type_is_told_by_name_with_what_was_expected(function: Callable[..., object], parameter: str) -> None:
    text = refusal(function, parameter, object(), TypeError)
    assert text.startswith(f"{parameter}: expected ")
    assert text.endswith(", not object")


@chosen(str)
def test_half_a_character_is_refused(function: Callable[..., object], parameter: str) -> None:
    text = refusal(function, parameter, "a\udc80", InvalidInputError)
    assert text.startswith(f"{parameter} has a lone surrogate")


@chosen(int)
@pytest.mark.parametrize("value", [-1, 2**64, -(2**70), 10**5000], ids=["-1", "2^64", "-2^70", "10^5000"])
def test_a_whole_number_out_of_range_is_refused(function: Callable[..., object], parameter: str, value: int) -> None:
    assert refusal(function, parameter, value, InvalidInputError).startswith(f"{parameter} is ")


@chosen(float)
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 1e300, 10**400], ids=lambda value: str(value)[:5])
def test_a_time_out_of_range_is_refused(function: Callable[..., object], parameter: str, value: float) -> None:
    text = refusal(function, parameter, value, InvalidInputError)
    assert text.startswith(f"{parameter} is ")
    assert len(text) < 200


@chosen(Path)
@pytest.mark.parametrize("value", ["a\0b", "a\ud800b"], ids=ascii)
def test_what_no_path_can_be_is_refused(function: Callable[..., object], parameter: str, value: str) -> None:
    assert refusal(function, parameter, value, InvalidInputError).startswith(f"{parameter} has a ")


@chosen(Path)
def test_a_path_in_bytes_is_refused(function: Callable[..., object], parameter: str) -> None:
    class InBytes:
        def __fspath__(self) -> bytes:
            return b"x"

    assert refusal(function, parameter, InBytes(), TypeError).startswith(f"{parameter}: expected ")


@chosen(Path)
def test_what_a_path_object_raises_comes_out(function: Callable[..., object], parameter: str) -> None:
    class Broken:
        def __fspath__(self) -> str:
            raise TypeError("mine")  # noqa: EM101 - the shortest

    assert refusal(function, parameter, Broken(), TypeError) == "mine"


@pytest.mark.parametrize("value", ["socks5://x", "a\udc80"], ids=ascii)
def test_a_proxy_that_is_none(value: str) -> None:
    assert refusal(Client, "proxy", value, InvalidInputError).startswith("proxy ")


def test_every_name_is_that_of_a_parameter() -> None:
    assert {case[2] for case in CASES} == set(GOOD)


@pytest.mark.parametrize(
    ("parameter", "value", "error"),
    [
        ("speed", -1, ValueError),
        ("speed", float("nan"), ValueError),
        ("speed", float("inf"), ValueError),
        ("speed", 10**400, ValueError),
        ("speed", "1", TypeError),
        ("start_duration", -1, ValueError),
        ("stop_duration", "1", TypeError),
        ("backup_duration", -1, ValueError),
        ("processing_duration", float("nan"), ValueError),
        ("idle_limit", -1, ValueError),
        ("rules", {"no_such_rule": True}, ValueError),
        ("rules", {"strict_bodies": "on"}, ValueError),
        ("bind", "localhost", ValueError),
        ("bind", 7, TypeError),
        ("port", 65536, ValueError),
        ("port", "80", TypeError),
        ("one_port", 1, TypeError),
        ("profile", "yesterday", ValueError),
        ("profile", 7, TypeError),
        ("bodies", "xml", ValueError),
        ("tls", "yes", TypeError),
        ("accept_any_package", 1, TypeError),
    ],
)
def test_options_of_the_simulator(parameter: str, value: Any, error: type[Exception]) -> None:
    assert refusal(Simulator, parameter, value, error).startswith(parameter)


@pytest.mark.parametrize(
    ("parameter", "value", "error"),
    [
        ("nth", 0, ValueError),
        ("nth", -1, ValueError),
        ("nth", 2**40, ValueError),
        ("nth", "1", TypeError),
        ("times", 0, ValueError),
        ("times", 1.5, TypeError),
        ("call", "no_such_call", ValueError),
        ("call", 7, TypeError),
        ("kind", "no_such_kind", ValueError),
        ("after_effect", 1, TypeError),
    ],
)
def test_faults_that_cannot_happen(sim: Simulator, parameter: str, value: object, error: type[Exception]) -> None:
    given: dict[str, Any] = {"call": "get_app", "kind": "close"} | {parameter: value}
    with pytest.raises(error) as caught:
        sim.add_fault(**given)
    assert str(caught.value).startswith(parameter)
    assert sim.unused_faults() == []


def test_time_moves_forwards_only(sim: Simulator) -> None:
    with pytest.raises(InvalidInputError, match=r"^seconds is -1"):
        sim.advance(-1)
