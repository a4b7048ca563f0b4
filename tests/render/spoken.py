"""Sentences on a section, in each language."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from probe.model.choices import Language
from probe.model.report_sections import Section
from probe.model.warmth import Warmth
from probe.render import sentences as say
from probe.render.table_model import Cell, CountsCell, Table
from probe.render.terminal_model import Block, TextLine
from probe.texts import Texts

EN, ZH = Texts(), Texts(Language.ZH)
BOTH = pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])


def said(of: Section, texts: Texts = EN) -> str:
    """Return the paragraph of a section's verdict."""
    return say.paragraph(say.verdict_paragraph(of, texts), texts)


def warmth(**changes: Any) -> Warmth:
    """Return a search that found when an upstream goes cold."""
    fields: dict[str, Any] = {
        "shortest_ms": 5000.0, "longest_ms": 900_000.0, "n": 20, "left_out": 0, "reference_ms": 400.0,
        "cold_from_ms": 1400.0, "last_warm_ms": 56_000.0, "first_cold_ms": 67_000.0, "low_ms": 57_000.0,
        "high_ms": 66_000.0, "warm_n": 9, "warm_cold": 0, "cold_n": 11, "cold_cold": 10,
    }  # fmt: skip
    return Warmth.model_validate(fields | changes)


def shown(blocks: Iterable[Block]) -> list[str]:
    """Return the lines as they stand in a wide pipe."""
    lines = (block for block in blocks if isinstance(block, TextLine))
    return [line.sign + " ".join(span.text for span in line.spans) for line in lines]


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a report as a Markdown reader sees them: rows of cells, split at unescaped bars."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]])
        elif found[-1]:
            found.append([])
    return [rows for rows in found if rows]


def cell_text(cell: Cell) -> str:
    """Return what stands in a cell, whichever format shows it."""
    return str(cell.items) if isinstance(cell, CountsCell) else cell.text


def rows_of(table: Table) -> list[list[str]]:
    """Return the rows of a table that no format has written yet."""
    return [[cell_text(cell) for cell in row] for row in table.rows]
