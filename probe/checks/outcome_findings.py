"""Findings on failed calls of the Messages API by their outcome, where their words tell nothing more. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from probe.checks.advice import advice
from probe.checks.api_result import ApiResult, EndpointResult
from probe.checks.base_urls import redirect_remedy
from probe.checks.check_context import CheckContext
from probe.checks.endpoint_answers import counts_tokens
from probe.checks.endpoints import Endpoints
from probe.checks.evidence import evidence_of, failure_of
from probe.checks.finding_rules import FindingDraft
from probe.checks.stream_content import messages_problems
from probe.checks.way_findings import HTTP2_CODE, HTTP2_REMEDY
from probe.model.check_report import Area, Severity
from probe.model.exchange import HTTP2_ONLY
from probe.model.outcome import Outcome, WaitCause
from probe.sanitise import printable
from probe.texts.phrase import Phrases, Words, items, phrase, remarks

SLOW_STREAM = "slow_stream"
_WAITS = {WaitCause.NO_FIRST_BYTE, WaitCause.PING_ONLY, WaitCause.BODY_NEVER_ENDS, WaitCause.STALLED_STREAM}
_STILL = 0.1
"""The share of the whole wait that may have been silent at the end of an answer that was still coming."""
_wrong = partial(FindingDraft, area=Area.ENDPOINTS, severity=Severity.WRONG)


@dataclass(frozen=True, slots=True)
class FailedMessages:
    """Calls of the Messages API that failed, one at least, with all else that the endpoints answered."""

    endpoints: Endpoints
    context: CheckContext
    failed: Sequence[EndpointResult]

    @property
    def all_failed(self) -> bool:
        """True where no call of the Messages API was answered."""
        return len(self.failed) == len(self.endpoints.messages)

    @property
    def evidence(self) -> Phrases:
        """The words about the failures, each once."""
        return evidence_of(self.failed)

    @property
    def first(self) -> EndpointResult:
        """The first that failed."""
        return self.failed[0]

    def grouped_by_outcome(self) -> Iterator["FailedMessages"]:
        """Yield those that failed alike together, in the order of their first."""
        for outcome in dict.fromkeys(result.answer.outcome for result in self.failed):
            alike = [result for result in self.failed if result.answer.outcome is outcome]
            yield FailedMessages(self.endpoints, self.context, alike)


def advised(messages: FailedMessages, results: Sequence[EndpointResult]) -> FindingDraft:
    """Return the finding that is advised for these results, with the words about all failures."""
    found = advice(failure_of(results, messages.context.token))
    evidence = remarks([messages.evidence, found.evidence])
    return _wrong(code=found.code, title=found.title, evidence=evidence, remedy=found.remedy)


def by_outcome(messages: FailedMessages) -> FindingDraft:
    """Return the finding of calls that have the same outcome."""
    finding = advised(messages, messages.failed)
    refine = _REFINEMENTS.get(messages.first.answer.outcome)
    if refine:
        finding = refine(finding, messages)
    if messages.all_failed:
        return finding
    key = "check.only_mode" if messages.endpoints.served else "check.mode_of"
    mode = messages.endpoints.mode_of(messages.first)
    return replace(finding, title=phrase(key, title=finding.title, mode=mode))


def _timed_out(finding: FindingDraft, messages: FailedMessages) -> FindingDraft:
    answer = messages.first.answer
    if answer.cause not in _WAITS:
        return replace(finding, code=answer.outcome.value)
    cause = WaitCause(answer.cause)
    if cause is WaitCause.STALLED_STREAM and _still_coming(answer):
        title, remedy = phrase("check.slow_stream"), phrase("check.slow_stream.do")
        return replace(finding, code=SLOW_STREAM, title=title, remedy=remedy)
    return replace(finding, code=cause.value, title=phrase(f"check.wait.{cause.value}"))


def _auth(finding: FindingDraft, messages: FailedMessages) -> FindingDraft:
    accepting = _paths_that_take_the_token(messages.endpoints)
    if finding.code != Outcome.AUTH or not accepting:
        return finding
    return replace(
        finding,
        title=phrase("check.auth_elsewhere"),
        evidence=phrase("check.auth_elsewhere.seen", evidence=finding.evidence, paths=items(accepting)),
        remedy=phrase("check.auth_elsewhere.do"),
    )


def _redirected(finding: FindingDraft, messages: FailedMessages) -> FindingDraft:
    return replace(finding, remedy=redirect_remedy(messages.context.base_url, messages.first.answer.location))


def _truncated_stream(finding: FindingDraft, messages: FailedMessages) -> FindingDraft:
    answer = messages.first.answer
    if answer.exchange is None or not answer.exchange.streamed:
        return finding
    problems = messages_problems(answer.body, complete=True)
    missing = [problem for problem in problems if problem.startswith("no ")]
    return replace(finding, evidence=remarks([finding.evidence, *missing]))


def _malformed_response(finding: FindingDraft, messages: FailedMessages) -> FindingDraft:
    if messages.first.answer.cause == HTTP2_ONLY:
        return replace(finding, code=HTTP2_CODE, title=phrase("check.http2_only"), remedy=HTTP2_REMEDY)
    if finding.code != Outcome.MALFORMED_RESPONSE:
        return finding
    body = messages.first.probe.body
    seen = phrase("check.malformed.seen", evidence=finding.evidence, body=body)
    return replace(finding, title=_with_cause(finding.title, messages), evidence=seen if body else finding.evidence)


def _stream_error(finding: FindingDraft, messages: FailedMessages) -> FindingDraft:
    if finding.code != Outcome.STREAM_ERROR:
        return finding
    title = finding.title if messages.first.probe.streamed else phrase("check.error_as_200")
    return replace(finding, title=_with_cause(title, messages))


_REFINEMENTS: dict[Outcome, Callable[[FindingDraft, FailedMessages], FindingDraft]] = {
    Outcome.TIMED_OUT: _timed_out,
    Outcome.AUTH: _auth,
    Outcome.REDIRECTED: _redirected,
    Outcome.TRUNCATED_STREAM: _truncated_stream,
    Outcome.MALFORMED_RESPONSE: _malformed_response,
    Outcome.STREAM_ERROR: _stream_error,
}
"""By outcome: the function that makes its finding more precise."""


def _with_cause(title: Words, messages: FailedMessages) -> Words:
    """Return the title with the cause behind it."""
    cause = messages.first.answer.cause
    return phrase("check.with_cause", title=title, cause=printable(cause, 40)) if cause else title


def _still_coming(answer: ApiResult) -> bool:
    """Return True where the silence before the end was short beside the answer's own gaps, or its whole time."""
    exchange = answer.exchange
    if exchange is None or not exchange.response_bytes:
        return False
    if exchange.last_byte_at_ms is None or exchange.ended_at_ms is None:
        return False
    pause = 2 * (exchange.longest_gap_ms or 0.0) if exchange.events >= 2 else 0.0
    return exchange.ended_at_ms - exchange.last_byte_at_ms <= max(pause, _STILL * answer.wall_ms)


def _paths_that_take_the_token(endpoints: Endpoints) -> list[str]:
    """Return the paths that were served with the token; lists of models do not count, for many are open to all."""
    taken = [result for result in endpoints.chats if result.ok]
    if endpoints.count is not None and counts_tokens(endpoints.count.answer):
        taken.append(endpoints.count)
    return [urlsplit(result.probe.url).path for result in taken]
