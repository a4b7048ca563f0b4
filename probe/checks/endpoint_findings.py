"""What the endpoints said, as findings: pure judgement."""

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import urlsplit

from probe.checks.advice import advice
from probe.checks.answer_findings import judge_answers
from probe.checks.api_client import EndpointResult
from probe.checks.endpoints import (
    Endpoints,
    denies_model,
    is_chat,
    no_such_model,
    no_such_path,
    wants_money,
)
from probe.checks.offer_findings import code_of, judge_offer, model_remedy
from probe.checks.outcome_findings import SLOW_STREAM, CheckContext, Wrong, by_outcome, evidence_of, trouble_of
from probe.checks.stream_content import is_nameless
from probe.checks.way_findings import HTTP2_CODE, HTTP2_REMEDY
from probe.model.check import Area, CheckFinding, Severity
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.network import is_loopback
from probe.units import format_duration

_REFUSALS = {Outcome.AUTH, Outcome.FORBIDDEN, Outcome.BAD_REQUEST, Outcome.SERVER_ERROR, Outcome.CONNECTION_RESET}
"""How an upstream may refuse what is not Claude Code."""
_NOT_MINE = {400, 401, 403, 404, 422}
"""What an upstream may answer that looks for the token in the other header."""
_HEADERS = {TokenHeader.BEARER: "Authorization: Bearer", TokenHeader.X_API_KEY: "x-api-key"}
_finding = partial(CheckFinding, area=Area.ENDPOINTS)


def judge_endpoints(seen: Endpoints, asked: CheckContext) -> Iterator[CheckFinding]:
    """The findings of the endpoints."""
    yield from _messages(seen, asked)
    yield from _header(seen, asked)
    yield from judge_answers(seen, asked)
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


def _messages(seen: Endpoints, asked: CheckContext) -> Iterator[CheckFinding]:
    # A stream without names is a finding of its own, with those of streaming.
    failed = [each for each in seen.messages if not each.ok and not is_nameless(each.sent.body)]
    if not failed:
        good = [each for each in seen.messages if each.ok]
        if good:
            times = " and ".join(
                f"{format_duration(each.probe.ms / 1000)} {'with' if each is seen.stream else 'without'} a stream"
                for each in good
            )
            yield _finding(severity=Severity.GOOD, code="messages", title="the Messages API answers", evidence=times)
        return
    if _admits_client_only(seen, asked, failed):
        yield _finding(
            severity=Severity.NOTE,
            code="claude_code_only",
            title="the upstream admits Claude Code only: plain HTTP is refused, the client is served",
            evidence=evidence_of(failed),
            remedy="No fault. Measure it with the real client, which is what `probe run` does.",
        )
        return
    for code, title, evidence, remedy in _wrong(seen, asked, failed):
        again = seen.again is not None and seen.again.ok
        later = "; Claude Code was served a moment later" if asked.client_served else "; asked again, it answered"
        passing = asked.client_served or again
        yield _finding(
            severity=Severity.WARNING if passing or (code == SLOW_STREAM and seen.served) else Severity.WRONG,
            code=code,
            title=title + later if passing else title,
            evidence=evidence,
            remedy=remedy,
        )


def _admits_client_only(seen: Endpoints, asked: CheckContext, failed: Sequence[EndpointResult]) -> bool:
    """Whether all of plain HTTP met a refusal that the client never met, whatever else it met."""
    if not asked.client_served or len(failed) < len(seen.messages) or any(wants_money(e.sent) for e in failed):
        return False
    met = {str(each.sent.status or each.sent.outcome.value) for each in failed}
    refused = {each.sent.outcome for each in failed} <= _REFUSALS
    return refused and not any(ending.partition(" ")[0] in met for ending in asked.client_endings)


