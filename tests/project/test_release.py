"""Releases: the version stands once, the changelog is dated, and a tag that does not fit is refused."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.release import ROOT, absolute_links, main

HOME = "https://forge.example/someone/probe"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the files that a release changes, with a changelog whose first section is not released."""
    (tmp_path / "probe").mkdir()
    for name in ("probe/__init__.py", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 0.2.0 (not released)\n\n- New.\n\n## 0.1.0 (2026-01-02)\n\n- Old.\n"
    )
    return tmp_path


def test_a_release_is_dated_and_its_tag_fits(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "0.2.0"], tree) == 0
    today = datetime.now(UTC).date().isoformat()
    assert f"## 0.2.0 ({today})\n\n- New." in (tree / "CHANGELOG.md").read_text()
    assert main(["check", "v0.2.0"], tree) == 0
    assert main(["notes", "0.2.0"], tree) == 0
    assert capsys.readouterr().out == "- New.\n"
    assert main(["next", "0.3.0"], tree) == 0
    changes = (tree / "CHANGELOG.md").read_text()
    assert re.findall(r"^## .*$", changes, re.MULTILINE) == [
        "## 0.3.0 (not released)",
        f"## 0.2.0 ({today})",
        "## 0.1.0 (2026-01-02)",
    ]
    assert '__version__ = "0.3.0"' in (tree / "probe" / "__init__.py").read_text()


@pytest.mark.parametrize(
    ("steps", "tag", "said"),
    [
        ([], "v0.2.0", "the version in the code"),
        ([["prepare", "0.2.0"]], "0.2.0", "the tag must be v0.2.0"),
        ([["prepare", "0.2.0"]], "v0.2.1", "the tag must be v0.2.0"),
        ([["prepare", "0.2.0"], ["next", "0.3.0"]], "v0.3.0", "has no date but (not released)"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(
    tree: Path, capsys: pytest.CaptureFixture[str], steps: list[list[str]], tag: str, said: str
) -> None:
    for step in steps:
        assert main(step, tree) == 0
    assert main(["check", tag], tree) == 1
    assert said in capsys.readouterr().err


def test_a_release_is_not_prepared_twice(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (main(["prepare", "0.2.0"], tree), main(["prepare", "0.2.0"], tree)) == (0, 1)
    assert "is dated" in capsys.readouterr().err


def test_links_of_the_published_readme_lead_to_files_of_the_tag() -> None:
    text = absolute_links((ROOT / "README.md").read_text(), HOME, "v0.2.0")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    assert any(target.startswith(f"{HOME}/raw/v0.2.0/reports/examples/") for target in targets)
    assert [target for target in targets if not target.startswith("https://")] == []
    names = [target.split("/v0.2.0/", 1)[1] for target in targets if target.startswith(HOME)]
    assert [name for name in names if not (ROOT / name).exists()] == []
