"""What can be done with results: dicts, JSON, tables, copies with changes, and results that a test makes."""

import copy
import datetime as dt
import json
import pickle
import sys
from pathlib import Path
from typing import Any

import mendix_deploy
import pytest
from mendix_deploy import (
    App,
    BackupLinks,
    Client,
    Constant,
    CustomSetting,
    DeployedState,
    DeployOutcome,
    DeployReport,
    DeployStep,
    Downloaded,
    Environment,
    EnvironmentSettings,
    InvalidInputError,
    Package,
    PackageInfo,
    ResultList,
    ScheduledEvent,
    SignedUrl,
    Snapshot,
    Status,
    StepStatus,
    UploadedPackage,
    json_default,
)
from test_models import JSON, LINK

PUBLIC = [getattr(mendix_deploy, name) for name in mendix_deploy.__all__]
RESULTS = [member for member in PUBLIC if hasattr(member, "to_dict")]
# One for each type of a field: what the constructor takes, and what the property then gives.
VALUES: dict[str, Any] = {
    "outcome": DeployOutcome.DEPLOYED,
    "before": DeployedState(status="Running"),
    "after": DeployedState(status="Stopped"),
    "steps": (),
    "changes": (),
    "risks": (),
    "differences": ("one",),
    "orphans": (),
    "constants": (),
    "custom_settings": (),
    "scheduled_events": (),
    "location": SignedUrl(LINK),
    "download_url": SignedUrl(LINK),
    "files_only": SignedUrl(LINK),
    "database_only": SignedUrl(LINK),
    "database_and_files": SignedUrl(LINK),
    "production": True,
    "path": Path("/x"),
    "package": Path("/x"),
}
NUMBERS = {
    "instances", "memory_per_instance", "total_memory", "size", "ttl", "elapsed_ms", "downtime_ms", "bytes",
}  # fmt: skip
TIMES = {
    "creation_date", "expiry_date", "created_at", "finished_at", "updated_at", "expires_at", "expires_on", "created_on",
    "date", "started_at", "begun_at",
}  # fmt: skip


def value(cls: type[Any], name: str) -> Any:
    """Give a value for a field."""
    if name in NUMBERS:
        return 7
    if name in TIMES:
        return dt.datetime(2018, 8, 10, 1, 2, 3, tzinfo=dt.UTC)
    if name == "url" and cls.__name__ == "Archive":
        return SignedUrl(LINK)
    if (cls, name) == (DeployStep, "status"):
        return StepStatus.DONE
    if cls.__name__ == "PlannedChange":
        return "x"
    return VALUES.get(name, "x")


@pytest.fixture(params=RESULTS, ids=lambda cls: cls.__name__)
def cls(request: pytest.FixtureRequest) -> type[Any]:
    model: type[Any] = request.param
    return model


def test_each_result_is_made_of_its_fields_and_gives_them_back(cls: type[Any]) -> None:
    fields = {name: value(cls, name) for name in cls.__match_args__}
    made = cls(**fields)
    assert {name: getattr(made, name) for name in fields} == fields
    assert pickle.loads(pickle.dumps(made)) == made
    assert list(made.to_dict()) == list(fields)
    for name, given in fields.items():
        changed = made.replace(**{name: given})
        assert changed == made
        assert changed.__replace__() == made


def test_each_result_has_a_table_that_hides_links(cls: type[Any]) -> None:
    made = cls(**{name: value(cls, name) for name in cls.__match_args__})
    html = made._repr_html_()
    assert html.startswith("<table><caption>")
    assert "signature" not in html
    assert "signature" not in repr(ResultList([made]))
    assert "signature" not in json.dumps([made], default=json_default)


def test_a_misspelt_field_is_told_with_the_one_that_was_meant(cls: type[Any]) -> None:
    known = cls.__match_args__[0]
    fields = {name: value(cls, name) for name in cls.__match_args__}
    made = cls(**fields)
    for call in (cls, made.replace):
        with pytest.raises(TypeError, match=known):
            call(**fields, **{known + "x": 1})


