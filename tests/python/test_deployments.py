"""Deployments: those that each language runs, and what Python has for them."""

import copy
import datetime as dt
import json
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from mendix_deploy import (
    Client,
    ConflictError,
    DeployFailedError,
    DeployOutcome,
    DeployReport,
    DeployStep,
    ErrorKind,
    FileError,
    InvalidInputError,
    JournalInfo,
    MendixDeployError,
    StepStatus,
    inspect_journal,
)
from mendix_deploy.testing import Simulator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests/data/calc_1.2.0.254.mda"
TABLE = json.loads((ROOT / "tests/conformance/deployments.json").read_text())
FAILING = {"apps": {"calc": {"environments": {"Acceptance": {"next_start_failure": "START_FAILED"}}}}}


def done(report: DeployReport) -> list[str]:
    return [step.name for step in report.steps if step.status is StepStatus.DONE]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_every_deployment_ends_as_in_the_other_languages(case: dict[str, Any], tmp_path: Path) -> None:
    text = json.dumps(case["deployment"]).replace("$PACKAGE", str(PACKAGE)).replace("$FOLDER", str(tmp_path))
    deployment, expected = json.loads(text), case["expected"]
    with Simulator() as sim, sim.client() as client:
        sim.patch_state(TABLE["state"])
        sim.patch_state(case.get("state", {}))
        for fault in case.get("faults", []):
            sim.add_fault(**fault)
        error, report = None, None
        for _ in range(case.get("runs", 1)):
            try:
                report = client.deploy(**deployment)
            except MendixDeployError as raised:
                error = raised
        effects = sim.accounting()["effects"]
    assert (error and error.kind) == expected.get("kind"), error
    if isinstance(error, DeployFailedError):
        report = error.report
    assert (report and report.outcome) == expected.get("outcome"), report
    if report:
        assert done(report) == expected["done"], report
        assert len(report.orphans) == expected.get("orphans", 0)
    if error:
        assert error.code == expected.get("code")
        assert expected.get("text", "") in str(error)
    assert {call: effects.get(call, 0) for call in expected["effects"]} == expected["effects"]


def test_a_report_is_a_value_that_people_can_read(client: Client) -> None:
    steps: list[DeployStep] = []
    report = client.deploy("calc", "Acceptance", package=PACKAGE, on_step=steps.append)
    assert report.outcome is DeployOutcome.DEPLOYED
    assert (report.before.status, report.after.model_version, report.failed_step) == ("Running", "1.2.0.254", None)
    assert report.downtime_ms is not None
    assert report.downtime_ms >= report.steps[-2].elapsed_ms
    assert [(step.name, step.status) for step in steps[:3]] == [
        ("backup", "skipped"),
        ("upload", "started"),
        ("upload", "done"),
    ]
    assert steps[0].started_at.tzinfo is not None
    assert str(report).startswith("Acceptance of calc: deployed\n  before: Running, ")
    assert repr(report).startswith("DeployReport(app_id='calc', mode='Acceptance', outcome=DeployOutcome.DEPLOYED")
    assert DeployReport.from_json(report.to_json()) == report == pickle.loads(pickle.dumps(report))
    assert hash(report) == hash(DeployReport.from_json(report.to_json()))
    assert "<td>start</td><td>done, " in report._repr_html_()
    escaped = DeployReport.from_json(report.to_json().replace('"calc"', '"<calc>"'))._repr_html_()
    assert "&lt;calc&gt;" in escaped
    assert "<calc>" not in escaped
    constants = {"MyFirstModule.BooleanConstant": "true"}
    plan = client.plan_deploy("calc", "Acceptance", package=PACKAGE, constants=constants)
    assert "<td>constant MyFirstModule.BooleanConstant</td>" in plan._repr_html_()


def test_one_that_fails_says_all(sim: Simulator, client: Client) -> None:
    sim.patch_state(FAILING)
    with pytest.raises(DeployFailedError, match=r"start failed with START_FAILED\. It was rolled back") as caught:
        client.deploy("calc", "Acceptance", package=PACKAGE)
    error = caught.value
    assert (error.kind, error.step, error.code) == (ErrorKind.DEPLOY_FAILED, "start", "START_FAILED")
    assert error.report
    assert error.report.outcome is DeployOutcome.ROLLED_BACK
    assert error.report.failed_step
    assert error.report.failed_step.name == "start"
    assert error.report.differences == ("The data may have been changed by the new model, which was started.",)
    assert isinstance(error.__cause__, MendixDeployError)
    assert error.__cause__.operation == "get_start_status"
    assert str(error.__cause__) in str(error)
    assert error.hint
    assert error.__notes__ == [error.hint]
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (again.report, again.step, str(again)) == (error.report, error.step, str(error))


