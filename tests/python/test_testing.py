"""The simulator, and the fixture that users get by installing the package."""

import ast
import gc
import re
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import pytest
from mendix_deploy import Client, ForbiddenError, InvalidInputError, NotFoundError
from mendix_deploy.testing import Simulator

GUIDE = Path(__file__).parents[2] / "docs/python.md"


def test_users_get_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from mendix_deploy.testing import Simulator

        def test_mine(mendix_simulator: Simulator) -> None:
            with mendix_simulator.client() as client:
                assert client.get_app(mendix_simulator.app_id).app_id == "calc"
        """
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_faults_and_accounting() -> None:
    with Simulator() as sim, sim.client() as client:
        sim.add_fault("stop_environment", {"error": {"status": 403, "code": "NO_ACCESS", "message": "No."}}, nth=2)
        sim.add_fault("get_app", "close", times=2)
        client.stop_environment(sim.app_id, "Acceptance")
        with pytest.raises(ForbiddenError):
            client.stop_environment(sim.app_id, "Production")
        accounting = sim.accounting()
        assert accounting["requests"] == {"stop_environment": 2}
        assert accounting["effects"] == {"stop_environment": 1}
        assert [entry["status"] for entry in accounting["log"]] == [200, 403]
        assert [fault["call"] for fault in sim.unused_faults()] == ["get_app"]
        sim.clear_faults()
        assert sim.unused_faults() == []
        assert client.get_app("calc")


def test_time_that_is_moved_by_hand() -> None:
    with Simulator(speed=0, start_duration=3600) as sim, sim.client() as client:
        client.stop_environment("calc", "Acceptance")
        job = client.start_environment("calc", "Acceptance")
        assert job.job_id is not None
        assert client.get_start_status("calc", "Acceptance", job.job_id).status == "Starting"
        sim.advance(3601)
        assert client.get_start_status("calc", "Acceptance", job.job_id).status == "Started"


def test_state_can_be_looked_at_changed_and_kept() -> None:
    with Simulator() as sim, sim.client() as client:
        state = sim.state()
        state["apps"]["calc"]["name"] = "Renamed"
        sim.set_state(state)
        assert client.get_app("calc").name == "Renamed"
        sim.patch_state({"apps": {"calc": {"environments": {"Test": {"status": "Stopped"}}}}})
        assert client.get_environment("calc", "Test").status == "Stopped"
        assert client.get_app("calc").name == "Renamed"
        kept = sim.state()
    with Simulator(state=kept) as sim, sim.client() as client:
        assert client.get_app("calc").name == "Renamed"


@pytest.mark.parametrize("bodies", ["json", "text", "empty"])
def test_calls_without_a_result_take_any_answer(bodies: str, package: bytes) -> None:
    with Simulator(bodies=bodies) as sim, sim.client() as client:  # type: ignore[arg-type]
        assert client.stop_environment("calc", "Acceptance") is None  # type: ignore[func-returns-value]
        uploaded = client.upload_package("calc", package, name="calc.mda")
        # What the answer does not tell, the list of packages does.
        assert client.get_package("calc", uploaded.package_id or "").name == "calc.mda"


def test_rules_are_listed_and_switched_alone() -> None:
    with Simulator(profile="today", rules={"backups_are_gone": False}) as sim, sim.client() as client:
        rules = {rule["rule"]: rule for rule in sim.rules()}
        assert rules["backups_are_gone"]["holds"] is False
        assert rules["package_mendix_version"]["holds"] is True
        assert all(rule["document"] and rule["today"] and rule["source"] for rule in rules.values())
        assert client.list_backups("calc", "Acceptance")
        sim.patch_state({"options": {"rules": {"backups_are_gone": None}}})
        with pytest.raises(NotFoundError, match="API not found"):
            client.list_backups("calc", "Acceptance")
    with Simulator() as sim:
        rules = {rule["rule"]: rule for rule in sim.rules()}
        assert rules["backups_are_gone"]["holds"] is False


def test_durations_are_given_in_seconds() -> None:
    sim = Simulator(
        start_duration=1, stop_duration=2, backup_duration=3, processing_duration=4.5, idle_limit=0.25, speed=0
    )
    with sim:
        options = sim.state()["options"]
    names = ["start_ms", "stop_ms", "backup_ms", "processing_ms", "idle_limit_ms"]
    assert [options[name] for name in names] == [1000, 2000, 3000, 4500, 250]


def test_the_platform_restarts_an_app() -> None:
    with Simulator(speed=0) as sim, sim.client() as client:
        job_id = sim.restart("calc", "Acceptance")
        assert client.get_environment("calc", "Acceptance").status == "Stopped"
        sim.advance(1)
        assert client.get_environment("calc", "Acceptance").status == "Running"
        assert client.get_start_status("calc", "Acceptance", job_id).status == "Started"
        with pytest.raises(ValueError, match="does not run"):
            sim.restart("calc", "Test")


def test_links_follow_the_name_that_the_client_used(tmp_path: Path) -> None:
    with Simulator(bind="0.0.0.0", profile="today") as sim:  # noqa: S104 - for other machines
        assert sim.links_url == sim.url
        by_name = sim.url.replace("127.0.0.1", "localhost")
        with Client(base_url=by_name, username=sim.username, api_key=sim.api_key) as client:
            link = client.get_archived_logs("calc", "Acceptance", "2018-08-10").download_url
            assert link is not None
            assert link.expose().startswith(f"{by_name}/logs/")
            client.download_archived_logs("calc", "Acceptance", "2018-08-10", tmp_path / "logs")
        links = sim.accounting()["links"]
        assert (links["requests"], links["with_credentials"]) == (1, 0)
    with Simulator() as sim:
        assert sim.links_url != sim.url
    with Simulator(one_port=True) as sim:
        assert sim.links_url == sim.url


def test_any_client_can_use_it(sim: Simulator) -> None:
    headers = {"Mendix-Username": sim.username, "Mendix-ApiKey": sim.api_key}
    request = urllib.request.Request(f"{sim.url}/api/1/apps/calc", headers=headers)
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(ValueError, match="profile"):
        Simulator(profile="yesterday")  # type: ignore[arg-type]
    with Simulator() as sim, pytest.raises(ValueError, match="no_such_call"):
        sim.add_fault("no_such_call", "close")
    with pytest.raises(RuntimeError, match="stopped"):
        sim.accounting()


def test_clients_outlive_it(client: Client, sim: Simulator) -> None:
    with pytest.raises(NotFoundError):
        client.get_app("nowhere")
    sim.stop()
    sim.stop()
    with pytest.raises(OSError, match="could not connect"):
        client.get_app("calc")


def test_what_is_no_json_is_refused_by_name(mendix_simulator: Simulator) -> None:
    odd: Any = object()
    uses: dict[str, Callable[[], object]] = {
        "kind": lambda: mendix_simulator.add_fault("any", odd),
        "state": lambda: mendix_simulator.set_state({"apps": odd}),
        "patch": lambda: mendix_simulator.patch_state({"apps": odd}),
        "row": lambda: mendix_simulator.arrange(odd),
    }
    for name, use in uses.items():
        with pytest.raises(TypeError, match=f"^{name}: expected what JSON has, not object"):
            use()
    with pytest.raises(InvalidInputError, match=r"^patch: "):
        mendix_simulator.patch_state({"x": float("nan")})
    mendix_simulator.add_fault("list_apps", MappingProxyType({"delay": {"ms": 1}}))
    assert len(mendix_simulator.unused_faults()) == 1
    mendix_simulator.clear_faults()


def test_a_certificate_file_goes_with_its_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    simulator = Simulator(tls=True)
    assert len(list(tmp_path.iterdir())) == 1
    with simulator.client() as client:
        client.list_apps()
    del simulator
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def serde_names(problem: str) -> list[str]:
    """Give the known names in what is said of an unknown one."""
    return re.findall(r"`(\w+)`", problem.split("expected", 1)[1])


def test_the_guide_has_an_example_of_every_fault(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="unknown variant") as caught:
        sim.add_fault("get_app", "?")  # type: ignore[arg-type]
    kinds = serde_names(str(caught.value))
    section = GUIDE.read_text().split("### Faults\n", 1)[1].split("\n### ", 1)[0]
    examples = [
        (row.split(" | ")[1].strip(), ast.literal_eval(code))
        for row in section.splitlines()
        if row.startswith("| ") and "`" in row
        for code in re.findall(r"`([^`]+)`", row.split(" | ")[0])
    ]
    names = {kind if isinstance(kind, str) else next(iter(kind)) for _, kind in examples}
    assert names == set(kinds)
    for where, kind in examples:
        sim.add_fault({"a link": "link", "a connection": "connection"}.get(where, "get_app"), kind)
    assert {fault["call"] for fault in sim.unused_faults()} == {"get_app", "link", "connection"}
    literal, _ = get_args(get_type_hints(Simulator.add_fault)["kind"])
    assert {kind for _, kind in examples if isinstance(kind, str)} == set(get_args(literal))


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        ("get_ap", "close", r'^call: .*did you mean "get_app"'),
        ("?", "close", r"expected a method of Client, any, link or connection"),
        ("get_app", "clsoe", r'^kind: .*did you mean "close"'),
        ("get_app", {"delya": {"ms": 1}}, r'^kind: .*did you mean "delay"'),
        ("get_app", {"reply": {"status": 503, "headrs": []}}, r'^kind: .*did you mean "headers"'),
        ("get_app", "cut_handshake", r"no such fault"),
        ("get_app", "delay", r'^kind: "delay" needs arguments; expected {"delay": …}'),
        ("get_app", {"close": {"ms": 1}}, r"^kind: this fault has no arguments"),
    ],
)
def test_a_misspelt_fault_is_told_with_the_one_that_was_meant(sim: Simulator, call: str, kind: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        sim.add_fault(call, kind)


@pytest.mark.parametrize(
    ("patch", "meant"),
    [
        ({"apps": {"calc": {"enviroments": {}}}}, "environments"),
        ({"apps": {"calc": {"environments": {"Test": {"status": "Stoped"}}}}}, "Stopped"),
        ({"options": {"start_m": 1}}, "start_ms"),
        ({"apps": {"clac": {"name": "x"}}}, "calc"),
    ],
)
def test_a_misspelt_patch_is_told_with_what_was_meant(sim: Simulator, patch: Any, meant: str) -> None:
    before = sim.state()
    with pytest.raises(ValueError, match=f'^patch: .*did you mean "{meant}"'):
        sim.patch_state(patch)
    assert sim.state() == before


def test_rights_are_those_of_every_environment(package: bytes) -> None:
    with Simulator(rights={"transport": False}) as sim, sim.client() as client:
        client.stop_environment("calc", "Acceptance")
        uploaded = client.upload_package("calc", package, name="calc.mda")
        with pytest.raises(ForbiddenError, match="TRANSPORT_NOT_ALLOWED"):
            client.transport_package("calc", "Acceptance", uploaded)
        assert client.list_backups("calc", "Acceptance")
    with pytest.raises(InvalidInputError, match=r'^rights: .*did you mean "transport"'):
        Simulator(rights={"tranport": False})  # type: ignore[arg-type]


def test_the_fixture_has_options(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import datetime as dt
        import os

        import pytest
        from mendix_deploy import Client
        from mendix_deploy.testing import Simulator

        pytestmark = pytest.mark.mendix_simulator(speed=0, environment=True)

        @pytest.mark.mendix_simulator(start_duration=dt.timedelta(hours=1))
        def test_marked(mendix_simulator: Simulator) -> None:
            with Client.from_env() as client:
                client.stop_environment("calc", "Acceptance")
                job = client.start_environment("calc", "Acceptance")
                assert client.get_start_status("calc", "Acceptance", job).status == "Starting"
                mendix_simulator.advance(dt.timedelta(hours=2))
                assert client.get_start_status("calc", "Acceptance", job).status == "Started"

        @pytest.mark.mendix_simulator(environment=False)
        @pytest.mark.parametrize("mendix_simulator", [{"rights": {"backups": False}}], indirect=True)
        def test_parametrized(mendix_simulator: Simulator) -> None:
            assert "MENDIX_API_KEY" not in os.environ
            rights = mendix_simulator.state()["apps"]["calc"]["environments"]["Test"]["rights"]
            assert rights["backups"] is False

        @pytest.mark.mendix_simulator(sped=0)
        def test_misspelt(mendix_simulator: Simulator) -> None: ...
        """
    )
    ran = pytester.runpytest_subprocess("-W", "error", "--strict-markers")
    ran.assert_outcomes(passed=2, errors=1)
    ran.stdout.fnmatch_lines(["*no option 'sped'; did you mean 'speed'*"])
