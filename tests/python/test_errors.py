"""Every way to fail, as an exception."""

import copy
import errno
import json
import pickle
import socket
import traceback
from pathlib import Path
from typing import Any

import mendix_deploy
import pytest
from mendix_deploy import (
    AmbiguousError,
    ApiError,
    CancelledError,
    CancelToken,
    Client,
    ConflictError,
    ErrorKind,
    Evidence,
    FileError,
    InvalidInputError,
    InvalidResponseError,
    MendixDeployError,
    NotFoundError,
    RateLimitedError,
    RequestTimeoutError,
    StartState,
    StartStatus,
    TransportError,
    UnauthorizedError,
    WaitTimedOutError,
    _native,
    exceptions,
)
from mendix_deploy.testing import ErrorRow, Simulator, error_rows
from table import as_python

ROWS = error_rows()


def call(client: Client, name: str, arguments: dict[str, Any]) -> object:
    return getattr(client, name)(**as_python(arguments))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['call']}-{row['status']}-{row['code']}")
def test_documented_error(sim: Simulator, row: ErrorRow) -> None:
    arguments = sim.arrange(row)
    with pytest.raises(ApiError) as caught:
        call(sim.client(check_packages=False), row["call"], arguments)
    error = caught.value
    assert error.operation == row["call"]
    assert error.http_status == row["status"]
    assert error.code == row["code"].replace(" ", "_")
    assert error.evidence is Evidence.REFUSED
    assert error.message
    assert str(error).startswith(f"{row['call']}: ")
    assert type(error).__name__ in {f"{error.kind}Error", "ApiError"}
    assert sim.unused_faults() == []


def test_every_kind_has_a_class_of_its_own() -> None:
    classes = dict(_native._error_classes())
    assert set(classes) == set(ErrorKind)
    assert len(set(classes.values())) == len(classes)
    for name in classes.values():
        cls = getattr(exceptions, name)
        assert issubclass(cls, MendixDeployError)
        assert getattr(mendix_deploy, name) is cls
        assert cls.__doc__


def test_the_enums_have_the_words_of_the_core() -> None:
    for name, words in _native._known_words():
        assert [member.value for member in getattr(mendix_deploy, name)] == words, name


EVIDENCE = {
    "Ambiguous": "Ambiguous",
    "InvalidResponse": "Ambiguous",
    "WaitTimedOut": "Refused",
    "DeployFailed": "Refused",
}


def test_one_that_a_test_makes_has_what_fits_its_class() -> None:
    for kind, name in _native._error_classes():
        cls = getattr(exceptions, name)
        expected = "Refused" if issubclass(cls, ApiError) else EVIDENCE.get(kind, "NotSent")
        for error in (cls("made"), pickle.loads(pickle.dumps(cls("made"))), copy.copy(cls("made"))):
            assert (error.kind, error.evidence, error.message, str(error)) == (kind, expected, "made", "made")
    error = ApiError("made", kind=ErrorKind.CONFLICT, evidence=Evidence.AMBIGUOUS)
    assert (error.kind, error.evidence) == ("Conflict", "Ambiguous")


class MineError(FileError):
    def __init__(self, number: int, *, more: str) -> None:  # noqa: D107 - that it takes others is all
        super().__init__(f"{number} {more}")
        self.number = number


def test_a_class_of_ones_own_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(MineError(7, more="x")))
    assert (type(again), str(again), again.number, again.kind) == (MineError, "7 x", 7, "Io")


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


KINDS: dict[str, tuple[type[MendixDeployError], tuple[type[Exception], ...]]] = {
    "InvalidInput": (InvalidInputError, (ValueError,)),
    "Unauthorized": (UnauthorizedError, (ApiError,)),
    "RateLimited": (RateLimitedError, (ApiError,)),
    "Conflict": (ConflictError, (ApiError,)),
    "Timeout": (RequestTimeoutError, (TimeoutError, OSError)),
    "Transport": (TransportError, (ConnectionError, OSError)),
    "Ambiguous": (AmbiguousError, ()),
    "WaitTimedOut": (WaitTimedOutError, (TimeoutError,)),
    "InvalidResponse": (InvalidResponseError, ()),
    "Io": (FileError, (OSError,)),
    "Cancelled": (CancelledError, ()),
}


def fail(kind: str, sim: Simulator, client: Client, tmp_path: Path) -> None:  # noqa: C901 - one case for each
    match kind:
        case "InvalidInput":
            client.get_app("")
        case "Unauthorized":
            sim.client(api_key="wrong").list_apps()
        case "RateLimited":
            sim.add_fault("list_apps", {"rate_limit": {"retry_after": "absent"}})
            sim.client(max_attempts=1).list_apps()
        case "Conflict":
            client.transport_package("calc", "Acceptance", "b3d14e53-2654-4534-b374-9179a69ef3cf")
        case "Timeout":
            sim.add_fault("list_apps", "stall")
            sim.client(timeout=1, max_attempts=1).list_apps()
        case "Transport":
            Client(username="me", api_key="key", base_url=f"http://127.0.0.1:{closed_port()}").list_apps()
        case "Ambiguous":
            sim.add_fault("stop_environment", "close", after_effect=True)
            sim.client(read_back=False).stop_environment("calc", "Acceptance")
        case "WaitTimedOut":
            client.wait_for_status("calc", "Acceptance", "Stopped", timeout=0.1)
        case "InvalidResponse":
            sim.add_fault("list_apps", {"reply": {"status": 200, "body": "<h1>hello</h1>"}})
            client.list_apps()
        case "Io":
            client.upload_package("calc", tmp_path / "missing.mda")
        case "Cancelled":
            token = CancelToken()
            token.cancel()
            assert token.cancelled
            client.with_cancel_token(token).list_apps()


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str, sim: Simulator, client: Client, tmp_path: Path) -> None:
    cls, bases = KINDS[kind]
    with pytest.raises(cls) as caught:
        fail(kind, sim, client, tmp_path)
    error = caught.value
    assert error.kind == kind
    assert all(isinstance(error, base) for base in bases)
    assert error.args == (str(error),)
    assert "\n" not in str(error)
    notes = getattr(error, "__notes__", [])
    assert notes == ([] if error.hint is None else [error.hint])
    assert isinstance(error.attempts, tuple)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.__dict__ == error.__dict__


