"""Reports on a terminal: the answer first, and more where it is asked for."""

import pytest

from probe.render.table_model import Table
from probe.render.terminal_model import Heading
from probe.render.terminal_report import report_blocks
from probe.texts import Texts
from tests.render import samples
from tests.render.spoken import EN, ZH, shown
from tests.stats.test_compare_drivers import arm, compared, live, printing


@pytest.mark.parametrize("texts", [EN, ZH])
def test_a_report_begins_with_the_answer_and_leaves_the_control_out(texts: Texts) -> None:
    blocks = list(report_blocks(samples.rich_report(), texts))
    lines = shown(blocks)
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
    assert any("with claude-live than with claude-print" in line for line in shown(report_blocks(several, EN)))
