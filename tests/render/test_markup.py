"""Small parts of Markdown: tables, bars, signs of rounds, quotations."""

import pytest

from probe.model.chart import Charts
from probe.render.markup import bar, outcome_code, plain, quoted, round_chart, table
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


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a_b *c* `d`", r"a\_b \*c\* \`d\`"),
        ("<img> [x](y) | ~z~ #1 &amp;", r"\<img\> \[x\](y) \| \~z\~ \#1 \&amp;"),
        ("plain words, 3 %", "plain words, 3 %"),
    ],
)
def test_text_of_strangers_is_no_mark_up(said: str, written: str) -> None:
    assert plain(said) == written


def test_text_of_strangers_stays_on_its_line() -> None:
    for write in (plain, quoted):
        assert not {"\n", "\x1b"} & set(write("a\nb\x1b[2J"))


@pytest.mark.parametrize(
    ("said", "written"), [("a*b*", "`a*b*`"), ("a`b", "`a'b`"), ("a|b", "`a¦b`"), ("", "–"), ("`", "`'`")]
)
def test_a_quotation_is_a_code_span_that_nothing_ends(said: str, written: str) -> None:
    assert quoted(said) == written


@pytest.mark.parametrize(
    ("cause", "written"),
    [
        (None, "`auth`"),
        ("", "`auth`"),
        ("401", "`auth: 401`"),
        ("no first-byte", "`auth: no first-byte`"),
        ("a`b", "`auth`: `a'b`"),
        ("无", "`auth`: `无`"),
    ],
)
def test_a_cause_of_ours_stands_in_the_code_and_a_stranger_s_behind_it(cause: str | None, written: str) -> None:
    assert outcome_code("auth", cause) == written


def test_without_rows_there_is_a_word_instead_of_a_table() -> None:
    assert table(["a", "b"], [], "none") == "none"


@pytest.mark.parametrize(("value", "most"), [(-1.0, 10.0), (1.0, 0.0), (0.0, 0.0)])
def test_nothing_has_no_bar(value: float, most: float) -> None:
    assert bar(value, most) == ""


def test_no_bar_is_longer_than_the_longest() -> None:
    assert bar(20.0, 10.0) == bar(10.0, 10.0)


def test_of_nothing_there_is_no_row() -> None:
    assert round_chart(Charts(), [], EN).splitlines()[0] == "```text"
