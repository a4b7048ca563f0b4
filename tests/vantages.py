"""Builds calls of several vantages, and stored groups of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.model.run_manifest import Group, GroupArm, Options
from probe.model.wire import Phases, PhaseSource
from probe.store import create_group
from tests.builders import START, call, manifest, target_info
from tests.truth import Run

NAME = "20261121T073000Z-two-calls-glm"
OFFSETS_MS = {"fra": 12.0, "sin": -340.0}


def measured(number: int, position: int, connect_ms: float = 60.0, wait_ms: float = 900.0, **changes: Any) -> Call:
    """Return a call with phases; what a machine takes to start the client differs, and tells nothing of a network."""
    wait_ms += 40 * (number % 3)
    phases = Phases(
        source=PhaseSource.WIRE, boot_ms=500.0 + 3 * number, connect_ms=connect_ms, wait_ms=wait_ms, stream_ms=300.0
    )
    return call(number, position, **{"phases": phases, "wall_ms": phases.total_ms, **changes})


def rounds(
    n: int, failing: Iterable[int] = (), outcome: Outcome = Outcome.CONNECT_TIMEOUT, **changes: Any
) -> list[Call]:
    """Return the calls of n rounds; both calls of the `failing` ones fail."""
    wrong = frozenset(failing)
    return [
        measured(number, position, outcome=outcome, wall_ms=10_000.0)
        if number in wrong
        else measured(number, position, **changes)
        for number in range(1, n + 1)
        for position in (1, 2)
    ]


def every(period: int, n: int) -> range:
    """Return the numbers of every so-manieth round of n."""
    return range(period, n + 1, period)


def later(calls: Iterable[Call], seconds: float) -> list[Call]:
    """Return the calls as a clock tells them that is so far ahead."""
    ahead = timedelta(seconds=seconds)
    return [
        each.model_copy(update={"started_at": each.started_at + ahead, "ended_at": each.ended_at + ahead})
        for each in calls
    ]


def vantage_group(
    runs: Path,
    calls: Mapping[str, Sequence[Call]],
    targets: Sequence[str] = ("glm",),
    name: str = NAME,
    options: Options | None = None,
    **changes: Any,
) -> Path:
    """Write a group in which each target was called from these vantages, and return its directory."""
    options = options or Options(rounds=8, vantages=tuple(calls))
    arms = [(target, vantage) for target in targets for vantage in calls]
    entries = tuple(
        GroupArm(name=f"{target}@{vantage}", directory=f"arms/{target}@{vantage}") for target, vantage in arms
    )
    create_group(runs / name, Group(run_id=name, created_at=START, arms=entries, order_seed=1, options=options))
    for target, vantage in arms:
        of_arm = calls[vantage]
        what = manifest(
            run_id=f"{name}/{target}@{vantage}",
            target=target_info(name=target),
            vantage=vantage,
            clock_offset_ms=OFFSETS_MS.get(vantage, 0.0),
            clock_error_ms=3.0,
            rounds=len(of_arm) // 2,
            options=options,
            **changes,
        )
        pairs = tuple(zip(of_arm[::2], of_arm[1::2], strict=True))
        Run(what, pairs).write(runs).rename(runs / name / "arms" / f"{target}@{vantage}")
    return runs / name
