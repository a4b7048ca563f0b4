"""The result of `probe check` for a terminal: whether it works, then the findings."""

from collections.abc import Iterator

from probe.model.check_report import CheckReport, Severity
from probe.render.check_listing import check_lines, check_summary
from probe.render.terminal_model import Block, TextLine
from probe.texts import Texts

_TONES = {Severity.WRONG: "bad", Severity.WARNING: "mild", Severity.GOOD: "dim"}


def check_blocks(report: CheckReport, texts: Texts, columns: int) -> Iterator[Block]:
    """Yield whether it works, then what is wrong, worst first, with remedies, then the requests that were made."""
    yield TextLine.of(check_summary(report, texts), "bad" if report.wrong else "good")
    yield TextLine.of("")
    tones = {texts(f"severity.{severity.value}"): tone for severity, tone in _TONES.items()}
    for line in check_lines(report, texts, columns):
        first = line.partition(" ")[0]
        yield TextLine.of(line, tones.get(first, ""), whole=True)
