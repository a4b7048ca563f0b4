"""Reports that are written to files, and to places where none can be."""

from pathlib import Path

import pytest

from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    "words", [["report"], ["report", "--charts"], ["report", "--format", "csv"], ["export"], ["compare"], ["trend"]]
)
def test_a_file_in_a_directory_that_is_not_there(probe: Probe, runs: Path, words: list[str]) -> None:
    group(runs, "a", "b")
    names = [f"{NAME}/a", f"{NAME}/b"] if words[0] == "compare" else []
    said = probe(*words, *names, "--output", "nope/file.md", code=4).err
    assert (
        "nope/file.md: cannot be written: there is no directory nope\nMake the directory, or name another file." in said
    )


def test_charts_whose_folder_is_a_file(probe: Probe, runs: Path) -> None:
    group(runs, "a")
    (probe.folder / "out-charts").write_text("")
    assert "out-charts: cannot be made: File exists" in probe("report", "--charts", "-o", "out.md", code=4).err
