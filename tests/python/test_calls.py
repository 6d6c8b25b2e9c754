"""Every call, with the values that come back."""

import datetime as dt
from datetime import UTC, datetime
from inspect import signature

import pytest
from mendix_deploy import (
    BackupState,
    Client,
    Environment,
    Mode,
    NotFoundError,
    PackageStatus,
    StartState,
    Status,
    Tag,
)
from mendix_deploy.testing import Simulator
from table import CALLS, example, parameters, section

SNAPSHOT = "c879c6b1-3aa5-4e10-aaab-cb145841862f"

# What a deployment can be told.
WANTED = (
    "package=None, package_id=None, from_mode=None, name=None, constants=None, custom_settings=None, "
    "scheduled_events=None, instances=None, memory_per_instance=None, auto_sync_db=True, backup='production', "
    "rollback='package', while_running=False, service='detected', journal=None"
)
# What is built on the calls. Names, order and defaults are what callers rely on.
OTHERS = {
    "wait_for_start": "(self, /, app_id, mode, job_id, *, timeout=900.0, progress=None)",
    "wait_for_status": "(self, /, app_id, mode, status, *, timeout=900.0, progress=None)",
    "wait_for_backup": "(self, /, app_id, mode, snapshot_id, *, timeout=900.0, progress=None)",
    "wait_for_package": "(self, /, app_id, package_id, *, timeout=900.0, progress=None)",
    "wait_for_upload": "(self, /, app_id, job_id, *, timeout=900.0, progress=None)",
    "wait_for_snapshot": "(self, /, project_id, environment_id, snapshot_id, *, timeout=900.0, progress=None)",
    "wait_for_archive": (
        "(self, /, project_id, environment_id, snapshot_id, archive_id, *, timeout=900.0, progress=None)"
    ),
    "wait_for_restore": "(self, /, project_id, environment_id, restore_id, *, timeout=900.0, progress=None)",
    "resume_wait": "(self, /, wait_token, *, timeout=900.0, progress=None)",
    "download_backup": "(self, /, app_id, mode, snapshot_id, part, target, *, progress=None)",
    "download_package": "(self, /, app_id, package_id, target, *, progress=None)",
    "download_snapshot": "(self, /, project_id, environment_id, snapshot_id, data_type, target, *, progress=None)",
    "download_archived_logs": "(self, /, app_id, mode, date, target, *, progress=None)",
    "download_archived_access_logs": "(self, /, app_id, mode, date, target, *, progress=None)",
    "plan_deploy": "(self, /, app_id, mode, *, " + WANTED + ")",
    "deploy": "(self, /, app_id, mode, *, " + WANTED + ", lease=None, step_timeout=900.0, progress=None, on_step=None)",
    "resume_deploy": "(self, /, journal, *, progress=None, on_step=None)",
    "iter_snapshots": "(self, /, project_id, environment_id)",
    "with_timeout": "(self, /, timeout)",
    "with_cancel_token": "(self, /, token)",
}
SIGNATURES = {call: parameters(call) for call in CALLS} | OTHERS


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_as_promised(name: str) -> None:
    method = getattr(Client, name)
    assert str(signature(method)) == SIGNATURES[name]
    assert len(method.__doc__) > 20


@pytest.mark.parametrize("call", CALLS)
def test_every_call_gives_what_the_table_says(call: str, sim: Simulator) -> None:
    sim.patch_state(CALLS[call].get("state", {}))
    result = getattr(sim.client(check_packages=False), call)(**example(call))
    match CALLS[call].get("returns"):
        case None:
            assert result is None
        case [model]:
            assert isinstance(result, list)
            assert {type(each).__name__ for each in result} <= {model}
        case model:
            assert type(result).__name__ == model


@pytest.mark.parametrize("call", CALLS)
def test_every_call_names_its_section(call: str) -> None:
    assert section(call) in " ".join(getattr(Client, call).__doc__.split())


