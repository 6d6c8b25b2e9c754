"""What today's service has besides the document: the Build API, uploads of version 2, and the Backups API v2."""

from datetime import UTC
from pathlib import Path
from threading import Timer

import pytest
from mendix_deploy import (
    ApiError,
    ArchiveData,
    CancelledError,
    CancelToken,
    Client,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PackageStatus,
    TaskState,
    WaitTimedOutError,
)
from mendix_deploy.testing import Simulator

PROJECT = "fae5de74-69c2-4488-a4de-abf89daac63e"
ACCEPTANCE = "38471410-861f-47e5-8efc-2f4b16f04005"
TEST = "5a0c8a0e-4d4c-4a0f-9d0b-6a3f5f1f3c01"
SNAPSHOT = "c879c6b1-3aa5-4e10-aaab-cb145841862f"


def test_build_wait_download_and_delete(client: Client, tmp_path: Path) -> None:
    build = client.build_package("calc", branch="main", revision="77", version="1.2.3", description="nightly")
    assert build.package_id
    built = client.wait_for_package("calc", build.package_id)
    assert (built.status, built.version, built.description) == (PackageStatus.SUCCEEDED, "1.2.3.77", "nightly")
    assert built in client.list_packages("calc")
    link = client.get_package_link("calc", built.package_id)
    assert link.ttl == 900
    assert "signature" in link.location.expose()
    assert "signature" not in repr(link)
    downloaded = client.download_package("calc", built.package_id, tmp_path / "calc.mda")
    assert downloaded.bytes == built.size
    client.delete_package("calc", built.package_id)
    with pytest.raises(NotFoundError):
        client.get_package("calc", built.package_id)


def test_a_build_that_fails(sim: Simulator, client: Client) -> None:
    sim.patch_state({"apps": {"calc": {"next_build_fails": True}}})
    build = client.build_package("calc", branch="main", revision="77", version="1.2.3")
    with pytest.raises(ApiError, match="the package is Failed"):
        client.wait_for_package("calc", build.package_id or "")


def test_an_upload_of_version_2(client: Client, package: bytes) -> None:
    job = client.upload_package_v2("calc", package, name="calc.mda")
    assert job.job_id
    assert job.package_id
    assert client.get_upload_status("calc", job.job_id).status in {TaskState.RUNNING, TaskState.COMPLETED}
    assert client.wait_for_upload("calc", job.job_id).status is TaskState.COMPLETED
    assert client.get_package("calc", job.package_id).name == "calc.mda"


@pytest.mark.parametrize("upload", ["upload_package", "upload_package_v2"])
def test_a_lost_upload_is_found_by_its_name(sim: Simulator, package: bytes, upload: str) -> None:
    sim.add_fault(upload, "close", after_effect=True)
    with sim.client() as client:
        uploaded = getattr(client, upload)("calc", package, name="unique.mda")
        assert client.get_package("calc", uploaded.package_id).name == "unique.mda"
    assert sim.accounting()["effects"][upload] == 1


def test_snapshots(client: Client, tmp_path: Path) -> None:
    made = client.create_snapshot(PROJECT, ACCEPTANCE, comment="before 1.2")
    assert (made.comment, made.state, made.finished_at) == ("before 1.2", TaskState.QUEUED, None)
    snapshot = client.wait_for_snapshot(PROJECT, ACCEPTANCE, made.snapshot_id)
    assert snapshot.state is TaskState.COMPLETED
    assert snapshot.created_at is not None
    assert snapshot.created_at.tzinfo is UTC
    assert snapshot.finished_at is not None
    assert snapshot.finished_at > snapshot.created_at
    assert (
        client.list_snapshots(PROJECT, ACCEPTANCE)[0]
        == snapshot
        == client.get_snapshot(PROJECT, ACCEPTANCE, snapshot.snapshot_id)
    )
    assert client.update_snapshot(PROJECT, ACCEPTANCE, snapshot.snapshot_id, "keep").comment == "keep"
    archive = client.create_archive(PROJECT, ACCEPTANCE, snapshot.snapshot_id, ArchiveData.DATABASE_ONLY)
    archive = client.wait_for_archive(PROJECT, ACCEPTANCE, snapshot.snapshot_id, archive.archive_id)
    assert archive.data_type == ArchiveData.DATABASE_ONLY
    assert archive.url is not None
    assert "signature" not in repr(archive)
    target = tmp_path / "calc.dump"
    downloaded = client.download_snapshot(PROJECT, ACCEPTANCE, snapshot.snapshot_id, "database_only", target)
    assert downloaded.bytes == target.stat().st_size > 0
    restore = client.restore_snapshot(PROJECT, TEST, snapshot.snapshot_id, db_only=True)
    restored = client.wait_for_restore(PROJECT, TEST, restore.restore_id)
    assert (restored.source_environment_id, restored.target_environment_id) == (ACCEPTANCE, TEST)
    client.delete_snapshot(PROJECT, ACCEPTANCE, snapshot.snapshot_id)
    with pytest.raises(NotFoundError):
        client.get_snapshot(PROJECT, ACCEPTANCE, snapshot.snapshot_id)


