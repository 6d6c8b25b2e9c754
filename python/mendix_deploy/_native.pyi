"""
The native half of the package. Import from `mendix_deploy`.
"""

from _typeshed import SupportsGetItem
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from mendix_deploy import DeployStep as DeployStep2
from mendix_deploy.enums import ArchiveData, BackupPart, BackupState, DeployOutcome, Mode, PackageStatus, StartState, Status, StepStatus, TaskState
from mendix_deploy.events import CallEvent
from mendix_deploy.results import NamedItems, ResultList
from os import PathLike
from pathlib import Path
from typing import Any, Final, IO, Literal, final

__all__ = ["__version__", "App", "Archive", "ArchivedLogs", "Backup", "BackupLinks", "BuildJob", "CancelToken", "Client", "Constant", "CustomSetting", "DeployPlan", "DeployReport", "DeployRisk", "DeployStep", "DeployedState", "Downloaded", "Environment", "EnvironmentSettings", "JournalInfo", "Package", "PackageConstant", "PackageEvent", "PackageInfo", "PackageLink", "PlannedChange", "PlannedStep", "Restore", "ScheduledEvent", "SignedUrl", "Snapshot", "SnapshotIterator", "StartJob", "StartStatus", "Tag", "UploadJob", "UploadStatus", "UploadedPackage", "_Simulator", "_error_classes", "_known_words", "inspect_journal", "inspect_package", "run_command_line"]

__version__: Final[str]

