"""Findings on a Messages API that does not answer as it should. Pure."""

from collections.abc import Iterator, Sequence
from functools import partial

from probe.checks.api_result import ApiResult, EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.endpoint_answers import denies_model, is_chat, no_such_model, no_such_path, wants_money
from probe.checks.endpoints import Endpoints, other_header
from probe.checks.evidence import code_of
from probe.checks.finding_rules import Rule, first_of
from probe.checks.offer_findings import model_remedy
from probe.checks.outcome_findings import SLOW_STREAM, FailedMessages, advised, by_outcome
from probe.checks.way_findings import HTTP2_CODE, HTTP2_REMEDY
from probe.model.check_report import Area, CheckFinding, Severity
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome

_REFUSALS = {Outcome.AUTH, Outcome.FORBIDDEN, Outcome.BAD_REQUEST, Outcome.SERVER_ERROR, Outcome.CONNECTION_RESET}
"""The outcomes by which an upstream may refuse what is not Claude Code."""
_TOKEN_NOT_FOUND = {400, 401, 403, 404, 422}
"""The statuses of an upstream that looks for the token in the other header."""
HEADER_WORDS = {TokenHeader.BEARER: "Authorization: Bearer", TokenHeader.X_API_KEY: "x-api-key"}
_finding = partial(CheckFinding, area=Area.ENDPOINTS)
_wrong = partial(CheckFinding, area=Area.ENDPOINTS, severity=Severity.WRONG)


def judge_failed_messages(
    endpoints: Endpoints, context: CheckContext, failed: Sequence[EndpointResult]
) -> Iterator[CheckFinding]:
    """Yield the findings of calls of the Messages API that failed; `failed` has one at least."""
    messages = FailedMessages(endpoints, context, failed)
    admitted = _claude_code_only(messages)
    if admitted:
        yield admitted
        return
    known = _KNOWN_REASON(messages)
    findings = [known] if known else [by_outcome(alike) for alike in messages.grouped_by_outcome()]
    for finding in findings:
        yield _softened(finding, messages)


def _softened(finding: CheckFinding, messages: FailedMessages) -> CheckFinding:
    """Return a warning in place of what is wrong, where the upstream serves all the same."""
    again = messages.endpoints.again
    if messages.context.client_served:
        title = f"{finding.title}; Claude Code was served a moment later"
    elif again is not None and again.ok:
        title = f"{finding.title}; asked again, it answered"
    elif finding.code == SLOW_STREAM and messages.endpoints.served:
        title = finding.title
    else:
        return finding
    return finding.model_copy(update={"severity": Severity.WARNING, "title": title})


def _claude_code_only(messages: FailedMessages) -> CheckFinding | None:
    """Return a note where all of plain HTTP met a refusal that the client never met."""
    answers = [result.answer for result in messages.failed]
    if not messages.context.client_served or not messages.all_failed:
        return None
    if not all(_refuses(answer) for answer in answers):
        return None
    refusals = {str(answer.status or answer.outcome.value) for answer in answers}
    if any(ending.partition(" ")[0] in refusals for ending in messages.context.client_endings):
        return None
    return _finding(
        severity=Severity.NOTE,
        code="claude_code_only",
        title="the upstream admits Claude Code only: plain HTTP is refused, the client is served",
        evidence=messages.evidence,
        remedy="No fault. Measure it with the real client, which is what `probe run` does.",
    )


def _refuses(answer: ApiResult) -> bool:
    """Return True for a refusal that may be meant for all that is not Claude Code."""
    return answer.outcome in _REFUSALS and not wants_money(answer)


def _needs_tls(messages: FailedMessages) -> CheckFinding | None:
    if not messages.endpoints.upgraded:
        return None
    return _wrong(
        code="needs_tls",
        title="the server speaks TLS",
        evidence=messages.evidence,
        remedy=f"Set base_url to https://{messages.context.base_url.partition('://')[2]}",
    )


def _http2_only(messages: FailedMessages) -> CheckFinding | None:
    if not messages.endpoints.http2_only:
        return None
    return _wrong(
        code=HTTP2_CODE,
        title="the upstream speaks HTTP/2 only",
        evidence=f"{messages.evidence}; it answers HTTP/2",
        remedy=HTTP2_REMEDY,
    )


