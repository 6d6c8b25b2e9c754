"""Results: frozen, comparable, hashable, readable, and the same after a journey through JSON or pickle."""

import copy
import inspect
import json
import pickle
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mendix_deploy
import pytest
from mendix_deploy import (
    App,
    ArchivedLogs,
    Backup,
    BackupLinks,
    BackupState,
    Client,
    Constant,
    CustomSetting,
    Downloaded,
    Environment,
    EnvironmentSettings,
    InvalidInputError,
    Mode,
    Package,
    ScheduledEvent,
    SignedUrl,
    StartJob,
    StartStatus,
    Status,
    Tag,
    UploadedPackage,
)
from mendix_deploy.testing import Simulator

LINK = "https://links.example.com/backup?signature=c2VjcmV0"

JSON: dict[type[Any], dict[str, Any]] = {
    App: {"AppId": "calc", "Name": "Calculation App", "Url": "https://calc.mendixcloud.com"},
    Environment: {"Status": "Running", "Mode": "Acceptance", "Production": False, "Instances": 2, "New": {"a": [1]}},
    StartJob: {"JobId": "02df2e50-0e79-11e4-9191-0800200c9a66"},
    StartStatus: {"Status": "Starting"},
    Package: {"PackageId": "b3d1", "CreationDate": 1404990271835, "Status": "Succeeded", "Size": 3205620},
    UploadedPackage: {"PackageId": "b3d1"},
    Backup: {"SnapshotID": "201703221355", "State": "Completed", "CreatedOn": 1490190900000},
    BackupLinks: {"DatabaseOnly": LINK},
    Tag: {"Tag": "europe"},
    ArchivedLogs: {"Environment": "3847", "Date": 1533859200000, "DownloadUrl": LINK},
    Constant: {"Name": "M.Flag", "DataType": "_Boolean", "Value": "false", "DeployedValue": "false", "Hidden": None},
    CustomSetting: {"Name": "SessionTimeout", "Value": "600000"},
    ScheduledEvent: {"Name": "M.Event", "Value": "Enabled"},
    EnvironmentSettings: {"Constants": [{"Name": "M.Flag", "Value": 7}], "CustomSettings": [], "Else": True},
}


@pytest.fixture(params=JSON, ids=lambda cls: cls.__name__)
def cls(request: pytest.FixtureRequest) -> type[Any]:
    model: type[Any] = request.param
    return model


def test_json_comes_back_to_the_letter(cls: type[Any]) -> None:
    value = cls.from_json(json.dumps(JSON[cls]))
    assert json.loads(value.to_json()) == JSON[cls]
    assert cls.from_json(value.to_json()) == value


def test_equal_objects_are_one_in_a_set(cls: type[Any]) -> None:
    value, same = (cls.from_json(json.dumps(JSON[cls])) for _ in range(2))
    assert value is not same
    assert value == same
    assert {value, same} == {value}
    assert value != JSON[cls]
    assert hash(pickle.loads(pickle.dumps(value))) == hash(value)


def test_copies_are_equal(cls: type[Any]) -> None:
    value = cls.from_json(json.dumps(JSON[cls]))
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.copy(value) == value
    assert copy.deepcopy(value) == value


def test_nothing_can_be_changed(cls: type[Any]) -> None:
    value = cls.from_json(json.dumps(JSON[cls]))
    for name in [*cls.__match_args__, "new_attribute"]:
        with pytest.raises(AttributeError):
            setattr(value, name, None)
    assert weakref.ref(value)() is value


def test_every_attribute_is_documented(cls: type[Any]) -> None:
    assert cls.__doc__
    for name, member in vars(cls).items():
        if not name.startswith("_"):
            assert member.__doc__, name
    assert set(cls.__match_args__) <= set(vars(cls))


def test_repr_tells_the_class_and_what_is_known(cls: type[Any]) -> None:
    shown = repr(cls.from_json(json.dumps(JSON[cls])))
    assert shown.startswith(f"{cls.__name__}(")
    assert shown.endswith(")")
    assert "None" not in shown
    assert "signature" not in shown


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "1", "{}"])
def test_json_of_another_shape_is_refused(cls: type[Any], text: str) -> None:
    may_be_empty = {Environment, StartJob, StartStatus, UploadedPackage, BackupLinks, EnvironmentSettings}
    if (text, cls) == ('"x"', Tag) or (text == "{}" and cls in may_be_empty):
        assert cls.from_json(text)
        return
    with pytest.raises(InvalidInputError, match=cls.__name__):
        cls.from_json(text)


def test_a_refusal_of_json_shows_nothing_of_it() -> None:
    with pytest.raises(InvalidInputError) as caught:
        ArchivedLogs.from_json(json.dumps({"DownloadUrl": [LINK], "Date": 5}))
    assert "signature" not in str(caught.value)


def test_match_takes_objects_apart() -> None:
    environment = Environment.from_json(json.dumps(JSON[Environment]))
    match environment:
        case Environment(Status.RUNNING, mode="Acceptance", instances=int(instances)):
            assert instances == 2
        case _:
            pytest.fail("no match")
    match App.from_json('{"AppId": "calc"}'):
        case App(app_id, name):
            assert (app_id, name) == ("calc", None)