@final
class App:
    """
    An app that the account has access to.
    """
    __match_args__: Final[tuple[Literal["app_id"], Literal["name"], Literal["project_id"], Literal["url"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, app_id: str, name: str | None = ..., project_id: str | None = ..., url: str | None = ..., extra: Mapping[str, Any] = ...) -> App:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, app_id: str = ..., name: str | None = ..., project_id: str | None = ..., url: str | None = ..., extra: Mapping[str, Any] = ...) -> App:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def app_id(self, /) -> str:
        """
        Sub-domain name of the app, which every other call takes. Empty only where the service did not give it to `create_sandbox`.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> App:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str | None:
        """
        Name of the app.
        """
    @property
    def project_id(self, /) -> str | None:
        """
        Identifier of the project in the Developer Portal; opaque text.
        """
    def replace(self, /, *, app_id: str = ..., name: str | None = ..., project_id: str | None = ..., url: str | None = ..., extra: Mapping[str, Any] = ...) -> App:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def url(self, /) -> str | None:
        """
        Address of the app in production, or of the sandbox. May have no scheme.
        """

@final
class Archive:
    """
    An archive of a snapshot, which can be downloaded.
    """
    __match_args__: Final[tuple[Literal["archive_id"], Literal["snapshot_id"], Literal["data_type"], Literal["state"], Literal["status_message"], Literal["url"], Literal["created_at"], Literal["finished_at"], Literal["updated_at"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, archive_id: str, snapshot_id: str | None = ..., data_type: str | None = ..., state: str = ..., status_message: str | None = ..., url: SignedUrl | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Archive:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, archive_id: str = ..., snapshot_id: str | None = ..., data_type: str | None = ..., state: str = ..., status_message: str | None = ..., url: SignedUrl | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Archive:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def archive_id(self, /) -> str:
        """
        Identifier of the archive; opaque text. Empty only where the service did not give it to `create_archive`.
        """
    @property
    def created_at(self, /) -> datetime | None:
        """
        When it was asked for, in UTC.
        """
    @property
    def data_type(self, /) -> str | None:
        """
        What is in it: one of ArchiveData.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @property
    def finished_at(self, /) -> datetime | None:
        """
        When it was completed or failed, in UTC; None until then.
        """
    @staticmethod
    def from_json(text: str) -> Archive:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, archive_id: str = ..., snapshot_id: str | None = ..., data_type: str | None = ..., state: str = ..., status_message: str | None = ..., url: SignedUrl | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Archive:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def snapshot_id(self, /) -> str | None:
        """
        Identifier of the snapshot.
        """
    @property
    def state(self, /) -> TaskState:
        """
        How far it has come: whether it can be downloaded.
        """
    @property
    def status_message(self, /) -> str | None:
        """
        Why it failed, or how far it has come.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def updated_at(self, /) -> datetime | None:
        """
        When it was last changed, in UTC.
        """
    @property
    def url(self, /) -> SignedUrl | None:
        """
        The link to it, which expires, and which `repr` hides; None until it is completed.
        """

@final
class ArchivedLogs:
    """
    A signed link to a day's logs. It expires, and `repr` hides it.
    """
    __match_args__: Final[tuple[Literal["environment"], Literal["date"], Literal["download_url"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, environment: str | None = ..., date: datetime | None = ..., download_url: SignedUrl, extra: Mapping[str, Any] = ...) -> ArchivedLogs:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, environment: str | None = ..., date: datetime | None = ..., download_url: SignedUrl = ..., extra: Mapping[str, Any] = ...) -> ArchivedLogs:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def date(self, /) -> datetime | None:
        """
        The day, in UTC.
        """
    @property
    def download_url(self, /) -> SignedUrl:
        """
        The link.
        """
    @property
    def environment(self, /) -> str | None:
        """
        Identifier of the environment.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> ArchivedLogs:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, environment: str | None = ..., date: datetime | None = ..., download_url: SignedUrl = ..., extra: Mapping[str, Any] = ...) -> ArchivedLogs:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class Backup:
    """
    A backup of an environment, which the document also calls a snapshot.
    """
    __match_args__: Final[tuple[Literal["snapshot_id"], Literal["comment"], Literal["state"], Literal["expires_on"], Literal["created_on"], Literal["model_version"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, snapshot_id: str, comment: str | None = ..., state: str = ..., expires_on: datetime | None = ..., created_on: datetime | None = ..., model_version: str | None = ..., extra: Mapping[str, Any] = ...) -> Backup:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, snapshot_id: str = ..., comment: str | None = ..., state: str = ..., expires_on: datetime | None = ..., created_on: datetime | None = ..., model_version: str | None = ..., extra: Mapping[str, Any] = ...) -> Backup:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def comment(self, /) -> str | None:
        """
        Comment.
        """
    @property
    def created_on(self, /) -> datetime | None:
        """
        When it was made, in UTC; None while it is being made.
        """
    @property
    def expires_on(self, /) -> datetime | None:
        """
        When it expires, in UTC.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> Backup:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def model_version(self, /) -> str | None:
        """
        Version of the package that was deployed then.
        """
    def replace(self, /, *, snapshot_id: str = ..., comment: str | None = ..., state: str = ..., expires_on: datetime | None = ..., created_on: datetime | None = ..., model_version: str | None = ..., extra: Mapping[str, Any] = ...) -> Backup:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def snapshot_id(self, /) -> str:
        """
        Identifier of the backup; opaque text, for example `201703221355`. Empty only where the service did not give it to
        `create_backup`.
        """
    @property
    def state(self, /) -> BackupState:
        """
        Whether it is complete.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class BackupLinks:
    """
    Signed links to the parts of a backup. They expire, and `repr` hides them.
    """
    __match_args__: Final[tuple[Literal["files_only"], Literal["database_only"], Literal["database_and_files"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, files_only: SignedUrl | None = ..., database_only: SignedUrl | None = ..., database_and_files: SignedUrl | None = ..., extra: Mapping[str, Any] = ...) -> BackupLinks:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, files_only: SignedUrl | None = ..., database_only: SignedUrl | None = ..., database_and_files: SignedUrl | None = ..., extra: Mapping[str, Any] = ...) -> BackupLinks:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def database_and_files(self, /) -> SignedUrl | None:
        """
        Both.
        """
    @property
    def database_only(self, /) -> SignedUrl | None:
        """
        The database.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @property
    def files_only(self, /) -> SignedUrl | None:
        """
        The files.
        """
    @staticmethod
    def from_json(text: str) -> BackupLinks:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, files_only: SignedUrl | None = ..., database_only: SignedUrl | None = ..., database_and_files: SignedUrl | None = ..., extra: Mapping[str, Any] = ...) -> BackupLinks:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class BuildJob:
    """
    A build in progress.
    """
    __match_args__: Final[tuple[Literal["package_id"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, package_id: str | None = ..., extra: Mapping[str, Any] = ...) -> BuildJob:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, package_id: str | None = ..., extra: Mapping[str, Any] = ...) -> BuildJob:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> BuildJob:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def package_id(self, /) -> str | None:
        """
        Identifier of the package that is being built, for `wait_for_package`. None when the service accepted the call
        without giving it.
        """
    def replace(self, /, *, package_id: str | None = ..., extra: Mapping[str, Any] = ...) -> BuildJob:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class CancelToken:
    """
    A token that cancels the calls and waits of the clients that hold it, from any thread.

    >>> token = CancelToken()
    >>> client = client.with_cancel_token(token)
    >>> token.cancel()
    """
    def __new__(cls, /) -> CancelToken:
        """
        A token for `Client.with_cancel_token`.
        """
    def __repr__(self, /) -> str: ...
    def cancel(self, /) -> None:
        """
        Cancels the calls that hold this token, now and later: they raise `CancelledError`.
        """
    @property
    def cancelled(self, /) -> bool:
        """
        Whether `cancel` was called.
        """

@final
class Client:
    """
    A client of the Deploy API.

    >>> with Client.from_env() as client:
    ...     for app in client.list_apps():
    ...         print(app.app_id)

    One client serves any number of threads, which share its connections, and can be used in a process forked after it
    was made. Every call releases the GIL, and Ctrl-C cancels it. As a context manager the client closes its connections
    on exit.

    A mutating call that may have taken effect is never sent again. The `evidence` of every exception tells whether it
    can have.

    Where a method takes an identifier, it takes the result that has it as well: `client.list_environments(app)`. Times are
    numbers of seconds or `datetime.timedelta`.

    username: e-mail address of the Mendix account. api_key: its API key.
    base_url: scheme, host and port; `http://` only to this machine unless allow_insecure_http.
    timeout: time limit of a read, with all its attempts.
    action_timeout: time limit of a mutating call, which the service works on before it responds; five times timeout by
    default.
    connect_timeout: time limit of name resolution, connection, proxy and TLS together.
    stall_timeout: how long an upload or download may make no progress.
    answer_timeout: time limit of the response to an upload; the service inspects the package before it responds.
    proxy: `http://[user:password@]host[:port]`, or False for none; by default that of the environment variables.
    ca_file: certificates in PEM form that are trusted alongside those of the platform: of authorities, or the server's own.
    user_agent: name and version of your program.
    max_attempts: how often a call is attempted when the failure proves that it is retryable; 1 turns retries off.
    read_back: whether to read back the state when the response to a mutating call was lost.
    reply_limit: the longest response that is read into memory, in bytes. Downloads have no limit.
    check_packages: whether `upload_package` refuses a path or bytes that are not a deployment package.
    on_event: called with a `CallEvent` when a call is retried, and when a lost response was confirmed by read-back.
    """
    def __enter__(self, /) -> Client: ...
    def __exit__(self, /, _kind: type | None, _error: BaseException | None, _traceback: Any | None) -> None: ...
    def __new__(cls, /, *, username: str, api_key: str, base_url: "str" = "https://deploy.mendix.com", timeout: "float | timedelta" = 60.0, connect_timeout: "float | timedelta" = 10.0, stall_timeout: "float | timedelta" = 60.0, answer_timeout: "float | timedelta" = 900.0, action_timeout: float | timedelta | None = None, proxy: str | Literal[False] | None = None, ca_file: str | PathLike[str] | None = None, user_agent: str | None = None, allow_insecure_http: "bool" = False, max_attempts: "int" = 4, read_back: "bool" = True, reply_limit: "int" = 16777216, check_packages: "bool" = True, on_event: Callable[[CallEvent], object] | None = None) -> Client: ...
    def __reduce__(self, /) -> Any:
        """
        Raises TypeError: pickling would carry the API key along.
        """
    def __repr__(self, /) -> str: ...
    @property
    def base_url(self, /) -> str:
        """
        The origin that calls go to.
        """
    def build_package(self, /, app_id: str | App, *, branch: str, revision: str, version: str, description: str | None = None) -> BuildJob:
        """
        Begins to build a package from a revision of the model: `wait_for_package` waits for it.

        >>> build = client.build_package("calc", branch="main", revision="a3f9c21", version="1.0.0")
        >>> client.wait_for_package("calc", build.package_id)

        branch is `main`, `trunk` or `branches/<name>`. version is `x.y.z`; that of the package is `x.y.z.<revision>`. For a
        free app the service deploys the package, too. When the response is lost, the one new package of that version is the
        result.

        Raises ApiError with INVALID_VERSION, BUILD_FAILED and the like; NotFoundError with APP_NOT_FOUND.

        Build API v1, Start Building Package: POST /apps/{AppId}/packages.
        """
    def clean_environment(self, /, app_id: str | App, mode: str | Environment) -> ResultList[Environment]:
        """
        Removes all data of an environment, which must be stopped: database and files. It cannot be undone.

        Raises ConflictError with ENVIRONMENT_NOT_STOPPED; ApiError with ENVIRONMENT_CLEAN_FAILED and the like.

        Deploy API v1, section 3.12, Clean environment: POST /apps/{AppId}/environments/{Mode}/clean.
        """
    def close(self, /) -> None:
        """
        Closes the connections, also those of clients that share them. Later calls raise InvalidInputError.
        """
    def create_archive(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup, data_type: ArchiveData | Literal["files_and_database", "database_only"]) -> Archive:
        """
        Begins to make an archive of a snapshot, which can be downloaded. `download_snapshot` does all of it.

        data_type is one of ArchiveData. A lost response raises AmbiguousError; to make another archive is harmless.

        Raises what `get_snapshot` raises; ApiError with UNSUPPORTED for another data_type.

        Backups API v2, Request Backup Archive:
        POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives.
        """
    def create_backup(self, /, app_id: str | App, mode: str | Environment, *, comment: str | None = None) -> Backup:
        """
        Starts a backup of an environment; its created_on is None until it is complete. Mendix Cloud v4 only.

        Raises ForbiddenError with NO_ACCESS; NotFoundError with ENVIRONMENT_NOT_FOUND.

        The service no longer documents this call: its successor is `create_snapshot`.

        Deploy API v1, section 3.17, Create a Backup of an Environment: POST /apps/{AppId}/environments/{Mode}/snapshots.
        """
    def create_environment_tag(self, /, app_id: str | App, mode: str | Environment, tag: str | Tag) -> Tag:
        """
        Adds a tag to an environment. Mendix Cloud v4 only.

        Deploy API v1, section 3.20, Create Environment Tags: POST /apps/{AppId}/environments/{Mode}/tags.
        """
    def create_sandbox(self, /, project_id: str | App) -> App:
        """
        Creates a sandbox for a project that has none.

        Raises ApiError with INVALID_PROJECTID; ConflictError with APPLICATION_ALREADY_EXISTS.

        Deploy API v1, section 3.2, Create Sandbox: POST /apps.
        """
    def create_snapshot(self, /, project_id: str | App, environment_id: str | Environment, *, comment: str | None = None) -> Snapshot:
        """
        Begins to make a snapshot of an environment: `wait_for_snapshot` waits until it is complete.

        With a comment that no other snapshot has, a lost response is no failure: the one new snapshot with it is the result.

        Raises ConflictError with ENVIRONMENT_BUSY or INVALID_STATE; ForbiddenError with NO_ACCESS; NotFoundError with
        ENVIRONMENT_NOT_FOUND; ApiError with NOT_SUPPORTED and the like.

        Backups API v2, Create Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots.
        """
    def delete_environment_tag(self, /, app_id: str | App, mode: str | Environment, tag: str | Tag) -> None:
        """
        Removes a tag from an environment. It is not an error when the environment does not have it. Mendix Cloud v4 only.

        Deploy API v1, section 3.22, Delete Environment Tags: DELETE /apps/{AppId}/environments/{Mode}/tags.
        """
    def delete_package(self, /, app_id: str | App, package_id: str | Package | UploadedPackage | UploadJob | BuildJob) -> None:
        """
        Deletes a package of an app, which must not be deployed on an environment.

        Raises ConflictError with PACKAGE_IN_USE; NotFoundError with PACKAGE_NOT_FOUND; ApiError with INVALID_PARAMETERS.

        Build API v1, Delete Package: DELETE /apps/{AppId}/packages/{PackageId}.
        """
    def delete_snapshot(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup) -> None:
        """
        Deletes a snapshot. It cannot be undone.

        Raises what `get_snapshot` raises.

        Backups API v2, Delete Snapshot: DELETE /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}.
        """
    def deploy(self, /, app_id: str | App, mode: str | Environment, *, package: str | PathLike[str] | None = None, package_id: str | Package | UploadedPackage | UploadJob | BuildJob | None = None, from_mode: str | Environment | None = None, name: str | None = None, constants: Mapping[str, str] | None = None, custom_settings: Mapping[str, str] | None = None, scheduled_events: Mapping[str, bool] | None = None, instances: int | None = None, memory_per_instance: int | None = None, auto_sync_db: "bool" = True, backup: "Literal['production', 'always', 'never']" = "production", rollback: "Literal['package', 'data', 'none']" = "package", while_running: "bool" = False, service: "Literal['detected', 'document', 'today']" = "detected", journal: str | PathLike[str] | None = None, lease: str | PathLike[str] | None = None, step_timeout: "float | timedelta" = 900.0, progress: Callable[[int, int], object] | bool | None = None, on_step: Callable[[DeployStep2], object] | None = None) -> DeployReport:
        """
        Deploys a package: this package runs on that environment, with these settings; and if not, what ran before runs again.

        >>> report = client.deploy("calc", "Acceptance", package="calc_1.0.0.45.mda")

        Exactly one of these selects the package. package: path of a file to upload. package_id: a package of the app.
        from_mode: another environment of the app, whose package is used.
        name: name of the uploaded package; by default that of the file, with a mark of this deployment.
        constants, custom_settings, scheduled_events: mappings from names to the wanted values.
        instances, memory_per_instance (in MB): the scale.
        auto_sync_db: whether the start may change the structure of the database.
        backup: "never", "production" (only if the environment is a production environment) or "always".
        rollback: what to put back after a failure: "none", "package" (package and settings) or "data" (the backup too).
        while_running: transport the package before the stop, where the service allows it.
        service: by which calls to upload and to back up: "detected", "document", or "today" (upload_package_v2, snapshots).
        journal: path of a file that records the deployment. The same call, or `resume_deploy`, continues one that was cut
        off; when all is in place, the outcome is `UNCHANGED`, and no change is sent.
        lease: path of a file that is locked meanwhile; a second deployment with the same file raises ConflictError at once.
        step_timeout: how many seconds each step may take. An outage is waited for that long.
        progress: True draws the upload and names the steps on standard error; a callable gets the bytes done and in all.
        on_step: is called with a DeployStep when a step begins and when it has ended. What it raises ends the deployment
        there, to be resumed.

        Raises what `plan_deploy` raises, and nothing is changed; ConflictError when the lease or the journal is held by
        another process; InvalidInputError for the journal of another deployment, or a damaged one; FileError when it cannot
        be written; DeployFailedError, with the report, when a step failed: its text says what state the environment is in;
        CancelledError: everything is left as it is, to be resumed.
        """
    def download_archived_access_logs(self, /, app_id: str | App, mode: str | Environment, date: date | str, target: str | PathLike[str], *, progress: Callable[[int, int], object] | bool | None = None) -> Downloaded:
        """
        Downloads a day's access logs to a file, as `download_backup` does.
        """
    def download_archived_logs(self, /, app_id: str | App, mode: str | Environment, date: date | str, target: str | PathLike[str], *, progress: Callable[[int, int], object] | bool | None = None) -> Downloaded:
        """
        Downloads a day's logs to a file, as `download_backup` does.
        """
    def download_backup(self, /, app_id: str | App, mode: str | Environment, snapshot_id: str | Snapshot | Backup, part: BackupPart | Literal["FilesOnly", "DatabaseOnly", "DatabaseAndFiles"], target: str | PathLike[str], *, progress: Callable[[int, int], object] | bool | None = None) -> Downloaded:
        """
        Downloads a part of a backup to a file, which is complete at the end, or unchanged.

        >>> client.download_backup("calc", "Acceptance", backup.snapshot_id, BackupPart.DATABASE_ONLY, "calc.backup")

        In the meantime there are target.part and target.part.json alongside target, from which a later call resumes; they
        belong to the library. A relative target is one of the current directory at the time of the call; the result's path
        is absolute.

        part is one of BackupPart. progress is called with the bytes done and the bytes in all, which is 0 for a download
        of unknown size; True draws a bar on a terminal.

        Raises FileError when the file cannot be written or the disk has too little space for it (errno is ENOSPC);
        NotFoundError when the backup has no such part.
        """
    def download_package(self, /, app_id: str | App, package_id: str | Package | UploadedPackage | UploadJob | BuildJob, target: str | PathLike[str], *, progress: Callable[[int, int], object] | bool | None = None) -> Downloaded:
        """
        Downloads a package to a file, as `download_backup` does.

        Raises what `get_package_link` and `download_backup` raise.
        """
    def download_snapshot(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup, data_type: ArchiveData | Literal["files_and_database", "database_only"], target: str | PathLike[str], *, progress: Callable[[int, int], object] | bool | None = None) -> Downloaded:
        """
        Downloads a snapshot to a file, as `download_backup` does.

        >>> client.download_snapshot(project_id, environment_id, snapshot.snapshot_id, ArchiveData.DATABASE_ONLY, "calc.dump")

        Has the service make an archive of it, waits for that for an hour at most, and downloads it. A download that was
        abandoned, or whose archive was not ready in time, resumes with the same archive when it is made again to the same
        target.

        data_type is one of ArchiveData.

        Raises what `create_archive`, `wait_for_archive` and `download_backup` raise.
        """
    @staticmethod
    def from_env(*, base_url: str | None = None, timeout: "float | timedelta" = 60.0, connect_timeout: "float | timedelta" = 10.0, stall_timeout: "float | timedelta" = 60.0, answer_timeout: "float | timedelta" = 900.0, action_timeout: float | timedelta | None = None, proxy: str | Literal[False] | None = None, ca_file: str | PathLike[str] | None = None, user_agent: str | None = None, allow_insecure_http: "bool" = False, max_attempts: "int" = 4, read_back: "bool" = True, reply_limit: "int" = 16777216, check_packages: "bool" = True, on_event: Callable[[CallEvent], object] | None = None) -> Client:
        """
        Makes a client from the environment variables `MENDIX_USERNAME`, `MENDIX_API_KEY` and, where it is set,
        `MENDIX_DEPLOY_URL`. The options are those of `Client`.
        """
    def get_app(self, /, app_id: str | App) -> App:
        """
        Gets one app.

        Raises ApiError with INVALID_APPID; NotFoundError with APP_NOT_FOUND.

        Deploy API v1, section 3.3, Retrieve App: GET /apps/{AppId}.
        """
    def get_archive(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup, archive_id: str | Archive) -> Archive:
        """
        Gets one archive of a snapshot. Its url is there when it is completed, and valid for 8 hours.

        Raises what `get_snapshot` raises.

        Backups API v2, Retrieve Backup Archive:
        GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives/{ArchiveId}.
        """
    def get_archived_access_logs(self, /, app_id: str | App, mode: str | Environment, date: date | str) -> ArchivedLogs:
        """
        Gets a link to the access logs of a day: a datetime.date or "YYYY-MM-DD". `download_archived_access_logs`
        follows it.

        Deploy API v1, later documentation, Download Archived Access Logs for a Specific Date:
        GET /apps/{AppId}/environments/{Mode}/access-logs/{Date}.
        """
    def get_archived_logs(self, /, app_id: str | App, mode: str | Environment, date: date | str) -> ArchivedLogs:
        """
        Gets a link to the logs of a day: a datetime.date or "YYYY-MM-DD". `download_archived_logs` downloads them.

        Deploy API v1, section 3.23, Download Archived Logs for a Specific Date:
        GET /apps/{AppId}/environments/{Mode}/logs/{Date}.
        """
    def get_backup_links(self, /, app_id: str | App, mode: str | Environment, snapshot_id: str | Snapshot | Backup) -> BackupLinks:
        """
        Gets the links to a backup. `download_backup` downloads it.

        Raises ForbiddenError with NO_ACCESS; NotFoundError with SNAPSHOT_NOT_FOUND.

        The service no longer documents this call: its successor is `create_archive`.

        Deploy API v1, section 3.16, Download a Backup for an Environment:
        GET /apps/{AppId}/environments/{Mode}/snapshots/{SnapshotId}.
        """
    def get_environment(self, /, app_id: str | App, mode: str | Environment) -> Environment:
        """
        Gets one environment.

        Raises ApiError with INVALID_PARAMETERS or INVALID_ENVIRONMENT; NotFoundError with ENVIRONMENT_NOT_FOUND.

        Deploy API v1, section 3.5, Retrieve Environment: GET /apps/{AppId}/environments/{Mode}.
        """
    def get_environment_package(self, /, app_id: str | App, mode: str | Environment) -> Package:
        """
        Gets the package that is deployed on an environment.

        Raises ApiError with INVALID_PARAMETERS or INVALID_ENVIRONMENT; NotFoundError with PACKAGE_NOT_FOUND.

        Deploy API v1, section 3.9, Retrieve Environment Package: GET /apps/{AppId}/environments/{Mode}/package.
        """
    def get_environment_package_link(self, /, app_id: str | App, mode: str | Environment) -> PackageLink:
        """
        Gets a link to the bytes of the package that is deployed on an environment.

        Raises what `get_environment_package` raises; InvalidResponseError when the service sends no link.

        Deploy API v1, later documentation, Retrieve Environment Package with a Link:
        GET /apps/{AppId}/environments/{Mode}/package?url=true.
        """
    def get_environment_settings(self, /, app_id: str | App, mode: str | Environment) -> EnvironmentSettings:
        """
        Gets the settings of an environment.

        Raises ApiError with INVALID_PARAMETERS or INVALID_ENVIRONMENT; NotFoundError with ENVIRONMENT_NOT_FOUND.

        Deploy API v1, section 3.13, Retrieve Environment Settings: GET /apps/{AppId}/environments/{Mode}/settings.
        """
    def get_package(self, /, app_id: str | App, package_id: str | Package | UploadedPackage | UploadJob | BuildJob) -> Package:
        """
        Gets one package of an app.

        Raises NotFoundError with PACKAGE_NOT_FOUND; ApiError with INVALID_PARAMETERS.

        Build API v1, Retrieve Package: GET /apps/{AppId}/packages/{PackageId}.
        """
    def get_package_link(self, /, app_id: str | App, package_id: str | Package | UploadedPackage | UploadJob | BuildJob) -> PackageLink:
        """
        Gets a link to the bytes of a package. `download_package` downloads them.

        Raises what `get_package` raises; InvalidResponseError when the service sends no link.

        Build API v1, Retrieve Package with a Link: GET /apps/{AppId}/packages/{PackageId}?url=true.
        """
    def get_restore(self, /, project_id: str | App, environment_id: str | Environment, restore_id: str | Restore) -> Restore:
        """
        Gets one restore.

        Raises what `get_snapshot` raises.

        Backups API v2, Retrieve Restore: GET /apps/{ProjectId}/environments/{EnvironmentId}/restores/{RestoreId}.
        """
    def get_snapshot(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup) -> Snapshot:
        """
        Gets one snapshot.

        Raises NotFoundError with NOT_FOUND or ENVIRONMENT_NOT_FOUND; ForbiddenError with NO_ACCESS; ApiError with
        NOT_SUPPORTED and the like.

        Backups API v2, Retrieve Snapshot: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}.
        """
    def get_start_status(self, /, app_id: str | App, mode: str | Environment, job_id: str | StartJob | UploadJob) -> StartStatus:
        """
        Gets the status of a start. A start that failed raises, with the reason as the code.

        Raises ApiError with START_FAILED, INVALID_DB_STRUCTURE, MISSING_CONSTANT and the like; NotFoundError with
        NO_SUCH_STARTJOB.

        Deploy API v1, section 3.7, Get Start Environment Status: GET /apps/{AppId}/environments/{Mode}/start/{JobId}.
        """
    def get_upload_status(self, /, app_id: str | App, job_id: str | StartJob | UploadJob) -> UploadStatus:
        """
        Gets how far the service has come with processing an upload.

        Raises NotFoundError when the service does not know the job.

        Deploy API v2, Retrieve Job Status: GET /apps/{AppId}/jobs/{JobId}.
        """
    def iter_snapshots(self, /, project_id: str | App, environment_id: str | Environment) -> SnapshotIterator:
        """
        Iterates over the snapshots of an environment, newest first. Gets a page when it is needed, the first one now.

        >>> snapshots = client.iter_snapshots(project_id, environment_id)
        >>> print(snapshots.total)
        >>> newest = next(snapshots)

        Raises what `list_snapshots` raises, now and for each page.
        """
    def list_apps(self, /) -> ResultList[App]:
        """
        Lists the apps that the account has access to.

        Deploy API v1, section 3.1, Retrieve Apps: GET /apps.
        """
    def list_backups(self, /, app_id: str | App, mode: str | Environment) -> ResultList[Backup]:
        """
        Lists the backups of an environment.

        Raises ApiError with SNAPSHOT_LISTING_FAILED and the like; ForbiddenError with NO_ACCESS; NotFoundError
        with ENVIRONMENT_NOT_FOUND.

        The service no longer documents this call: its successor is `list_snapshots`.

        Deploy API v1, section 3.15, List Environment Backups: GET /apps/{AppId}/environments/{Mode}/snapshots.
        """
    def list_environment_tags(self, /, app_id: str | App, mode: str | Environment) -> ResultList[Tag]:
        """
        Lists the tags of an environment. Mendix Cloud v4 only.

        Deploy API v1, section 3.21, Retrieve Environment Tags: GET /apps/{AppId}/environments/{Mode}/tags.
        """
    def list_environments(self, /, app_id: str | App) -> ResultList[Environment]:
        """
        Lists the environments of an app.

        Deploy API v1, section 3.4, Retrieve Environments: GET /apps/{AppId}/environments.
        """
    def list_packages(self, /, app_id: str | App) -> ResultList[Package]:
        """
        Lists the packages of an app: those that were uploaded, and those that were built.

        Raises ApiError with INVALID_APPID.

        Build API v1, Retrieve Packages: GET /apps/{AppId}/packages.
        """
    def list_snapshots(self, /, project_id: str | App, environment_id: str | Environment) -> ResultList[Snapshot]:
        """
        Lists the snapshots of an environment on all pages, newest first. `iter_snapshots` gives them one by one.

        project_id is that of the App, and environment_id that of the Environment, for all methods for snapshots.

        Raises ForbiddenError with NO_ACCESS; NotFoundError with ENVIRONMENT_NOT_FOUND; ApiError with NOT_SUPPORTED,
        SNAPSHOT_LISTING_FAILED and the like.

        Backups API v2, List Snapshots: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots.
        """
    def plan_deploy(self, /, app_id: str | App, mode: str | Environment, *, package: str | PathLike[str] | None = None, package_id: str | Package | UploadedPackage | UploadJob | BuildJob | None = None, from_mode: str | Environment | None = None, name: str | None = None, constants: Mapping[str, str] | None = None, custom_settings: Mapping[str, str] | None = None, scheduled_events: Mapping[str, bool] | None = None, instances: int | None = None, memory_per_instance: int | None = None, auto_sync_db: "bool" = True, backup: "Literal['production', 'always', 'never']" = "production", rollback: "Literal['package', 'data', 'none']" = "package", while_running: "bool" = False, service: "Literal['detected', 'document', 'today']" = "detected", journal: str | PathLike[str] | None = None) -> DeployPlan:
        """
        Plans a deployment: returns what it would do. Sends GETs only.

        >>> print(client.plan_deploy("calc", "Acceptance", package="calc_1.0.0.45.mda"))

        The arguments are those of `deploy`. rollback is checked, and does not change the plan.

        The environment is restarted even if it has the package already: that does not prove that it runs. A journal that says
        that it was deployed does, as long as the environment is as the journal says: then every step is skipped.

        Raises InvalidInputError when the package is not one, a constant or scheduled event is neither in the package nor on
        the environment, or a value does not fit its type; NotFoundError when the environment or its package is not there.
        """
    def restore_backup(self, /, app_id: str | App, mode: str | Environment, snapshot_id: str | Snapshot | Backup) -> Backup:
        """
        Starts to restore a backup to an environment, which must be stopped: its data is replaced. Mendix Cloud v4 only.

        Raises ConflictError with ERROR_NOT_ALLOWED; ForbiddenError with NO_ACCESS; NotFoundError with NOT_FOUND.

        The service no longer documents this call: its successor is `restore_snapshot`.

        Deploy API v1, section 3.18, Restore a Backup to an Environment:
        POST /apps/{AppId}/environments/{Mode}/restore/{SnapshotId}.
        """
    def restore_snapshot(self, /, project_id: str | App, environment_id: str | Environment, source_snapshot_id: str | Snapshot, *, db_only: "bool" = False) -> Restore:
        """
        Begins to restore a snapshot to an environment, which must be stopped: its data is replaced.

        `wait_for_restore` waits for it. The snapshot may be of another environment of the app. With db_only the files stay as
        they are. A lost response raises AmbiguousError.

        Raises ConflictError with ERROR_NOT_ALLOWED, ENVIRONMENT_BUSY or INVALID_STATE; NotFoundError with NOT_FOUND;
        ForbiddenError with NO_ACCESS; ApiError with NOT_SUPPORTED and the like.

        Backups API v2, Restore Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/restores.
        """
    def resume_deploy(self, /, journal: str | PathLike[str], *, progress: Callable[[int, int], object] | bool | None = None, on_step: Callable[[DeployStep2], object] | None = None) -> DeployReport:
        """
        Continues a deployment from its journal: one that was cancelled, or whose process ended.

        >>> report = client.resume_deploy("calc-1.0.0.45.journal")

        Where it is not known whether a change took effect, the state of the environment decides. One that has ended is not
        run again: its report is returned, or its error raised, and nothing is sent. Lease and step_timeout are those of the
        first call. progress and on_step are as in `deploy`.

        Raises what `deploy` raises; FileError when there is no such journal.
        """
    def resume_wait(self, /, wait_token: str, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> StartStatus | Environment | Backup | Package | UploadStatus | Snapshot | Archive | Restore:
        """
        Resumes a wait that failed or timed out, in this process or another one, in any language.

        wait_token is the `wait_token` of its exception. timeout is the time limit of the new wait. Returns what the original
        wait would have returned.

        Raises what that wait raises; InvalidInputError when the token cannot be read.
        """
    def scale_environment(self, /, app_id: str | App, mode: str | Environment, *, instances: int, memory_per_instance: int) -> Environment:
        """
        Sets the number of instances of an environment, and the memory of each in MB. Mendix Cloud v4 only.

        Raises ApiError with INVALID_REQUEST; ForbiddenError with NOT_ALLOWED.

        Deploy API v1, section 3.19, Scaling Environments: POST /apps/{AppId}/environments/{Mode}/scale.
        """
    def set_environment_settings(self, /, app_id: str | App, mode: str | Environment, settings: EnvironmentSettings) -> EnvironmentSettings:
        """
        Changes the settings of an environment. They take effect at the next start.

        Get the settings first, and pass what `with_constant` and the like return: fields that this version does not know
        are kept.

        Raises NotFoundError with CONSTANT_NOT_FOUND and the like; ApiError with CUSTOM_SETTING_NOT_SUPPORTED and
        the like.

        Deploy API v1, section 3.14, Set Environment Settings: POST /apps/{AppId}/environments/{Mode}/settings.
        """
    def start_environment(self, /, app_id: str | App, mode: str | Environment, *, auto_sync_db: "bool" = True) -> StartJob:
        """
        Starts the app of an environment, and returns before it runs: `wait_for_start` waits for that.

        With auto_sync_db the database is synchronised with the model.

        Raises ConflictError with ALREADY_STARTED, APP_ALREADY_HAS_A_STARTING_JOB, NO_PACKAGE and the like.

        Deploy API v1, section 3.6, Start Environment: POST /apps/{AppId}/environments/{Mode}/start.
        """
    def stop_environment(self, /, app_id: str | App, mode: str | Environment) -> None:
        """
        Stops the app of an environment, and returns before it has stopped: `wait_for_status` waits for that.

        Raises ApiError with STOP_FAILED.

        Deploy API v1, section 3.8, Stop Environment: POST /apps/{AppId}/environments/{Mode}/stop.
        """
    def transport_package(self, /, app_id: str | App, mode: str | Environment, package_id: str | Package | UploadedPackage | UploadJob | BuildJob) -> None:
        """
        Transports a package to an environment, which must be stopped. Not for free apps.

        Raises ConflictError with APP_IS_RUNNING; ForbiddenError with TRANSPORT_NOT_ALLOWED; NotFoundError with
        PACKAGE_NOT_FOUND; ApiError with INVALID_RUNTIME_VERSION and the like.

        Deploy API v1, section 3.11, Transporting a Deployment Package to an Environment:
        POST /apps/{AppId}/environments/{Mode}/transport.
        """
    def update_snapshot(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup, comment: str) -> Snapshot:
        """
        Changes the comment of a snapshot. It cannot be empty.

        Raises what `get_snapshot` raises.

        Backups API v2, Update Snapshot: PUT /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}.
        """
    def upload_package(self, /, app_id: str | App, source: str | PathLike[str] | bytes | IO[bytes], *, name: str | None = None, progress: Callable[[int, int], object] | bool | None = None) -> UploadedPackage:
        """
        Uploads a deployment package, at most 1 GB, to an app. Memory stays constant whatever its size.

        >>> uploaded = client.upload_package("calc", "calc_1.0.0.45.mda", progress=True)

        source is a path, bytes, or a file opened in binary mode, which is read from its current position. name is the
        name of the package: by default that of the file. progress is called with the bytes done and the bytes in all;
        True draws a bar on a terminal.

        The service may time out for packages over 300 MB: `upload_package_v2` is for those. When the response is lost or does
        not name the package, the one new package with that name is the result: give each upload a unique name.

        Raises FileError when the file cannot be read, or changes in the meantime; ApiError with INVALID_PACKAGE and the
        like; AmbiguousError when all of it was sent and no response came.

        Deploy API v1, section 3.10, Upload Package: POST /apps/{AppId}/packages/upload.
        """
    def upload_package_v2(self, /, app_id: str | App, source: str | PathLike[str] | bytes | IO[bytes], *, name: str | None = None, progress: Callable[[int, int], object] | bool | None = None) -> UploadJob:
        """
        Uploads a deployment package as `upload_package` does, and is made for packages of any size up to 1 GB.

        The service processes it after its response: `wait_for_upload` waits for that. The job_id is None when the response
        was lost and the package was found by its name.

        Raises what `upload_package` raises. The service documents no codes.

        Deploy API v2, Upload Package: POST /apps/{AppId}/packages/upload.
        """
    def wait_for_archive(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup, archive_id: str | Archive, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> Archive:
        """
        Waits until an archive is completed, after `create_archive`. The result has its url.

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
        """
    def wait_for_backup(self, /, app_id: str | App, mode: str | Environment, snapshot_id: str | Snapshot | Backup, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> Backup:
        """
        Waits until a backup is complete, after `create_backup`.

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError; ApiError when the backup failed; NotFoundError with SNAPSHOT_NOT_FOUND when it is not
        among the backups, or not any more.
        """
    def wait_for_package(self, /, app_id: str | App, package_id: str | Package | UploadedPackage | UploadJob | BuildJob, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> Package:
        """
        Waits until a package is ready to use: built, after `build_package`, or processed after an upload.

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
        """
    def wait_for_restore(self, /, project_id: str | App, environment_id: str | Environment, restore_id: str | Restore, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> Restore:
        """
        Waits until a restore is completed, after `restore_snapshot`.

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
        """
    def wait_for_snapshot(self, /, project_id: str | App, environment_id: str | Environment, snapshot_id: str | Snapshot | Backup, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> Snapshot:
        """
        Waits until a snapshot is completed, after `create_snapshot`.

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
        """
    def wait_for_start(self, /, app_id: str | App, mode: str | Environment, job_id: StartJob | str | None, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> StartStatus:
        """
        Waits until a start has succeeded.

        >>> job = client.start_environment("calc", "Acceptance")
        >>> client.wait_for_start("calc", "Acceptance", job)

        job_id is a StartJob or its job_id. With None the wait is for the environment to run.

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when the app did not start; ConflictError with
        NO_SUCH_STARTJOB when the job was there and is gone: another start superseded it, or the environment was stopped again.
        """
    def wait_for_status(self, /, app_id: str | App, mode: str | Environment, status: str, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> Environment:
        """
        Waits until an environment has a status, such as Status.STOPPED after `stop_environment`.

        >>> client.wait_for_status("calc", "Acceptance", Status.STOPPED)

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError, whose wait_token `resume_wait` takes.
        """
    def wait_for_upload(self, /, app_id: str | App, job_id: str | StartJob | UploadJob, *, timeout: "float | timedelta" = 900.0, progress: Callable[[str, float], object] | None = None) -> UploadStatus:
        """
        Waits until the service has processed an upload, after `upload_package_v2`.

        progress is called with the state seen and the seconds elapsed.

        Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
        """
    def with_cancel_token(self, /, token: CancelToken) -> Client:
        """
        Gives this client with a token that cancels its calls and waits. It shares the connections of the original.
        """
    def with_timeout(self, /, timeout: float | timedelta) -> Client:
        """
        Gives this client with another time limit for one call, of whatever kind. It shares the connections of
        the original.
        """

@final
class Constant:
    """
    A constant of the package.
    """
    __match_args__: Final[tuple[Literal["name"], Literal["data_type"], Literal["value"], Literal["deployed_value"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, name: str, data_type: str | None = ..., value: str | None = ..., deployed_value: str | None = ...) -> Constant:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, name: str = ..., data_type: str | None = ..., value: str | None = ..., deployed_value: str | None = ...) -> Constant:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def data_type(self, /) -> str | None:
        """
        Its type, as the service names it.
        """
    @property
    def deployed_value(self, /) -> str | None:
        """
        The value that the running app has.
        """
    @staticmethod
    def from_json(text: str) -> Constant:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str:
        """
        Its name with its module, for example `MyFirstModule.BooleanConstant`.
        """
    def replace(self, /, *, name: str = ..., data_type: str | None = ..., value: str | None = ..., deployed_value: str | None = ...) -> Constant:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def value(self, /) -> str | None:
        """
        Its value, as text; in effect from the next start on.
        """

@final
class CustomSetting:
    """
    A setting of the runtime.
    """
    __match_args__: Final[tuple[Literal["name"], Literal["value"], Literal["deployed_value"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, name: str, value: str | None = ..., deployed_value: str | None = ...) -> CustomSetting:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, name: str = ..., value: str | None = ..., deployed_value: str | None = ...) -> CustomSetting:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def deployed_value(self, /) -> str | None:
        """
        The value that the running app has.
        """
    @staticmethod
    def from_json(text: str) -> CustomSetting:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str:
        """
        Its name.
        """
    def replace(self, /, *, name: str = ..., value: str | None = ..., deployed_value: str | None = ...) -> CustomSetting:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def value(self, /) -> str | None:
        """
        Its value, as text; in effect from the next start on.
        """

@final
class DeployPlan:
    """
    What a deployment would do, in order. `str` is for a person; the JSON is the same in all languages.
    """
    __match_args__: Final[tuple[Literal["app_id"], Literal["mode"], Literal["before"], Literal["after"], Literal["steps"], Literal["changes"], Literal["risks"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, app_id: str, mode: str, before: DeployedState, after: DeployedState, steps: Iterable[PlannedStep] = ..., changes: Iterable[PlannedChange] = ..., risks: Iterable[DeployRisk] = ...) -> DeployPlan:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, app_id: str = ..., mode: str = ..., before: DeployedState = ..., after: DeployedState = ..., steps: Iterable[PlannedStep] = ..., changes: Iterable[PlannedChange] = ..., risks: Iterable[DeployRisk] = ...) -> DeployPlan:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def after(self, /) -> DeployedState:
        """
        What will be there.
        """
    @property
    def app_id(self, /) -> str:
        """
        The app.
        """
    @property
    def before(self, /) -> DeployedState:
        """
        What is there now.
        """
    @property
    def changes(self, /) -> tuple[PlannedChange, ...]:
        """
        The settings that are changed.
        """
    @staticmethod
    def from_json(text: str) -> DeployPlan:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def mode(self, /) -> str:
        """
        The environment.
        """
    def replace(self, /, *, app_id: str = ..., mode: str = ..., before: DeployedState = ..., after: DeployedState = ..., steps: Iterable[PlannedStep] = ..., changes: Iterable[PlannedChange] = ..., risks: Iterable[DeployRisk] = ...) -> DeployPlan:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def risks(self, /) -> tuple[DeployRisk, ...]:
        """
        What may make it fail.
        """
    @property
    def steps(self, /) -> tuple[PlannedStep, ...]:
        """
        Every step, those that are skipped too.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class DeployReport:
    """
    What a deployment did. `str` is for a person; the JSON is the same in all languages.
    """
    __match_args__: Final[tuple[Literal["app_id"], Literal["mode"], Literal["outcome"], Literal["before"], Literal["after"], Literal["steps"], Literal["downtime_ms"], Literal["backup"], Literal["rolled_back_to"], Literal["differences"], Literal["orphans"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, app_id: str, mode: str, outcome: str, before: DeployedState, after: DeployedState, steps: Iterable[DeployStep] = ..., downtime_ms: int | None = ..., backup: str | None = ..., rolled_back_to: str | None = ..., differences: Iterable[str] = ..., orphans: Iterable[str] = ...) -> DeployReport:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, app_id: str = ..., mode: str = ..., outcome: str = ..., before: DeployedState = ..., after: DeployedState = ..., steps: Iterable[DeployStep] = ..., downtime_ms: int | None = ..., backup: str | None = ..., rolled_back_to: str | None = ..., differences: Iterable[str] = ..., orphans: Iterable[str] = ...) -> DeployReport:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def after(self, /) -> DeployedState:
        """
        What was there at the end, as far as it could be read.
        """
    @property
    def app_id(self, /) -> str:
        """
        The app.
        """
    @property
    def backup(self, /) -> str | None:
        """
        Identifier of the backup that was made.
        """
    @property
    def before(self, /) -> DeployedState:
        """
        What was there before.
        """
    @property
    def differences(self, /) -> tuple[str, ...]:
        """
        After a failure: what is not as it was before, one sentence each.
        """
    @property
    def downtime_ms(self, /) -> int | None:
        """
        How long the app was down, from the stop until it had started, in milliseconds; None where it was not stopped, or
        did not start.
        """
    @property
    def failed_step(self, /) -> DeployStep | None:
        """
        The step that failed first, if one did.
        """
    @staticmethod
    def from_json(text: str) -> DeployReport:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def mode(self, /) -> str:
        """
        The environment.
        """
    @property
    def orphans(self, /) -> tuple[str, ...]:
        """
        Names of packages that may have been uploaded and are not used: the responses to those uploads were lost.
        """
    @property
    def outcome(self, /) -> DeployOutcome:
        """
        How it ended.
        """
    def replace(self, /, *, app_id: str = ..., mode: str = ..., outcome: str = ..., before: DeployedState = ..., after: DeployedState = ..., steps: Iterable[DeployStep] = ..., downtime_ms: int | None = ..., backup: str | None = ..., rolled_back_to: str | None = ..., differences: Iterable[str] = ..., orphans: Iterable[str] = ...) -> DeployReport:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def rolled_back_to(self, /) -> str | None:
        """
        The package that is deployed again after a rollback.
        """
    @property
    def steps(self, /) -> tuple[DeployStep, ...]:
        """
        Every step in order, those that were skipped too.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class DeployRisk:
    """
    What may make a deployment fail.
    """
    __match_args__: Final[tuple[Literal["code"], Literal["name"], Literal["message"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, code: str, name: str | None = ..., message: str) -> DeployRisk:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, code: str = ..., name: str | None = ..., message: str = ...) -> DeployRisk:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def code(self, /) -> str:
        """
        The error code that the service may answer with, such as `MISSING_CONSTANT`.
        """
    @staticmethod
    def from_json(text: str) -> DeployRisk:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def message(self, /) -> str:
        """
        Why, in words.
        """
    @property
    def name(self, /) -> str | None:
        """
        The name of what it is about, where it has one.
        """
    def replace(self, /, *, code: str = ..., name: str | None = ..., message: str = ...) -> DeployRisk:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class DeployStep:
    """
    One step of a deployment, as it happened.
    """
    __match_args__: Final[tuple[Literal["name"], Literal["status"], Literal["started_at"], Literal["elapsed_ms"], Literal["reason"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, name: str, status: str, started_at: datetime, elapsed_ms: int, reason: str | None = ...) -> DeployStep:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, name: str = ..., status: str = ..., started_at: datetime = ..., elapsed_ms: int = ..., reason: str | None = ...) -> DeployStep:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def elapsed_ms(self, /) -> int:
        """
        How long it took, in milliseconds.
        """
    @staticmethod
    def from_json(text: str) -> DeployStep:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str:
        """
        Its name: `backup`, `upload`, `stop`, `transport`, `settings`, `scale`, `start` or `confirm`; `stop_again` when
        somebody else started the app meanwhile; those of a rollback begin with `rollback_`.
        """
    @property
    def reason(self, /) -> str | None:
        """
        Why it was skipped, or why it failed.
        """
    def replace(self, /, *, name: str = ..., status: str = ..., started_at: datetime = ..., elapsed_ms: int = ..., reason: str | None = ...) -> DeployStep:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def started_at(self, /) -> datetime:
        """
        When it began.
        """
    @property
    def status(self, /) -> StepStatus:
        """
        How far it is.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class DeployedState:
    """
    What is on an environment, or will be.
    """
    __match_args__: Final[tuple[Literal["status"], Literal["package_id"], Literal["model_version"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, status: str, package_id: str | None = ..., model_version: str | None = ...) -> DeployedState:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, status: str = ..., package_id: str | None = ..., model_version: str | None = ...) -> DeployedState:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @staticmethod
    def from_json(text: str) -> DeployedState:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def model_version(self, /) -> str | None:
        """
        Version of the model, where it is known.
        """
    @property
    def package_id(self, /) -> str | None:
        """
        Identifier of the package; None where there is none, or where it is not uploaded yet.
        """
    def replace(self, /, *, status: str = ..., package_id: str | None = ..., model_version: str | None = ...) -> DeployedState:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def status(self, /) -> str:
        """
        The status of the environment.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class Downloaded:
    """
    A download that is complete.
    """
    __match_args__: Final[tuple[Literal["path"], Literal["bytes"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, path: str | PathLike[str], bytes: int) -> Downloaded:
        """
        The result of a download; a test may make one.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[Path, int]]: ...
    def __replace__(self, /, *, path: str | PathLike[str] | None = None, bytes: int | None = None) -> Downloaded:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def bytes(self, /) -> int:
        """
        Its size in bytes.
        """
    @property
    def path(self, /) -> Path:
        """
        The absolute path of the file. For a target that is a symbolic link, the path that it points to.
        """
    def replace(self, /, *, path: str | PathLike[str] | None = None, bytes: int | None = None) -> Downloaded:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict.
        """

@final
class Environment:
    """
    An environment of an app.
    """
    __match_args__: Final[tuple[Literal["status"], Literal["mode"], Literal["url"], Literal["model_version"], Literal["mendix_version"], Literal["production"], Literal["environment_id"], Literal["runtime_layer"], Literal["instances"], Literal["memory_per_instance"], Literal["total_memory"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, status: str = ..., mode: str = ..., url: str | None = ..., model_version: str | None = ..., mendix_version: str | None = ..., production: bool | None = ..., environment_id: str | None = ..., runtime_layer: str | None = ..., instances: int | None = ..., memory_per_instance: int | None = ..., total_memory: int | None = ..., extra: Mapping[str, Any] = ...) -> Environment:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, status: str = ..., mode: str = ..., url: str | None = ..., model_version: str | None = ..., mendix_version: str | None = ..., production: bool | None = ..., environment_id: str | None = ..., runtime_layer: str | None = ..., instances: int | None = ..., memory_per_instance: int | None = ..., total_memory: int | None = ..., extra: Mapping[str, Any] = ...) -> Environment:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def environment_id(self, /) -> str | None:
        """
        Identifier of the environment; opaque text.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> Environment:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def instances(self, /) -> int | None:
        """
        Number of instances.
        """
    @property
    def memory_per_instance(self, /) -> int | None:
        """
        Memory of each instance, in MB.
        """
    @property
    def mendix_version(self, /) -> str | None:
        """
        Mendix version of the deployed package, for example `7.5.0`.
        """
    @property
    def mode(self, /) -> Mode:
        """
        Which environment it is; empty where the service left it out.
        """
    @property
    def model_version(self, /) -> str | None:
        """
        Version of the deployed package, for example `1.1.0.253` or `1.8.82.e3c1a393`.
        """
    @property
    def production(self, /) -> bool | None:
        """
        Whether this is a production environment.
        """
    def replace(self, /, *, status: str = ..., mode: str = ..., url: str | None = ..., model_version: str | None = ..., mendix_version: str | None = ..., production: bool | None = ..., environment_id: str | None = ..., runtime_layer: str | None = ..., instances: int | None = ..., memory_per_instance: int | None = ..., total_memory: int | None = ..., extra: Mapping[str, Any] = ...) -> Environment:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def runtime_layer(self, /) -> str | None:
        """
        What the app runs on.
        """
    @property
    def status(self, /) -> Status:
        """
        Whether the app runs.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def total_memory(self, /) -> int | None:
        """
        Memory of the environment, in MB. Need not be the product of the two above.
        """
    @property
    def url(self, /) -> str | None:
        """
        Address of the app. May have no scheme.
        """

@final
class EnvironmentSettings:
    """
    The settings of an environment, in the order in which the service lists them.

    They are immutable: `with_constant` and the like give changed copies.

    >>> settings = client.get_environment_settings("calc", "Acceptance")
    >>> changed = settings.with_constant("MyFirstModule.BooleanConstant", "true")
    >>> client.set_environment_settings("calc", "Acceptance", changed)
    """
    __match_args__: Final[tuple[Literal["constants"], Literal["custom_settings"], Literal["scheduled_events"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, constants: Iterable[Constant] = ..., custom_settings: Iterable[CustomSetting] = ..., scheduled_events: Iterable[ScheduledEvent] = ...) -> EnvironmentSettings:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, constants: Iterable[Constant] = ..., custom_settings: Iterable[CustomSetting] = ..., scheduled_events: Iterable[ScheduledEvent] = ...) -> EnvironmentSettings:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def constants(self, /) -> NamedItems[Constant]:
        """
        The constants of the package.
        """
    @property
    def custom_settings(self, /) -> NamedItems[CustomSetting]:
        """
        Settings of the runtime.
        """
    @staticmethod
    def from_json(text: str) -> EnvironmentSettings:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, constants: Iterable[Constant] = ..., custom_settings: Iterable[CustomSetting] = ..., scheduled_events: Iterable[ScheduledEvent] = ...) -> EnvironmentSettings:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def scheduled_events(self, /) -> NamedItems[ScheduledEvent]:
        """
        The scheduled events of the package.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    def with_constant(self, /, name: str, value: str | bool | int | float | Decimal) -> EnvironmentSettings:
        """
        Gives these settings with another value of a constant.

        value is text, or a bool or a number where the type of the constant is one.

        Raises InvalidInputError when the package has no such constant, or it has another type.
        """
    def with_constants(self, /, constants: Mapping[str, str | bool | int | float | Decimal]) -> EnvironmentSettings:
        """
        Gives these settings with other values of constants, by their names.

        >>> settings.with_constants({"Sales.Enabled": True, "Sales.Limit": 100, "Sales.Url": "https://example.com"})

        Raises what `with_constant` raises.
        """
    def with_custom_setting(self, /, name: str, value: str) -> EnvironmentSettings:
        """
        Gives these settings with another value of a custom setting.

        Raises InvalidInputError when the environment has no such setting.
        """
    def with_custom_settings(self, /, custom_settings: Mapping[str, str]) -> EnvironmentSettings:
        """
        Gives these settings with other values of custom settings, by their names. They have no types: values are text.

        Raises what `with_custom_setting` raises.
        """
    def with_scheduled_event(self, /, name: str, *, enabled: bool) -> EnvironmentSettings:
        """
        Gives these settings with a scheduled event enabled or disabled.

        Raises InvalidInputError when the package has no such event.
        """
    def with_scheduled_events(self, /, scheduled_events: Mapping[str, bool]) -> EnvironmentSettings:
        """
        Gives these settings with scheduled events enabled or disabled, by their names.

        Raises what `with_scheduled_event` raises.
        """

@final
class JournalInfo:
    """
    What the journal of a deployment says: the result of `inspect_journal`. It has no values of constants.
    """
    __match_args__: Final[tuple[Literal["app_id"], Literal["mode"], Literal["package"], Literal["package_id"], Literal["from_mode"], Literal["begun_at"], Literal["outcome"], Literal["steps"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, app_id: str, mode: str, package: str | PathLike[str] | None = ..., package_id: str | None = ..., from_mode: str | None = ..., begun_at: datetime, outcome: str | None = ..., steps: Iterable[DeployStep] = ...) -> JournalInfo:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, app_id: str = ..., mode: str = ..., package: str | PathLike[str] | None = ..., package_id: str | None = ..., from_mode: str | None = ..., begun_at: datetime = ..., outcome: str | None = ..., steps: Iterable[DeployStep] = ...) -> JournalInfo:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def app_id(self, /) -> str:
        """
        The app.
        """
    @property
    def begun_at(self, /) -> datetime:
        """
        When the deployment began.
        """
    @staticmethod
    def from_json(text: str) -> JournalInfo:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def from_mode(self, /) -> str | None:
        """
        The environment whose package is taken, where it is one.
        """
    @property
    def mode(self, /) -> str:
        """
        The environment.
        """
    @property
    def outcome(self, /) -> DeployOutcome | None:
        """
        How it ended; None where it has not: it runs, or `resume_deploy` continues it.
        """
    @property
    def package(self, /) -> Path | None:
        """
        The package, where it is a file: its absolute path.
        """
    @property
    def package_id(self, /) -> str | None:
        """
        The package, where the app had it.
        """
    def replace(self, /, *, app_id: str = ..., mode: str = ..., package: str | PathLike[str] | None = ..., package_id: str | None = ..., from_mode: str | None = ..., begun_at: datetime = ..., outcome: str | None = ..., steps: Iterable[DeployStep] = ...) -> JournalInfo:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def steps(self, /) -> tuple[DeployStep, ...]:
        """
        The steps that are over.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class Package:
    """
    A deployment package.
    """
    __match_args__: Final[tuple[Literal["package_id"], Literal["name"], Literal["description"], Literal["version"], Literal["creator"], Literal["creation_date"], Literal["expiry_date"], Literal["status"], Literal["size"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, package_id: str, name: str | None = ..., description: str | None = ..., version: str | None = ..., creator: str | None = ..., creation_date: datetime | None = ..., expiry_date: datetime | None = ..., status: str = ..., size: int | None = ..., extra: Mapping[str, Any] = ...) -> Package:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, package_id: str = ..., name: str | None = ..., description: str | None = ..., version: str | None = ..., creator: str | None = ..., creation_date: datetime | None = ..., expiry_date: datetime | None = ..., status: str = ..., size: int | None = ..., extra: Mapping[str, Any] = ...) -> Package:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def creation_date(self, /) -> datetime | None:
        """
        When it became available, in UTC.
        """
    @property
    def creator(self, /) -> str | None:
        """
        Who uploaded or made it.
        """
    @property
    def description(self, /) -> str | None:
        """
        Description.
        """
    @property
    def expiry_date(self, /) -> datetime | None:
        """
        When it expires, in UTC; None for never.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> Package:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str | None:
        """
        Name, for example `Main line-2.5.4.63.mda`.
        """
    @property
    def package_id(self, /) -> str:
        """
        Identifier of the package.
        """
    def replace(self, /, *, package_id: str = ..., name: str | None = ..., description: str | None = ..., version: str | None = ..., creator: str | None = ..., creation_date: datetime | None = ..., expiry_date: datetime | None = ..., status: str = ..., size: int | None = ..., extra: Mapping[str, Any] = ...) -> Package:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def size(self, /) -> int | None:
        """
        Size in bytes.
        """
    @property
    def status(self, /) -> PackageStatus:
        """
        Whether it is ready to use.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def version(self, /) -> str | None:
        """
        Version, which is also the name of the tag on the team server.
        """

@final
class PackageConstant:
    """
    A constant of a deployment package.
    """
    __match_args__: Final[tuple[Literal["name"], Literal["data_type"], Literal["default_value"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, name: str, data_type: str | None = ..., default_value: str | None = ..., extra: Mapping[str, Any] = ...) -> PackageConstant:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, name: str = ..., data_type: str | None = ..., default_value: str | None = ..., extra: Mapping[str, Any] = ...) -> PackageConstant:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def data_type(self, /) -> str | None:
        """
        Type, in Mendix's words.
        """
    @property
    def default_value(self, /) -> str | None:
        """
        The value that it has unless the environment gives another one.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> PackageConstant:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str:
        """
        Name with its module, for example `MyFirstModule.BooleanConstant`.
        """
    def replace(self, /, *, name: str = ..., data_type: str | None = ..., default_value: str | None = ..., extra: Mapping[str, Any] = ...) -> PackageConstant:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class PackageEvent:
    """
    A scheduled event of a deployment package.
    """
    __match_args__: Final[tuple[Literal["name"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, name: str, extra: Mapping[str, Any] = ...) -> PackageEvent:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, name: str = ..., extra: Mapping[str, Any] = ...) -> PackageEvent:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> PackageEvent:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str:
        """
        Name with its module.
        """
    def replace(self, /, *, name: str = ..., extra: Mapping[str, Any] = ...) -> PackageEvent:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class PackageInfo:
    """
    What a deployment package (`.mda`) contains, by its metadata: the result of `inspect_package`.

    A field that is None is not known: the package does not have it, or it has another type and is in `extra`.
    """
    __match_args__: Final[tuple[Literal["runtime_version"], Literal["model_version"], Literal["project_id"], Literal["java_version"], Literal["constants"], Literal["scheduled_events"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, runtime_version: str | None = ..., model_version: str | None = ..., project_id: str | None = ..., java_version: str | None = ..., constants: Iterable[PackageConstant] | None = ..., scheduled_events: Iterable[PackageEvent] | None = ..., extra: Mapping[str, Any] = ...) -> PackageInfo:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, runtime_version: str | None = ..., model_version: str | None = ..., project_id: str | None = ..., java_version: str | None = ..., constants: Iterable[PackageConstant] | None = ..., scheduled_events: Iterable[PackageEvent] | None = ..., extra: Mapping[str, Any] = ...) -> PackageInfo:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def constants(self, /) -> NamedItems[PackageConstant] | None:
        """
        The constants of the model. An empty tuple says that there are none.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> PackageInfo:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def java_version(self, /) -> str | None:
        """
        Version of Java that the package needs, for example `21`.
        """
    @property
    def model_version(self, /) -> str | None:
        """
        Version of the model, for example `1.2.0.254`.
        """
    @property
    def project_id(self, /) -> str | None:
        """
        Identifier of the project; opaque text.
        """
    def replace(self, /, *, runtime_version: str | None = ..., model_version: str | None = ..., project_id: str | None = ..., java_version: str | None = ..., constants: Iterable[PackageConstant] | None = ..., scheduled_events: Iterable[PackageEvent] | None = ..., extra: Mapping[str, Any] = ...) -> PackageInfo:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def runtime_version(self, /) -> str | None:
        """
        Mendix version that the package needs, for example `10.24.0`.
        """
    @property
    def scheduled_events(self, /) -> NamedItems[PackageEvent] | None:
        """
        The scheduled events of the model. An empty tuple says that there are none.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class PackageLink:
    """
    A signed link to the bytes of a package. It expires, and `repr` hides it.
    """
    __match_args__: Final[tuple[Literal["location"], Literal["ttl"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, location: SignedUrl, ttl: int | None = ..., extra: Mapping[str, Any] = ...) -> PackageLink:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, location: SignedUrl = ..., ttl: int | None = ..., extra: Mapping[str, Any] = ...) -> PackageLink:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> PackageLink:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def location(self, /) -> SignedUrl:
        """
        The link.
        """
    def replace(self, /, *, location: SignedUrl = ..., ttl: int | None = ..., extra: Mapping[str, Any] = ...) -> PackageLink:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def ttl(self, /) -> int | None:
        """
        For how long it is valid, in seconds from the response on.
        """

@final
class PlannedChange:
    """
    A setting that is changed. Values of constants and custom settings may be secrets, and are left out.
    """
    __match_args__: Final[tuple[Literal["what"], Literal["name"], Literal["before"], Literal["after"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, what: str, name: str | None = ..., before: str | None = ..., after: str | None = ...) -> PlannedChange:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, what: str = ..., name: str | None = ..., before: str | None = ..., after: str | None = ...) -> PlannedChange:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def after(self, /) -> str | None:
        """
        What it becomes, where that is no secret.
        """
    @property
    def before(self, /) -> str | None:
        """
        What it was, where that is known and no secret.
        """
    @staticmethod
    def from_json(text: str) -> PlannedChange:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str | None:
        """
        Its name, where it has one.
        """
    def replace(self, /, *, what: str = ..., name: str | None = ..., before: str | None = ..., after: str | None = ...) -> PlannedChange:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def what(self, /) -> str:
        """
        What it is: `constant`, `custom_setting`, `scheduled_event`, `instances` or `memory_per_instance`.
        """

@final
class PlannedStep:
    """
    One step of a plan.
    """
    __match_args__: Final[tuple[Literal["name"], Literal["skipped"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, name: str, skipped: str | None = ...) -> PlannedStep:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, name: str = ..., skipped: str | None = ...) -> PlannedStep:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @staticmethod
    def from_json(text: str) -> PlannedStep:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str:
        """
        Its name: `backup`, `upload`, `stop`, `transport`, `settings`, `scale`, `start` or `confirm`.
        """
    def replace(self, /, *, name: str = ..., skipped: str | None = ...) -> PlannedStep:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def skipped(self, /) -> str | None:
        """
        Why it is not needed; None for a step that is.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class Restore:
    """
    A restore of a snapshot to an environment.
    """
    __match_args__: Final[tuple[Literal["restore_id"], Literal["source_snapshot_id"], Literal["source_environment_id"], Literal["target_environment_id"], Literal["state"], Literal["status_message"], Literal["created_at"], Literal["finished_at"], Literal["updated_at"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, restore_id: str, source_snapshot_id: str | None = ..., source_environment_id: str | None = ..., target_environment_id: str | None = ..., state: str = ..., status_message: str | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Restore:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, restore_id: str = ..., source_snapshot_id: str | None = ..., source_environment_id: str | None = ..., target_environment_id: str | None = ..., state: str = ..., status_message: str | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Restore:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def created_at(self, /) -> datetime | None:
        """
        When it was asked for, in UTC.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @property
    def finished_at(self, /) -> datetime | None:
        """
        When it was completed or failed, in UTC; None until then.
        """
    @staticmethod
    def from_json(text: str) -> Restore:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, restore_id: str = ..., source_snapshot_id: str | None = ..., source_environment_id: str | None = ..., target_environment_id: str | None = ..., state: str = ..., status_message: str | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Restore:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def restore_id(self, /) -> str:
        """
        Identifier of the restore; opaque text. Empty only where the service did not give it to `restore_snapshot`.
        """
    @property
    def source_environment_id(self, /) -> str | None:
        """
        The environment that it was made of.
        """
    @property
    def source_snapshot_id(self, /) -> str | None:
        """
        The snapshot that is restored.
        """
    @property
    def state(self, /) -> TaskState:
        """
        How far it has come.
        """
    @property
    def status_message(self, /) -> str | None:
        """
        Why it failed, or how far it has come.
        """
    @property
    def target_environment_id(self, /) -> str | None:
        """
        The environment whose data is replaced.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def updated_at(self, /) -> datetime | None:
        """
        When it was last changed, in UTC.
        """

@final
class ScheduledEvent:
    """
    A scheduled event of the package.
    """
    __match_args__: Final[tuple[Literal["name"], Literal["value"], Literal["deployed_value"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, name: str, value: str | None = ..., deployed_value: str | None = ...) -> ScheduledEvent:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, name: str = ..., value: str | None = ..., deployed_value: str | None = ...) -> ScheduledEvent:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def deployed_value(self, /) -> str | None:
        """
        The value that the running app has.
        """
    @staticmethod
    def from_json(text: str) -> ScheduledEvent:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def name(self, /) -> str:
        """
        Its name with its module.
        """
    def replace(self, /, *, name: str = ..., value: str | None = ..., deployed_value: str | None = ...) -> ScheduledEvent:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def value(self, /) -> str | None:
        """
        `Enabled` or `Disabled`; in effect from the next start on.
        """

@final
class SignedUrl:
    """
    A link to a download that needs no credentials: anyone who has it can use it until it expires.

    `str` and `repr` show its host only.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, url: str) -> SignedUrl:
        """
        A link from its text.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
    def expose(self, /) -> str:
        """
        The link itself. Keep it out of logs.
        """

@final
class Snapshot:
    """
    A snapshot of the data of an environment.
    """
    __match_args__: Final[tuple[Literal["snapshot_id"], Literal["state"], Literal["status_message"], Literal["model_version"], Literal["comment"], Literal["created_at"], Literal["finished_at"], Literal["updated_at"], Literal["expires_at"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, snapshot_id: str, state: str = ..., status_message: str | None = ..., model_version: str | None = ..., comment: str | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., expires_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Snapshot:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, snapshot_id: str = ..., state: str = ..., status_message: str | None = ..., model_version: str | None = ..., comment: str | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., expires_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Snapshot:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def comment(self, /) -> str | None:
        """
        Comment.
        """
    @property
    def created_at(self, /) -> datetime | None:
        """
        When it was asked for, in UTC.
        """
    @property
    def expires_at(self, /) -> datetime | None:
        """
        When it expires, in UTC.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @property
    def finished_at(self, /) -> datetime | None:
        """
        When it was completed or failed, in UTC; None until then.
        """
    @staticmethod
    def from_json(text: str) -> Snapshot:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def model_version(self, /) -> str | None:
        """
        Version of the package that was deployed then.
        """
    def replace(self, /, *, snapshot_id: str = ..., state: str = ..., status_message: str | None = ..., model_version: str | None = ..., comment: str | None = ..., created_at: datetime | None = ..., finished_at: datetime | None = ..., updated_at: datetime | None = ..., expires_at: datetime | None = ..., extra: Mapping[str, Any] = ...) -> Snapshot:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def snapshot_id(self, /) -> str:
        """
        Identifier of the snapshot; opaque text. Empty only where the service did not give it to `create_snapshot`.
        """
    @property
    def state(self, /) -> TaskState:
        """
        How far it has come: whether it can be used.
        """
    @property
    def status_message(self, /) -> str | None:
        """
        Why it failed, or how far it has come.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def updated_at(self, /) -> datetime | None:
        """
        When it was last changed, in UTC.
        """

@final
class SnapshotIterator:
    """
    The snapshots of an environment, newest first: see `Client.iter_snapshots`.

    A snapshot that is made in the meantime is not given. One that is deleted in the meantime may make others be missed.
    """
    def __iter__(self, /) -> SnapshotIterator: ...
    def __next__(self, /) -> Snapshot: ...
    def __repr__(self, /) -> str: ...
    @property
    def total(self, /) -> int | None:
        """
        How many there are on all pages; None when the service does not say so.
        """

@final
class StartJob:
    """
    A start in progress.
    """
    __match_args__: Final[tuple[Literal["job_id"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, job_id: str | None = ..., extra: Mapping[str, Any] = ...) -> StartJob:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, job_id: str | None = ..., extra: Mapping[str, Any] = ...) -> StartJob:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> StartJob:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def job_id(self, /) -> str | None:
        """
        Identifier of the start, for `get_start_status` and `wait_for_start`. None when the service accepted the call
        without giving it, or when its response was lost and the app was found running.
        """
    def replace(self, /, *, job_id: str | None = ..., extra: Mapping[str, Any] = ...) -> StartJob:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class StartStatus:
    """
    The status of a start.
    """
    __match_args__: Final[tuple[Literal["status"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, status: str = ..., extra: Mapping[str, Any] = ...) -> StartStatus:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, status: str = ..., extra: Mapping[str, Any] = ...) -> StartStatus:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> StartStatus:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, status: str = ..., extra: Mapping[str, Any] = ...) -> StartStatus:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def status(self, /) -> StartState:
        """
        Starting or Started.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class Tag:
    """
    A tag of an environment: text that the service does not interpret.
    """
    __match_args__: Final[tuple[Literal["tag"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, tag: str, extra: Mapping[str, Any] = ...) -> Tag:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, tag: str = ..., extra: Mapping[str, Any] = ...) -> Tag:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> Tag:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, tag: str = ..., extra: Mapping[str, Any] = ...) -> Tag:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def tag(self, /) -> str:
        """
        The tag.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class UploadJob:
    """
    A package that was uploaded, and the job that processes it.
    """
    __match_args__: Final[tuple[Literal["package_id"], Literal["job_id"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, package_id: str | None = ..., job_id: str | None = ..., extra: Mapping[str, Any] = ...) -> UploadJob:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, package_id: str | None = ..., job_id: str | None = ..., extra: Mapping[str, Any] = ...) -> UploadJob:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> UploadJob:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def job_id(self, /) -> str | None:
        """
        Identifier of the job, for `get_upload_status` and `wait_for_upload`. None when the response was lost.
        """
    @property
    def package_id(self, /) -> str | None:
        """
        Identifier of the package, where the service gave it or the package was found by its name.
        """
    def replace(self, /, *, package_id: str | None = ..., job_id: str | None = ..., extra: Mapping[str, Any] = ...) -> UploadJob:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class UploadStatus:
    """
    How far the service has come with processing an upload.
    """
    __match_args__: Final[tuple[Literal["status"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, status: str = ..., extra: Mapping[str, Any] = ...) -> UploadStatus:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, status: str = ..., extra: Mapping[str, Any] = ...) -> UploadStatus:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> UploadStatus:
        """
        Reads what `to_json` gives, or the service sends.
        """
    def replace(self, /, *, status: str = ..., extra: Mapping[str, Any] = ...) -> UploadStatus:
        """
        Gives a copy with other values of some fields.
        """
    @property
    def status(self, /) -> TaskState:
        """
        The state. The service gives no reason for FAILED.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """

@final
class UploadedPackage:
    """
    The response of the service to an upload. It is not documented.
    """
    __match_args__: Final[tuple[Literal["package_id"], Literal["unreadable"]]]
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, *, package_id: str | None = ..., unreadable: str | None = ..., extra: Mapping[str, Any] = ...) -> UploadedPackage:
        """
        Makes one of its fields, for tests. What is not given is absent.
        """
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __replace__(self, /, *, package_id: str | None = ..., unreadable: str | None = ..., extra: Mapping[str, Any] = ...) -> UploadedPackage:
        """
        What `copy.replace` calls.
        """
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str:
        """
        As a notebook shows it.
        """
    @property
    def extra(self, /) -> dict[str, Any]:
        """
        Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
        """
    @staticmethod
    def from_json(text: str) -> UploadedPackage:
        """
        Reads what `to_json` gives, or the service sends.
        """
    @property
    def package_id(self, /) -> str | None:
        """
        Identifier of the package, where the service gives it.
        """
    def replace(self, /, *, package_id: str | None = ..., unreadable: str | None = ..., extra: Mapping[str, Any] = ...) -> UploadedPackage:
        """
        Gives a copy with other values of some fields.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        Gives the fields as a dict of plain values, and other fields that the service sent by its own names.

        Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
        """
    def to_json(self, /) -> str:
        """
        Gives the object as JSON, with the service's own names.
        """
    @property
    def unreadable(self, /) -> str | None:
        """
        The start of a body that is not the JSON of a package, for people to read: the upload was accepted all the same.
        """

@final
class _Simulator:
    """
    The simulator, with JSON for what has structure.
    """
    def __new__(cls, /, *, profile: str, rules: str, bodies: str, speed: float, start_duration: float | timedelta | None, stop_duration: float | timedelta | None, backup_duration: float | timedelta | None, processing_duration: float | timedelta | None, idle_limit: float | timedelta | None, accept_any_package: bool, bind: str, port: int, one_port: bool | None, tls: bool, state: str | None) -> _Simulator:
        """
        Starts a simulator. `speed` is 1 for real time, 0 for time moved by hand; `port` is 0 for a free one.
        """
    def accounting(self, /) -> str:
        """
        The requests that arrived until now, and which of them took effect.
        """
    def add_fault(self, /, call: str, kind: str, nth: int, times: int, after_effect: bool) -> None:
        """
        Adds a fault.
        """
    def advance(self, /, seconds: float | timedelta) -> None:
        """
        Advances the simulator's time.
        """
    def arrange(self, /, row: str) -> str:
        """
        Prepares an error row, and gives the arguments to call with.
        """
    def clear_faults(self, /) -> None:
        """
        Removes all faults.
        """
    @staticmethod
    def error_rows() -> str:
        """
        The documented error rows.
        """
    def facts(self, /) -> tuple[str, str, str, str, str, str | None]:
        """
        The origins of the API and of the signed links, username, API key, app, and certificate.
        """
    def patch_state(self, /, patch: str) -> None:
        """
        Changes the state by a JSON merge patch.
        """
    def restart(self, /, app_id: str, mode: str) -> str:
        """
        Restarts a running app as the platform does by itself, and gives the id of the start job.
        """
    def rules(self, /) -> str:
        """
        Every rule with its source, and whether it holds.
        """
    def set_state(self, /, state: str) -> None:
        """
        Replaces the state.
        """
    def state(self, /) -> str:
        """
        The state.
        """
    def stop(self, /) -> None:
        """
        Stops it, and closes its connections. In a forked process it keeps running, for the process that started it.
        """
    def unused_faults(self, /) -> str:
        """
        The faults that never hit a request.
        """

def _error_classes() -> list[tuple[str, str]]:
    """
    The class of each kind of error, for the tests.
    """

def _known_words() -> list[tuple[str, list[str]]]:
    """
    The known values of each enum, for the tests.
    """

def inspect_journal(path: str | PathLike[str]) -> JournalInfo:
    """
    Reads the journal of a deployment: what is deployed, and how far it is. Nothing is sent, and the journal is left as it is;
    its deployment may be running.

    Raises InvalidInputError when it is damaged, was written by another version, is empty, or is not a regular file; FileError
    when it cannot be read.
    """

def inspect_package(path: str | PathLike[str]) -> PackageInfo:
    """
    Reads the metadata of a deployment package. Nothing is sent.

    Raises InvalidInputError naming the file when it is empty, not a regular file, not a zip archive, or one whose
    model/metadata.json is missing, damaged, not JSON, or larger than 16 MiB; FileError when it cannot be read.
    """

def run_command_line(arguments: SupportsGetItem[int, str]) -> int:
    """
    Runs the program `mendix-deploy` with these arguments, of which the first is its name: the exit code.

    It reads and writes the standard streams of the process, not `sys.stdout`, and listens to SIGINT and SIGTERM itself.
    """
