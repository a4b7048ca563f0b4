"""The page of a run: kept as it is, and made anew where it is missing or stale."""

import os
from pathlib import Path

import pytest

from tests.conftest import Probe
from tests.truth import FEW


def test_show_makes_the_page_of_a_recording_anew_where_it_has_grown(recorded: Probe) -> None:
    page = Path(recorded("show", "--print").out.strip())
    first = page.read_text()
    assert "2 of 27 requests failed" in first
    segment = page.parent / "exchanges-0001.jsonl"
    lines = segment.read_text().splitlines(keepends=True)
    segment.write_text("".join(lines[:-5]))
    assert page.read_text() == first
    recorded("show", "--print")
    assert "2 of 27 requests failed" not in page.read_text()


@pytest.fixture
def run(runs: Path, quick: None) -> Path:
    """Write a run."""
    return FEW.runs[0].write(runs)


def test_a_page_is_made_anew_where_the_run_has_grown_or_in_another_language(probe: Probe, run: Path) -> None:
    page = Path(probe("show", "--print").out.strip())
    made_ns = page.stat().st_mtime_ns
    assert probe("show", run.name, "--print").out.strip() == str(run / "report.html")
    assert page.stat().st_mtime_ns == made_ns
    probe("show", "--print", "--lang", "zh")
    assert 'lang="zh-CN"' in page.read_text()
    probe("show", "--print")
    assert 'lang="en"' in page.read_text()
    os.utime(page, ns=(made_ns - 10**12, made_ns - 10**12))
    probe("show", "--print")
    assert page.stat().st_mtime_ns >= made_ns


def test_a_run_of_the_original_script_has_no_page_of_its_own(probe: Probe, run: Path) -> None:
    original = Path(__file__).parents[1] / "golden" / "original-summaries" / "both-timed-out"
    said = probe("show", str(original), code=2).err
    assert "is of the original script" in said
    assert "--format html --output" in said
