"""Warnings about a run that are known before anything is sent."""

from collections.abc import Iterator, Sequence

from probe.session.prepare import PreparedArm
from probe.session.usage_watch import limits_without_effect
from probe.stats.gates import cannot_be_met, parse_gate


def early_warnings(arms: Sequence[PreparedArm]) -> tuple[str, ...]:
    """Return what is odd about the targets, then limits that cannot act, then gates that cannot fail; each once."""
    found = (
        *(warning for arm in arms for warning in arm.target.warnings()),
        *(limit for arm in arms for limit in limits_without_effect(arm)),
        *(gate for arm in arms for gate in _gates_without_effect(arm)),
    )
    return tuple(dict.fromkeys(found))


def _gates_without_effect(arm: PreparedArm) -> Iterator[str]:
    timeouts_s = {step.label: step.timeout_s for step in arm.plan.scenario.steps}
    for gate in arm.manifest.gates:
        if cannot_be_met(parse_gate(gate, tuple(timeouts_s)), timeouts_s):
            yield f"the gate {gate!r} cannot fail: calls end at their timeout, which is shorter"
