"""The log: under one name, never below DEBUG, and without secrets."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from mendix_deploy import Client, MendixDeployError
from mendix_deploy.testing import Simulator


@contextlib.contextmanager
def handled(emit: Callable[[logging.LogRecord], object]) -> Iterator[None]:
    """Give every record to a function."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            emit(record)

    logger, handler = logging.getLogger("mendix_deploy"), Handler()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


def test_a_call_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mendix_deploy")
    client.get_app("calc")
    records = [record for record in caplog.records if record.name == "mendix_deploy"]
    assert len(records) == 1
    assert records[0].levelno == logging.DEBUG
    assert records[0].getMessage().startswith("get_app GET /api/1/apps/calc in ")
    assert records[0].filename == "test_logging.py"
    assert {record.name.split(".")[0] for record in caplog.records} == {"mendix_deploy"}


def test_nothing_below_debug_and_no_secret_at_any_level(sim: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    with sim.client() as client:
        links = client.get_backup_links("calc", "Acceptance", "c879c6b1-3aa5-4e10-aaab-cb145841862f")
        with pytest.raises(MendixDeployError):
            client.get_app("nowhere")
    assert caplog.records
    assert min(record.levelno for record in caplog.records) >= logging.DEBUG
    assert sim.api_key not in caplog.text
    assert links.files_only is not None
    assert links.files_only.expose().split("?")[-1] not in caplog.text


def test_what_is_not_wanted_is_not_made(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mendix_deploy")
    client.get_app("calc")
    assert caplog.records == []


def test_logging_is_not_imported_for_those_who_do_not_use_it() -> None:
    code = "import sys, mendix_deploy; sys.exit('logging' in sys.modules)"
    subprocess.run([sys.executable, "-I", "-c", code], check=True)


def test_a_level_of_one_logger_alone(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mendix_deploy.ureq")
    client.get_app("calc")
    assert {record.name for record in caplog.records} == {"mendix_deploy.ureq"}


def test_a_handler_may_call_the_client(client: Client) -> None:
    seen: list[str] = []

    def call(record: logging.LogRecord) -> None:
        if "list_apps" in record.getMessage():
            seen.extend(environment.mode for environment in client.list_environments("calc"))

    with handled(call):
        client.list_apps()
    assert len(seen) == 3


def test_ctrl_c_in_a_slow_handler_ends_the_wait(client: Client) -> None:
    timers: list[threading.Timer] = []

    def sleep(_record: logging.LogRecord) -> None:
        if not timers:
            timers.append(threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)))
            timers[0].start()
            time.sleep(60)

    with handled(sleep), pytest.raises(KeyboardInterrupt):
        client.wait_for_status("calc", "Acceptance", "Stopped")
    timers[0].join()
    assert client.get_app("calc").app_id == "calc"


@pytest.mark.parametrize("raised", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()], ids=repr)
def test_what_is_no_failure_of_a_handler_ends_the_wait(client: Client, raised: BaseException) -> None:
    def stop(_record: logging.LogRecord) -> None:
        raise raised

    with handled(stop), pytest.raises(type(raised)) as caught:
        client.wait_for_status("calc", "Acceptance", "Stopped")
    assert caught.value is raised
    assert client.get_app("calc").app_id == "calc"


def test_what_ends_a_call_at_its_last_record_comes_out_and_loses_no_other(client: Client) -> None:
    seen: list[str] = []

    def stop_once(record: logging.LogRecord) -> None:
        seen.append(record.getMessage())
        if len(seen) == 1:
            raise KeyboardInterrupt

    with handled(stop_once):
        with pytest.raises(KeyboardInterrupt):
            client.get_app("calc")
        assert len(seen) == 1
        client.list_apps()
    assert sum("get_app GET" in text for text in seen) == 1
    assert sum("list_apps GET" in text for text in seen) == 1


def test_a_handler_that_fails_fails_no_call(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    reported: list[type[BaseException]] = []

    def fail(record: logging.LogRecord) -> None:
        seen.append(record.getMessage())
        raise ZeroDivisionError

    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: reported.append(unraisable.exc_type))
    with handled(fail):
        assert client.get_app("calc").app_id == "calc"
    assert reported == [ZeroDivisionError] * len(seen)
    assert sum("get_app GET" in text for text in seen) == 1


def test_threads_that_log_do_not_lock_up(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mendix_deploy")

    def work() -> None:
        for _ in range(50):
            client.get_app("calc")

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert sum(record.name == "mendix_deploy" for record in caplog.records) == 400
