"""Find the arms of a report that are one target, made by several drivers side by side."""

from collections.abc import Iterator, Sequence

from probe.model.choices import Role
from probe.model.driver_comparison import DriverComparison
from probe.model.run_manifest import Manifest
from probe.reporting.measured_arm import MeasuredArm, numbered_groups
from probe.stats.compare_drivers import DriverArm, compare_drivers

_OF_THE_DRIVER = frozenset(
    {"target", "driver", "client", "workload", "output format", "priming", "client retries", "skip permissions"}
)
"""Parts of the identity in which drivers of one target may differ."""
_COMMON_NAME_CHARS = 12
"""So many characters of a target's name are left whole in the name of an arm, however long the driver's is."""


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
    return _target_name(manifest)[:_COMMON_NAME_CHARS], *in_common


def _comparison(family: dict[str, MeasuredArm]) -> DriverComparison:
    arms = list(family.values())
    scripted = arms[0].manifest.scenario.steps if arms[0].manifest else ()
    return compare_drivers(
        max((_target_name(arm.manifest) for arm in arms if arm.manifest), key=len),
        [
            DriverArm(driver, arm.section.name, arm.calls, groups)
            for (driver, arm), groups in zip(family.items(), numbered_groups(arms), strict=True)
        ],
        [step.label for step in scripted],
    )


def _target_name(manifest: Manifest) -> str:
    """Return the target's name, without the driver's."""
    return manifest.target.name.removesuffix(f"-{manifest.driver}")