def _base_url(messages: FailedMessages) -> CheckFinding | None:
    if not messages.endpoints.elsewhere:
        return None
    base_url = messages.context.base_url
    found_url, found = messages.endpoints.elsewhere
    words = "" if found.ok else f" (it says: {found.answer.evidence})"
    return _wrong(
        code="base_url",
        title=f"the API is not at {base_url}, but at {found_url}",
        evidence=f"{base_url}/v1/messages: {messages.evidence}; {found_url}/v1/messages: {code_of(found)}{words}",
        remedy=f"Set base_url to {found_url}",
    )


def _auth_header(messages: FailedMessages) -> CheckFinding | None:
    with_other = messages.endpoints.key
    if with_other is None or not with_other.ok or not messages.all_failed:
        return None
    if any(result.answer.status not in _TOKEN_NOT_FOUND for result in messages.failed):
        return None
    used = messages.context.auth
    accepted = other_header(used)
    return _wrong(
        code="auth_header",
        title=f"the token is taken as {HEADER_WORDS[accepted]} only, and it was sent as {HEADER_WORDS[used]}",
        evidence=f"{messages.evidence}; with {HEADER_WORDS[accepted]} HTTP 200",
        remedy=f'Set auth = "{accepted.value}" in the [targets.NAME] table of probe.toml; for Claude Code itself, put '
        f"the token into {accepted.variable} and unset {used.variable}.",
    )


def _paid_or_guarded(messages: FailedMessages) -> CheckFinding | None:
    """Return what is advised where money or a quota is used up, or a bot check answers."""
    results = [result for result in messages.failed if wants_money(result.answer) or result.answer.challenged]
    if not results:
        return None
    return advised(messages, results[:1])


def _model_denied(messages: FailedMessages) -> CheckFinding | None:
    if not any(denies_model(result.answer) for result in messages.failed):
        return None
    model = messages.context.model
    return _wrong(
        code="model_denied",
        title=f"this token may not use the model {model}",
        evidence=messages.evidence,
        remedy=model_remedy(model, messages.endpoints.listed),
    )


def _model_unknown(messages: FailedMessages) -> CheckFinding | None:
    model = messages.context.model
    if not any(no_such_model(result.answer, model) for result in messages.failed):
        return None
    return _wrong(
        code="model_unknown",
        title=f"the upstream does not serve the model {model}",
        evidence=messages.evidence,
        remedy=model_remedy(model, messages.endpoints.listed),
    )


def _chat_only(messages: FailedMessages) -> CheckFinding | None:
    endpoints, base_url = messages.endpoints, messages.context.base_url
    chat = next((result for result in endpoints.chats if result.ok), None)
    if chat is None or not _has_no_messages(messages):
        return None
    base = base_url if chat is endpoints.chat_v1 else base_url.removesuffix("/v1")
    reached = chat is endpoints.chat_v1 or base != base_url
    driver = f" `probe run --base-url {base} --driver chat-completions` measures what is there." if reached else ""
    return _wrong(
        code="chat_only",
        title="there are chat completions, but no Messages API, which Claude Code needs",
        evidence=f"{messages.evidence}; {chat.probe.url}: {code_of(chat)}",
        remedy="Put a gateway in between that translates the Messages API, or ask the operator for an address with it."
        + driver,
    )


def _no_messages(messages: FailedMessages) -> CheckFinding | None:
    if not _has_no_messages(messages):
        return None
    return _wrong(
        code="no_messages",
        title="there is no Messages API at this address",
        evidence=messages.evidence,
        remedy="Compare base_url with the upstream's documentation: Claude Code adds /v1/messages to it.",
    )


def _has_no_messages(messages: FailedMessages) -> bool:
    """Return True where nothing of the Messages API is at this address."""
    model = messages.context.model
    return messages.all_failed and all(no_such_path(result.answer, model) for result in messages.failed)


def _chat_at_messages(messages: FailedMessages) -> CheckFinding | None:
    if not any(is_chat(result.answer) for result in messages.failed):
        return None
    return _wrong(
        code="chat_at_messages",
        title="a chat completion comes where a message was asked for",
        evidence=messages.evidence,
        remedy="The gateway hands the answer on as it is: its operator has to have it translated to the Messages API.",
    )


_KNOWN_REASON: Rule[FailedMessages] = first_of(
    _needs_tls,
    _http2_only,
    _base_url,
    _auth_header,
    _paid_or_guarded,
    _model_denied,
    _model_unknown,
    _chat_only,
    _no_messages,
    _chat_at_messages,
)