def _wrong(seen: Endpoints, asked: CheckContext, failed: Sequence[EndpointResult]) -> Iterator[Wrong]:
    evidence, base, model = evidence_of(failed), asked.base_url, asked.model
    everything = len(failed) == len(seen.messages)
    if seen.upgraded:
        yield "needs_tls", "the server speaks TLS", evidence, f"Set base_url to https://{base.partition('://')[2]}"
    elif seen.http2_only:
        yield HTTP2_CODE, "the upstream speaks HTTP/2 only", f"{evidence}; it answers HTTP/2", HTTP2_REMEDY
    elif seen.elsewhere:
        other, found = seen.elsewhere
        said = "" if found.ok else f" (it says: {found.sent.evidence})"
        yield (
            "base_url",
            f"the API is not at {base}, but at {other}",
            f"{base}/v1/messages: {evidence}; {other}/v1/messages: {code_of(found)}{said}",
            f"Set base_url to {other}",
        )
    elif everything and seen.key is not None and seen.key.ok and all(e.sent.status in _NOT_MINE for e in failed):
        yield "auth_header", *_other_header(asked, evidence)
    elif paid := next((each for each in failed if wants_money(each.sent) or each.sent.challenged), None):
        told = advice(trouble_of([paid], asked.token))
        yield told.code, told.title, "; ".join(part for part in (evidence, told.seen) if part), told.remedy
    elif about := _about_model(seen, model, failed, evidence):
        yield about
    elif everything and all(no_such_path(each.sent, model) for each in failed):
        yield _no_api(seen, asked, evidence)
    elif any(is_chat(each.sent) for each in failed):
        yield (
            "chat_at_messages",
            "a chat completion comes where a message was asked for",
            evidence,
            "The gateway hands the answer on as it is: its operator has to have it translated to the Messages API.",
        )
    else:
        for outcome in dict.fromkeys(each.sent.outcome for each in failed):
            yield by_outcome(seen, asked, [each for each in failed if each.sent.outcome is outcome])


def _about_model(seen: Endpoints, model: str, failed: Sequence[EndpointResult], evidence: str) -> Wrong | None:
    """A model that the token may not use, or that is not there."""
    if any(denies_model(each.sent) for each in failed):
        return "model_denied", f"this token may not use the model {model}", evidence, model_remedy(model, seen.listed)
    if any(no_such_model(each.sent, model) for each in failed):
        title = f"the upstream does not serve the model {model}"
        return "model_unknown", title, evidence, model_remedy(model, seen.listed)
    return None


def _no_api(seen: Endpoints, asked: CheckContext, evidence: str) -> Wrong:
    chat = next((each for each in (seen.chat_v1, seen.chat) if each is not None and each.ok), None)
    if chat is None:
        return (
            "no_messages",
            "there is no Messages API at this address",
            evidence,
            "Compare base_url with the upstream's documentation: Claude Code adds /v1/messages to it.",
        )
    base = asked.base_url if chat is seen.chat_v1 else asked.base_url.removesuffix("/v1")
    reached = chat is seen.chat_v1 or base != asked.base_url
    driver = f" `probe run --base-url {base} --driver chat-completions` measures what is there." if reached else ""
    return (
        "chat_only",
        "there are chat completions, but no Messages API, which Claude Code needs",
        f"{evidence}; {chat.probe.url}: {code_of(chat)}",
        "Put a gateway in between that translates the Messages API, or ask the operator for an address with it."
        + driver,
    )


def _other_header(asked: CheckContext, evidence: str) -> tuple[str, str, str]:
    other = TokenHeader.BEARER if asked.auth is TokenHeader.X_API_KEY else TokenHeader.X_API_KEY
    return (
        f"the token is taken as {_HEADERS[other]} only, and it was sent as {_HEADERS[asked.auth]}",
        f"{evidence}; with {_HEADERS[other]} HTTP 200",
        (
            f'Set auth = "{other.value}" in the [targets.NAME] table of probe.toml; for Claude Code itself, put the '
            f"token into {other.variable} and unset {asked.auth.variable}."
        ),
    )


def _header(seen: Endpoints, asked: CheckContext) -> Iterator[CheckFinding]:
    if not seen.served or seen.key is None:
        return
    mine = _HEADERS[asked.auth]
    other = next(words for header, words in _HEADERS.items() if header is not asked.auth)
    title = f"the token is taken as {mine} and as {other}" if seen.key.ok else f"the token is taken as {mine}"
    evidence = "" if seen.key.ok else f"as {other}: {code_of(seen.key)}"
    yield _finding(severity=Severity.GOOD, code="auth", title=title, evidence=evidence)