def test_what_an_observer_raises_ends_it_to_be_resumed(sim: Simulator, client: Client, tmp_path: Path) -> None:
    journal = tmp_path / "journal"

    def until_stopped(step: DeployStep) -> None:
        if (step.name, step.status) == ("stop", "done"):
            raise KeyError(step.name)

    with pytest.raises(KeyError, match="stop") as caught:
        client.deploy("calc", "Acceptance", package=PACKAGE, journal=journal, on_step=until_stopped)
    assert f"resume_deploy({json.dumps(str(journal))})" in str(caught.value.__context__)
    assert client.resume_deploy(journal).outcome is DeployOutcome.DEPLOYED
    before = sim.accounting()
    assert client.deploy("calc", "Acceptance", package=PACKAGE, journal=journal).outcome is DeployOutcome.UNCHANGED
    plan = client.plan_deploy("calc", "Acceptance", package=PACKAGE, journal=journal)
    assert all(step.skipped for step in plan.steps)
    assert sim.accounting()["effects"] == before["effects"]
    with pytest.raises(InvalidInputError, match="is of another deployment"):
        client.deploy("calc", "Test", package=PACKAGE, journal=journal)
    with pytest.raises(FileError, match="cannot be opened"):
        client.resume_deploy(tmp_path / "none")


def test_a_journal_says_how_far_its_deployment_is(sim: Simulator, client: Client, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    seen: list[JournalInfo] = []

    def until_stopped(step: DeployStep) -> None:
        if step.name == "stop":
            # It is locked meanwhile.
            seen.append(inspect_journal(journal))
            if step.status is StepStatus.DONE:
                raise KeyError(step.name)

    with pytest.raises(KeyError, match="stop"):
        client.deploy("calc", "Acceptance", package=PACKAGE, journal=journal, on_step=until_stopped)
    requests = sim.accounting()["total_requests"]
    left = inspect_journal(str(journal))
    assert sim.accounting()["total_requests"] == requests
    assert [step.name for step in seen[0].steps] == ["backup", "upload"]
    assert [step.name for step in left.steps] == ["backup", "upload", "stop"]
    assert left == seen[1] != seen[0]
    assert (left.app_id, left.mode, left.outcome) == ("calc", "Acceptance", None)
    assert (left.package, left.package_id, left.from_mode) == (PACKAGE, None, None)
    assert left.begun_at.utcoffset() == dt.timedelta(0)
    assert left.begun_at <= left.steps[0].started_at

    report = client.resume_deploy(journal)
    ended = inspect_journal(journal)
    assert ended.outcome is DeployOutcome.DEPLOYED
    assert ended.steps == report.steps
    assert JournalInfo.from_json(ended.to_json()) == ended == pickle.loads(pickle.dumps(ended))
    assert ended == ended.replace(begun_at=ended.begun_at, package=str(PACKAGE), outcome="deployed")
    assert hash(ended) == hash(inspect_journal(journal))
    assert repr(ended).startswith(f"JournalInfo(app_id='calc', mode='Acceptance', package={PACKAGE!r}, begun_at=")


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.touch()
    with pytest.raises(InvalidInputError, match=r"^inspect_journal: the journal .*journal is empty: nothing was begun"):
        inspect_journal(journal)
    journal.write_text("a journal\n")
    with pytest.raises(InvalidInputError, match="is damaged in line 1"):
        inspect_journal(journal)
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(InvalidInputError, match="is not a regular file"):
            inspect_journal(path)
    with pytest.raises(FileError) as caught:
        inspect_journal(tmp_path / "none")
    assert caught.value.filename == str(tmp_path / "none")
    with pytest.raises(TypeError, match=r"path: expected str or os\.PathLike"):
        inspect_journal(7)  # type: ignore[arg-type]


def test_a_lease_that_is_held_names_its_owner(client: Client, tmp_path: Path) -> None:
    lease = tmp_path / "lease"
    seen: list[object] = []

    def meanwhile(step: DeployStep) -> None:
        if step.name == "upload" and not seen:
            with pytest.raises(ConflictError, match=f"is held by process {os.getpid()} on ") as caught:
                client.deploy("calc", "Test", package=PACKAGE, lease=lease)
            seen.append(caught)

    client.deploy("calc", "Acceptance", package=PACKAGE, lease=lease, on_step=meanwhile)
    assert seen


def test_progress_names_the_steps(client: Client, sim: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    client.deploy("calc", "Acceptance", package=PACKAGE, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["backup: skipped, it is not a production environment", "upload: started"]
    assert lines[2].startswith("upload: done, 0.")
    assert lines[-1].startswith("confirm: done, ")
    seen: list[tuple[int, int]] = []
    client.deploy("calc", "Acceptance", package=PACKAGE, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
    sim.patch_state(FAILING)
    with suppress(DeployFailedError):
        client.deploy("calc", "Acceptance", package=PACKAGE, progress=True)
    assert "\nstart: failed, " in capsys.readouterr().err