def test_options_are_keywords_with_the_promised_defaults() -> None:
    assert str(signature(Client)) == (
        "(*, username, api_key, base_url='https://deploy.mendix.com', timeout=60.0, connect_timeout=10.0, "
        "stall_timeout=60.0, answer_timeout=900.0, action_timeout=None, proxy=None, ca_file=None, user_agent=None, "
        "allow_insecure_http=False, max_attempts=4, read_back=True, reply_limit=16777216, check_packages=True, "
        "on_event=None)"
    )
    with pytest.raises(TypeError, match="positional"):
        Client("me@example.com", "key")  # type: ignore[call-arg]


def test_apps(client: Client) -> None:
    apps = {app.app_id: app for app in client.list_apps()}
    assert set(apps) == {"calc", "sketch", "tictactoc"}
    app = client.get_app("calc")
    assert app == apps["calc"]
    assert (app.name, app.project_id, app.url, app.extra) == (
        "Calculation App",
        "fae5de74-69c2-4488-a4de-abf89daac63e",
        "https://calc.mendixcloud.com",
        {},
    )


def test_create_sandbox(client: Client) -> None:
    created = client.create_sandbox("e3a1d1f0-0f5b-4f0c-9d9f-0c6d0f3d1c11")
    assert created.project_id == "e3a1d1f0-0f5b-4f0c-9d9f-0c6d0f3d1c11"
    assert created in client.list_apps()


def test_environments(client: Client) -> None:
    environments = client.list_environments("calc")
    assert {environment.mode for environment in environments} == {Mode.TEST, Mode.ACCEPTANCE, Mode.PRODUCTION}
    environment = client.get_environment("calc", "Acceptance")
    assert environment in environments
    assert environment.status is Status.RUNNING
    assert environment.mode is Mode.ACCEPTANCE
    assert environment.url == "https://calc-accp.mendixcloud.com"
    assert (environment.model_version, environment.mendix_version) == ("1.1.0.253", "7.5.0")
    assert environment.production is False


def test_todays_service_tells_more() -> None:
    with Simulator(profile="today") as sim, sim.client() as client:
        environment = client.get_environment("calc", "Production")
        assert environment.production is True
        assert isinstance(environment.instances, int)
        assert isinstance(environment.total_memory, int)
        assert environment.environment_id


def test_a_flexible_environment_has_a_name_of_its_own(client: Client) -> None:
    environment = client.get_environment("tictactoc", "Prüfung 2")
    assert environment.mode == "Prüfung 2"
    assert repr(environment.mode) == "Mode('Prüfung 2')"


def test_stop_transport_and_start(client: Client, package: bytes) -> None:
    uploaded = client.upload_package("calc", package, name="calc_1.0.0.45.mda")
    assert uploaded.package_id
    client.stop_environment("calc", "Acceptance")
    stopped = client.wait_for_status("calc", "Acceptance", Status.STOPPED)
    assert stopped.status == "Stopped"
    client.transport_package("calc", "Acceptance", uploaded.package_id)
    job = client.start_environment("calc", "Acceptance", auto_sync_db=True)
    assert job.job_id is not None
    assert client.get_start_status("calc", "Acceptance", job.job_id).status in {StartState.STARTING, StartState.STARTED}
    started = client.wait_for_start("calc", "Acceptance", job.job_id)
    assert started.status is StartState.STARTED
    assert client.get_environment_package("calc", "Acceptance").package_id == uploaded.package_id
    assert client.get_environment("calc", "Acceptance").model_version == "1.0.0.45"


def test_package(client: Client) -> None:
    package = client.get_environment_package("calc", "Test")
    assert package.package_id == "b3d14e53-2654-4534-b374-9179a69ef3cf"
    assert (package.name, package.description, package.version) == (
        "Main line-2.5.4.63.mda",
        "Add scientific mode",
        "2.5.4.63",
    )
    assert package.creator == "Richard Ford"
    assert package.creation_date == datetime(2014, 7, 10, 11, 4, 31, 835000, tzinfo=UTC)
    assert package.creation_date.tzinfo is UTC
    assert package.expiry_date is None
    assert package.status is PackageStatus.SUCCEEDED
    assert package.size == 3_205_620


def test_clean_environment(client: Client) -> None:
    cleaned = client.clean_environment("calc", "Test")
    assert all(isinstance(environment, Environment) for environment in cleaned)


