"""The documents name files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), ROOT / "examples" / "README.md", *(ROOT / "docs").rglob("*.md")])
PATH = re.compile(r"`((?:probe|tests|docs|benchmarks|scenarios)/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_a_document_names_exist(document: Path) -> None:
    text = document.read_text()
    paths = [ROOT / name for name in PATH.findall(text)]
    links = [document.parent / name for name in LINK.findall(text)]
    assert [str(path) for path in (*paths, *links) if not path.exists()] == []


def test_the_map_names_every_part() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    packages = {path.parent.name for path in ROOT.glob("probe/*/__init__.py")}
    leaves = {path.stem for path in ROOT.glob("probe/*.py")} - {"__init__", "__main__"}
    assert {part for part in packages | leaves if f"`{part}`" not in text and f"`{part}.py`" not in text} == set()
