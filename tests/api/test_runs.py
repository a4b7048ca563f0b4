"""`probe.load`: which runs a name stands for, and what is read when."""

import subprocess
import sys
from pathlib import Path

import pytest

import probe
from probe.errors import UsageError
from probe.model.health import HealthWord
from probe.model.verdict import Answer
from probe.reporting.build_report import report_of
from tests.builders import GOLDEN


def test_originals(out: Path) -> None:
    assert len(probe.load(GOLDEN / "original-summaries" / "both-timed-out").calls) == 2
    assert len(probe.load(GOLDEN / "original-summaries" / "both-timed-out" / "summary.json").calls) == 2


def test_report_verdict_and_counts_are_those_of_the_report(out: Path) -> None:
    runs = probe.load("*relay", out=out)
    assert runs.report == report_of([*runs.paths])
    assert runs.verdict
    assert runs.verdict.answer is Answer.COLD
    assert (runs.health.word, runs.health.failed, runs.health.n) == (HealthWord.FLAKY, 6, 32)
    assert runs.outcome_counts == {"call1": {"ok": 10, "overloaded": 6}, "call2": {"ok": 16}}
    assert [manifest.run_id for manifest in runs.manifests if manifest] == [path.name for path in runs.run_paths]


def test_each_run_by_itself(out: Path) -> None:
    runs = probe.load("*relay", out=out)
    assert [len(run.calls) for run in runs] == [16, 16]
    assert (len(runs), len(runs.calls)) == (2, 32)


def test_several_targets_have_no_one_verdict(out: Path) -> None:
    runs = probe.load("20261123T073000Z-two-calls-a+b", out=out)
    with pytest.raises(UsageError, match="2 targets that cannot be pooled: a, b"):
        _ = runs.verdict
    with pytest.raises(UsageError, match="2 targets"):
        _ = runs.health
    with pytest.raises(UsageError, match="Load one of them"):
        runs.gate("call1.failed > 1")


def test_what_cannot_be_read_is_counted(out: Path) -> None:
    run = out / "runs" / "20261121T073000Z-two-calls-relay"
    journal = run / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b"no event\n")
    runs = probe.load(run)
    assert runs.unreadable == {run.name: {"journal.jsonl (lines)": 1}}
    assert "could not be read: journal.jsonl (lines) (1)" in runs._repr_html_()
    assert probe.load("20261122*", out=out).unreadable == {}


def test_nothing_is_imported_before_it_is_needed(out: Path) -> None:
    script = """
import sys
import probe
heavy = {"pandas", "numpy", "pydantic", "scipy", "typer", "rich", "msgspec"} & sys.modules.keys()
assert not heavy, heavy
assert [name for name in sys.modules if name.startswith("probe")] == ["probe"]
assert {"load", "__version__"} <= set(dir(probe))
runs = probe.load(sys.argv[1])
assert not {"pandas", "numpy", "typer", "rich"} & sys.modules.keys()
runs.report
assert not {"pandas", "typer", "rich"} & sys.modules.keys()
runs.calls
assert "pandas" in sys.modules
assert not {"typer", "rich"} & sys.modules.keys()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(out / "runs")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        probe.nonsense  # noqa: B018
