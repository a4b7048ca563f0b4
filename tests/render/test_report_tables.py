"""The tables of a section: what each row says, what is not known, and what stands out."""

from typing import Any

import pytest

from probe.model.comparison import Unit
from probe.model.outcome import Flag, Outcome
from probe.model.report_sections import Gate, Section
from probe.model.statistics import OutcomeCount, PromptCacheUse, Tokens
from probe.model.warmth import WarmthLevel
from probe.render.html_tables import HtmlCell, html_table
from probe.render.markdown_tables import write_table
from probe.render.report_tables import (
    calls_table,
    facts_table,
    gates_table,
    models_table,
    outcomes_table,
    pairs_table,
    warmth_table,
)
from probe.render.table_model import Table
from tests.builders import manifest, target_info
from tests.render.sections import estimate, pairs, section, statistics
from tests.render.spoken import EN, warmth

LATE, BUSY = (Outcome.TIMED_OUT, "no_first_byte", 7), (Outcome.OVERLOADED, "529", 2)


def rows(table: Table) -> list[list[str]]:
    """Return what a reader of the page sees in each row."""
    return [[" ".join(cell.lines) for cell in row] for row in html_table(table, "t").rows]


def cells(table: Table, column: str) -> list[HtmlCell]:
    place = table.columns.index(column)
    return [row[place] for row in html_table(table, "t").rows]


def gate(**changes: Any) -> Gate:
    fields = {"expression": "call1.failed > 1", "failed": False, "unit": Unit.COUNT, "count": 0}
    return Gate.model_validate(fields | changes)


def test_calls_are_counted_by_what_became_of_them() -> None:
    table = calls_table(section(statistics("call1", 1200, LATE, BUSY, recovered=3), statistics("call2", 30)), EN)
    assert table.columns == (
        "step", "n", "ok", "clean", "recovered", "failed", "at deadline", "failure rate (95 % interval)",
    )  # fmt: skip
    assert [row[:-1] for row in rows(table)] == [
        ["call1", "1,200", "1,191", "1,188", "3", "9", "7"],
        ["call2", "30", "30", "30", "0", "0", "0"],
    ]


def test_without_calls_the_failure_rate_is_a_dash_that_stands_before_all_others() -> None:
    table = calls_table(section(statistics("call1", 0), statistics("call2", 30, BUSY)), EN)
    unknown, known = cells(table, "failure rate (95 % interval)")
    assert (unknown.lines, unknown.key) == (("–",), "")
    assert known.key == pytest.approx(2 / 30)


def test_cold_calls_stand_by_the_idle_time_before_them() -> None:
    levels = (WarmthLevel(idle_ms=5000.0, n=4, cold=0, fitted_share=0.0),
              WarmthLevel(idle_ms=67_000.0, n=3, cold=2, fitted_share=0.75))  # fmt: skip
    table = warmth_table(section(warmth=warmth(levels=levels)), EN)
    assert rows(table) == [["5.00 s", "4", "0", "0 %"], ["67.0 s", "3", "2", "75 %"]]
    assert warmth_table(section(), EN).rows == ()


def test_pairs_are_facts_and_there_are_none_of_a_single_step() -> None:
    table = pairs_table(section(statistics("call1", 30), pairs=pairs(30, 9, 2)), EN)
    assert table.facts
    assert rows(table)[0] == [EN("pairs.n"), "30"]
    assert pairs_table(section(statistics("call1", 30)), EN).rows == ()


def test_an_outcome_has_its_meaning_and_who_has_to_act() -> None:
    table = outcomes_table(section(statistics("call1", 30, LATE, (Outcome.BILLING, "402", 2))), EN)
    assert table.columns[:4] == ("step", "outcome", EN("html.cause"), "calls")
    good, late, unpaid = rows(table)
    assert good[:4] == ["call1", "ok", "–", "21"]
    assert good[4:] == ["answered as asked; as expected", "–"]
    assert late == [
        "call1", "timed_out: no_first_byte", "no first byte", "7", "no complete answer before the deadline", "relay"
    ]  # fmt: skip
    assert (unpaid[1], unpaid[-1]) == ("billing: 402", "account")


