"""What a failed call of the Messages API came to, where its words tell nothing more: pure judgement."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from probe.checks.advice import advice
from probe.checks.api_client import ApiResult, EndpointResult
from probe.checks.base_urls import redirect_remedy
from probe.checks.endpoints import Endpoints, counts_tokens, said_in
from probe.checks.failure import Failure
from probe.checks.gateways import is_page
from probe.checks.offer_findings import code_of
from probe.checks.stream_content import messages_problems
from probe.checks.way_findings import HTTP2_CODE, HTTP2_REMEDY
from probe.model.check import Attempt
from probe.model.choices import TokenHeader
from probe.model.exchange import HTTP2_ONLY
from probe.model.outcome import Outcome, WaitCause
from probe.sanitise import printable
from probe.web_page import words_of

SLOW_STREAM = "slow_stream"
_WAITS = {
    WaitCause.NO_FIRST_BYTE: "the request is taken, and nothing is said",
    WaitCause.PING_ONLY: "only pings come, or comments",
    WaitCause.BODY_NEVER_ENDS: "the message is complete, and the body of the response never ends",
    WaitCause.STALLED_STREAM: "the answer begins and stops in the middle",
}
_STILL = 0.1
"""The share of the whole wait that may have been silent at the end of an answer that was still coming."""
_CHANGING = re.compile(", request id|, try again|, given up")
"""Where that part of an evidence begins that differs each time."""
Wrong = tuple[str, str, str, str | None]
"""code, title, evidence, remedy"""


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What was asked for, and of the real client whether it had an answer, and what came of each of its requests."""

    base_url: str
    model: str
    auth: TokenHeader
    token: str
    client_served: bool = False
    client_endings: tuple[str, ...] = ()


def by_outcome(seen: Endpoints, asked: CheckContext, failed: Sequence[EndpointResult]) -> Wrong:
    """What is wrong by the outcome, which is the same for all of `failed`."""
    sent = failed[0].sent
    found = advice(trouble_of(failed, asked.token))
    code, title, remedy = found.code, found.title, found.remedy
    evidence = "; ".join(part for part in (evidence_of(failed), found.seen) if part)
    match sent.outcome:
        case Outcome.TIMED_OUT:
            code, title, remedy = _waited(sent, title, remedy)
        case Outcome.AUTH if code == Outcome.AUTH:
            taken = _taken(seen)
            if taken:
                title = "the token is refused here, though it is taken elsewhere"
                evidence += f"; with the same token HTTP 200 from {taken}"
                remedy = "The token is good: ask the operator whether it may use the Messages API with this model."
        case Outcome.REDIRECTED:
            remedy = redirect_remedy(asked.base_url, sent.location)
        case Outcome.TRUNCATED_STREAM if sent.exchange is not None and sent.exchange.streamed:
            missing = [each for each in messages_problems(sent.body, complete=True) if each.startswith("no ")]
            evidence = "; ".join([evidence, *missing])
        case Outcome.MALFORMED_RESPONSE if sent.cause == HTTP2_ONLY:
            code, title, remedy = HTTP2_CODE, "the upstream speaks HTTP/2 only", HTTP2_REMEDY
        case Outcome.MALFORMED_RESPONSE | Outcome.STREAM_ERROR if code == sent.outcome:
            if sent.outcome is Outcome.STREAM_ERROR and not failed[0].probe.streamed:
                title = "an error comes as HTTP 200"
            title += f" ({printable(sent.cause, 40)})" if sent.cause else ""
            shown = failed[0].probe.body if sent.outcome is Outcome.MALFORMED_RESPONSE else ""
            evidence += f"; it reads: {shown}" if shown else ""
    if len(failed) < len(seen.messages):
        other = "only " if any(each.ok for each in seen.messages) else ""
        title += f", {other}{'with' if failed[0] is seen.stream else 'without'} a stream"
    return code, title, evidence, remedy


def trouble_of(failed: Sequence[EndpointResult], token: str) -> Failure:
    """What plain requests that failed alike say of the reason."""
    sent = failed[0].sent
    return Failure(
        sent.outcome,
        sent.cause,
        " ".join(dict.fromkeys(said_in(each.sent) for each in failed)),
        token,
        [Attempt.of(each.sent.exchange) for each in failed if each.sent.exchange is not None],
        challenged=any(each.sent.challenged for each in failed),
    )


def evidence_of(tried: Sequence[EndpointResult]) -> str:
    """What was said, each thing once, whatever the request id."""
    said: dict[str, str] = {}
    for each in tried:
        evidence = each.sent.evidence or code_of(each)
        if is_page(each.sent.body) and (words := words_of(each.sent.body)) not in evidence:
            evidence += f"; the page reads: {words}"
        said.setdefault(_CHANGING.split(evidence, maxsplit=1)[0], evidence)
    return "; ".join(said.values())


def _waited(sent: ApiResult, title: str, remedy: str) -> tuple[str, str, str]:
    """Code, title and remedy of what met its limit."""
    if sent.cause not in _WAITS:
        return sent.outcome.value, title, remedy
    cause = WaitCause(sent.cause)
    if cause is WaitCause.STALLED_STREAM and _still_coming(sent):
        return (
            SLOW_STREAM,
            "the answer is slow, it was still coming when the time was over",
            (
                "Give a longer --timeout to see its end; if it has none, the upstream never stops. "
                "`probe run --scenario streaming` measures it."
            ),
        )
    return cause.value, f"{_WAITS[cause]}, as long as a step of this check may take (--timeout)", remedy


def _still_coming(sent: ApiResult) -> bool:
    """Whether an answer that was given up had not been silent for long beside its own gaps, or its whole time."""
    seen = sent.exchange
    if seen is None or not seen.response_bytes or seen.last_byte_at_ms is None or seen.ended_at_ms is None:
        return False
    pause = 2 * (seen.longest_gap_ms or 0.0) if seen.events >= 2 else 0.0
    return seen.ended_at_ms - seen.last_byte_at_ms <= max(pause, _STILL * sent.wall_ms)


def _taken(seen: Endpoints) -> str:
    """Where the token was taken; lists of models are often open to all."""
    tried = [seen.chat_v1, seen.chat, seen.count if seen.count and counts_tokens(seen.count.sent) else None]
    return ", ".join(urlsplit(each.probe.url).path for each in tried if each is not None and each.ok)
