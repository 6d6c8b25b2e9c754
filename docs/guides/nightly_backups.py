"""Nightly backups to disk, of all environments.

nightly_backups.py FOLDER KEEP

Makes a snapshot of each environment, downloads it, and keeps the newest KEEP files of each. Run again on the same day,
it takes the snapshots of that day, and resumes the downloads that were cut off.
"""

import datetime as dt
import re
import sys
from pathlib import Path

from mendix_deploy import ApiError, ArchiveData, Client, MendixDeployError, Snapshot, TaskState


def snapshot_of(client: Client, project_id: str, environment_id: str, comment: str) -> Snapshot:
    """Give the snapshot with this comment, which is made if it is not there."""
    for snapshot in client.iter_snapshots(project_id, environment_id):
        if snapshot.comment == comment and snapshot.state != TaskState.FAILED:
            return snapshot
    return client.create_snapshot(project_id, environment_id, comment=comment)


def back_up(client: Client, project_id: str, environment_id: str, day: str, target: Path) -> None:
    """Download the snapshot of the day."""
    if target.exists():
        return
    snapshot_id = snapshot_of(client, project_id, environment_id, f"nightly {day}").snapshot_id
    client.wait_for_snapshot(project_id, environment_id, snapshot_id, timeout=7200)
    data = ArchiveData.FILES_AND_DATABASE
    client.download_snapshot(project_id, environment_id, snapshot_id, data, target, progress=True)


def prune(folder: Path, name: str, keep: int) -> None:
    """Remove the files of an environment but for the newest: their names have the day."""
    for old in sorted(folder.glob(f"{name}-????-??-??.backup"))[:-keep]:
        old.unlink()


def back_up_all(client: Client, folder: Path, day: str, keep: int) -> dict[str, MendixDeployError | None]:
    """Back up all environments of all apps: what went wrong with each, if anything did."""
    results: dict[str, MendixDeployError | None] = {}
    for app in client.list_apps():
        for environment in client.list_environments(app.app_id):
            if app.project_id is None or environment.environment_id is None:
                continue
            name = re.sub(r"[^\w-]", "_", f"{app.app_id}-{environment.mode}")
            target = folder / f"{name}-{day}.backup"
            try:
                back_up(client, app.project_id, environment.environment_id, day, target)
            except MendixDeployError as error:
                # The environment of a free app has no snapshots, and an account may have no right to some.
                if isinstance(error, ApiError) and error.code in {"NOT_SUPPORTED", "NO_ACCESS"}:
                    continue
                results[name] = error
            else:
                prune(folder, name, keep)
                results[name] = None
    return results


def main() -> None:
    """Do all of it, with the credentials of the environment."""
    folder, keep = Path(sys.argv[1]), int(sys.argv[2])
    if keep < 1:
        raise SystemExit("KEEP has to be 1 or more")
    with Client.from_env() as client:
        results = back_up_all(client, folder, dt.datetime.now(dt.UTC).date().isoformat(), keep)
    for name, error in results.items():
        print(f"{name}: {error or 'done'}")
    sys.exit(any(results.values()))


if __name__ == "__main__":
    main()
