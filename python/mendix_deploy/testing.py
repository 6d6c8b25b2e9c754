"""A simulator of the Mendix Deploy API, for tests and dry runs. It runs inside this process.

    from mendix_deploy.testing import Simulator

    with Simulator() as sim, sim.client() as client:
        client.stop_environment(sim.app_id, "Acceptance")
        assert sim.accounting()["effects"] == {"stop_environment": 1}

It keeps apps, environments, packages, settings and backups, answers every call with the errors that the API's
document lists, and goes wrong on purpose where a test asks for it. It proves agreement with the document, not with the
live service. With pytest the fixture `mendix_simulator` gives one that is fresh for each test.
"""

import json
import os
import tempfile
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NotRequired, Self, TypedDict, Unpack

from ._native import Client, _Simulator
from .events import CallEvent
from .exceptions import InvalidInputError

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = [
    "Accounting",
    "ClientOptions",
    "ErrorRow",
    "LinkTraffic",
    "LogEntry",
    "Reach",
    "Rights",
    "Rule",
    "Simulator",
    "error_rows",
]


class Rights(TypedDict, total=False):
    """What the account may do. What is not named it may."""

    api_access: bool
    """See and use the environment at all."""
    transport: bool
    """Transport packages to it."""
    backups: bool
    """Use its backups and snapshots."""


class ClientOptions(TypedDict, total=False):
    """The options of `Client` that `Simulator.client` passes on as they are."""

    timeout: "float | timedelta"
    connect_timeout: "float | timedelta"
    stall_timeout: "float | timedelta"
    answer_timeout: "float | timedelta"
    action_timeout: "float | timedelta | None"
    proxy: str | Literal[False] | None
    user_agent: str | None
    allow_insecure_http: bool
    max_attempts: int
    read_back: bool
    reply_limit: int
    check_packages: bool
    on_event: Callable[[CallEvent], object] | None


class LinkTraffic(TypedDict):
    """What arrived where the signed links lead."""

    requests: int
    with_credentials: int
    connections: int


class LogEntry(TypedDict):
    """One request. Neither header values nor the query of a signed link are kept."""

    at: int
    connection: int
    link: bool
    method: str
    path: str
    call: str | None
    headers: list[str]
    status: int | None
    effect: bool


class Accounting(TypedDict):
    """What arrived at the simulator, and what took effect, by the name of the call."""

    requests: dict[str, int]
    effects: dict[str, int]
    total_requests: int
    connections: int
    links: LinkTraffic
    log: list[LogEntry]


class Reach(TypedDict):
    """How an error is reached."""

    args: dict[str, Any]
    setup: NotRequired[dict[str, Any]]
    fault: NotRequired[dict[str, Any]]


class ErrorRow(TypedDict):
    """One (call, status, code) that the API's document lists."""

    section: str
    call: str
    status: int
    code: str
    message: str
    reach: Reach
    variants: NotRequired[list[dict[str, Any]]]


class Rule(TypedDict):
    """A way in which the service of today differs from the API's document."""

    rule: str
    """Its name."""
    document: str
    """What profile "document" does."""
    today: str
    """What profile "today" does."""
    source: str
    """Where that is known from."""
    holds: bool
    """Whether it holds in this simulator."""


