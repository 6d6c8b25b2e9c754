"""Workers that are forked, spawned, or made by a fork server, with clients from before and after."""

import multiprocessing
import os
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest
from mendix_deploy import Client, InvalidInputError
from mendix_deploy.testing import Simulator

ROUNDS = 50
"""Each of four ways is tried so often: 200 in all."""

CLIENT: Client | None = None


def inherited() -> int:
    """Use the client that the parent made before the fork."""
    assert CLIENT is not None
    return len(CLIENT.list_apps())


DAEMONS = """
import io, logging, os, sys, threading, time
from mendix_deploy.testing import Simulator

how, path = sys.argv[1:]
sim = Simulator(accept_any_package=True)
client = sim.client(max_attempts=1)

class Slow(io.BytesIO):
    def read(self, size=-1):
        show(size, 0)
        time.sleep(0.01 if size else 0)
        return super().read(size)

def show(done, total):
    print(done, file=open(path, "a"))
    time.sleep(0.0005)

def run():
    if how == "progress":
        client.upload_package("calc", bytes(500 << 20), name="x.mda", progress=show)
    elif how == "read":
        client.upload_package("calc", Slow(bytes(100 << 20)), name="x.mda")
    else:
        logging.basicConfig(level=logging.DEBUG, filename=path)
        while True:
            client.list_apps()

for _ in range(3 if how == "log" else 1):
    threading.Thread(target=run, daemon=True).start()
while not os.path.exists(path) or not os.path.getsize(path):
    time.sleep(0.01)
time.sleep(0.3)
"""


def of_its_own(facts: dict[str, Any]) -> int:
    """Make a client in the worker."""
    with Client(**facts) as client:
        return len(client.list_apps())


def run(context: BaseContext, facts: dict[str, Any], rounds: int, *, inherit: bool) -> list[int]:
    """Start one process for each round, four at a time, and collect what they end with."""
    codes: list[int] = []
    for start in range(0, rounds, 4):
        processes = [
            context.Process(  # type: ignore[attr-defined]
                target=_exit_with, args=(inherit, facts)
            )
            for _ in range(min(4, rounds - start))
        ]
        with warnings.catch_warnings():
            # CPython 3.12 and later warn of a fork while threads run, which is what is tried here.
            warnings.simplefilter("ignore", DeprecationWarning)
            for process in processes:
                process.start()
        for process in processes:
            process.join(120)
            if process.is_alive():
                process.kill()
            codes.append(-99 if process.exitcode is None else process.exitcode)
    return codes


def _exit_with(inherit: bool, facts: dict[str, Any]) -> None:
    seen = inherited() if inherit else of_its_own(facts)
    os._exit(0 if seen == 3 else 1)


@pytest.fixture
def facts(sim: Simulator) -> dict[str, Any]:
    return {"username": sim.username, "api_key": sim.api_key, "base_url": sim.url}


@pytest.mark.parametrize("inherit", [True, False], ids=["made before", "made after"])
def test_forked_while_other_threads_call(facts: dict[str, Any], inherit: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst time to fork: the parent's threads are inside the client."""
    with Client(**facts) as client:
        monkeypatch.setattr(f"{__name__}.CLIENT", client)
        over = threading.Event()

        def busy() -> None:
            while not over.is_set():
                client.list_apps()

        threads = [threading.Thread(target=busy) for _ in range(3)]
        for thread in threads:
            thread.start()
        codes = run(multiprocessing.get_context("fork"), facts, ROUNDS, inherit=inherit)
        over.set()
        for thread in threads:
            thread.join()
        assert codes == [0] * ROUNDS
        # The parent's connections are still its own.
        assert len(client.list_apps()) == 3


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_started_afresh(facts: dict[str, Any], method: str) -> None:
    with Client(**facts) as client:
        assert len(client.list_apps()) == 3
        assert run(multiprocessing.get_context(method), facts, ROUNDS, inherit=False) == [0] * ROUNDS


def test_a_simulator_survives_its_children(sim: Simulator) -> None:
    child = os.fork()
    if child == 0:
        del sim
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with sim.client() as client:
        assert len(client.list_apps()) == 3


LEAVING = """
import os, sys
from mendix_deploy.testing import Simulator

with Simulator(tls={tls}) as sim, sim.client() as client:
    child = os.fork()
    if child == 0:
        sys.exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert len(client.list_apps()) == 3
    # This one reads the certificate anew.
    assert len(sim.client().list_apps()) == 3
    assert sim.accounting()["total_requests"] == 2
"""


@pytest.mark.parametrize("tls", [False, True])
def test_a_child_may_leave_the_block_of_its_parents_simulator(tls: bool) -> None:
    # CPython 3.12 and later warn of a fork while threads run, which is what is tried here.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", LEAVING.format(tls=tls)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_simulator_answers_in_the_process_that_started_it(sim: Simulator) -> None:
    child = os.fork()
    if child == 0:
        try:
            sim.accounting()
        except RuntimeError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_client_that_is_closed_while_a_child_makes_it_anew_stays_closed(sim: Simulator, tmp_path: Path) -> None:
    """Its file of certificates is a pipe here, so that it is not made before the other thread has closed it."""
    with Simulator(tls=True) as other:
        pem = other.ca_pem or ""
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text(pem)
    client = Client(username=sim.username, api_key=sim.api_key, base_url=sim.url, ca_file=ca_file)
    ca_file.unlink()
    os.mkfifo(ca_file)
    child = os.fork()
    if child == 0:
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(client.list_apps)
            with ca_file.open("w") as pipe:
                client.close()
                pipe.write(pem)
            os._exit(0 if isinstance(call.exception(120), InvalidInputError) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(client.list_apps()) == 3


@pytest.mark.parametrize("how", ["progress", "read", "log"])
def test_a_program_may_end_while_daemon_threads_are_in_its_code(how: str, tmp_path: Path) -> None:
    """Python takes such threads away when they want the interpreter once more."""
    command = [sys.executable, "-c", DAEMONS, how]
    logs = [str(tmp_path / f"log-{number}") for number in range(8)]
    programs = [subprocess.Popen([*command, log], stderr=subprocess.PIPE) for log in logs]
    said = [program.communicate(timeout=600)[1] for program in programs]
    assert [program.returncode for program in programs] == [0] * 8, said
