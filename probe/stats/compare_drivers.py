"""Compare drivers of one target: what each took, and what was saved where the client need not start for each call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from probe.model.choices import ISOLATED
from probe.model.driver_comparison import DriverComparison, DriverFigures, DriverSaving
from probe.model.wire import Phase
from probe.stats.aligned_calls import aligned_calls
from probe.stats.durations import t_interval
from probe.stats.frame import Frame
from probe.stats.frame_columns import Bools, Floats

SHOWN_PHASES: tuple[Phase, ...] = ("boot", "connect", "wait", "stream")
_STARTS_A_CLIENT = frozenset(ISOLATED.values())


@dataclass(frozen=True, slots=True)
class DriverArm:
    """The calls of a target that one driver made; `groups` numbers the group of each run, as all arms have it."""

    driver: str
    section: str
    calls: Frame
    groups: tuple[int, ...]


def compare_drivers(target: str, arms: Sequence[DriverArm], labels: Sequence[str]) -> DriverComparison:
    """Compare the arms of one target, each with another driver, in these steps. `labels` are in order."""
    figures = (_figures(arm, label) for label in labels for arm in arms)
    savings = (
        saving
        for label in labels
        for base, candidate in _pairs(arms)
        if (saving := _saving(base, candidate, label)) is not None
    )
    return DriverComparison(target=target, figures=tuple(figures), savings=tuple(savings))


def _pairs(arms: Sequence[DriverArm]) -> Iterator[tuple[DriverArm, DriverArm]]:
    """Yield what each arm is compared with: its counterpart with a client a call, else the first arm that has such."""
    by_driver = {arm.driver: arm for arm in arms}
    usual = next((arm for arm in arms if arm.driver in _STARTS_A_CLIENT), arms[0])
    for arm in arms:
        base = by_driver.get(ISOLATED.get(arm.driver, ""), usual)
        if base is not arm:
            yield base, arm


def _figures(arm: DriverArm, label: str) -> DriverFigures:
    calls = arm.calls.of_step(label)
    good = calls.where(~calls.are("failed"))
    with_phases = good.where(good["phase_source"] >= 0)
    return DriverFigures(
        driver=arm.driver,
        section=arm.section,
        label=label,
        n=len(good),
        wall_ms=_median(good.known("wall_ms")),
        phases={name: median for name in SHOWN_PHASES if (median := _median(with_phases.known(name))) is not None},
        cpu_ms=_median(good.known("cpu_ms")),
        memory_bytes=_median(good.known("memory_bytes")),
    )


def _median(values: Floats) -> float | None:
    return float(np.median(values)) if len(values) else None


def _saving(base: DriverArm, candidate: DriverArm, label: str) -> DriverSaving | None:
    """Return what a candidate saves in a step; None for fewer than two rounds in which both succeeded."""
    before, after = _paired(base, candidate, label)
    if len(before) < 2:
        return None
    split = _split_alike(before, after)
    starts_none = base.driver in _STARTS_A_CLIENT and candidate.driver not in _STARTS_A_CLIENT
    keeps_running = candidate.driver in ISOLATED
    return DriverSaving(
        base=base.driver,
        candidate=candidate.driver,
        label=label,
        n=len(before),
        wall_ms=t_interval(before["wall_ms"] - after["wall_ms"]),
        process_ms=t_interval(_less(before, after, "boot", "exit")) if split and starts_none else None,
        connection_ms=t_interval(_less(before, after, "connect")) if split and keeps_running else None,
    )


def _paired(base: DriverArm, candidate: DriverArm, label: str) -> tuple[Frame, Frame]:
    """Return the calls of a step in the rounds of one group in which both succeeded, aligned."""
    before, after = aligned_calls(
        base.calls.of_step(label), base.groups, candidate.calls.of_step(label), candidate.groups
    )
    both: Bools = ~before.are("failed") & ~after.are("failed")
    return before.where(both), after.where(both)


def _split_alike(before: Frame, after: Frame) -> bool:
    """Return True where the time of all calls was split, from one source."""
    sources = np.unique(np.concatenate([before["phase_source"], after["phase_source"]]))
    return len(sources) == 1 and sources[0] >= 0


def _less(before: Frame, after: Frame, *phases: Phase) -> Floats:
    less: Floats = np.sum([before[name] - after[name] for name in phases], axis=0)
    return less
