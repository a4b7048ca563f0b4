"""Tables in Markdown."""

import pytest

from probe.model.choices import Language
from probe.render.html_tables import html_table
from probe.render.markdown_tables import write_table
from probe.render.table_model import (
    HeadingCell,
    Table,
    WordsCell,
)
from probe.texts import Texts
from tests.render.spoken import EN


def test_columns_of_the_page_alone_are_left_out_of_markdown() -> None:
    row = (WordsCell("1"), WordsCell("2"), WordsCell("3"))
    table = Table("t", "Title", ("a", "b", "c"), (row,), page_only=frozenset({1}))
    assert write_table(table, EN).splitlines()[::2] == ["| a | c |", "| 1 | 3 |"]
    assert html_table(table, "s1-t").head == ("a", "b", "c")


def test_a_table_of_facts_has_a_head_in_markdown_alone() -> None:
    table = Table("t", "Title", ("what", "is"), ((HeadingCell("n"), WordsCell("3")),), "*n*: calls", facts=True)
    assert write_table(table, EN).startswith("| what | is |\n")
    page = html_table(table, "s1-t")
    assert (page.id, page.caption, page.head, page.note) == ("s1-t", "Title", (), "n: calls")
    assert html_table(table, "s1-t", "another note").note == "another note"


@pytest.mark.parametrize(("language", "said"), [(Language.EN, "None."), (Language.ZH, "无。")])
def test_an_empty_table_is_a_word(language: Language, said: str) -> None:
    assert write_table(Table("t", "Title", ("a",), ()), Texts(language)) == said
