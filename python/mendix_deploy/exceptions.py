"""What this library raises. Every exception is a `MendixDeployError`; most are also the built-in one that fits.

An exception that a progress callback or a file object raises comes out as it is, and so does `KeyboardInterrupt`.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from .enums import ErrorKind, Evidence

if TYPE_CHECKING:
    from ._native import DeployReport

__all__ = [
    "AmbiguousError",
    "ApiError",
    "Attempt",
    "CancelledError",
    "ConflictError",
    "DeployFailedError",
    "FileError",
    "ForbiddenError",
    "InvalidInputError",
    "InvalidResponseError",
    "MendixDeployError",
    "NotFoundError",
    "RateLimitedError",
    "RequestTimeoutError",
    "TransportError",
    "UnauthorizedError",
    "WaitTimedOutError",
]


class Attempt(NamedTuple):
    """One attempt of a call, as an error reports it."""

    evidence: Evidence
    """What this attempt proves."""
    elapsed: float
    """How long it took, in seconds."""
    reused_connection: bool
    """Whether it used a connection that an earlier call had opened."""


class MendixDeployError(Exception):
    """Anything that goes wrong in this library. Its text is one line, without secrets."""

    kind: ErrorKind = ErrorKind.INVALID_INPUT
    """What kind of failure it was: one for each class below."""
    operation: str | None
    """The call that failed, such as `stop_environment`, where it was one."""
    message: str
    """What went wrong, in words: the service's own where it gave any."""
    http_status: int | None
    """The HTTP status of the answer, where there was one."""
    code: str | None
    """The service's error code, such as `APP_IS_RUNNING`, where it gave one."""
    code_text: str | None
    """The code exactly as it was sent: the service also writes it with spaces, or in lower case."""
    evidence: Evidence = Evidence.NOT_SENT
    """Whether the call can have taken effect."""
    hint: str | None
    """What to do next, where there is something to say. A traceback shows it as a note."""
    attempts: tuple[Attempt, ...]
    """The attempts that were made, in order."""
    retry_after: float | None
    """How many seconds the service asks to wait before the next try, where it does."""
    app_id: str | None = None
    """Of a wait: the app."""
    mode: str | None = None
    """Of a wait: the environment."""
    job_id: str | None = None
    """Of a wait for a start job, or for an upload: its identifier."""
    snapshot_id: str | None = None
    """Of a wait for a backup, a snapshot or an archive: the identifier of the backup or snapshot."""
    package_id: str | None = None
    """Of a wait for a package: its identifier."""
    project_id: str | None = None
    """Of a wait for a snapshot, an archive or a restore: the project."""
    environment_id: str | None = None
    """Of a wait for a snapshot, an archive or a restore: the environment."""
    archive_id: str | None = None
    """Of a wait for an archive: its identifier."""
    restore_id: str | None = None
    """Of a wait for a restore: its identifier."""
    last_seen: str | None = None
    """Of a wait: the state that was last seen, in the service's words."""
    wait_token: str | None = None
    """Of a wait: the text with which `Client.resume_wait` resumes it. It is JSON, and holds no secret."""

    def __init__(
        self,
        text: str,
        *,
        kind: ErrorKind | None = None,
        operation: str | None = None,
        message: str | None = None,
        http_status: int | None = None,
        code: str | None = None,
        code_text: str | None = None,
        evidence: Evidence | None = None,
        hint: str | None = None,
        attempts: tuple[Attempt, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        """Is raised by the library; a test may make one, whose kind and evidence fit its class."""
        super().__init__(text)
        if kind is not None:
            self.kind = kind
        if evidence is not None:
            self.evidence = evidence
        self.operation = operation
        self.message = text if message is None else message
        self.http_status = http_status
        self.code = code
        self.code_text = code_text
        self.hint = hint
        self.attempts = attempts
        self.retry_after = retry_after
        if hint is not None:
            self.add_note(hint)

    def __str__(self) -> str:
        """The text: an `OSError` would make its own from errno and file name."""
        return BaseException.__str__(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """All that the attributes hold: an `OSError` would keep its first two arguments only."""
        attributes = dict(self.__dict__)
        if isinstance(self, OSError):
            # What it holds itself is no part of `__dict__`.
            attributes |= {"errno": self.errno, "strerror": self.strerror, "filename": self.filename}
        return _restore, (type(self), self.args, attributes)


def _restore(cls: type[MendixDeployError], args: tuple[Any, ...], attributes: dict[str, Any]) -> MendixDeployError:
    # Not by its `__init__`: that of a user's own class may take other arguments.
    error = cls.__new__(cls)
    error.args = args
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


class InvalidInputError(MendixDeployError, ValueError):
    """An argument or a setting cannot be right. Nothing was sent."""


class ApiError(MendixDeployError):
    """The service refused. What it refuses most often has a class of its own."""

    kind = ErrorKind.API
    evidence = Evidence.REFUSED


class UnauthorizedError(ApiError):
    """The username or the API key was refused."""

    kind = ErrorKind.UNAUTHORIZED


class ForbiddenError(ApiError):
    """The account has no right to do this."""

    kind = ErrorKind.FORBIDDEN


class NotFoundError(ApiError):
    """The app, environment, package, backup or job does not exist, or is not visible to the account."""

    kind = ErrorKind.NOT_FOUND


class ConflictError(ApiError):
    """The state forbids it now: the app is running, is starting already, is locked."""

    kind = ErrorKind.CONFLICT


class RateLimitedError(ApiError):
    """Too many requests."""

    kind = ErrorKind.RATE_LIMITED


class RequestTimeoutError(MendixDeployError, TimeoutError):
    """The time allowed for the call ran out, and the request cannot have taken effect."""

    kind = ErrorKind.TIMEOUT


class TransportError(MendixDeployError, ConnectionError):
    """The connection could not be made, or broke, and the request cannot have taken effect.

    `errno` and `strerror` say what the operating system said, where it did.
    """

    kind = ErrorKind.TRANSPORT


class AmbiguousError(MendixDeployError):
    """The request went out whole, it may change something, and no usable answer came back.

    It may or may not have taken effect. It is never sent again: look at the state before trying again.
    """

    kind = ErrorKind.AMBIGUOUS
    evidence = Evidence.AMBIGUOUS


class WaitTimedOutError(MendixDeployError, TimeoutError):
    """A wait ended before what it waited for happened. The service goes on with it.

    `Client.resume_wait` takes its `wait_token`, in this process or another one.
    """

    kind = ErrorKind.WAIT_TIMED_OUT
    evidence = Evidence.REFUSED


class InvalidResponseError(MendixDeployError):
    """The service answered with something that is no valid reply to the call."""

    kind = ErrorKind.INVALID_RESPONSE
    evidence = Evidence.AMBIGUOUS


class FileError(MendixDeployError, OSError):
    """A local file could not be read or written. `errno`, `strerror` and `filename` say which, and why."""

    kind = ErrorKind.IO


class CancelledError(MendixDeployError):
    """The caller cancelled the call with a `CancelToken`."""

    kind = ErrorKind.CANCELLED


class DeployFailedError(MendixDeployError):
    """A step of a deployment failed. Its text says what state the environment is in.

    `__cause__` is the exception of the step.
    """

    kind = ErrorKind.DEPLOY_FAILED
    evidence = Evidence.REFUSED
    report: "DeployReport"
    """What the deployment did."""
    step: str | None = None
    """The step that failed first."""
