"""The Markdown report: golden reports in both languages, and what a hostile upstream must not do to them.

After an intended change of the report, write the golden files anew and read their diff:

    PROBE_REGENERATE=1 .venv/bin/python -m pytest tests/render/test_markdown.py
"""

import os
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.choices import Language
from probe.model.comparison import Unit
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Gate, Report, Section
from probe.model.statistics import Estimate
from probe.render.markdown import render_markdown
from probe.texts import Texts
from tests.builders import GOLDEN, START, manifest, target_info
from tests.render.sections import (
    charts,
    cold_section,
    comparison,
    embedded_manifest,
    incident,
    phases,
    report,
    section,
    statistics,
    undecided_section,
)
from tests.render.spoken import EN, tables

GOLDEN_REPORTS = {
    "report.md": (report(cold_section()), Language.EN),
    "report.zh.md": (report(cold_section()), Language.ZH),
    "report-comparison.md": (
        report(
            cold_section(),
            undecided_section(),
            comparisons=(comparison(),),
            refused=(Note(code=NoteCode.NOT_POOLED, values={"run": "r2", "other": "r1", "names": "model"}),),
        ),
        Language.EN,
    ),
}


@pytest.mark.parametrize("name", GOLDEN_REPORTS)
def test_the_report_is_the_golden_one(name: str) -> None:
    made, language = GOLDEN_REPORTS[name]
    rendered = render_markdown(made, Texts(language))
    if os.environ.get("PROBE_REGENERATE"):
        (GOLDEN / name).write_text(rendered, encoding="utf-8")
    assert rendered == (GOLDEN / name).read_text(encoding="utf-8")


def rendered(*sections: Section, texts: Texts = EN, **options: Any) -> str:
    return render_markdown(report(*sections), texts, **options)


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


def hostile_report(said: str, more: str) -> Report:
    """Build a report into which strangers wrote wherever they can."""
    found = incident(cause=said, evidence=more, session_id=said, endings=(said, more), request_ids=({more: said},),
                    outcome=Outcome.API_ERROR)  # fmt: skip
    failures = (Outcome.API_ERROR, said, 1), (Outcome.TIMED_OUT, more, 1)
    hostile = section(
        statistics("call1", 9, *failures, models_served={said: 1, more: 2}),
        statistics("call2", 9, failures[0]),
        name=said or "x",
        manifest=manifest(target=target_info(model=said or "m", env={"MAX_X": more})),
        notes=(Note(code=NoteCode.UNREADABLE, values={"what": more, "count": 2}),
               Note(code=NoteCode.OUTLIERS, values={"label": said, "count": 2, "rounds": more})),
        gates=(Gate(expression=said, failed=True, unit=Unit.WORD, word=more),),
        incidents=(found,),
        corrupt={said: 1},
    )  # fmt: skip
    return report(hostile)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", Language)
def test_a_hostile_upstream_writes_no_mark_up_and_no_escapes(text: str, language: Language) -> None:
    found = render_markdown(hostile_report(text, text), Texts(language))
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", found) is None
    outside = re.sub(r"`[^`\n]*`", "", found)  # within a code span nothing is mark-up
    assert re.search(r"(?<!\\)<(?:script|img)", outside) is None
    assert re.search(r"(?<!\\)\]\(", outside) is None
    assert "\n# heading" not in found
    for rows in tables(found):
        assert {len(row) for row in rows} == {len(rows[0])}


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text("|\\`<>\n[]()#", max_size=12))
def test_tables_keep_their_columns_whatever_was_said(one: str, two: str) -> None:
    found = render_markdown(hostile_report(one, two), EN)
    for rows in tables(found):
        assert {len(row) for row in rows} == {len(rows[0])}
    assert len([line for line in found.splitlines() if line.startswith("#")]) == 9