def test_what_was_awaited_is_held(sim: Simulator, client: Client) -> None:
    client.stop_environment("calc", "Acceptance")
    client.wait_for_status("calc", "Acceptance", "Stopped")
    state = sim.state()
    state["options"]["start_ms"] = 60_000
    sim.set_state(state)
    job = client.start_environment("calc", "Acceptance")
    with pytest.raises(WaitTimedOutError) as caught:
        client.wait_for_start("calc", "Acceptance", job.job_id, timeout=2)
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.app_id, error.mode, error.job_id) == ("calc", "Acceptance", job.job_id)
    assert error.last_seen == "Starting"
    # Another process resumes the wait, with a client of its own.
    assert json.loads(error.wait_token)["job_id"] == job.job_id
    with pytest.raises(WaitTimedOutError, match="wait_for_start"):
        sim.client().resume_wait(error.wait_token, timeout=0.1)
    sim.advance(60)
    with sim.client() as other:
        started = other.resume_wait(error.wait_token, timeout=30)
    assert started == StartStatus.from_json('{"Status": "Started"}')
    with pytest.raises(InvalidInputError, match="resume_wait: wait_token cannot be read"):
        client.resume_wait("{}")


def test_what_was_awaited_is_held_by_every_error_of_a_wait(client: Client) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.wait_for_start("calc", "Acceptance", "nothing")
    assert (caught.value.mode, caught.value.job_id, caught.value.last_seen) == ("Acceptance", "nothing", None)
    with pytest.raises(NotFoundError) as caught:
        client.get_app("nowhere")
    assert (caught.value.app_id, caught.value.wait_token) == (None, None)


def test_a_file_error_is_an_os_error(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "missing.mda"
    with pytest.raises(FileError) as caught:
        client.upload_package("calc", path)
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert error.errno == 2
        assert error.strerror == "No such file or directory"
        assert error.filename == str(path)
    assert caught.value.evidence is Evidence.NOT_SENT


def test_a_failed_connection_has_its_reason(client: Client, tmp_path: Path, sim: Simulator) -> None:
    with pytest.raises(TransportError) as caught:
        fail("Transport", sim, client, tmp_path)
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert (error.errno, error.strerror) == (errno.ECONNREFUSED, "Connection refused")
    assert {attempt.evidence for attempt in caught.value.attempts} == {Evidence.NOT_SENT}
    assert caught.value.attempts[0].elapsed >= 0


@pytest.mark.parametrize("kind", ["Io", "Transport"])
def test_a_traceback_says_the_reason_once(client: Client, tmp_path: Path, sim: Simulator, kind: str) -> None:
    with pytest.raises(MendixDeployError) as caught:
        fail(kind, sim, client, tmp_path)
    assert isinstance(caught.value, OSError)
    shown = "".join(traceback.format_exception(caught.value))
    assert shown.count(str(caught.value.strerror)) == 1, shown


def test_a_traceback_shows_the_hint_once(client: Client) -> None:
    with pytest.raises(ConflictError) as caught:
        client.transport_package("calc", "Acceptance", "b3d14e53-2654-4534-b374-9179a69ef3cf")
    hint = caught.value.hint
    assert hint is not None
    assert "".join(traceback.format_exception(caught.value)).count(hint) == 1


@pytest.mark.parametrize("read_back", [True, False])
def test_a_change_is_not_made_twice(sim: Simulator, read_back: bool) -> None:
    sim.add_fault("stop_environment", "close", after_effect=True)
    client = sim.client(read_back=read_back)
    if read_back:
        client.stop_environment("calc", "Acceptance")
    else:
        with pytest.raises(AmbiguousError):
            client.stop_environment("calc", "Acceptance")
    assert sim.accounting()["effects"] == {"stop_environment": 1}


def test_a_start_that_was_accepted_without_a_word_is_waited_for(sim: Simulator, client: Client) -> None:
    client.stop_environment("calc", "Acceptance")
    sim.add_fault("start_environment", {"reply": {"status": 202}}, after_effect=True)
    job = client.start_environment("calc", "Acceptance")
    assert (job.job_id, job.to_json()) == (None, "{}")
    for waited_for in (job, job.job_id):
        started = client.wait_for_start("calc", "Acceptance", waited_for, timeout=30)
        assert started.status is StartState.STARTED
    with pytest.raises(TypeError, match="job_id: expected a StartJob, its job_id or None, not int"):
        client.wait_for_start("calc", "Acceptance", 7)  # type: ignore[arg-type]


def test_an_upload_says_what_could_not_be_read(sim: Simulator, client: Client, package: bytes) -> None:
    told = {"reply": {"status": 200, "body": "accepted"}}
    sim.add_fault("upload_package", told, after_effect=True)
    uploaded = client.upload_package("calc", package, name="a.mda")
    # The package is found by its name.
    assert uploaded.unreadable == '"accepted"'
    assert uploaded.package_id is not None
    assert pickle.loads(pickle.dumps(uploaded)) == uploaded
    sim.add_fault("upload_package", told, after_effect=True)
    with sim.client(read_back=False) as other:
        uploaded = other.upload_package("calc", package, name="b.mda")
    assert (uploaded.package_id, uploaded.unreadable) == (None, '"accepted"')
