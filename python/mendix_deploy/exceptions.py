"""What this library raises. Every exception is a `MendixDeployError`; most are also the built-in one that fits.

An exception that a progress callback or a file object raises comes out as it is, and so does `KeyboardInterrupt`.
"""

from typing import Any, NamedTuple

from .enums import ErrorKind, Evidence

__all__ = [
    "AmbiguousError",
    "ApiError",
    "Attempt",
    "CancelledError",
    "ConflictError",
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

    kind: ErrorKind
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
    evidence: Evidence
    """Whether the call can have taken effect."""
    hint: str | None
    """What to do next, where there is something to say. A traceback shows it as a note."""
    attempts: tuple[Attempt, ...]
    """The attempts that were made, in order."""
    retry_after: float | None
    """How many seconds the service asks to wait before the next try, where it does."""

    def __init__(
        self,
        text: str,
        *,
        kind: ErrorKind = ErrorKind.INVALID_INPUT,
        operation: str | None = None,
        message: str | None = None,
        http_status: int | None = None,
        code: str | None = None,
        code_text: str | None = None,
        evidence: Evidence = Evidence.NOT_SENT,
        hint: str | None = None,
        attempts: tuple[Attempt, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        """Is raised by the library; a test may make one."""
        super().__init__(text)
        self.kind = kind
        self.operation = operation
        self.message = text if message is None else message
        self.http_status = http_status
        self.code = code
        self.code_text = code_text
        self.evidence = evidence
        self.hint = hint
        self.attempts = attempts
        self.retry_after = retry_after
        if hint is not None:
            self.add_note(hint)

    def __str__(self) -> str:
        """The text: an `OSError` would make its own from errno and file name."""
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        """All that the attributes hold: an `OSError` would keep its first two arguments only."""
        return _restore, (type(self), str(self), dict(self.__dict__))


def _restore(cls: type[MendixDeployError], text: str, attributes: dict[str, Any]) -> MendixDeployError:
    error = cls(text)
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


class InvalidInputError(MendixDeployError, ValueError):
    """An argument or a setting cannot be right. Nothing was sent."""


class ApiError(MendixDeployError):
    """The service refused. What it refuses most often has a class of its own."""


class UnauthorizedError(ApiError):
    """The username or the API key was refused."""


class ForbiddenError(ApiError):
    """The account has no right to do this."""


class NotFoundError(ApiError):
    """The app, environment, package, backup or job does not exist, or is not visible to the account."""


class ConflictError(ApiError):
    """The state forbids it now: the app is running, is starting already, is locked."""


class RateLimitedError(ApiError):
    """Too many requests."""


class RequestTimeoutError(MendixDeployError, TimeoutError):
    """The time allowed for the call ran out, and the request cannot have taken effect."""


class TransportError(MendixDeployError, ConnectionError):
    """The connection could not be made, or broke, and the request cannot have taken effect."""


class AmbiguousError(MendixDeployError):
    """The request went out whole, it may change something, and no usable answer came back.

    It may or may not have taken effect. It is never sent again: look at the state before trying again.
    """


class WaitTimedOutError(MendixDeployError, TimeoutError):
    """A wait ended before what it waited for happened. The service goes on with it.

    The attributes hold what another wait, or another process, needs to go on.
    """

    app_id: str | None = None
    """The app."""
    mode: str | None = None
    """The environment."""
    job_id: str | None = None
    """The start job, where one was waited for."""
    last_seen: str | None = None
    """What was last seen, in the service's words."""


class InvalidResponseError(MendixDeployError):
    """The service answered with something that is no valid reply to the call."""


class FileError(MendixDeployError, OSError):
    """A local file could not be read or written. `errno`, `strerror` and `filename` say which, and why."""

    def __reduce__(self) -> tuple[Any, ...]:
        """What `OSError` itself holds is no part of `__dict__`."""
        own = {"errno": self.errno, "strerror": self.strerror, "filename": self.filename}
        return _restore, (type(self), str(self), {**self.__dict__, **own})


class CancelledError(MendixDeployError):
    """The caller cancelled the call with a `CancelToken`."""
