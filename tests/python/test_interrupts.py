"""Ctrl-C, cancellation, and the interpreter's lock."""

import os
import signal
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mendix_deploy import CancelledError, CancelToken, Client
from mendix_deploy.testing import Simulator

Measured = Callable[[str], None]

SNAPSHOT = "c879c6b1-3aa5-4e10-aaab-cb145841862f"


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """One that takes anything for a package."""
    with Simulator(accept_any_package=True) as simulator:
        yield simulator


def upload(client: Client, _sim: Simulator, _path: Path) -> object:
    return client.upload_package("calc", bytes(2**20), name="calc.mda")


def download(client: Client, _sim: Simulator, path: Path) -> object:
    return client.download_backup("calc", "Acceptance", SNAPSHOT, "FilesOnly", path / "target")


def small(client: Client, _sim: Simulator, _path: Path) -> object:
    return client.list_apps()


def wait(client: Client, _sim: Simulator, _path: Path) -> object:
    return client.wait_for_status("calc", "Acceptance", "Stopped")


def once_blocked(sim: Simulator, act: Callable[[], object], *, in_wait: bool = False) -> threading.Thread:
    """Do something on another thread, once one more request is in and has no answer, or a wait has had its first."""
    before = len(sim.accounting()["log"])

    def watch() -> None:
        while not any((entry["status"] is not None) == in_wait for entry in sim.accounting()["log"][before:]):
            time.sleep(0.005)
        # The last steps of the caller cannot be seen from here.
        time.sleep(0.1)
        act()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


BLOCKED = {"list_apps": small, "upload_package": upload, "link": download, "wait": wait}


@pytest.mark.parametrize("blocked", BLOCKED)
def test_ctrl_c_ends_what_is_blocked(
    sim: Simulator, client: Client, tmp_path: Path, blocked: str, measured: Measured
) -> None:
    if blocked != "wait":
        sim.add_fault(blocked, "stall", times=3)
    took = []
    for _ in range(3):
        sent: list[float] = []

        def interrupt(sent: list[float] = sent) -> None:
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        interrupter = once_blocked(sim, interrupt, in_wait=blocked == "wait")
        with pytest.raises(KeyboardInterrupt) as caught:
            BLOCKED[blocked](client, sim, tmp_path)
        took.append(time.monotonic() - sent[0])
        interrupter.join()
        assert isinstance(caught.value.__context__, CancelledError)
    measured(f"Ctrl-C in {blocked}: {statistics.median(took) * 1000:.1f} ms, at most {max(took) * 1000:.1f} ms")
    # Milliseconds where nothing else uses the machine; the call would last for a minute at least.
    assert max(took) < 10
    sim.clear_faults()
    assert client.get_app("calc").app_id == "calc"


def test_a_signal_handler_that_raises_nothing_ends_nothing() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _frame: seen.append(number))
    # The answer comes when this simulator's time is moved on.
    with Simulator(speed=0) as sim, sim.client() as client:
        sim.add_fault("list_apps", {"delay": {"ms": 60_000}})

        def send_and_go_on() -> None:
            os.kill(os.getpid(), signal.SIGUSR1)
            while not seen:
                time.sleep(0.005)
            sim.advance(60)

        try:
            sender = once_blocked(sim, send_and_go_on)
            assert len(client.list_apps()) == 3
            sender.join()
        finally:
            signal.signal(signal.SIGUSR1, before)
    assert seen == [signal.SIGUSR1]


def test_what_a_signal_handler_raises_comes_out(sim: Simulator, client: Client) -> None:
    class Alarm(Exception):  # noqa: N818 - it is no error
        pass

    def ring(_number: int, _frame: object) -> None:
        raise Alarm

    sim.add_fault("list_apps", "stall")
    before = signal.signal(signal.SIGALRM, ring)
    try:
        once_blocked(sim, lambda: os.kill(os.getpid(), signal.SIGALRM))
        with pytest.raises(Alarm):
            client.list_apps()
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("blocked", BLOCKED)
def test_a_token_ends_what_is_blocked_while_others_run(
    sim: Simulator, client: Client, tmp_path: Path, blocked: str
) -> None:
    if blocked != "wait":
        sim.add_fault(blocked, "stall")
    token = CancelToken()
    counted = 0
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(BLOCKED[blocked], client.with_cancel_token(token), sim, tmp_path)
        # The other thread is in the call, and this one gets on.
        while not call.done() and (counted < 1_000_000 or not sim.accounting()["total_requests"]):
            counted += 1
        assert not call.done()
        token.cancel()
        # The stall would last for a minute.
        assert isinstance(call.exception(timeout=30), CancelledError)
    assert client.get_app("calc").app_id == "calc"


def test_two_threads_get_through_twice_the_calls_of_one(sim: Simulator, client: Client, measured: Measured) -> None:
    """The server takes a while for each call, so that it is no limit. Others use the machine: the best try counts.

    Threads that wait for each other get through as much as one, however often that is tried.
    """
    calls = 5

    def work() -> None:
        for _ in range(calls):
            client.list_apps()

    def calls_a_second(threads: int) -> float:
        workers = [threading.Thread(target=work) for _ in range(threads)]
        started = time.monotonic()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return threads * calls / (time.monotonic() - started)

    ratio = 0.0
    for _ in range(10):
        sim.add_fault("list_apps", {"delay": {"ms": 100}}, times=3 * calls)
        ratio = max(ratio, calls_a_second(2) / calls_a_second(1))
        if ratio > 1.8:
            break
    measured(f"two threads get through {ratio:.2f} times the calls of one")
    assert ratio > 1.5


def test_a_client_serves_many_threads(client: Client) -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(50):
                assert client.get_app("calc").app_id == "calc"
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_progress_of_a_wait_and_its_end(client: Client) -> None:
    seen: list[tuple[str, float]] = []

    def look(state: str, elapsed: float) -> None:
        seen.append((state, elapsed))
        if len(seen) == 2:
            raise StopIteration

    with pytest.raises(StopIteration):
        client.wait_for_status("calc", "Acceptance", "Stopped", timeout=30, progress=look)
    assert [state for state, _ in seen] == ["Running", "Running"]
    assert 0 <= seen[0][1] < seen[1][1]
