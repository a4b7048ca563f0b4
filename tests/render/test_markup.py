"""Small parts of Markdown: tables, bars, signs of rounds, quotations."""

import pytest

from probe.render.markup import bar, round_chart, table
from tests.render.sections import (
    charts,
)
from tests.render.spoken import EN, tables


def test_rounds_wrap_at_sixty_and_every_sign_stands_for_its_round() -> None:
    signs = "·rTx" * 17
    lines = round_chart(charts(signs), ["call1", "call2"], EN).splitlines()
    assert lines == [
        "```text",
        "       1–60",
        f"call1  {signs[:60]}",
        f"call2  {'·' * 60}",
        "       61–68",
        f"call1  {signs[60:]}",
        f"call2  {'·' * 8}",
        "",
        "· clean   r recovered   T stopped at the deadline   x failed",
        "```",
    ]


def test_one_round_is_no_range() -> None:
    assert round_chart(charts("T"), ["call1"], EN).splitlines()[1:3] == ["       1", "call1  T"]


def test_a_round_without_a_call_keeps_its_place() -> None:
    lines = round_chart(charts("·xT"), ["call1", "call3"], EN).splitlines()
    assert lines[2:4] == ["call1  ·xT", "call3"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, ""), (0.0001, "▏"), (50.0, "█" * 12), (51.0, "█" * 12 + "▎"), (100.0, "█" * 24)]
)
def test_bars(value: float, text: str) -> None:
    assert bar(value, 100.0) == text


def test_tables_are_aligned_in_a_terminal_in_chinese_too() -> None:
    assert table(["步骤", "n", "带宽"], [["call1", "3", "1"], ["重试", "12", "很多"]], "–").splitlines() == [
        "| 步骤  | n  | 带宽 |",
        "|-------|----|------|",
        "| call1 | 3  | 1 |",
        "| 重试  | 12 | 很多 |",
    ]


def test_one_long_cell_does_not_fill_all_other_lines_with_blanks() -> None:
    lines = table(["a", "b", "c"], [["x" * 300, "2", "y" * 900], ["1", "2", "3"]], "–").splitlines()
    assert max(map(len, (lines[0], lines[1], lines[3]))) < 80
    assert lines[2] == f"| {'x' * 300} | 2 | {'y' * 900} |"
    assert [len(row) for row in tables("\n".join(lines))[0]] == [3, 3, 3, 3]
