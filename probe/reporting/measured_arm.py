"""An arm as a report reads it: the calls of its runs, and what was stored of how they were made."""

from dataclasses import dataclass
from pathlib import Path

from probe.model.report_sections import Section
from probe.model.run_manifest import Manifest
from probe.stats.frame import Frame


@dataclass(frozen=True, slots=True)
class MeasuredArm:
    """The calls of an arm, pooled over runs; `manifests` and `groups` are those of its runs, in order."""

    section: Section
    manifests: tuple[Manifest | None, ...]
    groups: tuple[Path | None, ...]
    calls: Frame

    @property
    def manifest(self) -> Manifest | None:
        """The manifest of the first run; those of the others are alike."""
        return self.manifests[0]


def numbered_groups(arms: list[MeasuredArm]) -> list[tuple[int, ...]]:
    """Return for each arm the number of each run's group, alike in all arms."""
    numbers = {group: number for number, group in enumerate(dict.fromkeys(each for arm in arms for each in arm.groups))}
    return [tuple(numbers[group] for group in arm.groups) for arm in arms]
