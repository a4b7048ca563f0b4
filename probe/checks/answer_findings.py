"""Whether it was the answer that was asked for, with a stream and without: pure judgement."""

import re
from collections.abc import Iterator
from functools import partial

from probe.checks.advice import of_outcome
from probe.checks.api_client import SHORT_ANSWER, EndpointResult
from probe.checks.endpoints import Endpoints, answer_text
from probe.checks.outcome_findings import CheckContext
from probe.model.check import Area, CheckFinding, Severity
from probe.model.outcome import Flag, Outcome
from probe.sanitise import printable

_COUNTS = re.compile(r"\b1\D+2\D+3\b")
"""How an answer begins that follows the prompt of a stream; a small model may lose count later."""
_Odd = tuple[str, str, str, str]
"""code, title, evidence, remedy"""
_finding = partial(CheckFinding, area=Area.ENDPOINTS)


def judge_answers(seen: Endpoints, asked: CheckContext) -> Iterator[CheckFinding]:
    """What is odd in the answers. Claude Code lives on streams: without one, an answer is only its way out."""
    told = set()
    for tried, severity in (
        (seen.stream, Severity.WARNING if asked.client_served else Severity.WRONG),
        (seen.whole, Severity.WARNING),
    ):
        odd = _odd(tried, streamed=tried is seen.stream) if tried is not None and tried.ok else None
        if odd is not None and odd[0] not in told:
            code, title, evidence, remedy = odd
            told.add(code)
            yield _finding(severity=severity, code=code, title=title, evidence=evidence, remedy=remedy)
    yield from _usage(seen)
    whole = seen.whole
    if whole is not None and whole.ok and whole.probe.streamed:
        yield _finding(
            severity=Severity.WARNING,
            code="streamed_unasked",
            title="a stream comes where none was asked for",
            evidence=f'with "stream": false {whole.sent.content_type}',
            remedy="Claude Code asks without a stream when one breaks, and cannot read this: the upstream's operator "
            "has to answer such requests with one JSON message.",
        )


def _usage(seen: Endpoints) -> Iterator[CheckFinding]:
    """Answers that do not say how many tokens they took."""
    silent = [
        "with a stream" if each is seen.stream else "without a stream"
        for each in seen.messages
        if each.ok and Flag.USAGE_MISSING in each.sent.flags
    ]
    if silent:
        yield no_usage(" and ".join(silent))


def no_usage(evidence: str) -> CheckFinding:
    """The finding of answers without `usage`."""
    return _finding(
        severity=Severity.WARNING,
        code="no_usage",
        title="the answers do not say how many tokens they took",
        evidence=f"no `usage` {evidence}",
        remedy="The upstream's operator has to hand `usage` on in message_start and message_delta: Claude Code takes "
        "it for 0, so its context meter and cost stay at 0, and it does not know when to compact.",
    )


def _odd(tried: EndpointResult, *, streamed: bool) -> _Odd | None:
    """What is odd in a good answer."""
    text, how = answer_text(tried.sent), "with a stream" if streamed else "without a stream"
    wrong, remedy = of_outcome(Outcome.WRONG_ANSWER)
    if Flag.TOOL_USE_REQUESTED in tried.sent.flags:
        title, remedy = of_outcome(Outcome.TOOL_USE)
        return "tool_use", title, how, remedy
    if text == "":
        return "empty_answer", "the answer is empty", how, remedy
    if text is None or (_COUNTS.search(text) if streamed else SHORT_ANSWER in text):
        return None
    wanted = "the numbers from 1 to 40" if streamed else SHORT_ANSWER
    return "wrong_answer", wrong, f"{how} asked for {wanted}, got {printable(text, 80)}", remedy
