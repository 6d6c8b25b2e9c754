"""What a client tells beside the results of calls, and clients that share connections."""

import gc
import weakref

import pytest
from mendix_deploy import (
    Adopted,
    CallEvent,
    Client,
    Evidence,
    InvalidInputError,
    InvalidResponseError,
    RateLimitedError,
    RequestTimeoutError,
    Retrying,
)
from mendix_deploy.testing import Simulator


def test_a_call_that_goes_again_is_told(sim: Simulator) -> None:
    events: list[CallEvent] = []
    sim.add_fault("list_apps", "close", times=2)
    with sim.client(on_event=events.append) as client:
        assert len(client.list_apps()) == 3
    assert len(events) == 2
    for event in events:
        assert isinstance(event, Retrying)
        assert event.operation == "list_apps"
        assert event.error.evidence is Evidence.AMBIGUOUS
        assert 0 <= event.pause < 5


def test_an_answer_that_was_read_back_is_told(sim: Simulator) -> None:
    events: list[CallEvent] = []
    sim.add_fault("stop_environment", "close", after_effect=True)
    with sim.client(on_event=events.append) as client:
        client.stop_environment("calc", "Acceptance")
    match events:
        case [Adopted(operation="stop_environment", error=error)]:
            assert error.evidence is Evidence.AMBIGUOUS
        case _:
            pytest.fail(f"{events}")


@pytest.mark.parametrize("kind", ["list_apps", "stop_environment"])
def test_what_on_event_raises_comes_out_of_the_call(sim: Simulator, kind: str) -> None:
    raised = KeyError("mine")

    def on_event(_event: CallEvent) -> None:
        raise raised

    sim.add_fault(kind, "close", after_effect=kind != "list_apps")
    with sim.client(on_event=on_event) as client:
        with pytest.raises(KeyError) as caught:
            client.list_apps() if kind == "list_apps" else client.stop_environment("calc", "Acceptance")
        assert caught.value is raised
        assert client.get_app("calc").app_id == "calc"
    assert sim.accounting()["requests"][kind] == 1


def test_the_client_can_be_used_in_on_event(sim: Simulator) -> None:
    seen: list[str] = []
    sim.add_fault("list_apps", "close")
    with sim.client(on_event=lambda _event: seen.append(client.get_app("calc").app_id)) as client:
        client.list_apps()
    assert seen == ["calc"]


def test_a_client_that_on_event_holds_is_collected(sim: Simulator) -> None:
    class Holder:
        def __init__(self) -> None:
            self.client = sim.client(on_event=self.hear)

        def hear(self, _event: CallEvent) -> None: ...

    gone = weakref.ref(Holder().client)
    gc.collect()
    assert gone() is None


def test_on_event_must_be_callable(sim: Simulator) -> None:
    with pytest.raises(TypeError, match="on_event"):
        sim.client(on_event=7)  # type: ignore[arg-type]


def test_another_time_for_one_call(sim: Simulator, client: Client) -> None:
    client.list_apps()
    sim.add_fault("list_apps", "stall", times=9)
    with pytest.raises(RequestTimeoutError):
        client.with_timeout(1).list_apps()
    sim.clear_faults()
    assert len(client.list_apps()) == 3
    for bad in (0, -1, float("nan")):
        with pytest.raises(InvalidInputError, match="timeout"):
            client.with_timeout(bad)


def test_the_origin_is_told(sim: Simulator, client: Client) -> None:
    assert client.base_url == sim.url


def test_a_reply_can_be_too_long(sim: Simulator) -> None:
    with sim.client(reply_limit=10) as client, pytest.raises(InvalidResponseError):
        client.list_apps()
    with pytest.raises(InvalidInputError, match="reply_limit"):
        sim.client(reply_limit=0)


def test_a_refusal_says_how_long_to_wait(sim: Simulator) -> None:
    sim.add_fault("list_apps", {"rate_limit": {"retry_after": {"seconds": 7}}})
    with sim.client(timeout=6) as client, pytest.raises(RateLimitedError) as caught:
        client.list_apps()
    assert caught.value.retry_after == 7
