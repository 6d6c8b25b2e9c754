"""Uploads from everything, downloads to a file, and progress."""

import errno
import io
import os
import pathlib
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mendix_deploy import (
    BackupPart,
    CancelledError,
    Client,
    Downloaded,
    Evidence,
    FileError,
    InvalidInputError,
    NotFoundError,
)
from mendix_deploy.testing import Simulator
from terminal import text_of

SNAPSHOT = "c879c6b1-3aa5-4e10-aaab-cb145841862f"


def stored(sim: Simulator, package_id: str | None) -> tuple[str, int]:
    """The name and size of a package that arrived."""
    package = sim.state()["apps"]["calc"]["packages"][package_id]
    return package["name"], package["size"]


@pytest.mark.parametrize("kind", ["str", "path", "bytes", "file", "stream"])
def test_uploads(sim: Simulator, client: Client, package: bytes, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "calc_1.0.0.45.mda"
    path.write_bytes(package)
    name = None
    source: str | Path | bytes | io.BufferedIOBase
    match kind:
        case "str":
            source = str(path)
        case "path":
            source = path
        case "bytes":
            source, name = package, path.name
        case "file":
            source = path.open("rb")
        case _:
            source, name = io.BytesIO(package), path.name
    uploaded = client.upload_package("calc", source, name=name)
    assert stored(sim, uploaded.package_id) == (path.name, len(package))
    if isinstance(source, io.BufferedIOBase):
        assert not source.closed
        source.close()


def test_a_stream_is_read_from_where_it_stands(sim: Simulator, client: Client, package: bytes) -> None:
    stream = io.BytesIO(b"skipped" + package)
    stream.seek(7)
    uploaded = client.upload_package("calc", stream, name="calc.mda")
    assert stored(sim, uploaded.package_id) == ("calc.mda", len(package))


def test_progress_of_an_upload(client: Client, package: bytes) -> None:
    seen: list[tuple[int, int]] = []
    client.upload_package("calc", package, name="calc.mda", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(package), len(package))
    assert seen == sorted(seen)


def test_what_a_callback_raises_comes_out_unchanged(sim: Simulator, client: Client, package: bytes) -> None:
    raised = KeyError("mine")

    def stop(_done: int, _total: int) -> None:
        raise raised

    with pytest.raises(KeyError) as caught:
        client.upload_package("calc", package, name="calc.mda", progress=stop)
    assert caught.value is raised
    # What became of the request.
    assert isinstance(raised.__context__, CancelledError)
    assert sim.accounting()["effects"] == {}
    assert client.get_app("calc").app_id == "calc"


def test_what_a_callback_raises_comes_out_of_a_wait_that_had_succeeded(client: Client) -> None:
    raised = KeyError("mine")

    def stop(seen: str, _elapsed: float) -> None:
        assert seen == "Running"
        raise raised

    with pytest.raises(KeyError) as caught:
        client.wait_for_status("calc", "Acceptance", "Running", progress=stop)
    assert caught.value is raised
    assert raised.__context__ is None


def test_what_a_callback_raises_keeps_its_own_context(client: Client, package: bytes) -> None:
    first = KeyError("first")

    def stop(_done: int, _total: int) -> None:
        try:
            raise first
        except KeyError:
            raise ZeroDivisionError  # noqa: B904 - the context is what is tried

    with pytest.raises(ZeroDivisionError) as caught:
        client.upload_package("calc", package, name="calc.mda", progress=stop)
    assert caught.value.__context__ is first
    assert first.__context__ is None


def test_what_a_file_object_raises_comes_out_unchanged(sim: Simulator, client: Client) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if size == 0:
                return b""
            message = "the tape is torn"
            raise ZeroDivisionError(message)

    with pytest.raises(ZeroDivisionError, match="torn"):
        client.upload_package("calc", Broken(b"content"), name="calc.mda")
    assert sim.accounting()["effects"] == {}


def test_a_file_object_that_ends_early(sim: Simulator, client: Client) -> None:
    class Short(io.BytesIO):
        def seek(self, offset: int, whence: int = 0, /) -> int:
            return super().seek(offset, whence) + (1000 if whence == 2 else 0)

    with pytest.raises(FileError, match="ended early") as caught:
        client.upload_package("calc", Short(b"content"), name="calc.mda")
    assert caught.value.evidence is Evidence.INCOMPLETE
    assert caught.value.filename is None
    assert sim.accounting()["effects"] == {}


def test_a_client_can_be_used_in_a_callback(client: Client, package: bytes) -> None:
    seen: list[str] = []
    client.upload_package("calc", package, name="x.mda", progress=lambda *_: seen.append(client.get_app("calc").app_id))
    assert seen
    assert set(seen) == {"calc"}


def test_an_upload_that_is_refused_early(sim: Simulator) -> None:
    refusal = {"refuse_early": {"status": 404, "code": "APP_NOT_FOUND", "message": "App not found.", "drain": False}}
    sim.add_fault("upload_package", refusal)
    with pytest.raises(NotFoundError) as caught:
        sim.client(check_packages=False).upload_package("calc", bytes(8 * 2**20), name="calc.mda")
    assert caught.value.code == "APP_NOT_FOUND"


@pytest.mark.parametrize("part", [*BackupPart, "FilesOnly"])
def test_download_backup(client: Client, tmp_path: Path, part: Any) -> None:
    target = tmp_path / "calc.backup"
    seen: list[tuple[int, int]] = []
    downloaded = client.download_backup(
        "calc", "Acceptance", SNAPSHOT, part, target, progress=lambda done, total: seen.append((done, total))
    )
    assert downloaded.path == target
    assert downloaded.bytes == target.stat().st_size == seen[-1][0] > 0
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("download", [Client.download_archived_logs, Client.download_archived_access_logs])
def test_download_archived_logs(client: Client, tmp_path: Path, download: Callable[..., Downloaded]) -> None:
    downloaded = download(client, "calc", "Acceptance", "2018-08-10", str(tmp_path / "calc.log.gz"))
    assert isinstance(downloaded.path, pathlib.Path)
    assert downloaded.bytes > 0


@pytest.mark.parametrize("how", ["callback", "truncated"])
def test_a_download_that_fails_leaves_the_target_alone(
    sim: Simulator, client: Client, tmp_path: Path, how: str
) -> None:
    target = tmp_path / "calc.backup"
    target.write_bytes(b"before")

    def stop(_done: int, _total: int) -> None:
        raise OSError

    if how == "truncated":
        sim.add_fault("link", {"truncate": {"keep": 3}}, times=20)
    with pytest.raises(OSError):  # noqa: PT011 - the built-in one, and one of the library's
        client.download_backup(
            "calc", "Acceptance", SNAPSHOT, "FilesOnly", target, progress=stop if how == "callback" else None
        )
    assert target.read_bytes() == b"before"
    # What another download can go on from is kept beside it.
    assert {path.name for path in tmp_path.iterdir()} == {"calc.backup", "calc.backup.part", "calc.backup.part.json"}
    sim.clear_faults()
    assert client.download_backup("calc", "Acceptance", SNAPSHOT, "FilesOnly", target).bytes == target.stat().st_size


def test_a_target_that_cannot_be_written(client: Client, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="directory"):
        client.download_backup("calc", "Acceptance", SNAPSHOT, "FilesOnly", tmp_path)
    with pytest.raises(FileError) as caught:
        client.download_backup("calc", "Acceptance", SNAPSHOT, "FilesOnly", tmp_path / "missing" / "file")
    assert caught.value.filename == str(tmp_path / "missing" / "file")


def test_a_relative_target_stays_where_it_was(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(here)
    downloaded = client.download_backup(
        "calc", "Acceptance", SNAPSHOT, "FilesOnly", "x", progress=lambda _done, _total: os.chdir(elsewhere)
    )
    assert downloaded.path == here / "x"
    assert list(here.iterdir()) == [here / "x"]
    assert list(elsewhere.iterdir()) == []
    with pytest.raises(FileError, match="cannot be written") as caught:
        client.download_backup("calc", "Acceptance", SNAPSHOT, "FilesOnly", Path("missing", "x"))
    assert caught.value.filename == str(elsewhere / "missing" / "x")


def test_a_download_that_has_no_room(sim: Simulator, client: Client, tmp_path: Path) -> None:
    sim.add_fault("link", {"raw": {"text": f"HTTP/1.1 200 OK\r\nContent-Length: {2**60}\r\n\r\nx", "then": "stall"}})
    with pytest.raises(FileError, match=f"{2**60} bytes are needed, and [0-9]+ are free") as caught:
        client.download_backup("calc", "Acceptance", SNAPSHOT, "FilesOnly", tmp_path / "x")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []


BAR = """
import sys
if {blocked}: sys.modules["tqdm"] = None
from mendix_deploy import MendixDeployError
from mendix_deploy.testing import Simulator
with Simulator(accept_any_package=True) as sim, sim.client(max_attempts=1, read_back=False) as client:
    try:
        {transfer}
    except MendixDeployError:
        print("failed", file=sys.stderr)
    else:
        print("succeeded", file=sys.stderr)
"""
UPLOAD = 'client.upload_package("calc", bytes(4 * 2**20), name="calc.mda", progress=True)'
TRANSFERS = {
    "upload": (UPLOAD, "Upload", "100", "succeeded"),
    "failed": (
        f'sim.add_fault("upload_package", {{"reset_in_body": {{"after": 2**20}}}}); {UPLOAD}',
        "Upload",
        "",
        "failed",
    ),
    "unknown length": (
        """sim.add_fault("link", {"raw": {"text": "HTTP/1.1 200 OK\\r\\n\\r\\nx", "then": "close"}})
        client.download_archived_logs("calc", "Acceptance", "2018-08-10", sys.argv[1], progress=True)""",
        "Download",
        "",
        "succeeded",
    ),
}


def drawn(command: list[str]) -> str:
    """Run a program on a terminal, and give what it showed."""
    terminal, end = pty.openpty()
    subprocess.run(command, check=True, stderr=end)
    os.close(end)
    return text_of(terminal)


@pytest.mark.parametrize("blocked", [True, False], ids=["plain", "tqdm"])
@pytest.mark.parametrize("transfer", TRANSFERS)
def test_a_bar_is_drawn_on_a_terminal_only(blocked: bool, transfer: str, tmp_path: Path) -> None:
    code, what, shown, outcome = TRANSFERS[transfer]
    command = [sys.executable, "-W", "error", "-c", BAR.format(blocked=blocked, transfer=code), str(tmp_path / "log")]
    silent = subprocess.run(command, check=True, capture_output=True)
    assert (silent.stdout, silent.stderr.decode()) == (b"", f"{outcome}\n")
    text = drawn(command)
    assert what in text
    assert shown in text
    # The next line begins as one, and there is no empty one between.
    assert text.endswith(f"\r\n{outcome}\r\n")
    assert "\n\r\n" not in text


class Gone(io.StringIO):
    """A terminal whose window was closed."""

    def isatty(self) -> bool:
        """It was one."""
        return True

    def write(self, _: str) -> int:
        """Fail as such a terminal does."""
        raise OSError(5, "gone")


class WritesOnly:
    """What some programs put in the place of standard error."""

    def write(self, text: str) -> int:
        """Take it."""
        return len(text)


@pytest.mark.parametrize("stderr", [Gone(), WritesOnly()])
def test_no_transfer_ends_because_of_its_bar(
    sim: Simulator, client: Client, package: bytes, monkeypatch: pytest.MonkeyPatch, stderr: object
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)
    client.upload_package("calc", package, name="a.mda", progress=True)
    assert sim.accounting()["effects"] == {"upload_package": 1}
