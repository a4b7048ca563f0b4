"""The renderers by name: adding one takes a function and an entry, and costs nothing until it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from probe.model.report_sections import Report
from probe.render.registry import RENDERERS, Renderer
from probe.texts import Texts
from tests.conftest import Probe
from tests.truth import DATA_SETS

HEAVY = ("jinja2", "markupsafe", "pydantic", "vl_convert", "xml")


def render_rounds(report: Report, texts: Texts) -> str:
    """Render what no shipped renderer does: a line for each section, in the language that was asked for."""
    return "".join(
        f"{section.name} {texts.language} {section.rounds_finished} {len(section.waterfalls) > 0}\n"
        for section in report.sections
    )


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """Write a run whose truth is known."""
    (run, *_) = DATA_SETS["cold"].runs
    return run.write(tmp_path)


@pytest.mark.parametrize("waterfalls", [True, False])
def test_a_renderer_is_a_function_and_an_entry(
    waterfalls: bool, stored: Path, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RENDERERS, "rounds", Renderer(f"{__name__}:render_rounds", waterfalls=waterfalls))
    ran = probe("report", str(stored), "--format", "rounds", "--lang", "zh")
    assert ran.out == f"relay zh {len(DATA_SETS['cold'].runs[0].rounds)} {waterfalls}\n"


def test_a_name_without_an_entry_is_refused_with_those_that_have_one(stored: Path, probe: Probe) -> None:
    ran = probe("report", str(stored), "--format", "rounds", code=2)
    for name in (*RENDERERS, "csv"):
        assert f"'{name}'" in ran.err


def test_names_cost_no_renderer() -> None:
    script = f"import sys, probe.render.registry; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