def test_settings(client: Client) -> None:
    settings = client.get_environment_settings("calc", "Acceptance")
    assert [constant.name for constant in settings.constants] == [
        "MyFirstModule.BooleanConstant",
        "MyFirstModule.DateTime",
    ]
    changed = (
        settings.with_constant("MyFirstModule.BooleanConstant", "true")
        .with_custom_setting("SessionTimeout", "1000")
        .with_scheduled_event("MyFirstModule.Monitor_Scheduled_event", enabled=True)
    )
    assert settings.constants[0].value == "false"
    answered = client.set_environment_settings("calc", "Acceptance", changed)
    assert answered.constants[0].value == "true"
    assert answered.constants[0].deployed_value == "false"
    assert answered.constants[0].data_type == "_Boolean"
    assert answered.custom_settings[0].value == "1000"
    assert answered.scheduled_events[0].value == "Enabled"
    assert client.get_environment_settings("calc", "Acceptance") == answered


def test_backups(client: Client) -> None:
    backups = {backup.snapshot_id: backup for backup in client.list_backups("calc", "Acceptance")}
    backup = backups[SNAPSHOT]
    assert backup.comment == "Manually created snapshot"
    assert backup.state is BackupState.COMPLETED
    assert backup.created_on == datetime(2017, 8, 4, 14, 7, 50, tzinfo=UTC)
    assert backup.expires_on == datetime(2017, 11, 4, 14, 7, 50, tzinfo=UTC)
    assert backup.model_version == "1.0.11.50"


def test_create_and_restore_a_backup(client: Client) -> None:
    created = client.create_backup("calc", "Acceptance", comment="before 1.0.0.45")
    assert created.comment == "before 1.0.0.45"
    complete = client.wait_for_backup("calc", "Acceptance", created.snapshot_id, timeout=30)
    assert (complete.snapshot_id, complete.state) == (created.snapshot_id, "Completed")
    assert client.create_backup("calc", "Production").snapshot_id
    client.stop_environment("calc", "Acceptance")
    client.wait_for_status("calc", "Acceptance", "Stopped")
    assert client.restore_backup("calc", "Acceptance", SNAPSHOT).snapshot_id == SNAPSHOT


def test_backup_links(client: Client, sim: Simulator) -> None:
    links = client.get_backup_links("calc", "Acceptance", SNAPSHOT)
    for link in (links.files_only, links.database_only, links.database_and_files):
        assert link is not None
        assert link.expose().startswith(sim.links_url)


def test_scale_environment(client: Client) -> None:
    scaled = client.scale_environment("calc", "Acceptance", instances=2, memory_per_instance=2048)
    assert (scaled.instances, scaled.memory_per_instance) == (2, 2048)


def test_tags(client: Client) -> None:
    assert client.list_environment_tags("calc", "Acceptance") == [Tag.from_json('{"Tag": "A"}')]
    assert client.create_environment_tag("calc", "Acceptance", "europe").tag == "europe"
    client.delete_environment_tag("calc", "Acceptance", "A")
    assert [tag.tag for tag in client.list_environment_tags("calc", "Acceptance")] == ["europe"]
    client.delete_environment_tag("calc", "Acceptance", "europe")
    assert client.list_environment_tags("calc", "Acceptance") == []


@pytest.mark.parametrize("day", ["2018-08-10", dt.date(2018, 8, 10)])
def test_archived_logs(client: Client, day: dt.date | str) -> None:
    logs = client.get_archived_logs("calc", "Acceptance", day)
    assert logs.environment == "38471410-861f-47e5-8efc-2f4b16f04005"
    assert logs.date == datetime(2018, 8, 10, tzinfo=UTC)
    assert "://" in logs.download_url.expose()


def test_environment_variables(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENDIX_USERNAME", sim.username)
    monkeypatch.setenv("MENDIX_API_KEY", sim.api_key)
    monkeypatch.setenv("MENDIX_DEPLOY_URL", sim.url)
    with Client.from_env(timeout=50) as client:
        assert repr(client) == f"<Client {sim.url}>"
        with pytest.raises(NotFoundError):
            client.get_app("nowhere")


def test_tls() -> None:
    with Simulator(tls=True) as sim, sim.client() as client:
        assert sim.url.startswith("https://")
        assert client.get_app("calc").app_id == "calc"
