"""From a commit to production: builds a package, deploys it to acceptance, and promotes it to production.

from_commit.py APP BRANCH REVISION VERSION FOLDER

Run again after a crash, it takes the package that it has built, and continues the deployment that was cut off.
"""

import sys
from pathlib import Path

from mendix_deploy import Client, DeployReport, PackageStatus


def build(client: Client, app_id: str, branch: str, revision: str, version: str) -> str:
    """Build the revision, unless that was begun before: the identifier of the package."""
    wanted = f"{version}.{revision}"
    for package in client.list_packages(app_id):
        if package.version == wanted and package.status != PackageStatus.FAILED:
            package_id: str | None = package.package_id
            break
    else:
        begun = client.build_package(app_id, branch=branch, revision=revision, version=version)
        package_id = begun.package_id
    if package_id is None:
        raise SystemExit("the service did not tell which package it builds: look for it in the Mendix portal")

    def show(seen: str, seconds: float) -> None:
        print(f"build: {seen} after {seconds:.0f} s")

    return client.wait_for_package(app_id, package_id, timeout=3600, progress=show).package_id


def release(client: Client, app_id: str, package_id: str, folder: Path) -> list[DeployReport]:
    """Deploy the package to acceptance, and then what runs there to production."""
    journal = f"{app_id}-{package_id}"
    accepted = client.deploy(
        app_id, "Acceptance", package_id=package_id, journal=folder / f"{journal}-Acceptance.journal", progress=True
    )
    promoted = client.deploy(
        app_id, "Production", from_mode="Acceptance", journal=folder / f"{journal}-Production.journal", progress=True
    )
    return [accepted, promoted]


def main() -> None:
    """Do all of it, with the credentials of the environment."""
    app_id, branch, revision, version, folder = sys.argv[1:]
    with Client.from_env() as client:
        package_id = build(client, app_id, branch, revision, version)
        for report in release(client, app_id, package_id, Path(folder)):
            print(report)


if __name__ == "__main__":
    main()
