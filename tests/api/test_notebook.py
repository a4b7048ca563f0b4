"""Runs as a notebook shows them."""

from pathlib import Path

import probe
from probe.api.notebook import report_html, table_html
from probe.model.outcome import Outcome
from probe.stats.gates import hold_gates
from tests.api.support import write_run
from tests.builders import call, target_info


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


def test_a_table_escapes_all_texts() -> None:
    html = table_html(["<b>", "n"], [["a & b", "1"], ["\x1b[2J", "2"]])
    assert "<th>&lt;b&gt;</th><th>n</th>" in html
    assert "<td>a &amp; b</td><td>1</td>" in html
    assert "\x1b" not in html
    assert html.count("<tr>") == 3
    assert table_html(["x"], []).count("<tr>") == 1


def test_a_run_is_shown_with_a_row_for_each_step_and_what_its_verdict_says(out: Path) -> None:
    html = probe.load("20261121*", out=out)._repr_html_()
    assert "<td>call1</td><td>8</td><td>5</td>" in html
    assert "<td>call2</td><td>8</td><td>8</td>" in html
    assert "3 of 8 first calls failed, and none of 8 second calls" in html


def test_failed_gates_are_shown(out: Path) -> None:
    runs = probe.load("20261121*", out=out)
    section = runs.report.sections[0]
    held = hold_gates(["call1.failure_rate > 10%", "call2.failure_rate > 90%"], section, "gate")
    html = report_html(runs.report.model_copy(update={"sections": (held,)}))
    assert "call1.failure_rate &gt; 10%" in html
    assert "call2.failure_rate" not in html
