"""Findings on answers that came: whether they are the ones that were asked for, in the form asked for. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from probe.checks.advice import of_outcome
from probe.checks.api_client import SHORT_ANSWER
from probe.checks.api_result import EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.endpoint_answers import answer_text
from probe.checks.endpoints import Endpoints
from probe.checks.finding_rules import FindingDraft, Rule, apply_rules, first_of
from probe.model.check_report import Area, Severity
from probe.model.outcome import Flag, Outcome
from probe.sanitise import printable
from probe.texts.phrase import Phrase, items, phrase

_COUNTS = re.compile(r"\b1\D+2\D+3\b")
"""The beginning of an answer that follows the prompt of a stream; a small model may lose count later."""
_finding = partial(FindingDraft, area=Area.ENDPOINTS)


@dataclass(frozen=True, slots=True)
class _GoodAnswer:
    """An answer that was served. Claude Code lives on streams: an answer without one is only its fallback."""

    result: EndpointResult
    mode: Phrase
    is_stream: bool
    client_served: bool

    @property
    def severity(self) -> Severity:
        """The severity of what is odd in it."""
        return Severity.WRONG if self.is_stream and not self.client_served else Severity.WARNING


def judge_answers(endpoints: Endpoints, context: CheckContext) -> Iterator[FindingDraft]:
    """Yield the findings of answers, each code once."""
    codes = set()
    for result in endpoints.messages:
        if not result.ok:
            continue
        is_stream = result is endpoints.stream
        finding = _ODD_ANSWER(_GoodAnswer(result, endpoints.mode_of(result), is_stream, context.client_served))
        if finding is not None and finding.code not in codes:
            codes.add(finding.code)
            yield finding
    yield from apply_rules((_no_usage, _streamed_unasked), endpoints)


def _tool_use(answer: _GoodAnswer) -> FindingDraft | None:
    if Flag.TOOL_USE_REQUESTED not in answer.result.answer.flags:
        return None
    title, remedy = of_outcome(Outcome.TOOL_USE)
    return _finding(severity=answer.severity, code="tool_use", title=title, evidence=answer.mode, remedy=remedy)


def _empty_answer(answer: _GoodAnswer) -> FindingDraft | None:
    if answer_text(answer.result.answer) != "":
        return None
    _, remedy = of_outcome(Outcome.WRONG_ANSWER)
    return _finding(
        severity=answer.severity,
        code="empty_answer",
        title=phrase("check.empty_answer"),
        evidence=answer.mode,
        remedy=remedy,
    )


def _wrong_answer(answer: _GoodAnswer) -> FindingDraft | None:
    text = answer_text(answer.result.answer)
    if text is None:
        return None
    follows = bool(_COUNTS.search(text)) if answer.is_stream else SHORT_ANSWER in text
    if follows:
        return None
    asked = phrase("check.wrong_answer.numbers") if answer.is_stream else SHORT_ANSWER
    title, remedy = of_outcome(Outcome.WRONG_ANSWER)
    return _finding(
        severity=answer.severity,
        code="wrong_answer",
        title=title,
        evidence=phrase("check.wrong_answer.seen", mode=answer.mode, asked=asked, got=printable(text, 80)),
        remedy=remedy,
    )


_ODD_ANSWER: Rule[_GoodAnswer] = first_of(_tool_use, _empty_answer, _wrong_answer)


def _no_usage(endpoints: Endpoints) -> FindingDraft | None:
    without = [
        endpoints.mode_of(result)
        for result in endpoints.messages
        if result.ok and Flag.USAGE_MISSING in result.answer.flags
    ]
    return no_usage(phrase("check.no_usage.seen", modes=items(without))) if without else None


def no_usage(evidence: Phrase) -> FindingDraft:
    """Return the finding of answers without `usage`; `evidence` says which."""
    return _finding(
        severity=Severity.WARNING,
        code="no_usage",
        title=phrase("check.no_usage"),
        evidence=evidence,
        remedy=phrase("check.no_usage.do"),
    )


def _streamed_unasked(endpoints: Endpoints) -> FindingDraft | None:
    whole = endpoints.whole
    if whole is None or not whole.ok or not whole.probe.streamed:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="streamed_unasked",
        title=phrase("check.streamed_unasked"),
        evidence=phrase("check.streamed_unasked.seen", type=whole.answer.content_type),
        remedy=phrase("check.streamed_unasked.do"),
    )
