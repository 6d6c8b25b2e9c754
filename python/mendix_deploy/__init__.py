"""A client of the Mendix Deploy API: every call typed, nothing done twice.

    from mendix_deploy import Client

    with Client.from_env() as client:  # MENDIX_USERNAME and MENDIX_API_KEY
        for environment in client.list_environments("calc"):
            print(environment.mode, environment.status)

`Client` has every call, and `inspect_package` reads what a package contains. `mendix_deploy.exceptions` has what they
raise, `mendix_deploy.enums` the values of states and modes, `mendix_deploy.results` what lists of results can do, and
`mendix_deploy.testing` a simulator of the service for tests.
"""

from typing import TYPE_CHECKING

# Rust imports it by name. Tools that freeze programs (PyInstaller and its like) see what Python imports.
from . import _progress  # noqa: F401
from ._native import (
    App,
    Archive,
    ArchivedLogs,
    Backup,
    BackupLinks,
    BuildJob,
    CancelToken,
    Client,
    Constant,
    CustomSetting,
    DeployedState,
    DeployPlan,
    DeployReport,
    DeployRisk,
    DeployStep,
    Downloaded,
    Environment,
    EnvironmentSettings,
    Package,
    PackageConstant,
    PackageEvent,
    PackageInfo,
    PackageLink,
    PlannedChange,
    PlannedStep,
    Restore,
    ScheduledEvent,
    SignedUrl,
    Snapshot,
    SnapshotIterator,
    StartJob,
    StartStatus,
    Tag,
    UploadedPackage,
    UploadJob,
    UploadStatus,
    __version__,
    inspect_package,
)
from .enums import (
    ArchiveData,
    BackupPart,
    BackupState,
    DeployOutcome,
    ErrorKind,
    Evidence,
    Mode,
    PackageStatus,
    StartState,
    Status,
    StepStatus,
    TaskState,
)
from .events import Adopted, CallEvent, Retrying
from .exceptions import (
    AmbiguousError,
    ApiError,
    Attempt,
    CancelledError,
    ConflictError,
    DeployFailedError,
    FileError,
    ForbiddenError,
    InvalidInputError,
    InvalidResponseError,
    MendixDeployError,
    NotFoundError,
    RateLimitedError,
    RequestTimeoutError,
    TransportError,
    UnauthorizedError,
    WaitTimedOutError,
)
from .results import NamedItems, ResultList, json_default

if TYPE_CHECKING:
    # Seen by these tools as well, and imported when a date or a value of one of their types is used.
    import datetime as dt  # noqa: F401
    import decimal  # noqa: F401
    import json  # noqa: F401

__all__ = [
    "Adopted",
    "AmbiguousError",
    "ApiError",
    "App",
    "Archive",
    "ArchiveData",
    "ArchivedLogs",
    "Attempt",
    "Backup",
    "BackupLinks",
    "BackupPart",
    "BackupState",
    "BuildJob",
    "CallEvent",
    "CancelToken",
    "CancelledError",
    "Client",
    "ConflictError",
    "Constant",
    "CustomSetting",
    "DeployFailedError",
    "DeployOutcome",
    "DeployPlan",
    "DeployReport",
    "DeployRisk",
    "DeployStep",
    "DeployedState",
    "Downloaded",
    "Environment",
    "EnvironmentSettings",
    "ErrorKind",
    "Evidence",
    "FileError",
    "ForbiddenError",
    "InvalidInputError",
    "InvalidResponseError",
    "MendixDeployError",
    "Mode",
    "NamedItems",
    "NotFoundError",
    "Package",
    "PackageConstant",
    "PackageEvent",
    "PackageInfo",
    "PackageLink",
    "PackageStatus",
    "PlannedChange",
    "PlannedStep",
    "RateLimitedError",
    "RequestTimeoutError",
    "Restore",
    "ResultList",
    "Retrying",
    "ScheduledEvent",
    "SignedUrl",
    "Snapshot",
    "SnapshotIterator",
    "StartJob",
    "StartState",
    "StartStatus",
    "Status",
    "StepStatus",
    "Tag",
    "TaskState",
    "TransportError",
    "UnauthorizedError",
    "UploadJob",
    "UploadStatus",
    "UploadedPackage",
    "WaitTimedOutError",
    "__version__",
    "inspect_package",
    "json_default",
]
