"""The report of `probe check --deep` for a terminal, and the table of cases that stands before it."""

from collections.abc import Iterator, Sequence

from probe.model.deep_report import CaseReport, CaseRequest, CaseResult, DeepReport, DeepTarget, PlannedCase
from probe.render.deep_sentences import conclusion, details_of, took, way_of
from probe.render.deep_tables import TONES
from probe.render.terminal_model import Block, TextLine
from probe.render.text_layout import padded, paragraph, table_lines, width, wrapped
from probe.sanitise import printable
from probe.texts import Texts

_MOST_TEXT = 600
_MOST_QUOTED = 120


def render_deep(report: DeepReport, texts: Texts, columns: int) -> str:
    """Return the cases of each target, the matrix of several targets, then what follows."""
    return "\n".join(deep_lines(report, texts, columns))


def deep_blocks(report: DeepReport, texts: Texts, columns: int) -> Iterator[Block]:
    """Yield the same lines for a terminal, those of cases in the tone of their result."""
    tones = {texts(f"deep.result.{result.value}"): tone for result, tone in TONES.items()}
    for line in deep_lines(report, texts, columns):
        tone = next((tone for word, tone in tones.items() if line.startswith(word)), "")
        yield TextLine.of(line, tone, whole=True)


def deep_lines(report: DeepReport, texts: Texts, columns: int) -> Iterator[str]:
    """Yield the lines of `render_deep`."""
    for target in report.targets:
        yield texts("deep.plan.target", name=target.name, url=target.base_url, model=target.model)
        yield from case_lines(target.cases, texts, columns)
        yield ""
    if len(report.targets) > 1:
        yield from table_lines(matrix_header(report, texts), matrix_rows(report, texts), columns)
        yield ""
    if report.interrupted:
        yield texts("deep.interrupted")
    for target in report.targets:
        name = f"{target.name}: " if len(report.targets) > 1 else ""
        yield from wrapped(name + conclusion(target, texts), columns)
    yield from wrapped(took(report, texts), columns)


def case_lines(cases: Sequence[CaseReport], texts: Texts, columns: int) -> Iterator[str]:
    """Yield the lines of cases: result, name and finding, then the evidence, what breaks, and what to do."""
    results = max(width(texts(f"deep.result.{result.value}")) for result in CaseResult) + 2
    names = max((width(case.name) for case in cases), default=0) + 2
    for case in cases:
        head = padded(texts(f"deep.result.{case.result.value}"), results) + padded(case.name, names)
        yield from _paragraph(head, case.summary, columns)
        indent = " " * (results + names)
        for key, text in _details(case, texts):
            yield from _paragraph(indent + texts(f"deep.{key}"), text, columns)


def _details(case: CaseReport, texts: Texts) -> Iterator[tuple[str, str]]:
    """Yield what stands below a case, by the keys of the words before it; requests where it does not pass."""
    if case.result is not CaseResult.PASS:
        yield from (("request", request_line(request, texts)) for request in case.requests)
    yield from details_of(case)


def request_line(request: CaseRequest, texts: Texts) -> str:
    """Return a request and the beginning of its answer, in one line."""
    code = f"HTTP {request.status}" if request.status else request.outcome.value
    key = "deep.request.line" if request.quote else "deep.request.bare"
    by, quote = way_of(request.by, texts), printable(request.quote, _MOST_QUOTED)
    return texts(key, name=request.name, by=by, code=code, quote=quote)


def plan_lines(cases: Sequence[PlannedCase], texts: Texts, columns: int) -> Iterator[str]:
    """Yield a table of cases before they are made: what each tries, and what it costs."""
    header = [texts(f"deep.table.{name}") for name in ("case", "tokens", "severity", "what", "by")]
    rows = [
        (
            case.name,
            f"{case.tokens:,}",
            texts(f"severity.{case.severity.value}"),
            case.title,
            case.by.replace("Claude Code", texts("deep.table.by.client")).replace("plain HTTP", "HTTP"),
        )
        for case in cases
    ]
    yield from table_lines(header, rows, columns)
    opt_in = [case.name for case in cases if case.opt_in]
    if opt_in:
        yield texts("deep.table.opt_in", names=texts("join.items").join(opt_in))


def matrix_header(report: DeepReport, texts: Texts) -> list[str]:
    """Return the names of the columns of the matrix: the case, then each target."""
    return [texts("deep.table.case"), *(target.name for target in report.targets)]


def matrix_rows(report: DeepReport, texts: Texts) -> list[list[str]]:
    """Return a row for each case: its name, then its result at each target."""
    names = [case.name for case in report.planned]
    return [[name, *(result_word(target, name, texts) for target in report.targets)] for name in names]


def result_word(target: DeepTarget, name: str, texts: Texts) -> str:
    """Return the result of a case in the reader's language."""
    case = target.case(name)
    return texts(f"deep.result.{case.result.value}" if case else "deep.result.not_made")


def _paragraph(head: str, text: str, columns: int) -> Iterator[str]:
    yield from paragraph(printable(text, _MOST_TEXT), columns, head=head)
