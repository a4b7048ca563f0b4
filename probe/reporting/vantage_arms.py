"""Find the arms of a report that are one target, called from several vantages in the same rounds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from probe.model.choices import Role
from probe.model.report_sections import Section
from probe.model.run_manifest import Manifest
from probe.model.vantage_comparison import VantageComparison
from probe.reporting.measured_arm import MeasuredArm, numbered_groups
from probe.stats.compare_vantages import compare_vantages
from probe.stats.pair_vantages import VantageArm
from probe.stats.vantage_faults import attributed

_OF_THE_VANTAGE = frozenset({"vantage", "machine", "way"})
"""Parts of the identity in which arms of one target may differ by where they are."""


def compare_vantage_arms(arms: Sequence[MeasuredArm], changes: Mapping[str, float]) -> Iterator[VantageComparison]:
    """Yield a comparison for each target that two vantages or more called in one group.

    `changes` are fields of the question that are taken instead of those that a run was made with.
    """
    families: dict[tuple[str, ...], dict[str, MeasuredArm]] = {}
    for arm in arms:
        manifest = arm.manifest
        if manifest is None or manifest.vantage is None or manifest.role is not Role.TARGET or None in arm.groups:
            continue
        families.setdefault(_family(manifest), {}).setdefault(manifest.vantage, arm)
    for family in families.values():
        together = {vantage: arm for vantage, arm in family.items() if _shares_group(arm, family.values())}
        if len(together) > 1:
            yield _comparison(together, changes)


def attribute_failures(sections: Sequence[Section], comparisons: Sequence[VantageComparison]) -> list[Section]:
    """Return the sections with the answer of their comparison of vantages, and failures counted for whom it shows."""
    found = {
        figures.section: (comparison, figures.vantage) for comparison in comparisons for figures in comparison.figures
    }
    return [_attributed(section, *found[section.name]) if section.name in found else section for section in sections]


def _attributed(section: Section, comparison: VantageComparison, vantage: str) -> Section:
    health = attributed(section.health, comparison.kinds, vantage)
    return section.model_copy(update={"health": health, "vantages": comparison.words})


def _family(manifest: Manifest) -> tuple[str, ...]:
    """Return what arms of one target have in common."""
    return tuple(value for name, value in manifest.identity().items() if name not in _OF_THE_VANTAGE)


def _shares_group(arm: MeasuredArm, family: Iterable[MeasuredArm]) -> bool:
    return any(set(arm.groups) & set(other.groups) for other in family if other is not arm)


def _comparison(family: dict[str, MeasuredArm], changes: Mapping[str, float]) -> VantageComparison:
    arms = list(family.values())
    first = next(arm.manifest for arm in arms if arm.manifest)
    question = first.options.question.model_copy(update=dict(changes))
    labels = frozenset(step.label for step in first.scenario.steps)
    return compare_vantages(
        first.target.name,
        [
            _vantage_arm(vantage, arm, groups, labels)
            for (vantage, arm), groups in zip(family.items(), numbered_groups(arms), strict=True)
        ],
        {vantage: arm.section.health for vantage, arm in family.items()},
        question,
    )


def _vantage_arm(vantage: str, arm: MeasuredArm, groups: tuple[int, ...], labels: frozenset[str]) -> VantageArm:
    clocks = [(manifest.clock_offset_ms, manifest.clock_error_ms) for manifest in arm.manifests if manifest]
    return VantageArm(
        vantage=vantage,
        section=arm.section.name,
        calls=arm.calls.of_steps(labels),
        groups=groups,
        offsets_ms=tuple(offset or 0.0 for offset, _ in clocks),
        clock_offset_ms=clocks[-1][0],
        clock_error_ms=clocks[-1][1],
    )
