"""Ask the targets of a run before its first round, at each vantage."""

from collections.abc import Mapping
from dataclasses import replace

from probe.checkup.ask_targets import AskedTarget, PreflightFailed, run_preflight
from probe.errors import UsageError
from probe.fleet.coordinator import Fleet, FleetRun
from probe.fleet.fleet_client import WorkerLostError
from probe.session.prepare import PreparedArm, PreparedRun
from probe.texts import Texts


def run_fleet_preflight(
    run: PreparedRun, environment: Mapping[str, str], texts: Texts
) -> tuple[PreparedRun, tuple[AskedTarget, ...]]:
    """Return the run with what was found here and there, and the targets. Raises PreflightFailed."""
    if not isinstance(run, FleetRun) or run.fleet is None:
        raise TypeError("no run of a fleet")
    here, asked_here = run_preflight(run, environment, texts)
    there = {} if run.cancel.cancelled or run.spec.options.preflight is False else _ask_there(run.fleet, texts)
    failed = [target for target in there.values() if target.sure]
    if failed and not run.spec.options.keep_going:
        raise PreflightFailed(failed)
    arms = tuple(_with_record(arm, there.get(arm.name)) for arm in here.arms)
    return replace(here, arms=arms), (*asked_here, *there.values())


def _ask_there(fleet: Fleet, texts: Texts) -> dict[str, AskedTarget]:
    try:
        return fleet.ask_targets(texts.language.value)
    except WorkerLostError as error:
        raise UsageError(f"a vantage does not answer: {error}", key="--vantage") from error


def _with_record(arm: PreparedArm, asked: AskedTarget | None) -> PreparedArm:
    if asked is None:
        return arm
    return replace(arm, manifest=arm.manifest.model_copy(update={"preflight": asked.record}))
