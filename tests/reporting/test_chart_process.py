"""The process that draws charts: it draws as this one does, and what it cannot draw is drawn here."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from probe.render.svg import Spec, draw_here
from probe.reporting import chart_process as module
from probe.reporting.chart_process import chart_process

SPEC: Spec = {
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 5}]},
    "mark": "line",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}
OUTSIDE: Spec = {"data": {"url": "http://127.0.0.1:9/data.json"}, "mark": "point", "encoding": {}}


def started(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put another program in the place of the child's."""
    file = folder / "child.py"
    file.write_text(program, encoding="utf-8")
    monkeypatch.setattr(module, "_PROGRAM", file)


def test_a_chart_looks_as_if_it_was_drawn_in_this_process_and_no_process_is_left() -> None:
    before = {child.pid for child in psutil.Process().children()}
    with chart_process() as draw:
        assert {child.pid for child in psutil.Process().children()} - before
        assert [draw(SPEC), draw(SPEC)] == [draw_here(SPEC)] * 2
    assert {child.pid for child in psutil.Process().children()} <= before


def test_a_chart_that_cannot_be_drawn_is_an_error_and_the_next_one_is_drawn() -> None:
    with chart_process() as draw:
        with pytest.raises(ValueError, match=r"denied|not allowed|forbidden"):
            draw(OUTSIDE)
        assert draw(SPEC) == draw_here(SPEC)


@pytest.mark.parametrize(
    "program", ["", "print('no JSON', flush=True)", "print('5', flush=True)", "raise SystemExit(1)"]
)
def test_charts_are_drawn_here_where_the_child_fails(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(program, tmp_path, monkeypatch)
    with chart_process() as draw:
        assert draw(SPEC) == draw_here(SPEC)
        assert draw(SPEC) == draw_here(SPEC)


def test_charts_are_drawn_here_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with chart_process() as draw:
        assert draw(SPEC) == draw_here(SPEC)


def test_the_child_ends_when_its_input_ends() -> None:
    child = Path(module.__file__).with_name("chart_child.py")
    assert subprocess.run([sys.executable, "-I", str(child)], input=b"", check=False, timeout=60).returncode == 0
