"""The deployment in one call: what it would do."""

import pickle
from pathlib import Path

import pytest
from mendix_deploy import ApiError, Client, DeployPlan, InvalidInputError, PlannedStep
from mendix_deploy.testing import Simulator

CONSTANT = "MyFirstModule.BooleanConstant"
METADATA = """{
    "RuntimeVersion": "10.24.0", "ModelVersion": "1.2.0.254",
    "Constants": [{"Name": "MyFirstModule.BooleanConstant", "Type": "Boolean"},
                  {"Name": "M.Endpoint", "Type": "String"}]
}"""


def planned(plan: DeployPlan) -> list[str]:
    return [step.name for step in plan.steps if step.skipped is None]


def test_a_plan_says_what_would_be_done(sim: Simulator, client: Client, path: Path) -> None:
    plan = client.plan_deploy("calc", "Acceptance", package=path, constants={CONSTANT: "true"}, backup="always")
    assert planned(plan) == ["backup", "upload", "stop", "transport", "settings", "start", "confirm"]
    assert (plan.before.status, plan.after.package_id, plan.after.model_version) == ("Running", None, "1.2.0.254")
    assert [(change.what, change.name, change.after) for change in plan.changes] == [("constant", CONSTANT, None)]
    assert [(risk.code, risk.name) for risk in plan.risks] == [("MISSING_CONSTANT", "M.Endpoint")]
    assert DeployPlan.from_json(plan.to_json()) == plan == pickle.loads(pickle.dumps(plan))
    assert hash(plan) == hash(DeployPlan.from_json(plan.to_json()))
    assert str(plan).startswith("Acceptance of calc is Running\n")
    assert isinstance(plan.steps[0], PlannedStep)
    accounting = sim.accounting()
    assert set(accounting["requests"]) <= {"get_environment", "get_environment_package", "get_environment_settings"}


def test_other_packages_and_all_that_can_be_wanted(client: Client) -> None:
    plan = client.plan_deploy("calc", "Production", from_mode="Acceptance", scheduled_events={}, while_running=True)
    assert planned(plan) == ["backup", "transport", "stop", "start", "confirm"]
    plan = client.plan_deploy(
        "calc",
        "Acceptance",
        package_id=client.get_environment_package("calc", "Acceptance").package_id,
        custom_settings={"SessionTimeout": "1234"},
        scheduled_events={"MyFirstModule.Monitor_Scheduled_event": True},
        instances=2,
        memory_per_instance=2048,
    )
    assert planned(plan) == ["stop", "settings", "scale", "start", "confirm"]


def test_what_cannot_work_is_refused(client: Client, path: Path) -> None:
    for arguments, problem in [
        ({}, "exactly one of package, package_id and from_mode"),
        ({"package": path, "package_id": "x"}, "exactly one of"),
        ({"package": path, "constants": {CONSTANT: "yes"}}, "not of its type, Boolean"),
        ({"package": path, "constants": {"M.Nothing": "1"}}, "neither in the package nor on the environment"),
        ({"package": path, "backup": "sometimes"}, 'backup is "sometimes"'),
        ({"package": path, "instances": 0}, "instances is 0"),
    ]:
        with pytest.raises(InvalidInputError, match=problem):
            client.plan_deploy("calc", "Acceptance", **arguments)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="constants: expected a mapping from names to text, not list"):
        client.plan_deploy("calc", "Acceptance", package=path, constants=[])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="scheduled_events: expected a mapping from names to bool"):
        client.plan_deploy("calc", "Acceptance", package=path, scheduled_events={"M.E": "on"})  # type: ignore[dict-item]
    with pytest.raises(ApiError, match="get_environment: "):
        client.plan_deploy("calc", "Nowhere", package=path)
