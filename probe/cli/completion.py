"""Completion of targets, scenarios, runs, faults, gates, drivers. Imports nothing heavy, and says no error."""

import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import typer

from probe.drivers.driver_registry import DRIVERS

_EMBEDDED = "embedded"
_LATEST = "latest"
FIGURES = (
    *("failure_rate", "timeout_rate", "ok_rate", "clean_rate", "recovered_rate"),
    *(f"{name}_{what}" for what in ("wall", "duration") for name in ("median", "p50", "p75", "p90", "p95", "p99")),
    *(
        "cache_read_share",
        "mean_wall",
        "median_ttft",
        "n",
        "ok",
        "clean",
        "recovered",
        "failed",
        "health",
        "verdict",
        "vantages",
    ),
)
"""The metrics of gates that are not outcomes or flags; `gate_expressions`, which has them, takes long to import."""

Completer = Callable[[typer.Context, str], list[str]]


def _completer(names: Callable[[typer.Context, str], Iterable[str]]) -> Completer:
    """Return a function that completes the beginning of a name, and that never fails: the line is still being typed."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            return [name for name in names(ctx, incomplete) if name.startswith(incomplete)]
        except Exception:  # noqa: BLE001 - whatever is wrong is said when the command runs
            return []

    return complete


@_completer
def complete_target(ctx: typer.Context, _incomplete: str) -> Iterator[str]:
    """Yield the targets of the files that hold, and the embedded upstream."""
    from probe.inputs.config_places import found_configs

    named = ctx.params.get("config")
    for path in [Path(named)] if named else found_configs(Path.cwd(), os.environ):
        yield from tomllib.loads(path.read_text(encoding="utf-8")).get("targets", {})
    yield _EMBEDDED


@_completer
def complete_scenario(_ctx: typer.Context, _incomplete: str) -> Iterable[str]:
    """Return the shipped scenarios; where none begins so, the shell completes files."""
    from probe.inputs.scenario_places import shipped_scenarios

    return shipped_scenarios()


@_completer
def complete_run(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """Yield the ids of runs, the newest first, and `latest` once it is begun."""
    folder = Path(ctx.params.get("out") or "reports") / "runs"
    ids = sorted((place.name for place in folder.iterdir() if place.is_dir()), reverse=True)
    if incomplete and _LATEST.startswith(incomplete):
        yield _LATEST
    yield from ids


@_completer
def complete_fault(_ctx: typer.Context, _incomplete: str) -> Iterable[str]:
    """Return the faults of the embedded upstream."""
    from probe.upstream.faults import FAULTS

    return ("none", *FAULTS)


@_completer
def complete_gate(_ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """Yield the metrics of gates, behind the step that is typed already."""
    from probe.model.outcome import Flag, Outcome

    step, dot, _ = incomplete.rpartition(".")
    names = dict.fromkeys((*FIGURES, *(member.value for kind in (Outcome, Flag) for member in kind)))
    yield from (f"{step}{dot}{name}" for name in names)


@_completer
def complete_driver(_ctx: typer.Context, _incomplete: str) -> Iterable[str]:
    """Return the drivers."""
    return DRIVERS
