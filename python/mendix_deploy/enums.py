"""The words that the service uses for states and modes, and this library's own for errors."""

from enum import StrEnum
from typing import Self

__all__ = [
    "ArchiveData",
    "BackupPart",
    "BackupState",
    "DeployOutcome",
    "ErrorKind",
    "Evidence",
    "Mode",
    "PackageStatus",
    "StartState",
    "Status",
    "StepStatus",
    "TaskState",
]


class _Word(StrEnum):
    """A word, which is also plain text."""

    def __repr__(self) -> str:
        """As it is written in Python."""
        return f"{type(self).__name__}.{self._name_}"


class _OpenEnum(_Word):
    """An enum over a set of words that the service may extend: one that has no name here is kept as it came.

    A known word is found in any case: `Status("running")` is `Status.RUNNING`.
    """

    @staticmethod
    def _is_same(one: str, other: str) -> bool:
        return one.lower() == other.lower()

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        for known in cls:
            if cls._is_same(known, value):
                return known
        word = str.__new__(cls, value)
        word._name_ = word._value_ = str(value)
        return word

    def __repr__(self) -> str:
        """As it is written in Python."""
        # By identity: a word that is not known may be spelt as the name of a member.
        is_member = type(self).__members__.get(self._name_) is self
        return super().__repr__() if is_member else f"{type(self).__name__}({self._value_!r})"


class Status(_OpenEnum):
    """The status of an environment."""

    EMPTY = "Empty"
    """Nothing was ever deployed on it."""
    STOPPED = "Stopped"
    """The app does not run."""
    RUNNING = "Running"
    """The app runs."""


class Mode(_OpenEnum):
    """What an environment is for. A flexible environment has a name of its own, which is kept.

    A mode is part of a call's path. So it is compared to the letter: `test` is another environment than `Test`.
    """

    @staticmethod
    def _is_same(one: str, other: str) -> bool:
        return one == other

    TEST = "Test"
    """Test."""
    ACCEPTANCE = "Acceptance"
    """Acceptance."""
    PRODUCTION = "Production"
    """Production."""
    SANDBOX = "Sandbox"
    """The one environment of a free app."""


class StartState(_OpenEnum):
    """How far a start action has come."""

    STARTING = "Starting"
    """It is under way. It may stay so for ever: the service gives up no start action."""
    STARTED = "Started"
    """The app runs."""
    FAILED = "Failed"
    """It failed. The document has no such state: a failed start is an error with a code."""


class PackageStatus(_OpenEnum):
    """How far a package has come."""

    SUCCEEDED = "Succeeded"
    """It is ready to use."""
    QUEUED = "Queued"
    """It waits to be built."""
    BUILDING = "Building"
    """It is being built."""
    UPLOADING = "Uploading"
    """It is being uploaded."""
    FAILED = "Failed"
    """It could not be made."""


class BackupState(_OpenEnum):
    """How far a backup has come."""

    QUEUED = "Queued"
    """It waits to be made."""
    RUNNING = "Running"
    """It is being made."""
    COMPLETED = "Completed"
    """It is complete."""
    FAILED = "Failed"
    """It could not be made."""


class TaskState(_OpenEnum):
    """How far the service has come with an upload, a snapshot, an archive or a restore."""

    QUEUED = "Queued"
    """It has not begun."""
    RUNNING = "Running"
    """It is at work."""
    COMPLETED = "Completed"
    """It is done."""
    FAILED = "Failed"
    """It failed."""


class ArchiveData(_Word):
    """What of a snapshot to make an archive of."""

    FILES_AND_DATABASE = "files_and_database"
    """Files and database."""
    DATABASE_ONLY = "database_only"
    """The database alone."""


class BackupPart(_Word):
    """What of a backup to download."""

    FILES_ONLY = "FilesOnly"
    """The files."""
    DATABASE_ONLY = "DatabaseOnly"
    """The database."""
    DATABASE_AND_FILES = "DatabaseAndFiles"
    """Both."""


class DeployOutcome(_Word):
    """How a deployment ended."""

    DEPLOYED = "deployed"
    """The package runs, with the settings that were wanted."""
    UNCHANGED = "unchanged"
    """It ran already, by the journal; no change was sent."""
    ROLLED_BACK = "rolled_back"
    """It failed, and what ran before runs again."""
    ROLLBACK_FAILED = "rollback_failed"
    """It failed, and not everything could be put back."""
    FAILED = "failed"
    """It failed, and nothing was put back: nothing had been changed, or the policy says so."""


class StepStatus(_Word):
    """How far a step of a deployment is."""

    STARTED = "started"
    """It has begun. Only observers see it."""
    DONE = "done"
    """It is done."""
    SKIPPED = "skipped"
    """It was not needed."""
    FAILED = "failed"
    """It failed."""


class ErrorKind(_Word):
    """What kind of failure it was, in the caller's terms."""

    INVALID_INPUT = "InvalidInput"
    """An argument or a setting cannot be right. Nothing was sent."""
    UNAUTHORIZED = "Unauthorized"
    """The username or the API key was refused."""
    FORBIDDEN = "Forbidden"
    """The account has no right to do this."""
    NOT_FOUND = "NotFound"
    """The app, environment, package, backup or job does not exist, or is not visible to the account."""
    CONFLICT = "Conflict"
    """The state forbids it now."""
    RATE_LIMITED = "RateLimited"
    """Too many requests."""
    API = "Api"
    """Any other refusal by the service."""
    TIMEOUT = "Timeout"
    """The time allowed for the call ran out, and the request cannot have taken effect."""
    TRANSPORT = "Transport"
    """The connection could not be made, or broke, and the request cannot have taken effect."""
    AMBIGUOUS = "Ambiguous"
    """The request went out whole and no usable answer came: it may or may not have taken effect."""
    WAIT_TIMED_OUT = "WaitTimedOut"
    """A wait ended before what it waited for happened. The service goes on with it."""
    INVALID_RESPONSE = "InvalidResponse"
    """The service answered with something that is no valid reply to the call."""
    IO = "Io"
    """A local file could not be read or written."""
    CANCELLED = "Cancelled"
    """The caller cancelled the call."""
    DEPLOY_FAILED = "DeployFailed"
    """A step of a deployment failed."""


class Evidence(_Word):
    """What a failure proves about the request."""

    NOT_SENT = "NotSent"
    """No byte of the request left this machine."""
    INCOMPLETE = "Incomplete"
    """The server cannot hold a whole request."""
    REFUSED = "Refused"
    """The service answered, and said no."""
    AMBIGUOUS = "Ambiguous"
    """The request went out whole and no usable answer came: it may have taken effect."""