def test_what_is_not_given_is_absent() -> None:
    assert App(app_id="calc", name="Calc") == App.from_json('{"AppId": "calc", "Name": "Calc"}')
    assert Environment() == Environment.from_json("{}")
    assert Environment(status="running", instances=None).status is Status.RUNNING
    assert Environment(extra={"New": [1]}).extra == {"New": [1]}
    made = DeployReport(
        app_id="calc",
        mode="Test",
        outcome="deployed",
        before=DeployedState(status="Running"),
        after=DeployedState(status="Running"),
        steps=[DeployStep(name="start", status="done", started_at=dt.datetime.now(dt.UTC), elapsed_ms=7)],
    )
    assert made.steps[0].elapsed_ms == 7
    assert made.differences == ()


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: App(name="Calc"), TypeError, r"App needs app_id"),  # type: ignore[call-arg]
        (lambda: App(app_id=7), TypeError, r"^app_id: expected str, not int"),  # type: ignore[arg-type]
        (lambda: App(app_id=None), TypeError, r"^app_id: expected str"),  # type: ignore[arg-type]
        (lambda: App("calc"), TypeError, r"positional"),  # type: ignore[call-arg]
        (lambda: App(app_id="calc", nam="x"), TypeError, r'no field "nam"; did you mean "name"'),  # type: ignore[call-arg]
        (lambda: App(app_id="calc").replace(nam="x"), TypeError, r'did you mean "name"'),  # type: ignore[call-arg]
        (lambda: Package(package_id="x", size=-1), InvalidInputError, r"^size is -1"),
        (lambda: Package(package_id="x", size=True), TypeError, r"^size: expected int, not bool"),
        (
            lambda: Package(package_id="x", creation_date=dt.datetime(2018, 8, 10)),  # noqa: DTZ001 - what is refused
            InvalidInputError,
            r"^creation_date has no time zone",
        ),
        (lambda: BackupLinks(files_only=LINK), TypeError, r"^files_only: expected SignedUrl, not str"),  # type: ignore[arg-type]
        (lambda: EnvironmentSettings(constants="abc"), TypeError, r"^constants: expected"),  # type: ignore[arg-type]
        (lambda: EnvironmentSettings(constants=[7]), TypeError, r"not Constant"),  # type: ignore[list-item]
        (lambda: Environment(extra={"a": object()}), TypeError, r"JSON"),
    ],
)
def test_fields_that_do_not_fit(make: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        make()


def test_a_copy_with_changes_keeps_what_is_unknown() -> None:
    environment = Environment.from_json('{"Status": "Running", "New": 7}')
    stopped = environment.replace(status=Status.STOPPED)
    assert (stopped.status, stopped.extra) == (Status.STOPPED, {"New": 7})
    assert environment.status is Status.RUNNING
    constant = Constant.from_json('{"Name": "M.C", "Value": "x", "Hidden": true}')
    assert json.loads(constant.replace(value="y").to_json())["Hidden"] is True
    if sys.version_info >= (3, 13):
        assert copy.replace(environment, status="Stopped") == stopped
    assert Downloaded("/x", 1).replace(bytes=2) == Downloaded("/x", 2)


def test_a_dict_has_plain_values() -> None:
    package = Package.from_json(
        '{"PackageId": "b", "Status": "Succeeded", "CreationDate": 1404990271835, "New": {"a": 1}}'
    )
    fields = package.to_dict()
    assert type(fields["status"]) is str
    assert fields["creation_date"] == package.creation_date
    assert fields["New"] == {"a": 1}
    assert fields["size"] is None
    settings = EnvironmentSettings.from_json('{"Constants": [{"Name": "M.C", "Value": "x"}]}')
    assert settings.to_dict()["constants"] == [{"name": "M.C", "data_type": None, "value": "x", "deployed_value": None}]
    assert BackupLinks(files_only=SignedUrl(LINK)).to_dict()["files_only"] == SignedUrl(LINK)
    # A field that could not be read, under a name that the service and this package share.
    assert Snapshot.from_json('{"snapshot_id": "s", "comment": [7]}').to_dict()["comment"] == [7]


def test_json_of_results() -> None:
    package = Package.from_json('{"PackageId": "b", "CreationDate": 1404990271835}')
    written = json.loads(json.dumps({"packages": ResultList([package]), "path": Path("x")}, default=json_default))
    assert written["packages"][0]["creation_date"] == "2014-07-10T11:04:31.835000+00:00"
    assert written["path"] == "x"
    with pytest.raises(TypeError, match="type set is not JSON serializable"):
        json.dumps({1}, default=json_default)


def test_a_list_is_a_list_and_a_table(client: Client) -> None:
    apps = client.list_apps()
    assert isinstance(apps, list)
    assert apps == list(apps)
    for same in (apps[:], apps.copy(), copy.copy(apps), copy.deepcopy(apps), pickle.loads(pickle.dumps(apps))):
        assert type(same) is ResultList
        assert same == apps
    assert type(apps[:2]) is ResultList
    assert type(apps[0]) is App
    title, head, *lines = repr(apps).splitlines()
    assert title == f"App ({len(apps)})"
    assert head.split() == ["app_id", "name", "project_id", "url"]
    assert len(lines) == len(apps)
    # Columns are aligned.
    assert len({line.index(app.name or "") for line, app in zip(lines, apps, strict=True)}) == 1
    assert repr(apps[:0]) == "[]"
    assert apps[:0]._repr_html_() is None
    assert apps.to_dicts() == [app.to_dict() for app in apps]
    assert apps._repr_html_() is not None


def test_a_table_takes_any_text() -> None:
    app = App(app_id="<b>", name="two\nlines \x1b[31m" + "x" * 100)
    shown = repr(ResultList([app] * 50))
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 33
    assert shown.endswith("… and 20 more")
    assert max(map(len, shown.splitlines())) < 60
    html = ResultList([app])._repr_html_()
    assert html is not None
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "<b>" not in app._repr_html_()
    mixed: ResultList[Any] = ResultList([app, Environment()])
    assert repr(mixed).startswith("[App(")


SETTINGS = EnvironmentSettings(
    constants=[
        Constant(name="M.Flag", data_type="Boolean", value="false"),
        Constant(name="M.Limit", data_type="_Integer", value="1"),
        Constant(name="M.Rate", data_type="Decimal", value="1"),
        Constant(name="M.Url", data_type="String", value="x"),
        Constant(name="M.Odd", value="x"),
    ],
    custom_settings=[CustomSetting(name="Session", value="1")],
    scheduled_events=[ScheduledEvent(name="M.Event", value="Disabled")],
)


def test_settings_are_found_by_name() -> None:
    constants = SETTINGS.constants
    assert constants["M.Flag"] is not None
    assert constants["M.Flag"] == constants[0]
    assert "M.Flag" in constants
    assert constants[0] in constants
    assert "M.Flagg" not in constants
    assert constants.names()[:2] == ["M.Flag", "M.Limit"]
    assert type(constants[1:]) is type(constants)
    assert constants == tuple(constants)
    assert hash(SETTINGS) == hash(pickle.loads(pickle.dumps(SETTINGS)))
    assert pickle.loads(pickle.dumps(constants)) == constants
    with pytest.raises(KeyError, match=r"no 'M.Flagg'; did you mean 'M.Flag'"):
        constants["M.Flagg"]
    with pytest.raises(KeyError, match=r"there is none"):
        EnvironmentSettings().constants["x"]
    with pytest.raises(IndexError):
        constants[9]
    assert SETTINGS.scheduled_events["M.Event"].value == "Disabled"


def test_settings_are_changed_by_name() -> None:
    changed = SETTINGS.with_constants({"M.Flag": True, "M.Limit": 2**40, "M.Rate": 1.5, "M.Url": "https://x"})
    assert [constant.value for constant in changed.constants] == ["true", str(2**40), "1.5", "https://x", "x"]
    assert SETTINGS.constants["M.Flag"].value == "false"
    assert changed.with_constant("M.Flag", value=False).constants["M.Flag"].value == "false"
    assert changed.with_custom_settings({"Session": "2"}).custom_settings["Session"].value == "2"
    assert changed.with_scheduled_events({"M.Event": True}).scheduled_events["M.Event"].value == "Enabled"
    assert SETTINGS.with_constants({}) == SETTINGS


@pytest.mark.parametrize(
    ("name", "given", "text"),
    [
        ("M.Flag", 1, r'is an int, and the type of "M.Flag" is Boolean; expected a bool'),
        ("M.Limit", True, r'is a bool, and the type of "M.Limit" is _Integer; expected an int'),
        ("M.Limit", 1.5, r"is a decimal number, .* expected an int"),
        ("M.Limit", 2**63, r"is out of the range"),
        ("M.Limit", 10**5000, r"has too many digits"),
        ("M.Rate", float("nan"), r"is not a finite number"),
        ("M.Url", 4711, r'the type of "M.Url" is String; expected text'),
        ("M.Odd", 4711, r'the type of "M.Odd" is unknown; expected text'),
        ("M.Flagg", True, r"name is \"M.Flagg\"; expected a constant"),
    ],
    ids=range(9),
)
def test_a_constant_of_another_type(name: str, given: Any, text: str) -> None:
    changes: list[Any] = [lambda: SETTINGS.with_constant(name, given), lambda: SETTINGS.with_constants({name: given})]
    for change in changes:
        with pytest.raises(InvalidInputError, match=text) as caught:
            change()
        assert "4711" not in str(caught.value)  # it may be a secret


def test_results_stand_for_their_identifiers(client: Client, package: bytes) -> None:
    app, environment = client.get_app("calc"), client.get_environment("calc", "Acceptance")
    assert client.get_environment(app, environment) == environment
    assert client.list_environments(app) == client.list_environments("calc")
    uploaded = client.upload_package(app, package, name="calc.mda")
    assert client.get_package(app, uploaded).package_id == uploaded.package_id
    client.stop_environment(app, environment)
    client.transport_package(app, environment, client.get_package(app, uploaded))
    client.wait_for_start(app, environment, client.start_environment(app, environment))


@pytest.mark.parametrize(
    ("call", "arguments", "error", "text"),
    [
        ("get_app", [Environment()], TypeError, r"^app_id: expected str or App, not Environment"),
        ("get_environment", ["calc", App(app_id="calc")], TypeError, r"^mode: expected str or Environment, not App"),
        ("get_environment", ["calc", Environment()], InvalidInputError, r"mode is empty"),
        ("get_package", ["calc", UploadedPackage()], InvalidInputError, r"^package_id is None in this UploadedPackage"),
        ("get_package", ["calc", PackageInfo()], TypeError, r"^package_id: expected str, Package"),
        ("list_snapshots", [App(app_id="calc"), "e"], InvalidInputError, r"^project_id is None in this App"),
        (
            "get_package",
            ["calc", DeployedState(status="Running", package_id="x")],
            TypeError,
            r"^package_id is of class DeployedState; expected .*, such as its field package_id",
        ),
    ],
)
def test_another_result_is_refused(
    client: Client, call: str, arguments: Any, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        getattr(client, call)(*arguments)


def test_times_are_timedeltas_too() -> None:
    client = Client(
        username="me", api_key="key", timeout=dt.timedelta(seconds=5), action_timeout=dt.timedelta(minutes=1)
    )
    assert client.with_timeout(dt.timedelta(milliseconds=10))


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        (None, TypeError, r"^timeout is None, .*expected a number of seconds or a datetime.timedelta, such as 86400"),
        (True, TypeError, r"^timeout: expected a number of seconds or a datetime.timedelta, not bool"),
        (-1, InvalidInputError, r"^timeout is -1.0; expected a positive number of seconds"),
        (dt.timedelta(seconds=-1), InvalidInputError, r"^timeout is -1.0; expected a positive time"),
        (dt.timedelta(0), InvalidInputError, r"timeout"),
    ],
)
def test_times_that_are_none(client: Client, given: Any, error: type[Exception], text: str) -> None:
    calls: list[Any] = [
        lambda: Client(username="me", api_key="key", timeout=given),
        lambda: client.with_timeout(given),
        lambda: client.wait_for_status("calc", "Acceptance", "Running", timeout=given),
    ]
    for call in calls:
        with pytest.raises(error, match=text):
            call()


def test_every_class_of_a_result_is_tried() -> None:
    assert set(JSON) <= set(RESULTS)


def test_texts_of_closed_sets_are_known_to_type_checkers(client: Client) -> None:
    # Without the comments mypy fails here, and with them where it would not: typos are found before they run.
    for call in (client.plan_deploy, client.deploy):
        with pytest.raises(InvalidInputError, match="backup is"):
            call("calc", "Test", package_id="x", backup="nevr")  # type: ignore[arg-type]
        with pytest.raises(InvalidInputError, match="rollback is"):
            call("calc", "Test", package_id="x", rollback="packge")  # type: ignore[arg-type]
        with pytest.raises(InvalidInputError, match="service is"):
            call("calc", "Test", package_id="x", service="tody")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="part is"):
        client.download_backup("calc", "Test", "x", "FileOnly", "x")  # type: ignore[arg-type]
    with pytest.raises(mendix_deploy.MendixDeployError):
        client.create_archive("p", "e", "s", "databaseonly")  # type: ignore[arg-type]
