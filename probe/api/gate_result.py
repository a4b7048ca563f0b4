"""Hold runs against a gate."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from probe.model.report_sections import Gate, Section
from probe.render.sentences import gate_observed
from probe.stats.gate_expressions import check_gate_vantages, compares_vantages, gate_vantage
from probe.stats.gates import hold_gates
from probe.texts import Texts


@dataclass(frozen=True, slots=True)
class GateResult:
    """Result of a gate. True where the runs passed: `assert run.gate(…)` does what it says.

    Attributes
    ----------
    condition
        The condition under which the runs count as failed.
    passed
        The condition does not hold. Where nothing was measured, it is taken to hold.
    observed
        What was measured, in words: `38 % (14 % to 69 %), 3 of 8`.
    gate
        The same as it stands in reports, with the estimate.
    """

    condition: str
    passed: bool
    observed: str
    gate: Gate = field(repr=False)

    def __bool__(self) -> bool:
        return self.passed


def sections_of_gate(condition: str, sections: Sequence[Section]) -> list[Section]:
    """Return the sections of the vantage that a gate names, or all; of those that it compares, the first of a target.

    Raises UsageError for a vantage that none has.
    """
    by_vantage = [(section, section.manifest.vantage if section.manifest else None) for section in sections]
    check_gate_vantages([condition], [vantage for _, vantage in by_vantage if vantage], "gate")
    if compares_vantages(condition):
        return _first_vantages(sections)
    named = gate_vantage(condition)
    return [section for section, vantage in by_vantage if named in {None, vantage}]


def _first_vantages(sections: Sequence[Section]) -> list[Section]:
    """Return the first section of each target whose vantages were compared."""
    found: dict[str, Section] = {}
    for section in sections:
        if section.vantages and section.manifest:
            found.setdefault(section.manifest.target.name, section)
    return list(found.values())


def hold_gate(condition: str, section: Section) -> GateResult:
    """Hold a section against a gate. Raises UsageError for a gate that cannot be read."""
    gate = hold_gates([condition], section, "gate").gates[0]
    return GateResult(gate.expression, not gate.failed, gate_observed(gate, Texts()), gate)
