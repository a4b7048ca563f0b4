"""Ask the targets of a run before its first round, at each vantage."""

from collections.abc import Mapping
from dataclasses import replace

from probe.checkup.ask_targets import run_preflight
from probe.checkup.asked_target import AskedTarget, refuse_failed, with_record
from probe.errors import UsageError
from probe.fleet.coordinator import FleetRun
from probe.fleet.fleet_client import WorkerLostError
from probe.session.prepare import PreparedRun
from probe.texts import Texts


def run_fleet_preflight(
    run: PreparedRun, environment: Mapping[str, str], texts: Texts
) -> tuple[PreparedRun, tuple[AskedTarget, ...]]:
    """Return the run with what was found here and there, and the targets. Raises PreflightFailed."""
    here, asked_here = run_preflight(_of_this_machine(run), environment, texts)
    there = {} if run.cancel.cancelled or run.spec.options.preflight is False else _ask_there(run, texts)
    refuse_failed(run, there.values())
    found = {arm.name: arm for arm in here.arms}
    arms = tuple(found.get(arm.name) or with_record(arm, there.get(arm.name)) for arm in run.arms)
    return replace(run, arms=arms), (*asked_here, *there.values())


def _of_this_machine(run: PreparedRun) -> PreparedRun:
    return replace(run, arms=tuple(arm for arm in run.arms if not arm.spec.is_elsewhere))


def _ask_there(run: PreparedRun, texts: Texts) -> dict[str, AskedTarget]:
    if not isinstance(run, FleetRun):
        raise TypeError("no run of a fleet")
    try:
        return run.fleet.ask_targets(texts.language.value)
    except WorkerLostError as error:
        raise UsageError(f"a vantage does not answer: {error}", key="--vantage") from error
