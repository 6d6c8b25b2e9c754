"""The key and signed links appear nowhere that a person or a log may look."""

import json
import pickle
import traceback
from typing import Any

import pytest
from mendix_deploy import Client, MendixDeployError
from mendix_deploy.testing import Simulator

CALLS = ["list_apps", "stop_environment", "get_backup_links"]
FAULTS = ["close", "reset", {"reply": {"status": 400, "body": "{"}}, {"reply": {"status": 503, "body": "<h1>"}}]


def everything(error: BaseException) -> str:
    chain: BaseException | None = error
    shown = [repr(error), str(error), "".join(traceback.format_exception(error)), repr(pickle.dumps(error))]
    while chain is not None:
        shown.append(f"{chain!r} {chain} {vars(chain)}")
        chain = chain.__cause__
    return "\n".join(shown)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_no_exception_shows_the_key(sim: Simulator, fault: Any) -> None:
    client = sim.client(max_attempts=1, read_back=False)
    for name in CALLS:
        sim.add_fault(name, fault)
    for call in (
        client.list_apps,
        lambda: client.stop_environment("calc", "Acceptance"),
        lambda: client.get_backup_links("calc", "Acceptance", "x"),
        lambda: sim.client(api_key="the-wrong-key").list_apps(),
    ):
        with pytest.raises(MendixDeployError) as caught:
            call()
        shown = everything(caught.value)
        assert sim.api_key not in shown
        assert "the-wrong-key" not in shown.replace('api_key="the-wrong-key"', "")
    assert sim.unused_faults() == []


def test_a_service_that_echoes_the_key_is_not_believed(sim: Simulator, client: Client) -> None:
    body = json.dumps({"errorCode": "X", "errorMessage": f"bad key {sim.api_key}"})
    sim.add_fault("list_apps", {"reply": {"status": 400, "body": body}})
    with pytest.raises(MendixDeployError) as caught:
        client.list_apps()
    assert sim.api_key not in everything(caught.value)


def test_credentials_go_to_one_origin_only(sim: Simulator, client: Client, tmp_path: object) -> None:
    with Simulator() as other:
        sim.add_fault("list_apps", {"redirect": {"status": 302, "location": f"{other.url}/api/1/apps"}})
        with pytest.raises(MendixDeployError):
            client.list_apps()
        assert other.accounting()["total_requests"] == 0
    client.download_archived_logs("calc", "Acceptance", "2018-08-10", f"{tmp_path}/log")
    links = sim.accounting()["links"]
    assert links["requests"] == 1
    assert links["with_credentials"] == 0


def test_no_repr_shows_the_key(sim: Simulator, client: Client) -> None:
    assert sim.api_key not in repr(client) + repr(sim) + str(client)
