"""Warnings about a run that are known before anything is sent."""

from collections.abc import Iterator, Sequence

from probe.model.target import Target
from probe.session.prepare import PreparedArm
from probe.session.usage_watch import limits_without_effect
from probe.stats.gate_expressions import cannot_be_met, parse_gate
from probe.texts import Texts
from probe.texts.phrase import Phrase, phrase


def early_warnings(arms: Sequence[PreparedArm], texts: Texts) -> tuple[str, ...]:
    """Return what is odd about the targets, then limits that cannot act, then gates that cannot fail; each once."""
    found = (
        *(warning for arm in arms for warning in _odd_aliases(arm.target)),
        *(limit for arm in arms for limit in limits_without_effect(arm)),
        *(gate for arm in arms for gate in _gates_without_effect(arm)),
    )
    return tuple(dict.fromkeys(map(texts.words, found)))


def _odd_aliases(target: Target) -> Iterator[Phrase]:
    for alias in target.odd_aliases():
        words = phrase("check.alias_kind", kind=alias.kind, model=repr(alias.model), likely=alias.likely_kind)
        yield phrase("warning.of_target", target=target.name, what=words)


def _gates_without_effect(arm: PreparedArm) -> Iterator[Phrase]:
    timeouts_s = {step.label: step.timeout_s for step in arm.plan.scenario.steps}
    for gate in arm.manifest.gates:
        if cannot_be_met(parse_gate(gate, tuple(timeouts_s)), timeouts_s):
            yield phrase("warning.gate", gate=gate)
