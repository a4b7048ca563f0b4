"""Prepared arms for tests of what follows their calls."""

from collections.abc import Mapping, Sequence
from typing import Any

from probe.drivers.context import ArmContext
from probe.model.row import Row
from probe.model.run_manifest import Manifest
from probe.model.run_spec import ArmSpec
from probe.model.scenario import Scenario
from probe.model.target import Target
from probe.redact import Redactor
from probe.session.prepare import PreparedArm
from tests.builders import MODEL, ScriptedDriver, manifest, plan, scenario, target_info


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
