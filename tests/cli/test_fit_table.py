"""Tests for tables on terminals of any width."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from probe.cli.fit_table import fitted
from probe.render.table_model import CountsCell, FigureCell, Table, WordsCell
from probe.texts import Texts

NAMES = ("target", "model", "calls", "failed", "median", "p90", "tokens", "client")
ROW = ("a-relay", "glm-4.7", "1,200", "12", "3.20 s", "14.0 s", "630,000", "2.1.329")


def table(rows: int) -> Table:
    cells = tuple(FigureCell(text) if text[0].isdigit() else WordsCell(text) for text in ROW)
    return Table("t", "", NAMES, (cells,) * rows)


def written(shown: Table, width: int) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=False, highlight=False, markup=False)
    for part in fitted(shown, console, Texts()):
        console.print(part)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert max(map(cell_len, lines)) <= width, "nothing stands beyond the edge"
    return lines


def test_a_table_without_rows_says_so() -> None:
    assert written(table(0), 80) == ["None."]


@pytest.mark.parametrize("width", [100, 60, 40, 24])
@pytest.mark.parametrize("rows", [1, 9])
def test_every_figure_is_there_whatever_the_width(width: int, rows: int) -> None:
    text = "".join("".join(written(table(rows), width)).split())
    for name, cell in zip(NAMES, ROW, strict=True):
        assert name in text
        assert text.count(cell.replace(" ", "")) >= rows


def test_where_nothing_else_fits_a_row_stands_below_the_other() -> None:
    lines = written(table(9), 40)
    assert lines[:8] == [f"{name:<6} {cell}" for name, cell in zip(NAMES, ROW, strict=True)]
    assert lines[8] == ""
    assert len(lines) == 9 * 9 - 1


def test_a_row_below_the_other_leaves_empty_cells_out() -> None:
    shown = table(9)
    rows = tuple((WordsCell(""), *row[1:]) for row in shown.rows)
    assert "target" not in "".join(written(Table("t", "", NAMES, rows), 40))


def test_counts_stand_beside_their_names_and_strangers_drive_no_terminal() -> None:
    cells = (CountsCell((("glm-4.7", 1200), ("evil\x1b[2J", 1))), CountsCell(()))
    text = "\n".join(written(Table("t", "", ("models", "none"), (cells,)), 80))
    assert "glm-4.7 (1,200), evil" in text
    assert "\x1b" not in text
    assert text.rstrip().endswith("–")
