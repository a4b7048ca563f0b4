"""Prepared arms and runs for tests of what follows their calls."""

from collections.abc import Mapping, Sequence
from typing import Any

from probe.connection.proxies import rules_of
from probe.drivers.context import ArmContext
from probe.drivers.process import Cancel
from probe.model.observation import Observation
from probe.model.row import Row
from probe.model.run_manifest import Manifest, Options
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario
from probe.model.target import Target
from probe.ports import CallOrder
from probe.redact import Redactor
from probe.session.prepare import PreparedArm, PreparedRun
from tests.builders import MODEL, ScriptedDriver, answered, lines, manifest, observation, plan, scenario, target_info


def prepared_arm(
    name: str = "relay",
    script: Scenario | None = None,
    *,
    runs_client: bool = True,
    vantage: str | None = None,
    of_manifest: Mapping[str, Any] | None = None,
    target: Mapping[str, Any] | None = None,
    **limits: Any,
) -> PreparedArm:
    """Build an arm; `of_manifest` changes its manifest, `target` its target, `limits` its plan."""
    script = script or scenario()
    reached = Target(**{"name": name, "base_url": "https://relay.example", "model": MODEL, **(target or {})})
    spec = ArmSpec(target=reached, vantage=vantage)
    provenance: Manifest = manifest(script, target=target_info(name=name), vantage=vantage, **(of_manifest or {}))
    context = ArmContext(spec, lambda *_: "http://relay", None, {}, Redactor(), None)
    driver = ScriptedDriver(runs_client=runs_client)
    return PreparedArm(spec, reached, plan(script, rounds=2, **limits), provenance, driver, context)


def no_rows(*arms: PreparedArm) -> dict[str, Sequence[Row]]:
    return {arm.name: () for arm in arms}


def prepared_run(*arms: PreparedArm, **options: Any) -> PreparedRun:
    spec = RunSpec(scenario=arms[0].plan.scenario, arms=tuple(arm.spec for arm in arms), options=Options(**options))
    return PreparedRun(spec, arms, Cancel(), Redactor(), rules_of(None))


def refusing(_: CallOrder) -> Observation:
    """Answer as a client whose token was refused."""
    said = {"type": "result", "subtype": "success", "is_error": True, "api_error_status": 401, "result": "bad token"}
    return observation(lines(said), rc=1)


def answering(order: CallOrder) -> Observation:
    """Answer each prompt at once."""
    return answered(order.session_id)