class Simulator:
    """A running simulator: a service of one's own, on a free port of this machine.

    profile: "document" as the API's document says, or "today" as the service behaves now. rules: single rules of
    these profiles, switched on or off by name; the method `rules` lists them. bodies: the form of undocumented replies.
    speed: 1 for real time, 60 for an hour in a minute, 0 for time that only `advance` moves. start_duration,
    stop_duration, backup_duration: seconds that starting, stopping and backing up an environment take.
    processing_duration: seconds for which an upload is processed before it can be transported, in profile "today".
    idle_limit: seconds after which an idle connection is closed. accept_any_package: uploads need not be deployment
    packages. bind and port: where to listen, a free port of this machine unless told otherwise; whoever reaches it
    controls the simulator. one_port: whether signed links share the port of the API, as they do where other machines
    can come. tls: speak TLS; `client()` trusts it. rights: what the account may do on every environment, such as
    {"transport": False}. state: start with this instead of the seeded apps.
    """

    url: str
    """The origin of the service, for `Client(base_url=…)`."""
    links_url: str
    """The origin of the signed links."""
    username: str
    """The user name to call with."""
    api_key: str
    """The API key to call with."""
    app_id: str
    """An app to call with."""
    ca_pem: str | None
    """With TLS, the certificate to trust."""

    def __init__(
        self,
        *,
        profile: Literal["document", "today"] = "document",
        rules: Mapping[str, bool] | None = None,
        bodies: Literal["json", "text", "empty"] = "json",
        speed: float = 1.0,
        start_duration: "float | timedelta | None" = None,
        stop_duration: "float | timedelta | None" = None,
        backup_duration: "float | timedelta | None" = None,
        processing_duration: "float | timedelta | None" = None,
        idle_limit: "float | timedelta | None" = None,
        accept_any_package: bool = False,
        bind: str = "127.0.0.1",
        port: int = 0,
        one_port: bool | None = None,
        tls: bool = False,
        rights: Rights | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        """Start the simulator."""
        self._native = _Simulator(
            profile=profile,
            rules=_json("rules", {} if rules is None else rules),
            bodies=bodies,
            speed=speed,
            start_duration=start_duration,
            stop_duration=stop_duration,
            backup_duration=backup_duration,
            processing_duration=processing_duration,
            idle_limit=idle_limit,
            accept_any_package=accept_any_package,
            bind=bind,
            port=port,
            one_port=one_port,
            tls=tls,
            state=None if state is None else _json("state", state),
        )
        self._check_packages = not accept_any_package
        facts = self._native.facts()
        self.url, self.links_url, self.username, self.api_key, self.app_id, self.ca_pem = facts
        self._ca_file = None if self.ca_pem is None else _CaFile(self.ca_pem)
        if rights:
            try:
                self._limit(rights)
            except Exception:
                self.stop()
                raise

    def __enter__(self) -> Self:
        """Give the simulator itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    def __repr__(self) -> str:
        """Tell where it is."""
        return f"<Simulator {self.url}>"

    def stop(self) -> None:
        """Stop the simulator, and end its connections. In a process that was forked it goes on, for its parent."""
        self._native.stop()
        if self._ca_file is not None:
            self._ca_file.remove()

    def client(
        self, *, username: str | None = None, api_key: str | None = None, **options: Unpack[ClientOptions]
    ) -> Client:
        """Make a client of this simulator. The options are those of `Client`.

        It uploads anything where this simulator accepts any package, unless told otherwise.
        """
        options.setdefault("check_packages", self._check_packages)
        return Client(
            username=self.username if username is None else username,
            api_key=self.api_key if api_key is None else api_key,
            base_url=self.url,
            ca_file=None if self._ca_file is None else self._ca_file.path,
            **options,
        )

    def environment(self) -> dict[str, str]:
        """Give the variables with which `Client.from_env` calls this simulator, for code under test and for processes.

        With TLS the client has to trust the simulator, which these do not say.
        """
        return {"MENDIX_USERNAME": self.username, "MENDIX_API_KEY": self.api_key, "MENDIX_DEPLOY_URL": self.url}

    def _limit(self, rights: Rights) -> None:
        apps = self.state()["apps"]
        patch = {
            app_id: {"environments": {mode: {"rights": dict(rights)} for mode in app["environments"]}}
            for app_id, app in apps.items()
        }
        try:
            self.patch_state({"apps": patch})
        except ValueError as error:
            problem = str(error).replace("patch:", "rights:", 1)
            raise InvalidInputError(problem) from None

    def add_fault(
        self,
        call: str,
        kind: Literal[
            "close",
            "reset",
            "reset_early",
            "stall",
            "endless",
            "expired_link",
            "ignore_range",
            "change_etag",
            "cut_handshake",
        ]
        | Mapping[str, Any],
        *,
        nth: int = 1,
        times: int = 1,
        after_effect: bool = False,
    ) -> None:
        """Let something go wrong, at the nth request of a call from now on, so many times.

        call: a call's name, "any", "link" for downloads, or "connection". kind: "close", "reset", "stall" and the like,
        or one with arguments: {"reply": {"status": 503, "body": "…"}}, {"delay": {"ms": 500}},
        {"error": {"status": 403, "code": "NO_ACCESS", "message": "…"}}, {"truncate": {"keep": 10}} …
        The guide lists all of them. after_effect: the call takes effect before it fails.
        """
        self._native.add_fault(call, _json("kind", kind), nth, times, after_effect)

    def unused_faults(self) -> list[dict[str, Any]]:
        """Give the faults that never hit a request: a test should end without any."""
        faults: list[dict[str, Any]] = json.loads(self._native.unused_faults())
        return faults

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._native.clear_faults()

    def accounting(self) -> Accounting:
        """Give what arrived until now, and what took effect."""
        accounting: Accounting = json.loads(self._native.accounting())
        return accounting

    def advance(self, seconds: "float | timedelta") -> None:
        """Move the simulator's time on."""
        self._native.advance(seconds)

    def state(self) -> dict[str, Any]:
        """Give a copy of the state: credentials, options and apps."""
        state: dict[str, Any] = json.loads(self._native.state())
        return state

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Replace the state."""
        self._native.set_state(_json("state", state))

    def patch_state(self, patch: Mapping[str, Any]) -> None:
        """Change a part of the state by a JSON merge patch: what is None goes, what is not named stays."""
        self._native.patch_state(_json("patch", patch))

    def rules(self) -> list[Rule]:
        """Give the rules in which the profiles differ, where each is known from, and whether it holds."""
        rules: list[Rule] = json.loads(self._native.rules())
        return rules

    def restart(self, app_id: str, mode: str) -> str:
        """Let the platform restart a running app by itself, and give the id of the start job."""
        return self._native.restart(app_id, mode)

    def arrange(self, row: ErrorRow) -> dict[str, Any]:
        """Prepare an error of `error_rows`, and give the arguments to call with."""
        arguments: dict[str, Any] = json.loads(self._native.arrange(_json("row", row)))
        return arguments


class _CaFile:
    """The certificate of a simulator, in a file. Whoever writes it removes it, and not a process that was forked."""

    def __init__(self, pem: str) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as file:
            file.write(pem)
        self.path = Path(file.name)
        self.remove = weakref.finalize(self, _remove, self.path, os.getpid())


def _remove(path: Path, process: int) -> None:
    if os.getpid() == process:
        path.unlink(missing_ok=True)


def _json(name: str, value: object) -> str:
    """Write an argument as JSON."""
    try:
        return json.dumps(value, default=_as_dict, allow_nan=False)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else InvalidInputError
        problem = f"{name}: {error}"
        raise kind(problem) from None


def _as_dict(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    problem = f"expected what JSON has, not {type(value).__name__}"
    raise TypeError(problem)


def error_rows() -> list[ErrorRow]:
    """Give every error that the API's document lists."""
    rows: list[ErrorRow] = json.loads(_Simulator.error_rows())
    return rows