def test_a_failure_that_was_expected_needs_nobody_to_act() -> None:
    expected = OutcomeCount(outcome=Outcome.OVERLOADED, cause="529", expected=True, n=3)
    (row,) = rows(outcomes_table(section(statistics("call1", 3, outcomes=(expected,))), EN))
    assert row[4].endswith("; as expected")
    assert row[5] == "–"


def test_flags_stand_below_the_outcomes_of_all_steps() -> None:
    steps = (statistics("call1", 3, flags={Flag.RETRIED: 2}), statistics("call2", 3, flags={Flag.FAKE_STREAM: 1}))
    shown = rows(outcomes_table(section(*steps), EN))
    assert [(row[0], row[1], row[2], row[3]) for row in shown[2:]] == [
        ("call1", "retried", "flag", "2"), ("call2", "fake_stream", "flag", "1")
    ]  # fmt: skip
    assert shown[2][4] == EN("flag.retried")
    assert shown[2][5] == "–"


def test_causes_in_words_are_for_the_page_alone() -> None:
    text = write_table(outcomes_table(section(statistics("call1", 30, LATE)), EN), EN)
    assert "timed_out: no_first_byte" in text
    assert "no first byte" not in text


def test_models_are_told_with_what_was_asked_for_and_what_it_took() -> None:
    cache = PromptCacheUse(read_share=estimate(0.9, 0.8, 0.95), expected=30, expected_unread=0)
    served = {"glm-4.7": 20, "other": 10}
    tokens = Tokens(input=630_000, output=360, cache_read=0, cost_usd=1.83)
    step = statistics("call1", 30, tokens=tokens, models_served=served, cache=cache)
    target = target_info(model="asked-for")
    assert rows(models_table(section(step, manifest=manifest(target=target)), EN)) == [
        [
            "call1", "asked-for", "glm-4.7 (20) other (10)", "630,000", "360", "0", "1.8300",
            "90 % (80 % to 95 %)",
        ]
    ]  # fmt: skip


def test_what_is_not_known_of_models_is_a_dash_or_said_to_be_unknown() -> None:
    silent = statistics("call1", 30, models_served={}, tokens=Tokens(unknown=30))
    nothing = statistics("call2", 0)
    first, second = rows(models_table(section(silent, nothing, manifest=None), EN))
    assert first == ["call1", "–", "–", "unknown", "unknown", "unknown", "unknown", "–"]
    assert second == ["call2", "–", "–", "–", "–", "–", "–", "–"]


def test_a_gate_that_failed_stands_out_and_says_what_it_saw() -> None:
    failed = gate(expression="call1.failure_rate > 0.1", failed=True, unit=Unit.SHARE, count=9,
                  estimate=estimate(0.3, 0.167, 0.479), certain=True)  # fmt: skip
    table = gates_table(section(statistics("call1", 30), gates=(failed, gate())), EN)
    bad, good = rows(table)
    assert bad == [
        "call1.failure_rate > 0.1", "failed", "30 % (17 % to 48 %), 9 of 30",
        "fails only when the whole interval is beyond the threshold",
    ]  # fmt: skip
    assert (good[1], good[3]) == ("passed", "–")
    assert [cell.tone for cell in cells(table, "result")] == ["bad", "good"]
    text = write_table(table, EN)
    assert "**failed**" in text
    assert "**passed**" not in text
    assert "whole interval" not in text


def test_the_facts_say_so_where_the_run_has_no_readable_manifest() -> None:
    known, unknown = (
        facts_table(section(statistics("call1", 30), **changes), EN) for changes in ({}, {"manifest": None})
    )
    assert ["target", "relay (real), https://relay.example"] in rows(known)
    assert known.note == ""
    assert unknown.note == EN("provenance.unknown")
    assert known.facts


def test_a_stranger_s_label_is_no_mark_up() -> None:
    of: Section = section(statistics("*a*|b", 3, BUSY, flags={Flag.RETRIED: 1}))
    for table in (calls_table(of, EN), outcomes_table(of, EN), models_table(of, EN)):
        assert r"| \*a\*\|b " in write_table(table, EN)
