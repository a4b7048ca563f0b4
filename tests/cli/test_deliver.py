"""The output of commands: on standard output, or in a file."""

from pathlib import Path

import pytest

from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    "words", [["report"], ["export"], ["export", "--format", "openmetrics"], ["compare"], ["trend"]]
)
def test_a_dash_is_standard_output(probe: Probe, runs: Path, words: list[str]) -> None:
    group(runs, "a", "b")
    names = [f"{NAME}/a", f"{NAME}/b"] if words[0] == "compare" else []
    ran = probe(*words, *names, "--output", "-")
    assert ran.out == probe(*words, *names).out
    assert ran.out.strip()
    assert "written" not in ran.err
    assert not (probe.folder / "-").exists()


def test_compare_and_trend_write_files(probe: Probe, runs: Path) -> None:
    group(runs, "a", "b")
    ran = probe("compare", f"{NAME}/a", f"{NAME}/b", "-o", "compared.md")
    assert (ran.out, ran.err) == ("", "written to compared.md\n")
    assert "b compared with a" in (probe.folder / "compared.md").read_text()
    assert probe("trend", "-o", "trend.md").out == ""
    assert (probe.folder / "trend.md").read_text() == "No nights yet.\n"
