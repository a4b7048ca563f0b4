"""Lines broken where a terminal ends."""

import pytest
from rich.cells import cell_len
from rich.text import Text

from probe.cli.wrap import wrapped


def lines(text: str, width: int) -> list[str]:
    return [line.plain for line in wrapped(Text(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("it is 59 % of all", 9, ["it is", "59 % of", "all"]),
        ("(95 % interval 7 % to 59 %), and", 30, ["(95 % interval 7 % to 59 %),", "and"]),
        ("relay 2 · account 0 · client 0", 11, ["relay 2 ·", "account 0 ·", "client 0"]),
        ("see /a/very/long/path/of/a/file now", 10, ["see", "/a/very/long/path/of/a/file", "now"]),
        ("全部调用失败，", 12, ["全部调用失", "败，"]),
        ("八次（其中三次）超时", 7, ["八次", "（其中", "三次）", "超时"]),
        ("由 Claude Code 静默重试", 16, ["由 Claude Code", "静默重试"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_between_words_and_between_chinese_characters(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


@pytest.mark.parametrize("width", [1, 20, 33, 60])
def test_no_line_is_wider_than_the_terminal_but_for_a_longer_word(width: int) -> None:
    text = "8 次调用中有 2 次失败（25%；95% 区间 7% 至 59%），另有 2 次只是因为 Claude Code 静默重试才成功。"
    longest = max(cell_len(word) for word in lines(text, 1))
    assert all(cell_len(line) <= max(width, longest) for line in lines(text, width))
    assert "".join(lines(text, width)).replace(" ", "") == text.replace(" ", "")
