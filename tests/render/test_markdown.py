"""The Markdown report: one golden report, and what a hostile upstream must not do to it.

After an intended change of the report, write the golden file anew and read its diff:

    PROBE_REGENERATE=1 .venv/bin/python -m pytest tests/render/test_markdown.py
"""

import os
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.call import Call
from probe.model.choices import EndReason, Session, UpstreamKind
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from probe.model.report import Report
from probe.render.markdown import render_markdown
from probe.stats.gates import evaluate, parse_gate
from probe.stats.summarise import summarise
from tests.builders import GOLDEN, call, flags, manifest, result, scenario, step, target_info, words

GOLDEN_REPORT = GOLDEN / "report.md"


def fixed_calls() -> list[Call]:
    """Eight rounds with one of each thing that a report shows; the eighth was interrupted in its second call."""
    usage = {"glm-4.7": ModelUsage(input_tokens=21_000, output_tokens=12, cache_read_tokens=0)}
    good = words(result=result(model_usage=usage, cost_usd=0.0612))
    seconds = [call(n, 2, wall_ms=1000.0 + 100 * n, client=good) for n in range(1, 8)]
    return [
        call(1, 1, client=good, wall_ms=3210.0),
        call(2, 1, client=good, wall_ms=41_000.0, flags=flags("retried"),
             evidence="retried once, after 529 overloaded"),
        call(3, 1, Outcome.TIMED_OUT, wall_ms=180_020.0, cause="overloaded", flags=flags("retried"),
             evidence="still retrying: 9 announced, the last after 529 overloaded"),
        call(4, 1, Outcome.AUTH, wall_ms=900.0, cause="401", evidence="API Error: 401 invalid | token"),
        call(5, 1, client=words(model="other-model"), flags=flags("model_mismatch")),
        call(6, 1, Outcome.WRONG_ANSWER, evidence="expected 'PROBE_OK', got '<script>alert(1)</script>'", client=good),
        call(7, 1, client=good, flags=flags("left_processes")),
        call(8, 1, client=good),
        *seconds,
    ]  # fmt: skip


def fixed_report() -> Report:
    script = scenario(step(timeout="3m"), step("call2", session=Session.RESUME, timeout="3m"), gap="5m")
    made = manifest(script, rounds=10, target=target_info(env={"API_TIMEOUT_MS": "60000", "MY_TOKEN": "[set]"}))
    report = summarise(
        fixed_calls(),
        made,
        run_id=made.run_id,
        rounds_finished=7,
        interrupted_calls=1,
        corrupt={"journal.jsonl (lines)": 1},
        end=EndReason.INTERRUPTED,
    )
    gates = ("call1.failure_rate > 0.1", "call2.p90_wall > 10s", "retried > 0")
    steps = tuple(each.label for each in report.steps)
    return report.model_copy(update={"gates": tuple(evaluate(parse_gate(gate, steps), report) for gate in gates)})


def test_the_report_is_the_golden_one() -> None:
    rendered = render_markdown(fixed_report())
    if os.environ.get("PROBE_REGENERATE"):
        GOLDEN_REPORT.write_text(rendered, encoding="utf-8")
    assert rendered == GOLDEN_REPORT.read_text(encoding="utf-8")


def rendered(*calls: Call, **options: Any) -> str:
    made = options.pop("manifest", manifest())
    return render_markdown(summarise(calls, made, run_id="r", rounds_finished=2, **options))


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a report as a Markdown reader sees them: rows of cells, split at unescaped bars."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append(re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1])
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07",
    "abc\u202egnp.exe",
    "a | b | c",
    "`code` ``more`` ```",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/pixel)",
    "line\n| one | two |\n# heading",
    "back\\slash \\| bar",
    "&lt;script&gt;",
    "# heading",
    "**bold** _em_ ~~gone~~",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_upstream_writes_no_mark_up_and_no_escapes(text: str) -> None:
    made = manifest(target=target_info(model=text, base_url="http://relay.example", env={"MAX_X": text}))
    bad = call(1, 1, Outcome.API_ERROR, cause=text, evidence=text, client=words(model=text))
    report = rendered(bad, call(1, 2), manifest=made)
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", report) is None
    outside = re.sub(r"`[^`\n]*`", "", report)  # within a code span nothing is mark-up
    assert re.search(r"(?<!\\)<(?:script|img)", outside) is None
    assert re.search(r"(?<!\\)\]\(", outside) is None
    assert "\n# heading" not in report
    for table in tables(report):
        assert {len(row) for row in table} == {len(table[0])}


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text("|\\`<>\n[]()#", max_size=12))
def test_tables_keep_their_columns_whatever_was_said(one: str, two: str) -> None:
    report = rendered(
        call(1, 1, Outcome.API_ERROR, cause=one or None, evidence=two + one, client=words(model=two or "m")),
        call(1, 2, Outcome.API_ERROR, cause=two or None, evidence=one + two),
        provenance_note=one + two,
    )
    for table in tables(report):
        assert {len(row) for row in table} == {len(table[0])}
    headings = [line for line in report.splitlines() if line.startswith("#")]
    assert len(headings) == 7


def test_a_gate_s_expression_keeps_the_table() -> None:
    report = fixed_report()
    (gates,) = (table for table in tables(render_markdown(report)) if table[0][0].strip() == "gate")
    assert [row[1].strip() for row in gates[2:]] == ["**failed**", "passed", "**failed**"]


def test_an_embedded_upstream_is_said_first() -> None:
    made = manifest(target=target_info(kind=UpstreamKind.EMBEDDED, name="embedded", faults=("hang(on=call1)",)))
    report = rendered(call(1, 1), manifest=made)
    assert "**Embedded upstream.**" in report.split("## ")[0]
    assert "hang(on=call1)" in report
    assert "**Embedded upstream.**" not in rendered(call(1, 1))


def test_a_run_without_calls_claims_nothing() -> None:
    report = rendered()
    assert "No call finished, so nothing can be said." in report
    assert "0 %" not in report
    assert "0%" not in report


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (EndReason.INTERRUPTED, "it was interrupted"),
        (EndReason.MAX_COST, "--max-cost-usd"),
        (EndReason.MAX_TOKENS, "--max-tokens"),
        (None, "still running, or was cut off"),
    ],
)
def test_an_incomplete_run_says_why(end: EndReason | None, says: str) -> None:
    report = render_markdown(summarise([call(1, 1)], manifest(rounds=9), run_id="r", rounds_finished=1, end=end))
    assert f"**Not complete**: 1 of 9 rounds; {says}" in report or (says in report and "1 of 9 rounds" in report)


def test_a_complete_run_does_not_complain() -> None:
    report = rendered(call(1, 1), call(1, 2), end=EndReason.COMPLETED)
    assert "Not complete" not in report
    assert "Not everything" not in report


def test_what_could_not_be_read_is_said() -> None:
    assert "**Not everything could be read**: rounds/0003: 1." in rendered(call(), corrupt={"rounds/0003": 1})


def test_a_report_without_a_manifest_says_so() -> None:
    report = render_markdown(summarise([call()], None, run_id="r", rounds_finished=1))
    assert "Unknown: the run has no readable manifest." in report


def test_the_fiftieth_incident_is_not_the_last_word() -> None:
    report = rendered(*(call(n, 1, Outcome.OVERLOADED) for n in range(1, 61)))
    assert "10 more; `probe export` lists every call." in report