def test_the_verdict_opens_the_report() -> None:
    lines = rendered(cold_section()).splitlines()
    assert lines[2] == "Measured 2026-11-21 07:30 UTC"
    assert lines[4].startswith("**FLAKY. 9 of 60 calls failed (15 %; 95 % interval 8 % to 26 %), and 3 more succeeded")
    assert lines[6] == "9 failures: relay 9 · account 0 · network 0 · your set-up 0 · client 0"
    assert lines[8].startswith("- 7 calls got no first byte before the deadline. ")
    assert lines[12] == (
        "**First calls are worse: they fail more often, and they are slower, often by more than 2.00 s.**"
    )
    assert lines[13].startswith("9 of 30 first calls failed")


def test_bold_ends_where_a_chinese_full_stop_would_keep_it_open() -> None:
    """`**` between `。` and a letter closes nothing (CommonMark 0.31, right-flanking delimiter runs)."""
    found = rendered(cold_section(), texts=Texts(Language.ZH))
    assert "。**\n" in found
    assert not re.search(r"。\*\*\S", found)


def test_several_sections_are_told_apart_and_compared_before_their_details() -> None:
    found = render_markdown(*GOLDEN_REPORTS["report-comparison.md"][:1], EN)
    headings = [line for line in found.splitlines() if re.match("##? ", line)]
    assert headings == [
        "# probe report: relay + other",
        "## relay",
        "## other",
        "## other compared with relay",
        "## Details: relay",
        "## Details: other",
    ]
    assert "> r2 is not pooled with r1: they differ in model." in found
    assert "> Measured on different machines (0a1b2c3d and ffff0000)" in found


def test_several_sections_begin_with_a_table_of_all() -> None:
    (first, *_) = tables(rendered(cold_section(), undecided_section()))
    assert first[0][:4] == ["target", "health", "calls", "failed"]
    assert first[2] == ["relay", "FLAKY", "60", "9", "3", "15 % (6 % to 28 %)", "–", "COLD"]
    assert [row[-1] for row in first[2:]] == ["COLD", "UNDECIDED"]
    assert tables(rendered(cold_section()))[0][0][0] == "step"


def test_runs_of_several_days_say_from_when_to_when() -> None:
    cold = cold_section()
    later = cold.runs[0].model_copy(update={"run_id": "r2", "created_at": START + timedelta(days=1)})
    found = rendered(cold.model_copy(update={"runs": (*cold.runs, later)}))
    assert "Measured 2026-11-21 07:30 to 2026-11-22 07:30 UTC" in found
    unknown = cold.runs[0].model_copy(update={"created_at": None})
    assert "Measured" not in rendered(cold.model_copy(update={"runs": (unknown,)}))


def test_what_limits_the_data_stands_before_the_verdict() -> None:
    notes = (
        Note(code=NoteCode.FEW_PAIRS, values={"n": 12}),
        Note(code=NoteCode.INCOMPLETE, values={"finished": 12, "planned": 30, "reason": "cut_off"}),
    )
    found = rendered(undecided_section(notes=notes))
    assert found.index("> Incomplete: 12 of 30 rounds; it is still running") < found.index("**Undecided")
    assert "## Notes\n\n- 12 rounds show only large differences." in found


def test_a_complete_run_does_not_complain() -> None:
    assert ">" not in rendered(cold_section()).split("## ")[0]


def test_charts_are_linked() -> None:
    found = rendered(cold_section(), charts={"rounds": "report rounds.svg"})
    assert "## Charts\n\n![rounds](report%20rounds.svg)\n\n## Round by round" in found
    assert "![" not in rendered(cold_section())


def test_thinned_rounds_say_so() -> None:
    some = charts("·x·T", rounds_total=4000)
    assert "4 of 4,000 rounds are shown" in rendered(cold_section(charts=some))
    assert "rounds are shown" not in rendered(cold_section())


