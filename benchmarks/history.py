"""Measure the history of calls: adding a run, and asking ten million calls, against pandas on the same files."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.journal import write_multiplied
from benchmarks.ratios import alternate, say
from benchmarks.report import run_command, timed
from probe.store.parquet.arrow_schema import ARROW_TYPES, SCHEMA
from probe.store.parquet.history_files import file_bytes
from probe.store.parquet.history_schema import COLUMNS, ColumnKind

CALLS = int(os.environ.get("PROBE_BENCH_CALLS", "10000000"))
_A_RUN = 100_000
_TARGETS = 8
_PAIRS = 5
_FAILURES = """
SELECT target, month, label, count(*) AS calls, count(*) FILTER (failed) AS failed FROM calls GROUP BY ALL ORDER BY ALL
"""
_QUANTILES = """
SELECT target, label, quantile_disc(wall_ms, [0.5, 0.9, 0.99]) AS ms FROM calls WHERE NOT failed GROUP BY ALL
"""
_READ = """
import sys, pandas as pd
calls = pd.read_parquet(sys.argv[1], columns=["target", "started_at", "label", "failed", "wall_ms"][: int(sys.argv[2])])
"""
_PANDAS_FAILURES = f"""{_READ}
month = calls.started_at.dt.to_period("M")
print(calls.groupby(["target", month, "label"], observed=True).failed.agg(["size", "sum"]).to_csv())
"""
_PANDAS_QUANTILES = f"""{_READ}
calls["wall_ms"] = calls.wall_ms.astype(float)
good = calls[~calls.failed].groupby(["target", "label"], observed=True).wall_ms
print(good.quantile([0.5, 0.9, 0.99], interpolation="higher").to_csv())
"""


def measure() -> None:
    """Print time of adding 100,000 calls, time and memory of two questions to CALLS calls, and bytes a call."""
    with tempfile.TemporaryDirectory() as folder:
        _measure_adding(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        _measure_asking(Path(folder))


def _measure_adding(place: Path) -> None:
    run_command([sys.executable, "-m", "probe", "run", "--target", "embedded", "-n", "6", "-q", "--out", str(place)])
    big = place / "big"
    write_multiplied(next((place / "runs").iterdir()), big, _A_RUN // 2)
    add = [sys.executable, "-m", "probe", "history", "add", str(big), "--history", str(place / "history")]
    export = [
        sys.executable,
        "-m",
        "probe",
        "export",
        str(big),
        "--format",
        "parquet",
        "-o",
        str(place / "calls.parquet"),
    ]
    pairs = alternate(timed(add), timed(export), _PAIRS)
    say(f"adding a run of {_A_RUN:,} calls, against exporting it as Parquet", pairs, "5 s at most")
    print(f"    {_cost(add)}; export {_cost(export)}", flush=True)


def _measure_asking(place: Path) -> None:
    rng = np.random.default_rng(14)
    files = [_write_run(place, number, rng) for number in range(CALLS // _A_RUN)]
    size = sum(file.stat().st_size for file in files)
    print(f"  {CALLS:,} calls in {len(files)} files: {size / CALLS:.0f} bytes a call; aim: below 100")
    ask = [sys.executable, "-m", "probe", "history", "query", "--history", str(place), "--format", "csv"]
    for what, sql, script, columns, aim in (
        ("failures by target, month and step", _FAILURES, _PANDAS_FAILURES, 4, "2 s and 150 MB"),
        ("exact p50, p90 and p99 of successes", _QUANTILES, _PANDAS_QUANTILES, 5, "4 s and 250 MB"),
    ):
        query, pandas = [*ask, sql], [sys.executable, "-c", script, str(place), str(columns)]
        say(f"{what}, against pandas", alternate(timed(query), timed(pandas), _PAIRS), f"{aim} at most")
        print(f"    {_cost(query)}; pandas {_cost(pandas)}", flush=True)


def _cost(command: list[str]) -> str:
    """Return peak resident memory and CPU time of a command, as told by a small process that runs it."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(f'peak memory {used.ru_maxrss / 1024:.0f} MB, {used.ru_utime + used.ru_stime:.1f} s of CPU')"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _write_run(place: Path, number: int, rng: np.random.Generator) -> Path:
    """Write the file of a run whose calls were drawn at random, one of a hundred over a year."""
    target = f"relay-{number % _TARGETS}"
    month = number // _TARGETS % 12 + 1
    begun = int(datetime(2026, month, 1, tzinfo=UTC).timestamp() * 1000)
    values = dict(_columns(f"{number:016x}", target, begun, rng))
    table = pa.table([_array(name, values.get(name)) for name in COLUMNS], schema=SCHEMA)
    path = place / target / f"2026-{month:02}" / f"run-{number}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file_bytes(table, (f"{number:016x}",)))
    return path


