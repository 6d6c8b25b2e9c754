"""The log: under one name, never below DEBUG, and without secrets."""

import logging
import subprocess
import sys
import threading

import pytest
from mendix_deploy import Client, MendixDeployError
from mendix_deploy.testing import Simulator


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


def test_a_handler_may_call_the_client(client: Client) -> None:
    class Calling(logging.Handler):
        seen = 0

        def emit(self, record: logging.LogRecord) -> None:
            if "list_apps" in record.getMessage():
                self.seen += len(client.list_environments("calc"))

    logger = logging.getLogger("mendix_deploy")
    handler = Calling()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        client.list_apps()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert handler.seen == 3


def test_threads_that_log_do_not_lock_up(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mendix_deploy")

    def work() -> None:
        for _ in range(50):
            client.get_app("calc")

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert sum(record.name == "mendix_deploy" for record in caplog.records) == 400