def test_words_are_text_and_keep_what_is_new() -> None:
    environment = Environment.from_json('{"Status": "Hibernating", "Mode": "Acceptance"}')
    assert environment.status == "Hibernating"
    assert isinstance(environment.status, Status)
    assert repr(environment.status) == "Status('Hibernating')"
    assert pickle.loads(pickle.dumps(environment.status)) == environment.status
    assert copy.deepcopy(environment.status) == "Hibernating"
    by_mode: dict[str, int] = {environment.mode: 1}
    assert by_mode["Acceptance"] == 1
    assert environment.mode is Mode.ACCEPTANCE
    assert f"{environment.mode}" == "Acceptance"
    assert repr(environment.mode) == "Mode.ACCEPTANCE"
    assert json.dumps([environment.status]) == '["Hibernating"]'
    assert repr(Mode("TEST")) == "Mode('TEST')"
    assert Mode("TEST") != Mode.TEST
    assert list(Status) == ["Empty", "Stopped", "Running"]
    assert Status("RUNNING") is Status.RUNNING
    assert BackupState("failed") is BackupState.FAILED
    other = Environment.from_json('{"Status": "running", "Mode": "test"}')
    assert other.to_json() == '{"Status":"Running","Mode":"test"}'
    with pytest.raises(ValueError, match="7"):
        Status(7)  # type: ignore[arg-type]


IDENTIFIERS = {"AppId", "PackageId", "SnapshotID", "Tag", "DownloadUrl", "Name"}
WITH_SETTINGS = {Constant, CustomSetting, ScheduledEvent, EnvironmentSettings}


@pytest.mark.parametrize("cls", JSON.keys() - WITH_SETTINGS, ids=lambda cls: cls.__name__)
def test_one_odd_field_costs_one_field(cls: type[Any]) -> None:
    for name in JSON[cls].keys() - IDENTIFIERS - {"New"}:
        sent = JSON[cls] | {name: {"a": [1]}}
        value = cls.from_json(json.dumps(sent))
        assert value.extra[name] == {"a": [1]}
        assert json.loads(value.to_json()) == sent
        assert pickle.loads(pickle.dumps(value)) == value


def test_a_value_of_another_type_is_neither_lost_nor_rounded() -> None:
    sent = {"Mode": "Test", "Production": 1, "Instances": 1.5}
    environment = Environment.from_json(json.dumps(sent))
    assert (environment.production, environment.instances, environment.status) == (None, None, "")
    assert json.loads(environment.to_json()) == sent


def test_what_is_new_is_kept_in_a_copy() -> None:
    environment = Environment.from_json(json.dumps(JSON[Environment]))
    assert environment.extra == {"New": {"a": [1]}}
    assert repr(environment).endswith("extra={'New': ...})")  # it may be a signed link
    environment.extra["New"] = None
    assert environment.extra == {"New": {"a": [1]}}


def test_dates_are_aware() -> None:
    package = Package.from_json(json.dumps(JSON[Package]))
    assert package.creation_date == datetime(2014, 7, 10, 11, 4, 31, 835000, tzinfo=UTC)
    before = Package.from_json('{"PackageId": "x", "CreationDate": -1}').creation_date
    assert before == datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)


@pytest.mark.parametrize("milliseconds", [-62_135_596_800_001, -99_999_999_999_999, 253_402_300_800_000])
def test_a_date_that_python_has_no_type_for_is_kept(sim: Simulator, client: Client, milliseconds: int) -> None:
    sim.add_fault("get_environment_package", {"set_fields": {"CreationDate": milliseconds}})
    package = client.get_environment_package("calc", "Test")
    assert package.creation_date is None
    assert package.extra == {"CreationDate": milliseconds}


def test_the_first_date_is_shown() -> None:
    package = Package.from_json('{"PackageId": "x", "CreationDate": -62135596800000}')
    assert package.creation_date == datetime(1, 1, 1, tzinfo=UTC)
    assert hash(package) == hash(pickle.loads(pickle.dumps(package)))
    assert "datetime.datetime(1, 1, 1" in repr(package)


def test_signed_links_are_hidden() -> None:
    link = SignedUrl(LINK)
    assert link.expose() == LINK
    assert str(link) == f"{link}" == "https://links.example.com/…"
    assert repr(link) == "<SignedUrl https://links.example.com/…>"
    assert pickle.loads(pickle.dumps(link)) == link
    assert hash(SignedUrl(LINK)) == hash(link)
    links = BackupLinks.from_json(json.dumps(JSON[BackupLinks]))
    assert "signature" not in repr(links)
    assert links.database_only == link


def test_settings_refuse_a_name_that_is_not_there() -> None:
    settings = EnvironmentSettings.from_json(json.dumps(JSON[EnvironmentSettings]))
    assert settings.constants[0].value == "7"
    changes: list[Callable[[], object]] = [
        lambda: settings.with_constant("M.Flagg", "1"),
        lambda: settings.with_custom_setting("x", "1"),
        lambda: settings.with_scheduled_event("x", enabled=True),
    ]
    for change in changes:
        with pytest.raises(InvalidInputError, match=r"^name is "):
            change()


def test_a_download_is_a_result_too() -> None:
    downloaded = Downloaded(Path("calc.backup"), 7)
    assert pickle.loads(pickle.dumps(downloaded)) == downloaded
    assert repr(downloaded) == f"Downloaded(path={Path('calc.backup')!r}, bytes=7)"
    assert downloaded == Downloaded("calc.backup", 7)
    assert len({downloaded, Downloaded("calc.backup", 7)}) == 1
    assert weakref.ref(downloaded)() is downloaded


def test_all_that_is_public_is_documented() -> None:
    for name in mendix_deploy.__all__:
        member = getattr(mendix_deploy, name)
        assert inspect.getdoc(member), name
