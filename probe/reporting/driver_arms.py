"""Find the arms of a report that are one target, made by several drivers side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.model.choices import Role
from probe.model.driver_comparison import DriverComparison
from probe.model.run_manifest import Manifest
from probe.stats.compare_drivers import DriverArm, compare_drivers
from probe.stats.frame import Frame

_OF_THE_DRIVER = frozenset(
    {"target", "driver", "client", "workload", "output format", "priming", "client retries", "skip permissions"}
)
"""Parts of the identity in which drivers of one target may differ."""
_COMMON_NAME_CHARS = 12
"""So many characters of a target's name are left whole in the name of an arm, however long the driver's is."""


@dataclass(frozen=True, slots=True)
class MeasuredArm:
    """The calls of an arm, pooled over runs; `groups` are those of its runs, in order."""

    section: str
    manifest: Manifest | None
    groups: tuple[Path | None, ...]
    calls: Frame

    @property
    def target(self) -> str:
        """The target's name, without the driver's."""
        return self.manifest.target.name.removesuffix(f"-{self.manifest.driver}") if self.manifest else ""


def compare_driver_arms(arms: Sequence[MeasuredArm]) -> Iterator[DriverComparison]:
    """Yield a comparison for each target that several drivers were measured on."""
    families: dict[tuple[object, ...], dict[str, MeasuredArm]] = {}
    for arm in arms:
        manifest = arm.manifest
        if manifest is None or manifest.role is not Role.TARGET or None in arm.groups:
            continue
        families.setdefault(_family(arm, manifest), {}).setdefault(manifest.driver, arm)
    for family in families.values():
        if len(family) > 1:
            yield _comparison(family)


def _family(arm: MeasuredArm, manifest: Manifest) -> tuple[object, ...]:
    """Return what arms of one target have in common."""
    in_common = (value for name, value in manifest.identity().items() if name not in _OF_THE_DRIVER)
    return arm.target[:_COMMON_NAME_CHARS], *in_common


def _comparison(family: dict[str, MeasuredArm]) -> DriverComparison:
    arms = list(family.values())
    numbers = {group: number for number, group in enumerate(dict.fromkeys(each for arm in arms for each in arm.groups))}
    scripted = arms[0].manifest.scenario.steps if arms[0].manifest else ()
    return compare_drivers(
        max((arm.target for arm in arms), key=len),
        [
            DriverArm(driver, arm.section, arm.calls, tuple(numbers[group] for group in arm.groups))
            for driver, arm in family.items()
        ],
        [step.label for step in scripted],
    )
