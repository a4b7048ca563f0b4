"""Run all benchmarks, or those named: `python -m benchmarks call rounds`; the names are those of BENCHMARKS."""

import sys

from benchmarks import (
    call,
    dependence,
    exports,
    fleet,
    frames,
    help_,
    history,
    many_streams,
    nights,
    plain_load,
    record_overhead,
    recorder,
    recording,
    report,
    rounds,
    vantages,
    verdicts,
    ways,
)

BENCHMARKS = {
    "call": call.measure,
    "rounds": rounds.measure,
    "help": help_.measure,
    "recorder": recorder.measure,
    "plain": plain_load.measure,
    "streams": many_streams.measure,
    "record": record_overhead.measure,
    "recording": recording.measure,
    "report": report.measure,
    "frames": frames.measure,
    "exports": exports.measure,
    "history": history.measure,
    "nights": nights.measure,
    "verdicts": verdicts.measure,
    "dependence": dependence.measure,
    "fleet": fleet.measure,
    "kills": fleet.measure_kills,
    "vantages": vantages.measure,
    "ways": ways.measure,
}
LONG = {"kills"}
"""Benchmarks that take half an hour, and run only when they are named."""


def main() -> int:
    """Run the benchmarks that are named, or all but the long ones. Return the exit code."""
    names = sys.argv[1:] or [name for name in BENCHMARKS if name not in LONG]
    if unknown := [name for name in names if name not in BENCHMARKS]:
        print(f"no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names:
        print(f"{name}:", flush=True)
        BENCHMARKS[name]()
    return 0


sys.exit(main())
