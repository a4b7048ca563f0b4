"""Tables in HTML, whose cells say the same as in Markdown."""

import pytest

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
from tests.render.spoken import EN


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
