"""`probe.load`: which runs a name stands for, and what is read when."""

import subprocess
import sys
from pathlib import Path

import pytest

import probe
from probe.errors import UsageError
from probe.model.health import HealthWord
from probe.model.outcome import Outcome
from probe.model.verdict import Answer
from probe.reporting.build_report import report_of
from tests.api.support import write_run
from tests.builders import GOLDEN, call, target_info
from tests.reporting.stored_groups import group
from tests.truth import good, refused

PAIRS = [[refused(number, 1) if number < 4 else good(number, 1), good(number, 2)] for number in range(1, 9)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a directory of `--out` with two runs and a group."""
    for number in (1, 2):
        write_run(tmp_path / "runs", PAIRS, run_id=f"2026112{number}T073000Z-two-calls-relay")
    group(tmp_path / "runs", "a", "b", name="20261123T073000Z-two-calls-a+b")
    return tmp_path


def loaded(*names: str | Path, out: Path) -> list[str]:
    return [path.name for path in probe.load(*names, out=out).run_paths]


def test_no_name_is_the_latest(out: Path) -> None:
    assert loaded(out=out) == ["a", "b"]


def test_directories_ids_and_arms(out: Path) -> None:
    name = "20261121T073000Z-two-calls-relay"
    assert loaded(out / "runs" / name, out=out) == loaded(name, out=out) == [name]
    assert loaded("20261123T073000Z-two-calls-a+b/a", out=out) == ["a"]
    assert loaded("20261123T073000Z-two-calls-a+b", out=out) == ["a", "b"]


def test_a_directory_of_runs_is_all_of_them(out: Path) -> None:
    assert len(loaded(out / "runs", out=out)) == 4


def test_patterns_are_of_paths_or_of_ids(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(loaded("2026112[12]*", out=out)) == 2
    assert len(loaded(str(out / "runs" / "*relay"), out=out)) == 2
    assert len(loaded(str(out / "ru*"), out=out)) == 4
    monkeypatch.chdir(out)
    assert len(loaded("runs/*relay", out=out)) == 2


def test_a_run_counts_once(out: Path) -> None:
    name = "20261121T073000Z-two-calls-relay"
    assert loaded(name, out / "runs" / name, "*relay", out=out).count(name) == 1


def test_originals(out: Path) -> None:
    assert len(probe.load(GOLDEN / "original-summaries" / "both-timed-out").calls) == 2
    assert len(probe.load(GOLDEN / "original-summaries" / "both-timed-out" / "summary.json").calls) == 2


def test_what_is_no_run_is_refused_with_what_is_near(out: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 20261121T073000Z-two-calls-relay"):
        probe.load("20261121T073000Z-two-calls-rely", out=out)
    with pytest.raises(UsageError, match=r"no run matches nothing\*"):
        probe.load("nothing*", out=out)
    with pytest.raises(UsageError, match="holds no run"):
        probe.load(out / "runs" / "20261121T073000Z-two-calls-relay" / "rounds")
    with pytest.raises(UsageError, match="is not a directory of a run of probe"):
        probe.load(out / "runs" / "20261121T073000Z-two-calls-relay" / "manifest.json")


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


def test_gates_say_what_was_observed(out: Path) -> None:
    runs = probe.load("20261121*", out=out)
    failed = runs.gate("call1.failure_rate > 10%")
    assert (failed.passed, bool(failed)) == (False, False)
    assert failed.observed == "38 % (14 % to 69 %), 3 of 8"
    assert runs.gate("call1.failure_rate > 10% surely").passed
    with pytest.raises(UsageError, match=r"gate: 'call9\.failed > 1'|the scenario has no step"):
        runs.gate("call9.failed > 1")


def test_what_cannot_be_read_is_counted(out: Path) -> None:
    run = out / "runs" / "20261121T073000Z-two-calls-relay"
    journal = run / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b"no event\n")
    runs = probe.load(run)
    assert runs.unreadable == {run.name: {"journal.jsonl (lines)": 1}}
    assert "could not be read: journal.jsonl (lines) (1)" in runs._repr_html_()
    assert probe.load("20261122*", out=out).unreadable == {}


def test_a_notebook_shows_what_upstreams_said_as_text(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>\u202e"
    rounds = [[call(1, 1, Outcome.API_ERROR, cause=bad), call(1, 2, label="call2")]]
    runs = probe.load(write_run(tmp_path, rounds, target=target_info(name="relay", model=bad)))
    html = runs._repr_html_() + probe.load(write_run(tmp_path, rounds, run_id="x&y<b>"))._repr_html_()
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "x&amp;y&lt;b&gt;" in html
    assert "<table>" in html
    assert "<script>" not in runs.calls._repr_html_()  # type: ignore[operator]


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