def test_a_report_is_mostly_words() -> None:
    """GitHub takes 65,536 characters as a comment; blanks alone used to be a third of a report."""
    long = "API Error: 529 " + "overloaded " * 60
    incidents = tuple(incident(n, evidence=long if n == 3 else "short") for n in range(1, 30))
    found = rendered(cold_section(incidents=incidents, incidents_total=29))
    assert found.count("  ") * 2 < len(found) / 4
    assert sum(len(line) > 400 for line in found.splitlines() if line.startswith("|")) <= 2


def test_a_phase_that_took_no_time_has_no_bar() -> None:
    means: dict[str, Estimate] = dict(phases(boot=0, wait=0))
    found = rendered(section(statistics("call1", 3, success_phases=means)))
    (rows,) = (each for each in tables(found) if each[0][1] == "phase")
    assert [row[-1] for row in rows[2:]] == ["", ""]


def test_a_gate_s_expression_keeps_the_table() -> None:
    (gates,) = (rows for rows in tables(rendered(cold_section())) if rows[0][0] == "gate")
    assert [row[1] for row in gates[2:]] == ["**failed**", "passed", "**failed**"]


def test_the_operator_gets_what_he_needs_to_find_a_call() -> None:
    found = rendered(cold_section())
    part = found.split("## For the operator")[1].split("\n## ")[0]
    assert "Target `https://relay.example`, token `sk-...wxyz`. Times are UTC." in part
    row = tables(part)[0][2]
    requests = (
        "07:32:00.790 · 529 overloaded_error · request-id: req_6d2b9b5e",
        "07:32:39.417 · good · request-id: req_77a01c",
    )
    assert row == [
        "2", "call1", "2026-11-21 07:32:00", "41.0 s", "`ok`", f"`{'; '.join(requests)}`", "`retried`",
        "`00000000-0000-4000-8000-000000000002`", "`2 requests: 529 overloaded_error, then good`",
    ]  # fmt: skip


def test_a_call_of_an_older_run_has_its_own_time_alone() -> None:
    row = tables(rendered(cold_section()).split("## For the operator")[1])[0][4]
    assert (row[2], row[5]) == (
        "2026-11-21 07:35:00", "`529 overloaded_error · request-id: req_a; 529 overloaded_error`",
    )  # fmt: skip


def test_the_fiftieth_incident_is_not_the_last_word() -> None:
    many = tuple(incident(n) for n in range(1, 61))
    found = rendered(cold_section(incidents=many, incidents_total=400))
    assert "350 more; `probe export` lists every call." in found
    assert found.count("no byte came back") == 50


def test_runs_are_named_where_there_are_several() -> None:
    base = cold_section()
    pooled = base.model_copy(update={"runs": (*base.runs, base.runs[0].model_copy(update={"run_id": "r2"}))})
    assert "| run " in rendered(pooled)
    assert "| run " not in rendered(base)


def test_an_embedded_upstream_is_said_first() -> None:
    found = rendered(undecided_section(manifest=embedded_manifest()))
    assert "embedded upstream" in found.splitlines()[4]
    assert "hang(on=call1)" in found
    assert "embedded upstream" not in rendered(undecided_section())


def test_a_model_s_name_is_code_so_that_no_address_is_a_link_and_no_name_a_mention() -> None:
    name = "@octocat https://evil.example/login"
    made = statistics("call1", 3, models_served={name: 3})
    found = rendered(section(made, manifest=manifest(target=target_info(model=name))))
    (row,) = (rows[2] for rows in tables(found) if "requested" in rows[0])
    assert row[1:3] == [f"`{name}`", f"`{name}` (3)"]


def test_a_run_without_calls_claims_nothing() -> None:
    found = rendered(section(statistics("call1", 0), statistics("call2", 0)))
    assert "**No call finished, so nothing can be said.**" in found
    assert "%" not in found.split("## Outcomes")[0].replace("(95 % interval)", "").replace("95 % interval", "")


def test_a_report_without_a_manifest_says_so() -> None:
    found = rendered(section(statistics("call1", 1), manifest=None))
    assert "Unknown: the run has no readable manifest." in found
