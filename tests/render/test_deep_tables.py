"""The tables of a deep check: what each target does, and the requests of a case."""

from typing import Any

import pytest

from probe.model.client import ModelUsage
from probe.model.deep_report import CaseResult, DeepReport
from probe.model.outcome import Outcome
from probe.render.deep_tables import matrix_table, requests_table
from probe.render.numbers import NOTHING
from probe.render.table_model import BadgeCell, Cell, CodeCell, FigureCell, Table, WordsCell
from tests.render.deep_samples import PLANNED, case, deep_report, deep_target
from tests.render.spoken import EN, ZH, cell_text, rows_of

PASS, FAIL, CANNOT_TELL = CaseResult.PASS, CaseResult.FAIL, CaseResult.CANNOT_TELL


def badges(report: DeepReport) -> list[list[BadgeCell]]:
    """Return what stands in colours in each row of the matrix."""
    return [[cell for cell in row if isinstance(cell, BadgeCell)] for row in matrix_table(report, EN).rows]


def test_the_matrix_has_a_row_for_each_case_that_was_planned_and_a_column_for_each_target() -> None:
    table = matrix_table(deep_report(deep_target("fine", *[PASS] * 3), deep_target("bad", FAIL, CANNOT_TELL)), EN)
    assert table.columns == ("case", "what is tried", "severity", "fine", "bad")
    assert rows_of(table) == [
        ["tools", "title of tools", "wrong", "pass", "fail"],
        ["cache", "title of cache", "warning", "pass", "cannot tell"],
        ["image", "title of image", "note", "pass", "not made"],
    ]


def test_of_one_target_the_matrix_says_what_was_found_and_of_a_case_not_made_a_dash() -> None:
    table = matrix_table(deep_report(deep_target("only", PASS, FAIL, words="it was found")), EN)
    assert table.columns[3:] == ("only", "what was found")
    assert [row[-1] for row in rows_of(table)] == ["it was found", "it was found", NOTHING]
    assert all(cell.foreign and cell.long for row in table.rows if isinstance(cell := row[-1], WordsCell))


def test_only_a_failure_is_urgent_and_what_cannot_be_told_is_neither_good_nor_bad() -> None:
    ((passes,), (fails,), (unclear,)) = badges(deep_report(deep_target("relay", PASS, FAIL, CANNOT_TELL)))
    assert [(each.tone, each.urgent) for each in (passes, fails, unclear)] == [
        ("good", False),
        ("bad", True),
        ("mild", False),
    ]
    (*_, (not_made,)) = badges(deep_report(deep_target("relay", PASS)))
    assert (not_made.tone, not_made.urgent) == ("mild", False)


def test_the_matrix_is_in_the_language_of_the_reader() -> None:
    table = matrix_table(deep_report(deep_target("relay", FAIL)), ZH)
    assert table.columns == ("用例", "检查内容", "严重程度", "relay", "发现")
    assert [row[3] for row in rows_of(table)] == ["失败", "未执行", "未执行"]


def request_cells(**changes: Any) -> dict[str, Cell]:
    """Return the row of the only request of a case, by the names of its columns."""
    asked = case(PLANNED[0], FAIL, "said")
    table: Table = requests_table(
        asked.model_copy(update={"requests": (asked.requests[0].model_copy(update=changes),)}), "t1-tools-requests", EN
    )
    (row,) = table.rows
    return dict(zip(table.columns, row, strict=True))


def test_a_request_is_told_with_how_it_was_made_and_what_came_back() -> None:
    cells = request_cells(request_id="req_1", quote="Hello")
    assert {name: cell_text(cell) for name, cell in cells.items() if not isinstance(cell, FigureCell)} == {
        "request": "a request",
        "by": "plain HTTP",
        "status": "200",
        "request id": "req_1",
        "answer": "Hello",
    }
    assert (cells["time"], cells["tokens"]) == (FigureCell("1.23 s", 1234.5), FigureCell("105", 105))


def test_requests_keep_their_order_and_the_table_its_name() -> None:
    asked = case(PLANNED[0], FAIL)
    first = asked.requests[0]
    several = asked.model_copy(update={"requests": (first, first.model_copy(update={"name": "another"}))})
    table = requests_table(several, "t1-tools-requests", EN)
    assert table.id == "t1-tools-requests"
    assert [row[0] for row in rows_of(table)] == ["a request", "another"]


def test_a_request_without_a_status_is_told_by_its_outcome() -> None:
    assert request_cells(status=None, outcome=Outcome.CONNECTION_REFUSED)["status"] == CodeCell("connection_refused")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"usage": None}, "tokens"),
        ({"usage": ModelUsage(output_tokens=5)}, "tokens"),
        ({"request_id": None}, "request id"),
        ({"quote": ""}, "answer"),
    ],
)
def test_what_is_not_known_is_a_dash(changes: dict[str, Any], column: str) -> None:
    assert cell_text(request_cells(**changes)[column]) == NOTHING


def test_an_answer_is_quoted_on_one_line_in_part_and_drives_no_terminal() -> None:
    quote = cell_text(request_cells(quote="\x1b[2J first\nsecond " + "x" * 400)["answer"])
    assert quote.startswith("�[2J first second xxx")
    assert quote.endswith("x…")
    assert len(quote) == 160
