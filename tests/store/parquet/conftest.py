"""Runs of two months and a history of them. Without the extra for the history its tests are left out."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from probe.model.choices import Role, UpstreamKind
from probe.model.outcome import Outcome
from tests.builders import call, target_info, words

collect_ignore_glob = [] if find_spec("duckdb") else ["test_*.py"]


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Write two runs of two months: one with a recovered and a failed call, and one of a control arm."""
    from tests.store.parquet.history_runs import NEXT_MONTH, write_run

    first = [
        call(1, 1, client=words(), flags=("retried",)),
        call(1, 2, Outcome.TIMED_OUT, wall_ms=180_000.1234, cause="no_first_byte"),
        call(2, 1, Outcome.OVERLOADED, evidence="529 overloaded_error"),
        call(2, 2),
    ]
    second = [call(1, place, started_at=NEXT_MONTH) for place in (1, 2)]
    return [
        write_run(tmp_path / "runs", first),
        write_run(
            tmp_path / "runs",
            second,
            run_id="later",
            created_at=NEXT_MONTH,
            role=Role.CONTROL,
            target=target_info(name="control", kind=UpstreamKind.EMBEDDED),
        ),
    ]


@pytest.fixture
def history(tmp_path: Path, runs: list[Path]) -> Path:
    from tests.store.parquet.history_runs import add

    add(tmp_path / "h", *runs)
    return tmp_path / "h"
