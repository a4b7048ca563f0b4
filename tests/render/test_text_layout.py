"""Text for a terminal, where characters of East Asia take two columns."""

import pytest
from rich.cells import cell_len

from probe.render.text_layout import clipped, padded, paragraph, table_lines, width, wrapped


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("it is 59 % of all", 9, ["it is", "59 % of", "all"]),
        ("(95 % interval 7 % to 59 %), and", 30, ["(95 % interval 7 % to 59 %),", "and"]),
        ("relay 2 · account 0 · client 0", 11, ["relay 2 ·", "account 0 ·", "client 0"]),
        ("see /a/very/long/path/of/a/file now", 10, ["see", "/a/very/long/path/of/a/file", "now"]),
        ("全部调用失败，", 12, ["全部调用失", "败，"]),
        ("八次（其中三次）超时", 7, ["八次", "（其中", "三次）", "超时"]),
        ("把证据发给（上游），再试。", 12, ["把证据发给", "（上游），再", "试。"]),
        ("由 Claude Code 静默重试", 16, ["由 Claude Code", "静默重试"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_between_words_and_between_chinese_characters(text: str, columns: int, expected: list[str]) -> None:
    assert wrapped(text, columns) == expected


@pytest.mark.parametrize("columns", [1, 20, 33, 60])
def test_no_line_is_wider_than_the_terminal_but_for_a_longer_word(columns: int) -> None:
    text = "8 次调用中有 2 次失败（25%；95% 区间 7% 至 59%），另有 2 次只是因为 Claude Code 静默重试才成功。"
    longest = max(cell_len(word) for word in wrapped(text, 1))
    assert all(cell_len(line) <= max(columns, longest) for line in wrapped(text, columns))
    assert "".join(wrapped(text, columns)).replace(" ", "") == text.replace(" ", "")


def test_a_line_goes_on_below_its_first_word() -> None:
    assert wrapped("one two three", 9, head="> ", indent=2) == ["> one two", "  three"]
    assert wrapped("one two three", 9, head="from: ") == ["from: one", "two three"]
    assert wrapped("", 10, head="seen: ") == ["seen:"]


def test_wide_characters_count_twice() -> None:
    assert (width("上游"), width("up"), padded("上游", 6), clipped("上游不可用", 6)) == (4, 2, "上游  ", "上游…")


def test_columns_of_a_table_stand_below_each_other() -> None:
    lines = list(table_lines(("请求", "b"), [("x", "1"), ("longer", "2")], 40))
    assert lines == ["请求    b", "x       1", "longer  2"]


def test_a_table_that_is_too_wide_stands_on_several_lines_and_nothing_is_lost() -> None:
    rows = [("a", "200", "much", "10 ms"), ("a longer name", "503", "", "")]
    assert list(table_lines(("who", "code", "what", "time"), rows, 24)) == [
        "who            code",
        "  what  time",
        "a              200",
        "  much  10 ms",
        "a longer name  503",
    ]


def test_only_the_last_column_may_be_cut_and_a_cell_alone_is_broken() -> None:
    body = "a body that goes on and on"
    assert list(table_lines(("n", "body"), [("1", body)], 16, least=5)) == ["n  body", "1  a body that …"]
    assert list(table_lines(("n", "body"), [("1", body)], 16)) == [
        *("n", "  body", "1", "  a body that", "  goes on and on"),
    ]


def test_a_paragraph_stands_behind_its_head_or_near_the_edge_of_a_narrow_terminal() -> None:
    text = "so much is said of it that a line does not hold it all, whatever one does"
    assert paragraph(text, 60, head="note     model   ")[1].startswith(" " * 17 + "hold it all")
    assert paragraph(text, 40, head="note     model   ") == [
        "note  model  so much is said of it that",
        "  a line does not hold it all, whatever",
        "  one does",
    ]
    assert paragraph(text, 40, head="         seen:  ")[0].startswith("  seen:  so")
