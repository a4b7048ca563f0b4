"""Blocks for terminals: the answer in three lines where all is well, and more only where something is wrong."""

from collections.abc import Iterable

import pytest

from probe.model.choices import Language
from probe.model.outcome import Outcome
from probe.model.verdict import Answer
from probe.render.table_model import Table
from probe.render.terminal_comparison import comparison_blocks
from probe.render.terminal_model import Block, Heading, TextLine
from probe.render.terminal_report import report_blocks
from probe.render.terminal_result import result_blocks
from probe.texts import Texts
from tests.render import samples
from tests.render.sections import pairs, report, section, statistics, verdict
from tests.stats.test_compare_drivers import arm, compared, live, printing

EN, ZH = Texts(), Texts(Language.ZH)


def said(blocks: Iterable[Block]) -> list[str]:
    """Return the lines as they stand in a wide pipe."""
    lines = (block for block in blocks if isinstance(block, TextLine))
    return [line.sign + " ".join(span.text for span in line.spans) for line in lines]


def test_where_all_is_well_two_lines_say_it() -> None:
    steps = (statistics("call1", 30), statistics("call2", 30))
    fine = section(*steps, verdict=verdict(Answer.NO_COLD_EFFECT), pairs=pairs(30))
    health, first_calls = said(result_blocks(report(fine), EN))
    assert health.startswith("OK None of 60 calls failed")
    assert first_calls.startswith("No cold effect")
    assert "call1 3.30 s" in first_calls


def test_a_target_that_is_down_is_never_undecided() -> None:
    gone = [statistics(label, 6, (Outcome.OVERLOADED, None, 6)) for label in ("call1", "call2")]
    down = section(*gone, verdict=verdict(Answer.UNDECIDED, n=6), pairs=pairs(6, both=6))
    lines = said(result_blocks(report(down), EN))
    assert lines[0].startswith("DOWN All 12 calls failed")
    assert lines[1].startswith("12 failures: relay 12")
    assert lines[2].startswith("→ ")
    assert len(lines) == 3
    assert "ndecided" not in "".join(lines)
    assert "no difference" not in "".join(lines)


def test_an_open_verdict_is_left_out_where_calls_failed() -> None:
    steps = (statistics("call1", 30, (Outcome.OVERLOADED, None, 3)), statistics("call2", 30))
    flaky = section(*steps, verdict=verdict(Answer.UNDECIDED), pairs=pairs(30, b=3))
    assert not [line for line in said(result_blocks(report(flaky), EN)) if "first call" in line.lower()]


def test_reasons_come_when_they_are_asked_for() -> None:
    brief, verbose = (said(result_blocks(samples.rich_report(), EN, is_verbose=more)) for more in (False, True))
    assert brief[0].startswith("FLAKY")
    assert set(brief[1:]) < set(verbose)
    assert len([line for line in verbose if line.startswith("  - ")]) > 5


def test_failed_gates_are_told_in_the_reader_s_language() -> None:
    lines = said(result_blocks(samples.rich_report(), ZH))
    assert [line for line in lines if line.startswith("门限未通过：call1.failure_rate > 0.1")]


@pytest.mark.parametrize("texts", [EN, ZH])
def test_a_report_begins_with_the_answer_and_leaves_the_control_out(texts: Texts) -> None:
    blocks = list(report_blocks(samples.rich_report(), texts))
    lines = said(blocks)
    assert lines[1].startswith(texts("health.FLAKY"))
    assert [block.id for block in blocks if isinstance(block, Table)] == ["calls", "durations"]
    assert next(block.text for block in blocks if isinstance(block, Heading)) == texts("rounds.title")
    ids = "request-id: req_6d2b9b5e00794be60003 · cf-ray: 8f1c0a"
    assert f"    07:39:00.758 · 529 overloaded_error · {ids}" in lines


def test_a_verbose_report_has_gates_and_notes_too() -> None:
    brief, verbose = (list(report_blocks(samples.rich_report(), EN, is_verbose=more)) for more in (False, True))
    tables = [block.id for block in verbose if isinstance(block, Table)]
    assert {"outcomes", "gates"} <= set(tables) - {block.id for block in brief if isinstance(block, Table)}
    titles = [block.text for block in verbose if isinstance(block, Heading)]
    assert titles.index(EN("report.reasons")) < titles.index(EN("notes.title"))
    assert EN("notes.title") not in [block.text for block in brief if isinstance(block, Heading)]


def test_drivers_of_one_target_are_compared_before_the_details() -> None:
    comparison = compared(arm("claude-print", printing()), arm("claude-live", live()))
    several = samples.several_report().model_copy(update={"drivers": (comparison,)})
    titles = [block.text for block in report_blocks(several, EN) if isinstance(block, Heading)]
    details = EN("details.title", name=several.worst_first[0].name)
    assert titles.index("relay: what each driver took") < titles.index(details)
    assert any("with claude-live than with claude-print" in line for line in said(report_blocks(several, EN)))


def test_a_comparison_says_what_is_worse_before_what_is_better() -> None:
    lines = said(comparison_blocks(samples.comparison(), EN))
    assert lines[0].startswith("No regression")
    signs = [line[0] for line in lines if line[0] in "▲▼="]
    assert signs == sorted(signs, key="▲▼=".index)
    assert "failure rate: worse" in next(line for line in lines if line.startswith("▲"))