def _array(name: str, values: Any) -> pa.Array:
    kind = COLUMNS[name].kind
    arrow = ARROW_TYPES[kind]
    if values is None:
        return pa.nulls(_A_RUN, arrow)
    if isinstance(values, str):
        return pa.repeat(pa.scalar(values, arrow), _A_RUN)
    if kind is ColumnKind.MS:
        whole = pa.array(np.round(values * 1000).astype(np.int64))
        return pa.Array.from_buffers(arrow, _A_RUN, whole.buffers())
    return pa.array(values, arrow)


def _columns(key: str, target: str, begun: int, rng: np.random.Generator) -> Iterator[tuple[str, Any]]:
    """Yield the columns of a run: times that no two calls share, an id of its own for each, one of twenty fails."""
    n = _A_RUN
    failed = rng.random(n) < 0.05
    recovered = ~failed & (rng.random(n) < 0.02)
    phases = {
        f"{name}_ms": _times(rng, mean) for name, mean in (("boot", 350), ("wait", 900), ("stream", 1500), ("exit", 40))
    }
    phases["connect_ms"] = _times(rng, 30) * (rng.random(n) < 0.5)
    phases["retries_ms"] = np.where(recovered | failed, _times(rng, 4000), 0.0)
    yield from phases.items()
    yield "wall_ms", sum(phases.values())
    yield "unsplit_ms", np.zeros(n)
    yield "ttft_ms", phases["wait_ms"] + phases["connect_ms"]
    yield "timeout_ms", np.full(n, 240_000.0)
    yield "started_at", begun + np.sort(rng.integers(0, 28 * 86_400_000, n))
    yield "round", np.arange(n) // 2 + 1
    yield "attempt", np.ones(n, np.int64)
    yield "step", np.arange(n) % 2 + 1
    yield "label", np.array(["call1", "call2"])[np.arange(n) % 2]
    yield "outcome", _words(rng, failed, "ok", ["timed_out", "overloaded", "bad_gateway", "truncated_stream"])
    yield "cause", _words(rng, failed, "", ["no_first_byte", "stalled_stream", "retrying"])
    yield "party", _words(rng, failed, "", ["relay", "network", "account"])
    yield "flags", np.where(recovered, "retried", "")
    yield "failed", failed
    yield "clean", ~failed & ~recovered
    yield "recovered", recovered
    yield "timed_out", failed & (rng.random(n) < 0.3)
    yield "requests", 1 + recovered.astype(np.int64)
    yield "input_tokens", rng.integers(10, 2000, n)
    yield "output_tokens", rng.integers(3, 60, n)
    yield "cache_read_tokens", np.where(rng.random(n) < 0.5, 20_000, 0)
    yield "cache_creation_tokens", np.where(rng.random(n) < 0.5, rng.integers(0, 2000, n), 0)
    yield "cost_usd", np.round(rng.lognormal(-5, 0.5, n), 6)
    yield "request_id", [f"req_{rng.bytes(12).hex()}" for _ in range(n)]
    words = {"run_key": key, "run_id": f"run-{key}", "target": target, "upstream_kind": "real", "role": "target"}
    words |= {"way": "direct", "driver": "claude-print", "workload": "full", "scenario": "cold-start"}
    words |= {"machine": "0a1b2c3d", "client_version": "2.1.329", "session_mode": "new", "identity": "{}"}
    yield from words.items()


def _times(rng: np.random.Generator, median: float) -> NDArray[np.float64]:
    return np.round(median * rng.lognormal(0, 0.6, _A_RUN), 3)


def _words(rng: np.random.Generator, chosen: NDArray[np.bool_], usual: str, words: list[str]) -> list[str | None]:
    """Return one of the words where `chosen`, else the usual one, and null for an empty one."""
    drawn = np.where(chosen, np.array(words)[rng.integers(0, len(words), _A_RUN)], usual)
    return [word or None for word in drawn.tolist()]
