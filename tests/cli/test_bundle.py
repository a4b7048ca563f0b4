"""`probe bundle`: where it is written, and what is said of it."""

import re
from pathlib import Path

import pytest

from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group
from tests.truth import FEW

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    ("words", "said"), [(("-o", "-"), "Name a file"), (("-o", "no/such/b.zip"), "there is no directory")]
)
def test_where_it_cannot_be_written_is_said(probe: Probe, runs: Path, words: tuple[str, ...], said: str) -> None:
    FEW.runs[0].write(runs)
    assert said in probe("bundle", *words, code=None).err


def test_the_file_is_named_after_the_run_and_its_size_is_told(probe: Probe, runs: Path) -> None:
    group(runs, "a", "b")
    said = probe("bundle", f"{NAME}/a")
    assert re.fullmatch(rf"probe-{re.escape(NAME)}-a\.zip: \d+ kB", said.out.strip())
    assert (probe.folder / f"probe-{NAME}-a.zip").is_file()
