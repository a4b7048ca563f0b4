"""The tables of a deep check: the matrix of all targets, and the requests of a case."""

from probe.model.deep_report import CaseReport, CaseRequest, CaseResult, DeepReport, DeepTarget, PlannedCase
from probe.model.spending import tokens_of
from probe.render.deep_sentences import way_of
from probe.render.numbers import NOTHING, duration_text
from probe.render.table_model import BadgeCell, Cell, CodeCell, FigureCell, NameCell, Table, TableRow, WordsCell, number
from probe.sanitise import printable
from probe.texts import Texts

TONES = {CaseResult.PASS: "good", CaseResult.FAIL: "bad", CaseResult.CANNOT_TELL: "mild"}
_MOST_QUOTED = 160


def matrix_table(report: DeepReport, texts: Texts) -> Table:
    """Build the matrix: a row a case, a column a target; with what was found where there is one target only."""
    targets = report.targets
    names = (targets[0].name, texts("deep.table.found")) if len(targets) == 1 else tuple(each.name for each in targets)
    return Table(
        id="matrix",
        title=texts("deep.matrix.title"),
        columns=(texts("deep.table.case"), texts("deep.table.what"), texts("deep.table.severity"), *names),
        rows=tuple(_matrix_row(case, report, texts) for case in report.planned),
        stacked=True,
    )


def _matrix_row(planned: PlannedCase, report: DeepReport, texts: Texts) -> TableRow:
    head = (CodeCell(planned.name), WordsCell(planned.title), WordsCell(texts(f"severity.{planned.severity.value}")))
    results = tuple(_badge(target, planned.name, texts) for target in report.targets)
    if len(report.targets) > 1:
        return (*head, *results)
    case = report.targets[0].case(planned.name)
    return (*head, *results, WordsCell(case.summary if case else NOTHING, foreign=True, long=True))


def _badge(target: DeepTarget, name: str, texts: Texts) -> Cell:
    case = target.case(name)
    if case is None:
        return BadgeCell(texts("deep.result.not_made"), "mild")
    word = texts(f"deep.result.{case.result.value}")
    return BadgeCell(word, TONES[case.result], urgent=case.result is CaseResult.FAIL)


def requests_table(case: CaseReport, name: str, texts: Texts) -> Table:
    """Build the table of a case's requests, in their order. `name` is unique in the page."""
    keys = ("request", "by", "status", "time", "tokens", "request_id", "answer")
    return Table(
        id=name,
        title=texts("deep.requests.title"),
        columns=tuple(texts(f"deep.table.{key}") for key in keys),
        rows=tuple(_request_row(request, texts) for request in case.requests),
        stacked=True,
    )


def _request_row(request: CaseRequest, texts: Texts) -> TableRow:
    return (
        WordsCell(request.name),
        WordsCell(way_of(request.by, texts)),
        CodeCell(str(request.status or request.outcome.value)),
        FigureCell(duration_text(request.ms), request.ms),
        number(tokens_of(request.usage)),
        NameCell(request.request_id or NOTHING),
        NameCell(printable(request.quote, _MOST_QUOTED) or NOTHING),
    )