def test_a_snapshot_that_fails_says_why(sim: Simulator, client: Client) -> None:
    environment = {"next_backup_failure": "the disk is full"}
    sim.patch_state({"apps": {"calc": {"environments": {"Acceptance": environment}}}})
    made = client.create_snapshot(PROJECT, ACCEPTANCE)
    with pytest.raises(ApiError, match=r"the snapshot is Failed \(the disk is full\)"):
        client.wait_for_snapshot(PROJECT, ACCEPTANCE, made.snapshot_id)


def test_a_wait_for_a_snapshot_is_resumed(sim: Simulator, client: Client) -> None:
    sim.patch_state({"options": {"backup_ms": 60_000}})
    made = client.create_snapshot(PROJECT, ACCEPTANCE)
    with pytest.raises(WaitTimedOutError, match=f"snapshot {made.snapshot_id} was still") as caught:
        client.wait_for_snapshot(PROJECT, ACCEPTANCE, made.snapshot_id, timeout=0.1)
    error = caught.value
    assert (error.project_id, error.environment_id, error.snapshot_id) == (PROJECT, ACCEPTANCE, made.snapshot_id)
    sim.advance(60)
    assert error.wait_token is not None
    assert client.resume_wait(error.wait_token) == client.get_snapshot(PROJECT, ACCEPTANCE, made.snapshot_id)


def test_all_pages_are_iterated_over_with_a_total(sim: Simulator, client: Client) -> None:
    many = {str(number): {"comment": f"number {number}", "created_on": number} for number in range(1, 251)}
    sim.patch_state({"apps": {"calc": {"environments": {"Acceptance": {"snapshots": many}}}}})
    snapshots = client.iter_snapshots(PROJECT, ACCEPTANCE)
    assert snapshots.total == 252
    assert repr(snapshots) == "<SnapshotIterator of 252>"
    requests = sim.accounting()["requests"]["list_snapshots"]
    assert requests == 1
    newest = next(snapshots)
    assert sim.accounting()["requests"]["list_snapshots"] == requests
    rest = list(snapshots)
    assert [newest, *rest] == client.list_snapshots(PROJECT, ACCEPTANCE)
    assert len({snapshot.snapshot_id for snapshot in rest}) == 251
    assert iter(snapshots) is snapshots
    with pytest.raises(StopIteration):
        next(snapshots)


def test_what_is_refused(client: Client) -> None:
    with pytest.raises(ConflictError, match="PACKAGE_IN_USE"):
        client.delete_package("calc", "b3d14e53-2654-4534-b374-9179a69ef3cf")
    with pytest.raises(ApiError, match=r"x\.y\.z"):
        client.build_package("calc", branch="main", revision="1", version="1.0")
    with pytest.raises(InvalidInputError, match="comment is empty"):
        client.update_snapshot(PROJECT, ACCEPTANCE, SNAPSHOT, "")
    with pytest.raises(ApiError, match="files_and_database"):
        client.create_archive(PROJECT, ACCEPTANCE, SNAPSHOT, "everything")  # type: ignore[arg-type]


def test_a_download_that_is_cut_off_resumes_with_its_archive(sim: Simulator, client: Client, tmp_path: Path) -> None:
    target = tmp_path / "calc.dump"
    sim.patch_state({"options": {"archive_ms": 60_000}})
    token = CancelToken()
    Timer(0.5, token.cancel).start()
    with pytest.raises(CancelledError):
        client.with_cancel_token(token).download_snapshot(
            PROJECT, ACCEPTANCE, SNAPSHOT, ArchiveData.DATABASE_ONLY, target
        )
    sim.advance(60)
    client.download_snapshot(PROJECT, ACCEPTANCE, SNAPSHOT, ArchiveData.DATABASE_ONLY, target)
    assert sim.accounting()["effects"]["create_archive"] == 1
    assert target.stat().st_size > 0
