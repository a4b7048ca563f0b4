"""One model of tables, two writers: each kind of cell in Markdown and in HTML."""

import pytest

from probe.model.choices import Language
from probe.render.html_tables import HtmlCell, html_table
from probe.render.markdown_tables import write_table
from probe.render.table_model import (
    BadgeCell,
    Cell,
    CodeCell,
    CountsCell,
    FigureCell,
    HeadingCell,
    NameCell,
    RankedCell,
    Table,
    WordsCell,
    duration,
    number,
)
from probe.render.time_tables import phases_by_step
from probe.texts import Texts
from tests.render.sections import phases, section, statistics

EN = Texts()


def table_of(cell: Cell) -> Table:
    return Table("t", "Title", ("a", "b"), ((WordsCell("x"), cell),))


@pytest.mark.parametrize(
    ("cell", "markdown", "html"),
    [
        (WordsCell("of *ours*"), "of *ours*", HtmlCell(("of *ours*",))),
        (WordsCell("a|b *c*", foreign=True), r"a\|b \*c\*", HtmlCell(("a|b *c*",))),
        (WordsCell("many words", long=True), "many words", HtmlCell(("many words",), look="said")),
        (WordsCell("", long=True), "", HtmlCell(("–",), look="said")),
        (HeadingCell("name"), "name", HtmlCell(("name",), look="fact")),
        (CodeCell("call1.failed > `1`"), "`call1.failed > '1'`", HtmlCell(("call1.failed > `1`",), look="code")),
        (
            CodeCell("timed_out", cause="no byte"),
            "`timed_out: no byte`",
            HtmlCell(("timed_out: no byte",), look="code"),
        ),
        (CodeCell("retried", kind="flag"), "flag `retried`", HtmlCell(("retried",), look="code")),
        (NameCell("@someone"), "`@someone`", HtmlCell(("@someone",))),
        (
            CountsCell((("a", 2), ("b", 1234))),
            "`a` (2), `b` (1,234)",
            HtmlCell(("a (2)", "b (1,234)"), look="said"),
        ),
        (CountsCell(()), "–", HtmlCell(("–",), look="said")),
        (number(1234), "1,234", HtmlCell(("1,234",), 1234, "num")),
        (number(None), "–", HtmlCell(("–",), "", "num")),
        (duration(1500), "1.50 s", HtmlCell(("1.50 s",), 1500, "num")),
        (FigureCell("5 s", 5000.0, "4 s to 6 s"), "5 s", HtmlCell(("5 s", "4 s to 6 s"), 5000.0, "num")),
        (FigureCell("5 s", 5000.0, "–"), "5 s", HtmlCell(("5 s",), 5000.0, "num")),
        (RankedCell("+1 s", 3), "+1 s", HtmlCell(("+1 s",), 3)),
        (BadgeCell("passed", "good"), "passed", HtmlCell(("passed",), "passed", tone="good")),
        (BadgeCell("failed", "bad", urgent=True), "**failed**", HtmlCell(("failed",), "failed", tone="bad")),
        (BadgeCell("ok", "mild", ("", "why")), "ok", HtmlCell(("ok", "why"), "ok", "said", "mild")),
    ],
)
def test_a_cell_says_the_same_in_both_formats(cell: Cell, markdown: str, html: HtmlCell) -> None:
    lines = write_table(table_of(cell), EN).splitlines()
    assert lines[0].split() == ["|", "a", "|", "b", "|"]
    assert lines[2].removeprefix("| x |").removesuffix("|").strip() == markdown
    assert html_table(table_of(cell), "s1-t").rows == ((HtmlCell(("x",)), html),)


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


def test_phases_stand_in_order_of_time_though_the_first_step_had_none_of_them() -> None:
    steps = (
        statistics("call1", 3, success_phases=phases(boot=1, retries=0, wait=2)),
        statistics("call2", 3, success_phases=phases(retries=3)),
    )
    table = phases_by_step(section(*steps), EN)
    assert [cell.text for cell, *_ in table.rows if isinstance(cell, WordsCell)] == ["boot", "retries", "wait"]
