"""What is wrong with an argument is told by its name, before anything is sent."""

import datetime as dt
import io
import mmap
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from mendix_deploy import Client, InvalidInputError
from mendix_deploy.testing import Simulator

CALC = {"app_id": "calc", "mode": "Test"}
OPTIONS: dict[str, Any] = {"username": "me@example.com", "api_key": "26587896-1cef"}


@pytest.mark.parametrize(
    ("call", "arguments", "named"),
    [
        ("get_app", {"app_id": 7}, "app_id"),
        ("get_app", {"app_id": b"calc"}, "app_id"),
        ("get_app", {"app_id": None}, "app_id"),
        ("start_environment", CALC | {"auto_sync_db": "yes"}, "auto_sync_db"),
        ("set_environment_settings", CALC | {"settings": {}}, "settings"),
        ("create_backup", CALC | {"comment": 7}, "comment"),
        ("scale_environment", CALC | {"instances": "2", "memory_per_instance": 1024}, "instances"),
        ("scale_environment", CALC | {"instances": 2.5, "memory_per_instance": 1024}, "instances"),
        ("get_archived_logs", CALC | {"date": 20180810}, "date"),
        ("get_archived_logs", CALC | {"date": dt.datetime(2018, 8, 10, tzinfo=dt.UTC)}, "date"),
        ("upload_package", {"app_id": "calc", "source": 7}, "source"),
        ("upload_package", {"app_id": "calc", "source": bytearray(b"x")}, "source"),
        ("upload_package", {"app_id": "calc", "source": io.StringIO("x")}, "source"),
        ("upload_package", {"app_id": "calc", "source": b"x", "name": "x.mda", "progress": 7}, "progress"),
        ("wait_for_start", CALC | {"job_id": "x", "progress": True}, "progress"),
        ("wait_for_start", CALC | {"job_id": "x", "timeout": "1"}, "timeout"),
        ("download_backup", CALC | {"snapshot_id": "x", "part": "FilesOnly", "target": 7}, "target"),
    ],
)
def test_wrong_types(sim: Simulator, client: Client, call: str, arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(TypeError, match=named):
        getattr(client, call)(**arguments)
    assert sim.accounting()["total_requests"] == 0


@pytest.mark.parametrize(
    ("call", "arguments", "named"),
    [
        ("get_app", {"app_id": ""}, "app_id"),
        ("get_app", {"app_id": ".."}, "app_id"),
        ("get_app", {"app_id": "a\nb"}, "app_id"),
        ("get_app", {"app_id": "a\ud800b"}, "lone surrogate"),
        ("get_environment", {"app_id": "calc", "mode": "a/../b\0"}, "mode"),
        ("scale_environment", CALC | {"instances": 0, "memory_per_instance": 1024}, "instances"),
        ("scale_environment", CALC | {"instances": -1, "memory_per_instance": 1024}, "instances"),
        ("scale_environment", CALC | {"instances": 2**70, "memory_per_instance": 1024}, "instances"),
        ("scale_environment", CALC | {"instances": 1, "memory_per_instance": 7}, "memory_per_instance"),
        ("get_archived_logs", CALC | {"date": "10-08-2018"}, "date"),
        ("upload_package", {"app_id": "calc", "source": b"", "name": "x.mda"}, "source"),
        ("upload_package", {"app_id": "calc", "source": b"x"}, "name"),
        ("wait_for_start", CALC | {"job_id": "x", "timeout": -1}, "timeout"),
        ("wait_for_start", CALC | {"job_id": "x", "timeout": float("nan")}, "timeout"),
        ("wait_for_status", CALC | {"status": "Stopped", "timeout": 0}, "timeout"),
        ("wait_for_status", CALC | {"status": "", "timeout": 5}, "status is empty"),
        ("download_backup", CALC | {"snapshot_id": "x", "part": "All", "target": "x"}, "part"),
    ],
)
def test_bad_values(sim: Simulator, client: Client, call: str, arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInputError, match=named):
        getattr(client, call)(**arguments)
    assert sim.accounting()["total_requests"] == 0


def test_a_file_object_must_be_open(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "calc.mda"
    path.write_bytes(b"x")
    with path.open("rb") as file:
        pass
    with pytest.raises(InvalidInputError, match=r"closed file.*expected a path, bytes, or a file opened in binary"):
        client.upload_package("calc", file)


def test_a_file_object_must_be_binary(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "calc.mda"
    path.write_bytes(b"x")
    with path.open() as file, pytest.raises(TypeError, match=r'text mode.*open\(path, "rb"\)'):
        client.upload_package("calc", file)  # type: ignore[arg-type]


def test_a_file_object_must_be_readable(client: Client, tmp_path: Path) -> None:
    with (tmp_path / "calc.mda").open("wb") as file, pytest.raises(InvalidInputError) as caught:
        client.upload_package("calc", file)
    assert str(caught.value).startswith("source is a file opened to be written; expected one opened to be read")
    assert 'open(path, "rb")' in str(caught.value)


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
@pytest.mark.parametrize("given", [None, bytearray(b"x"), 7], ids=repr)
def test_a_file_object_must_give_bytes(sim: Simulator, client: Client, given: Any, at_once: bool) -> None:
    class Odd(io.BytesIO):
        def read(self, size: int | None = -1, /) -> Any:
            return given if at_once or size else b""

    with pytest.raises(TypeError) as caught:
        client.upload_package("calc", Odd(b"content"), name="calc.mda")
    assert str(caught.value).startswith(f"source has a read() that gives {type(given).__name__}; expected bytes")
    assert sim.accounting()["effects"] == {}


@pytest.mark.parametrize("position", [None, -1, 2**70])
def test_a_file_object_must_have_a_position(client: Client, position: Any) -> None:
    class Odd(io.BytesIO):
        def tell(self) -> Any:
            return position

        def seek(self, _offset: Any, _whence: int = 0, /) -> Any:
            return position

    with pytest.raises(TypeError, match=r"^source has a tell\(\) or seek\(\) that gives no position"):
        client.upload_package("calc", Odd(b"content"), name="calc.mda")


def test_a_map_of_a_file_is_read_like_one(sim: Simulator, client: Client, package: bytes, tmp_path: Path) -> None:
    path = tmp_path / "calc.mda"
    path.write_bytes(b"beside" + package)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        mapped.seek(len(b"beside"))
        client.upload_package("calc", cast("io.BytesIO", mapped), name="calc.mda")
    assert [each["size"] for each in sim.state()["apps"]["calc"]["packages"].values()].count(len(package)) == 1


def test_a_file_object_that_cannot_move_has_no_known_length(client: Client) -> None:
    class Stuck(io.BytesIO):
        def seek(self, _offset: Any, _whence: int = 0, /) -> Any:
            raise io.UnsupportedOperation

    with pytest.raises(InvalidInputError, match=r"unknown length.*give its bytes"):
        client.upload_package("calc", Stuck(b"content"), name="calc.mda")


def test_a_file_object_must_have_a_length(client: Client) -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as file, pytest.raises(InvalidInputError, match=r"unknown length.*give its bytes"):
        client.upload_package("calc", file, name="calc.mda")


@pytest.mark.parametrize(
    ("option", "value", "error"),
    [
        ("username", "", InvalidInputError),
        ("username", 7, TypeError),
        ("api_key", "with\nnewline", InvalidInputError),
        ("base_url", "http://deploy.example.com", InvalidInputError),
        ("base_url", "ftp://x", InvalidInputError),
        ("timeout", 0, InvalidInputError),
        ("timeout", -1, InvalidInputError),
        ("timeout", "1", TypeError),
        ("connect_timeout", float("inf"), InvalidInputError),
        ("stall_timeout", None, TypeError),
        ("proxy", "socks5://x", InvalidInputError),
        ("proxy", 7, TypeError),
        ("user_agent", "a\nb", InvalidInputError),
        ("allow_insecure_http", "no", TypeError),
        ("no_such_option", 1, TypeError),
    ],
)
def test_options(option: str, value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match=option) as caught:
        Client(**{**OPTIONS, option: value})
    assert "26587896" not in str(caught.value)


def test_options_that_are_right(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="ca_file") as caught:
        Client(**OPTIONS, ca_file=tmp_path / "missing.pem")
    assert caught.value.filename == str(tmp_path / "missing.pem")
    for options in (
        {"proxy": False},
        {"proxy": "http://user:secret@proxy.example.com:8080"},
        {"proxy": None, "timeout": 1, "user_agent": "mine/1.0"},
        {"base_url": "http://deploy.example.com", "allow_insecure_http": True},
    ):
        assert "secret" not in repr(Client(**OPTIONS, **options))


def test_a_closed_client_says_so(sim: Simulator) -> None:
    client = sim.client()
    client.list_apps()
    client.close()
    client.close()
    assert repr(client) == "<Client, closed>"
    with pytest.raises(InvalidInputError, match="closed"):
        client.list_apps()


CLOSED = """
import gc
from mendix_deploy import Client, InvalidInputError

class Closing:
    def __init__(self):
        self.me = self

    def __del__(self):
        client.close()

client = Client(username="me", api_key="key", base_url="http://127.0.0.1:1")
client.close()
gc.set_threshold(1)
for _ in range(100):
    Closing()
    try:
        client.list_apps()
    except InvalidInputError:
        print("closed")
"""


def test_what_the_garbage_collector_does_while_a_closed_client_says_so_may_use_it() -> None:
    # In a process of its own, which can be ended where it waits for itself.
    ran = subprocess.run([sys.executable, "-c", CLOSED], check=True, capture_output=True, text=True, timeout=60)
    assert ran.stdout == "closed\n" * 100


def test_a_client_is_not_pickled(client: Client) -> None:
    with pytest.raises(TypeError, match="API key"):
        pickle.dumps(client)


def test_environment_variables_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MENDIX_USERNAME", raising=False)
    with pytest.raises(InvalidInputError, match="MENDIX_USERNAME"):
        Client.from_env()
