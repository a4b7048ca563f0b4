"""Data frames of data sets whose truth is known, damaged ones among them."""

import math
from typing import Any

import pytest

import probe
from tests.truth import DATA_SETS, TIMEOUT_MS, DataSet, Step


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, probe.Runs]:
    """Return the runs of each data set, written and loaded."""
    root = tmp_path_factory.mktemp("truth")
    return {name: probe.load(*(run.write(root / name) for run in data.runs)) for name, data in DATA_SETS.items()}


@pytest.fixture(params=DATA_SETS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_call_that_can_be_read_is_a_row(name: str, loaded: dict[str, probe.Runs]) -> None:
    frame = loaded[name].calls
    told = zip(frame["run_id"], frame["round"], frame["label"], frame["outcome"], frame["wall_ms"], strict=True)
    made = {(run, call.round, call.label, str(call.outcome), call.wall_ms) for run, call in DATA_SETS[name].calls}
    assert sorted(told) == sorted(made)


def test_quantiles_count_failed_calls_at_their_timeout(name: str, loaded: dict[str, probe.Runs]) -> None:
    calls: Any = loaded[name].calls
    found = calls.probe.quantile([0.5, 0.9], by="label")
    for label, step_calls in _by_label(DATA_SETS[name]).items():
        at_least = sorted(call.wall_ms if call.ok else TIMEOUT_MS for call in step_calls.calls)
        for q in (0.5, 0.9):
            row = found.loc[(label, q)]
            value = at_least[math.ceil(q * step_calls.n - 1e-9) - 1]
            expected = "more_than" if value == TIMEOUT_MS else row["bound"]
            assert (row["n"], row["censored"], row["bound"]) == (step_calls.n, step_calls.failed, expected)
            assert row["bound"] == "too_few" or row["value_ms"] == value


def test_what_cannot_be_read_is_counted(name: str, loaded: dict[str, probe.Runs]) -> None:
    lost = sum(len(run.lost) for run in DATA_SETS[name].runs)
    counted = sum(sum(files.values()) for files in loaded[name].unreadable.values())
    assert bool(counted) == bool(lost)


def _by_label(data: DataSet) -> dict[str, Step]:
    """Return the calls of each step, over all sections."""
    sections = [step for steps in data.steps for step in steps]
    labels = dict.fromkeys(step.label for step in sections)
    return {
        label: Step(label, tuple(call for step in sections if step.label == label for call in step.calls))
        for label in labels
    }
