"""The result of a run on a terminal: three lines where all is well, and more only where something is wrong."""

from probe.model.outcome import Outcome
from probe.model.verdict import Answer
from probe.render.terminal_result import result_blocks
from tests.render import samples
from tests.render.sections import pairs, report, section, statistics, verdict
from tests.render.spoken import EN, ZH, shown


def test_where_all_is_well_two_lines_say_it() -> None:
    steps = (statistics("call1", 30), statistics("call2", 30))
    fine = section(*steps, verdict=verdict(Answer.NO_COLD_EFFECT), pairs=pairs(30))
    health, first_calls = shown(result_blocks(report(fine), EN))
    assert health.startswith("OK None of 60 calls failed")
    assert first_calls.startswith("No cold effect")
    assert "call1 3.30 s" in first_calls


def test_a_target_that_is_down_is_never_undecided() -> None:
    gone = [statistics(label, 6, (Outcome.OVERLOADED, None, 6)) for label in ("call1", "call2")]
    down = section(*gone, verdict=verdict(Answer.UNDECIDED, n=6), pairs=pairs(6, both=6))
    lines = shown(result_blocks(report(down), EN))
    assert lines[0].startswith("DOWN All 12 calls failed")
    assert lines[1].startswith("12 failures: relay 12")
    assert lines[2].startswith("→ ")
    assert len(lines) == 3
    assert "ndecided" not in "".join(lines)
    assert "no difference" not in "".join(lines)


def test_an_open_verdict_is_left_out_where_calls_failed() -> None:
    steps = (statistics("call1", 30, (Outcome.OVERLOADED, None, 3)), statistics("call2", 30))
    flaky = section(*steps, verdict=verdict(Answer.UNDECIDED), pairs=pairs(30, b=3))
    assert not [line for line in shown(result_blocks(report(flaky), EN)) if "first call" in line.lower()]


def test_reasons_come_when_they_are_asked_for() -> None:
    brief, verbose = (shown(result_blocks(samples.rich_report(), EN, is_verbose=more)) for more in (False, True))
    assert brief[0].startswith("FLAKY")
    assert set(brief[1:]) < set(verbose)
    assert len([line for line in verbose if line.startswith("  - ")]) > 5


def test_failed_gates_are_told_in_the_reader_s_language() -> None:
    lines = shown(result_blocks(samples.rich_report(), ZH))
    assert [line for line in lines if line.startswith("门限未通过：call1.failure_rate > 0.1")]
