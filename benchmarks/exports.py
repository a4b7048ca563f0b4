"""Measure `probe export` of a million calls: its memory above that of one round, and its time against pandas.

pandas is given the table that was exported already, flat, as JSON Lines; `probe` reads the journal of the run.
"""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.journal import write_multiplied
from benchmarks.ratios import alternate, say
from benchmarks.report import peak_mb, run_command, timed

ROUNDS = int(os.environ.get("PROBE_BENCH_ROUNDS", "500000"))
_PAIRS_ROUNDS = min(ROUNDS, 50_000)
"""Rounds for the pairs: pandas holds all rows, a million of which take some GB."""
_PAIRS = 5
_PANDAS = "import sys, pandas as pd; pd.read_json(sys.argv[1], lines=True).{write}(sys.argv[2], index=False)"
_WRITERS = {"csv": "to_csv", "parquet": "to_parquet"}


def measure() -> None:
    """Make a real run of six rounds, write its journal over and over under new numbers, and export that."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run_command([sys.executable, "-m", "probe", "run", "--target", "embedded", "-n", "6", "-q", "--out", folder])
        real_run = next((place / "runs").iterdir())
        for name, rounds in (("one", 1), ("some", _PAIRS_ROUNDS), ("all", ROUNDS)):
            write_multiplied(real_run, place / name, rounds)
        for form in ("csv", "jsonl", "parquet"):
            base, peak = (peak_mb(_export(place, name, form)) for name in ("one", "all"))
            print(
                f"  {2 * ROUNDS:,} calls as {form}: {peak - base:.0f} MB above the {base:.0f} MB of one round; aim: 200"
            )
        run_command(_export(place, "some", "jsonl"))
        for form, write in _WRITERS.items():
            pandas = [
                sys.executable,
                "-c",
                _PANDAS.format(write=write),
                str(place / "some.jsonl"),
                str(place / "pandas"),
            ]
            pairs = alternate(timed(_export(place, "some", form)), timed(pandas), _PAIRS)
            say(
                f"export of {2 * _PAIRS_ROUNDS:,} calls as {form}, against pandas on the same table",
                pairs,
                "3.0 at most",
            )
            print(f"    peak memory {peak_mb(_export(place, 'some', form)):.0f} MB; pandas {peak_mb(pandas):.0f} MB")


def _export(place: Path, name: str, form: str) -> list[str]:
    output = str(place / f"{name}.{form}")
    return [sys.executable, "-m", "probe", "export", str(place / name), "--format", form, "-o", output]
