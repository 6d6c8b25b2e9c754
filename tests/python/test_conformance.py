"""Calls meet faults, and come to what `tests/conformance/retry-matrix.json` says for all languages.

A call of each class meets every fault, as does one with cells of its own. The others, which differ in nothing that
Python adds, meet every fourth: the tests in Rust play all cells. The verdict is the server's count, not the client's
word.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mendix_deploy import Adopted, CallEvent, Client, MendixDeployError
from mendix_deploy.testing import Simulator
from table import CALLS, example

MATRIX: dict[str, Any] = json.loads((Path(__file__).parents[1] / "conformance" / "retry-matrix.json").read_text())
THREADS = 64
"""Most of the time is spent in waiting."""


def arguments(call: str) -> dict[str, Any]:
    """Give a call's arguments as Python has them. An upload has to be large."""
    given = example(call)
    if "source" in given:
        given["source"] = bytes(MATRIX["content_bytes"])
    return given


def expectations(call: str) -> dict[str, list[str]]:
    """Give what each fault comes to for a call: what is said of its class, or of the call alone."""
    row: dict[str, list[str]] = {**MATRIX["classes"][CALLS[call]["class"]], **MATRIX["exceptions"].get(call, {})}
    return row


def warm_up(client: Client, call: str, given: dict[str, Any]) -> None:
    """Leave an open connection in the pool that the call will use."""
    if "source" in given:
        # Transfers have connections of their own.
        getattr(client, call)(given["app_id"], b"x", name=given["name"])
    else:
        client.list_apps()


def play(call: str, fault: str, *, reuse: bool) -> str:
    """Tell what comes of one call, in the words of a cell."""
    limits = {**MATRIX["client"], **MATRIX["faults"][fault].get("client", {})}
    events: list[CallEvent] = []
    given = arguments(call)
    with (
        Simulator() as sim,
        sim.client(
            timeout=limits["timeout_ms"] / 1000,
            answer_timeout=limits["answer_timeout_ms"] / 1000,
            action_timeout=limits["action_timeout_ms"] / 1000,
            max_attempts=limits["max_attempts"],
            reply_limit=limits["reply_limit"],
            check_packages=False,
            on_event=events.append,
        ) as client,
    ):
        sim.patch_state(CALLS[call].get("state", {}))
        idle_ms = MATRIX["faults"][fault].get("idle_ms", 0)
        if reuse:
            warm_up(client, call, given)
            time.sleep(idle_ms / 1000)
        before = sim.accounting()
        planned = {**MATRIX["faults"][fault]["fault"]}
        # A connection that was idle may not be used at all.
        hits = idle_ms == 0 and (not reuse or planned["call"] != "connection")
        if planned["call"] == "$CALL":
            planned["call"] = call
        sim.add_fault(planned.pop("call"), planned.pop("kind"), **planned)
        try:
            getattr(client, call)(**given)
            outcome = "adopted" if any(isinstance(event, Adopted) for event in events) else "ok"
        except MendixDeployError as error:
            outcome = f"{error.kind}/{error.evidence}"
        assert not hits or sim.unused_faults() == [], f"{call}, {fault}: the fault hit nothing"
        after = sim.accounting()
        requests = after["requests"].get(call, 0) - before["requests"].get(call, 0)
        effects = after["effects"].get(call, 0) - before["effects"].get(call, 0)
    assert effects <= 1, f"{call}, {fault}: it was done {effects} times"
    return f"{outcome} {requests} {effects}"


def stands_for_others(call: str) -> bool:
    """Tell whether a call is the first of its class, or has cells of its own."""
    same = [other for other in CALLS if CALLS[other]["class"] == CALLS[call]["class"]]
    return call in MATRIX["exceptions"] or call == same[0]


def test_calls_meet_faults() -> None:
    cells = [
        (call, fault, reuse, expectations(call)[fault][reuse])
        for number, call in enumerate(CALLS)
        for place, fault in enumerate(MATRIX["faults"])
        if (number + place) % 4 == 0 or stands_for_others(call)
        for reuse in (False, True)
    ]
    # What lasts longest comes first.
    cells.sort(key=lambda cell: "client" not in MATRIX["faults"][cell[1]])
    assert {cell[0] for cell in cells} == set(CALLS)
    assert {cell[1] for cell in cells} == set(MATRIX["faults"])

    def look(cell: tuple[str, str, bool, str]) -> str | None:
        call, fault, reuse, expected = cell
        seen = play(call, fault, reuse=reuse)
        if seen in expected.split(" | "):
            return None
        return f"{call}, {fault}, {'reused' if reuse else 'fresh'}: {seen}, not {expected}"

    with ThreadPoolExecutor(THREADS) as pool:
        wrong = [line for line in pool.map(look, cells) if line is not None]
    assert wrong == [], f"{len(wrong)} of {len(cells)} cells"
