"""`frame.probe`: the figures are those of reports, whatever selection or grouping they are taken from."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import probe
from probe.api.censored_accessor import CensoredAccessor
from probe.errors import UsageError
from probe.model.outcome import Outcome
from probe.model.statistics import Bound
from tests.api.support import write_run
from tests.builders import call, flags, target_info
from tests.truth import good, refused, timed_out


def statistics(frame: Any) -> Any:
    """Return `frame.probe`, of which the types of pandas know nothing."""
    assert isinstance(frame.probe, CensoredAccessor)
    return frame.probe


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> probe.Runs:
    rounds = [
        [
            refused(number, 1) if number % 5 == 0 else good(number, 1),
            timed_out(number, 2) if number == 7 else good(number, 2),
        ]
        for number in range(1, 41)
    ]
    return probe.load(write_run(tmp_path_factory.mktemp("runs"), rounds))


def test_quantiles_are_those_of_the_report(runs: probe.Runs) -> None:
    found = statistics(runs.calls).quantile([0.5, 0.75, 0.9, 0.95, 0.99], by="label")
    for step in runs.report.sections[0].steps:
        assert step.durations
        for name, figure in step.durations.quantiles.items():
            row = found.loc[(step.label, int(name[1:]) / 100)]
            assert (row["n"], row["censored"]) == (step.n, step.failed)
            for part in ("value_ms", "low_ms", "high_ms"):
                expected = getattr(figure, part)
                assert pd.isna(row[part]) if expected is None else row[part] == expected
            assert (row["bound"], row["high_bound"]) == (figure.bound, figure.high_bound)


def test_a_quantile_among_failed_calls_is_more_than_a_value(runs: probe.Runs) -> None:
    row = statistics(runs.calls).quantile(0.9, by="label").loc["call1"]
    assert (row["value_ms"], row["bound"]) == (180_000.0, Bound.MORE_THAN)


def test_one_quantile_of_all_rows_is_one_row(runs: probe.Runs) -> None:
    found = statistics(runs.calls).quantile()
    assert len(found) == 1
    assert found["n"][0] == 80


def test_rates_are_those_of_the_report(runs: probe.Runs) -> None:
    found = statistics(runs.calls).rate("failed", by="label")
    for step in runs.report.sections[0].steps:
        row, rate = found.loc[step.label], step.failure_rate
        assert rate
        assert (row["n"], row["k"], row["rate"], row["low"], row["high"]) == (
            40,
            step.failed,
            rate.value,
            rate.low,
            rate.high,
        )


def test_surely_takes_the_interval_that_never_covers_less(runs: probe.Runs) -> None:
    plain, sure = (statistics(runs.calls).rate("failed", by="label", surely=surely) for surely in (False, True))
    assert sure.loc["call1", "low"] < plain.loc["call1", "low"]
    assert sure.loc["call1", "high"] > plain.loc["call1", "high"]


@pytest.mark.parametrize(
    ("what", "k"), [("failed", 9), ("ok", 71), ("clean", 71), ("timed_out", 1), ("overloaded", 8), ("retried", 0)]
)
def test_rates_of_outcomes_flags_and_columns(runs: probe.Runs, what: str, k: int) -> None:
    assert statistics(runs.calls).rate(what)["k"][0] == k


def test_recovered_calls_and_flags(tmp_path: Path) -> None:
    rounds = [
        [call(1, 1, flags=flags("retried", "fake_stream"))],
        [call(2, 1, flags=flags("fake_stream"))],
        [call(3, 1)],
    ]
    calls = probe.load(write_run(tmp_path, rounds)).calls
    assert statistics(calls).rate("recovered")["k"][0] == 1
    assert statistics(calls).flagged("fake_stream").tolist() == [True, True, False]
    assert statistics(calls).flagged("retried").tolist() == [True, False, False]


def test_selections_and_several_groups(tmp_path: Path) -> None:
    paths = [
        write_run(
            tmp_path,
            [[call(n, 1, Outcome.AUTH if n < bad else Outcome.OK), call(n, 2)] for n in range(1, 11)],
            run_id=name,
            target=target_info(name=name),
        )
        for name, bad in (("b", 4), ("a", 6))
    ]
    calls = probe.load(*paths).calls
    found = statistics(calls[calls["label"] == "call1"]).rate(by=["target", "label"])
    assert found["k"].to_dict() == {("a", "call1"): 5, ("b", "call1"): 3}
    assert found.index.names == ["target", "label"]
    shuffled = calls.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(statistics(shuffled).rate(by="target"), statistics(calls).rate(by="target"))
    doubled = pd.concat([calls, calls])
    assert statistics(doubled).rate(by="target")["n"].tolist() == [40, 40]


def test_missing_groups_have_a_row_of_their_own(tmp_path: Path) -> None:
    calls = probe.load(write_run(tmp_path, [[call(1, 1, Outcome.AUTH, cause="401")], [call(2, 1)]])).calls
    assert statistics(calls).rate(by="cause")["n"].tolist() == [1, 1]


def test_survival_counts_failed_calls_as_still_waited_for(runs: probe.Runs) -> None:
    curves = statistics(runs.calls).survival(by="label")
    first = curves[curves["label"] == "call1"]
    assert first["survival"].iloc[0] == 1.0
    assert first["survival"].iloc[-1] == pytest.approx(8 / 40)  # one of five was refused, and never ended
    assert first["events"].sum() == 32
    assert first["censored"].sum() == 8
    assert (np.diff(first["survival"]) <= 0).all()
    assert curves["label"].dtype == runs.calls["label"].dtype


def test_nothing_gives_nothing(runs: probe.Runs) -> None:
    none = runs.calls[:0]
    assert (
        len(statistics(none).quantile(0.5, by="label"))
        == len(statistics(none).rate(by="label"))
        == len(statistics(none).survival())
        == 0
    )
    assert statistics(none).flagged("retried").tolist() == []


def test_errors_say_what_is_known(runs: probe.Runs) -> None:
    with pytest.raises(UsageError, match="Give numbers above 0 and below 1"):
        statistics(runs.calls).quantile(90)
    with pytest.raises(UsageError, match="no column 'nothing'"):
        statistics(runs.calls).rate("nothing")
    with pytest.raises(UsageError, match="does not hold truths"):
        statistics(runs.calls).rate("wall_ms")
    with pytest.raises(UsageError, match="there is no flag"):
        statistics(runs.calls).flagged("reckless")
    with pytest.raises(UsageError, match="no column 'duration_ms'"):
        statistics(runs.phases).quantile()
    with pytest.raises(UsageError, match="no column 'colour'"):
        statistics(runs.calls).rate(by="colour")


@pytest.mark.parametrize("name", ["duration_ms", "censored", "ok", "outcome"])
def test_an_absent_value_is_refused_and_not_counted(runs: probe.Runs, name: str) -> None:
    calls = runs.calls.convert_dtypes()
    calls.loc[0, name] = pd.NA
    figures = {"ok": "failed", "outcome": "overloaded"}
    with pytest.raises(UsageError, match=f"the column '{name}' lacks 1 of its 80 values"):
        statistics(calls).rate(figures[name]) if name in figures else statistics(calls).quantile(0.5)
    known = calls[calls[name].notna()]
    assert statistics(known).rate("failed")["n"].tolist() == [79]


def test_quantiles_may_be_numbers_of_numpy_but_no_texts(runs: probe.Runs) -> None:
    plain = statistics(runs.calls).quantile(0.5, by="label")
    pd.testing.assert_frame_equal(statistics(runs.calls).quantile(np.float32(0.5), by="label"), plain)
    for wrong in ("0.5", ["a"], None):
        with pytest.raises(UsageError, match="is no quantile"):
            statistics(runs.calls).quantile(wrong)


def test_a_group_column_named_as_a_figure_is_refused(runs: probe.Runs) -> None:
    with pytest.raises(UsageError, match="by: the result has a column n of its own"):
        statistics(runs.calls.assign(n=1)).rate(by="n")
