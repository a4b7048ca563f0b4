"""What the endpoints said, as findings: pure judgement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from probe.check.advice import advice
from probe.check.asking import Sent, Tried
from probe.check.endpoints import Endpoints, base_of_location, no_such_model, no_such_path
from probe.check.offer_findings import code_of, judge_offer, model_remedy
from probe.model.check import Area, CheckFinding, Severity
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome, WaitCause
from probe.network import is_loopback
from probe.sanitise import printable
from probe.units import format_duration

_REFUSALS = {
    Outcome.AUTH, Outcome.FORBIDDEN, Outcome.BAD_REQUEST, Outcome.BILLING, Outcome.MODEL_NOT_FOUND,
    Outcome.RATE_LIMITED, Outcome.CONNECTION_RESET,
}  # fmt: skip
_WAITS = {
    WaitCause.NO_FIRST_BYTE: "the request is taken, and nothing is ever said",
    WaitCause.PING_ONLY: "only pings come",
    WaitCause.STALLED_STREAM: "the stream stops in the middle",
}
_SLOW_STREAM = (
    "slow_stream",
    "the stream is slow, it was still coming when the time was over",
    "Give a longer --timeout to see its end; `probe run --scenario streaming` measures it.",
)
_HEADERS = {TokenHeader.BEARER: "Authorization: Bearer", TokenHeader.X_API_KEY: "x-api-key"}
_finding = partial(CheckFinding, area=Area.ENDPOINTS)
_Wrong = tuple[str, str, str, str | None]
"""code, title, evidence, remedy"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, and whether the real client had an answer: at all, and with nothing to recover from."""

    base_url: str
    model: str
    auth: TokenHeader
    token: str
    client_served: bool = False
    client_clean: bool = False


