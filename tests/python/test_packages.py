"""What a package says of itself, and that nothing else is uploaded."""

import os
import pickle
from pathlib import Path

import pytest
from mendix_deploy import (
    Client,
    FileError,
    InvalidInputError,
    PackageConstant,
    PackageInfo,
    inspect_package,
)
from mendix_deploy.testing import Simulator

METADATA = """{
    "RuntimeVersion": "10.24.0", "ModelVersion": "1.2.0.254", "ProjectID": "543857rfds", "JavaVersion": 21,
    "AdminUser": "MxAdmin", "ScheduledEvents": [{"Name": "M.CleanUp", "Interval": 1}],
    "Constants": [{"Name": "M.Retries", "Type": "Integer", "DefaultValue": 3}, {"Name": "M.Endpoint"}]
}"""


def test_a_package_says_what_it_is(path: Path) -> None:
    info = inspect_package(path)
    assert (info.runtime_version, info.model_version) == ("10.24.0", "1.2.0.254")
    assert (info.project_id, info.java_version) == ("543857rfds", "21")
    assert info.constants == (
        PackageConstant.from_json('{"Name": "M.Retries", "Type": "Integer", "DefaultValue": "3"}'),
        PackageConstant.from_json('{"Name": "M.Endpoint"}'),
    )
    assert info.scheduled_events is not None
    assert info.scheduled_events[0].name == "M.CleanUp"
    assert info.scheduled_events[0].extra == {"Interval": 1}
    assert info.extra == {"AdminUser": "MxAdmin"}
    assert PackageInfo.from_json(info.to_json()) == info == pickle.loads(pickle.dumps(info))
    assert hash(info) == hash(inspect_package(str(path)))
    assert "runtime_version='10.24.0'" in repr(info)


def test_what_it_does_not_say_is_not_known(package: bytes, tmp_path: Path) -> None:
    path = tmp_path / "calc.mda"
    path.write_bytes(package)
    info = inspect_package(path)
    assert info.model_version == "1.0.0.45"
    assert info.constants is None
    assert PackageInfo.from_json('{"Constants": []}').constants == ()


def test_what_is_not_a_package_is_refused(sim: Simulator, client: Client, tmp_path: Path) -> None:
    text = tmp_path / "text.mda"
    text.write_text("a deployment package")
    with pytest.raises(InvalidInputError, match=r"^inspect_package: path: .*text\.mda is not a readable zip archive"):
        inspect_package(text)
    with pytest.raises(InvalidInputError, match="a directory"):
        inspect_package(tmp_path)
    os.mkfifo(tmp_path / "pipe.mda")
    with pytest.raises(InvalidInputError, match="not a regular file"):
        inspect_package(tmp_path / "pipe.mda")
    with pytest.raises(FileError) as caught:
        inspect_package(tmp_path / "missing.mda")
    assert caught.value.filename == str(tmp_path / "missing.mda")
    with pytest.raises(TypeError, match=r"path: expected str or os\.PathLike"):
        inspect_package(7)  # type: ignore[arg-type]

    for source in (text, text.read_bytes()):
        with pytest.raises(InvalidInputError, match=r"^upload_package: source: .* is not a readable zip archive"):
            client.upload_package("calc", source, name="calc.mda")
    assert sim.accounting()["total_requests"] == 0


def test_a_client_of_a_simulator_that_takes_anything_uploads_anything() -> None:
    with Simulator(accept_any_package=True) as sim:
        assert sim.client().upload_package("calc", b"x", name="calc.mda").package_id
        with pytest.raises(InvalidInputError):
            sim.client(check_packages=True).upload_package("calc", b"x", name="calc.mda")
