"""Text for a terminal, where characters of East Asia take two columns."""

import pytest
from rich.cells import cell_len

from probe.render.text_layout import clipped, padded, table_lines, width, wrapped


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