def judge_endpoints(seen: Endpoints, asked: Asked) -> Iterator[CheckFinding]:
    """The findings of the endpoints."""
    yield from _messages(seen, asked)
    yield from _header(seen, asked)
    yield from judge_offer(seen, asked.model)
    parts = urlsplit(asked.base_url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        yield _finding(
            severity=Severity.WARNING,
            code="no_encryption",
            title="the token goes over the network in the clear",
            evidence=asked.base_url,
            remedy="Use https://, or a tunnel.",
        )


def _messages(seen: Endpoints, asked: Asked) -> Iterator[CheckFinding]:
    failed = [each for each in seen.messages if not each.ok]
    if not failed:
        if seen.messages:
            times = " and ".join(
                f"{format_duration(each.probe.ms / 1000)} {'with' if each is seen.stream else 'without'} a stream"
                for each in seen.messages
            )
            yield _finding(severity=Severity.GOOD, code="messages", title="the Messages API answers", evidence=times)
        return
    if asked.client_clean and len(failed) == len(seen.messages) and {e.sent.outcome for e in failed} <= _REFUSALS:
        yield _finding(
            severity=Severity.NOTE,
            code="claude_code_only",
            title="the upstream admits Claude Code only: plain HTTP is refused, the client is served",
            evidence=_evidence(failed),
            remedy="No fault. Measure it with the real client, which is what `probe run` does.",
        )
        return
    for code, title, evidence, remedy in _wrong(seen, asked, failed):
        passing = asked.client_served
        yield _finding(
            severity=Severity.WARNING if passing or code == _SLOW_STREAM[0] else Severity.WRONG,
            code=code,
            title=f"{title}; Claude Code was served a moment later" if passing else title,
            evidence=evidence,
            remedy=remedy,
        )


def _wrong(seen: Endpoints, asked: Asked, failed: Sequence[Tried]) -> Iterator[_Wrong]:
    first, evidence = failed[0], _evidence(failed)
    base = asked.base_url
    chat = next((each for each in (seen.chat_v1, seen.chat) if each is not None and each.ok), None)
    if seen.upgraded:
        yield "needs_tls", "the server speaks TLS", evidence, f"Set base_url to https://{base.partition('://')[2]}"
    elif seen.elsewhere:
        other, found = seen.elsewhere
        said = "" if found.ok else f" (it says: {found.sent.evidence})"
        yield (
            "base_url",
            f"the API is not at {base}, but at {other}",
            f"{base}/v1/messages: {evidence}; {other}/v1/messages: {code_of(found)}{said}",
            f"Set base_url to {other}",
        )
    elif any(no_such_model(each.sent, asked.model) for each in failed):
        yield (
            "model_unknown",
            f"the upstream does not serve the model {asked.model}",
            evidence,
            model_remedy(asked.model, seen.listed),
        )
    elif len(failed) == len(seen.messages) and all(no_such_path(each.sent, asked.model) for each in failed):
        if chat is not None:
            yield (
                "chat_only",
                "there are chat completions, but no Messages API, which Claude Code needs",
                f"{evidence}; {chat.probe.url}: {code_of(chat)}",
                (
                    "Put a gateway in between that translates the Messages API, or ask the operator for an address "
                    "with it. `probe run --driver chat-completions` measures what is there."
                ),
            )
        else:
            yield (
                "no_messages",
                "there is no Messages API at this address",
                evidence,
                "Compare base_url with the upstream's documentation: Claude Code adds /v1/messages to it.",
            )
    elif first.sent.outcome is Outcome.AUTH and seen.key is not None and seen.key.ok:
        yield "auth_header", *_other_header(asked, evidence)
    else:
        for outcome in dict.fromkeys(each.sent.outcome for each in failed):
            yield _by_outcome(seen, asked, [each for each in failed if each.sent.outcome is outcome])


def _other_header(asked: Asked, evidence: str) -> tuple[str, str, str]:
    other = TokenHeader.BEARER if asked.auth is TokenHeader.X_API_KEY else TokenHeader.X_API_KEY
    return (
        f"the token is taken as {_HEADERS[other]} only, and it was sent as {_HEADERS[asked.auth]}",
        f"{evidence}; with {_HEADERS[other]} HTTP 200",
        (
            f'Set auth = "{other.value}" in the [targets.NAME] table of probe.toml; for Claude Code itself, put the '
            f"token into {other.variable} and unset {asked.auth.variable}."
        ),
    )


def _by_outcome(seen: Endpoints, asked: Asked, failed: Sequence[Tried]) -> _Wrong:
    sent = failed[0].sent
    code = sent.outcome.value
    title, remedy = advice(sent.outcome, asked.token)
    if sent.outcome is Outcome.TIMED_OUT:
        cause = WaitCause(sent.cause) if sent.cause in _WAITS else WaitCause.UNKNOWN
        code = cause.value if cause in _WAITS else code
        title = _WAITS.get(cause, title)
        if cause is WaitCause.STALLED_STREAM and _still_coming(sent):
            code, title, remedy = _SLOW_STREAM
    elif sent.cause and sent.outcome in {Outcome.MALFORMED_RESPONSE, Outcome.STREAM_ERROR}:
        title = f"{title} ({printable(sent.cause, 40)})"
    elif sent.outcome is Outcome.REDIRECTED:
        target = base_of_location(asked.base_url, sent.location)
        remedy = f"Set base_url to {target}" if target else remedy
    if len(failed) < len(seen.messages):
        other = "only " if any(each.ok for each in seen.messages) else ""
        title += f", {other}{'with' if failed[0] is seen.stream else 'without'} a stream"
    return code, title, _evidence(failed), remedy


def _header(seen: Endpoints, asked: Asked) -> Iterator[CheckFinding]:
    if not seen.served or seen.key is None:
        return
    mine = _HEADERS[asked.auth]
    other = next(words for header, words in _HEADERS.items() if header is not asked.auth)
    title = f"the token is taken as {mine} and as {other}" if seen.key.ok else f"the token is taken as {mine}"
    evidence = "" if seen.key.ok else f"as {other}: {code_of(seen.key)}"
    yield _finding(severity=Severity.GOOD, code="auth", title=title, evidence=evidence)


def _still_coming(sent: Sent) -> bool:
    """Whether a stream that was given up had not been silent for long beside its own gaps."""
    seen = sent.exchange
    if seen is None or seen.last_byte_at_ms is None or seen.ended_at_ms is None or seen.content_events < 3:
        return False
    return seen.ended_at_ms - seen.last_byte_at_ms <= 2 * (seen.longest_gap_ms or 0.0)


def _evidence(tried: Sequence[Tried]) -> str:
    """What was said, each thing once, whatever the request id."""
    said: dict[str, str] = {}
    for each in tried:
        evidence = each.sent.evidence or code_of(each)
        said.setdefault(evidence.partition(", request id")[0].partition(", given up")[0], evidence)
    return "; ".join(said.values())
