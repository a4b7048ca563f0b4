"""Text for a terminal, where characters of East Asia take two columns."""

from probe.render.text_layout import clipped, padded, table_lines, width, wrapped


def test_wide_characters_count_twice() -> None:
    assert (width("上游"), width("up"), padded("上游", 6), clipped("上游不可用", 6)) == (4, 2, "上游  ", "上游…")


def test_lines_end_between_words_or_wide_characters_and_never_at_brackets() -> None:
    assert wrapped("one two three", 9, head="> ", indent=2) == ["> one two", "  three"]
    assert wrapped("把证据发给（上游），再试。", 12) == ["把证据发给", "（上游），再", "试。"]
    assert wrapped("", 10, head="seen: ") == ["seen:"]


def test_columns_of_a_table_stand_below_each_other() -> None:
    lines = list(table_lines(("请求", "b"), [("x", "1"), ("longer", "2")], 40))
    assert lines == ["请求    b", "x       1", "longer  2"]
