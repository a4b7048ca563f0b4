"""Findings on a Messages API that does not answer as it should. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from probe.checks.api_result import ApiResult, EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.endpoint_answers import denies_model, is_chat, no_such_model, no_such_path, wants_money
from probe.checks.endpoints import Endpoints, other_header
from probe.checks.evidence import code_of
from probe.checks.finding_rules import FindingDraft, Rule, first_of
from probe.checks.offer_findings import model_remedy
from probe.checks.outcome_findings import SLOW_STREAM, FailedMessages, advised, by_outcome
from probe.checks.way_findings import HTTP2_CODE, HTTP2_REMEDY
from probe.model.check_report import Area, Severity
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.texts.phrase import Words, phrase, sentences

_REFUSALS = {Outcome.AUTH, Outcome.FORBIDDEN, Outcome.BAD_REQUEST, Outcome.SERVER_ERROR, Outcome.CONNECTION_RESET}
"""The outcomes by which an upstream may refuse what is not Claude Code."""
_TOKEN_NOT_FOUND = {400, 401, 403, 404, 422}
"""The statuses of an upstream that looks for the token in the other header."""
HEADER_WORDS = {TokenHeader.BEARER: "Authorization: Bearer", TokenHeader.X_API_KEY: "x-api-key"}
_finding = partial(FindingDraft, area=Area.ENDPOINTS)
_wrong = partial(FindingDraft, area=Area.ENDPOINTS, severity=Severity.WRONG)


def judge_failed_messages(
    endpoints: Endpoints, context: CheckContext, failed: Sequence[EndpointResult]
) -> Iterator[FindingDraft]:
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


def _softened(finding: FindingDraft, messages: FailedMessages) -> FindingDraft:
    """Return a warning in place of what is wrong, where the upstream serves all the same."""
    again = messages.endpoints.again
    if messages.context.client_served:
        title: Words = phrase("check.softened.client", title=finding.title)
    elif again is not None and again.ok:
        title = phrase("check.softened.again", title=finding.title)
    elif finding.code == SLOW_STREAM and messages.endpoints.served:
        title = finding.title
    else:
        return finding
    return replace(finding, severity=Severity.WARNING, title=title)


def _claude_code_only(messages: FailedMessages) -> FindingDraft | None:
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
        title=phrase("check.claude_code_only"),
        evidence=messages.evidence,
        remedy=phrase("check.claude_code_only.do"),
    )


def _refuses(answer: ApiResult) -> bool:
    """Return True for a refusal that may be meant for all that is not Claude Code."""
    return answer.outcome in _REFUSALS and not wants_money(answer)


def _needs_tls(messages: FailedMessages) -> FindingDraft | None:
    if not messages.endpoints.upgraded:
        return None
    return _wrong(
        code="needs_tls",
        title=phrase("check.needs_tls"),
        evidence=messages.evidence,
        remedy=phrase("check.set_base_url", url=f"https://{messages.context.base_url.partition('://')[2]}"),
    )


def _http2_only(messages: FailedMessages) -> FindingDraft | None:
    if not messages.endpoints.http2_only:
        return None
    return _wrong(
        code=HTTP2_CODE,
        title=phrase("check.http2_only"),
        evidence=phrase("check.http2_only.seen", evidence=messages.evidence),
        remedy=HTTP2_REMEDY,
    )


def _base_url(messages: FailedMessages) -> FindingDraft | None:
    if not messages.endpoints.elsewhere:
        return None
    base_url = messages.context.base_url
    found_url, found = messages.endpoints.elsewhere
    words = "" if found.ok else phrase("check.base_url.says", said=found.answer.evidence)
    return _wrong(
        code="base_url",
        title=phrase("check.base_url", base_url=base_url, found=found_url),
        evidence=phrase(
            "check.base_url.seen",
            base_url=base_url,
            evidence=messages.evidence,
            found=found_url,
            code=code_of(found),
            words=words,
        ),
        remedy=phrase("check.set_base_url", url=found_url),
    )


def _auth_header(messages: FailedMessages) -> FindingDraft | None:
    with_other = messages.endpoints.key
    if with_other is None or not with_other.ok or not messages.all_failed:
        return None
    if any(result.answer.status not in _TOKEN_NOT_FOUND for result in messages.failed):
        return None
    used = messages.context.auth
    accepted = other_header(used)
    words = HEADER_WORDS[accepted]
    return _wrong(
        code="auth_header",
        title=phrase("check.auth_header", accepted=words, used=HEADER_WORDS[used]),
        evidence=phrase("check.auth_header.seen", evidence=messages.evidence, accepted=words),
        remedy=phrase("check.auth_header.do", auth=accepted.value, accepted=accepted.variable, used=used.variable),
    )


def _paid_or_guarded(messages: FailedMessages) -> FindingDraft | None:
    """Return what is advised where money or a quota is used up, or a bot check answers."""
    results = [result for result in messages.failed if wants_money(result.answer) or result.answer.challenged]
    if not results:
        return None
    return advised(messages, results[:1])


def _model_denied(messages: FailedMessages) -> FindingDraft | None:
    if not any(denies_model(result.answer) for result in messages.failed):
        return None
    model = messages.context.model
    return _wrong(
        code="model_denied",
        title=phrase("check.model_denied", model=model),
        evidence=messages.evidence,
        remedy=model_remedy(model, messages.endpoints.listed),
    )


def _model_unknown(messages: FailedMessages) -> FindingDraft | None:
    model = messages.context.model
    if not any(no_such_model(result.answer, model) for result in messages.failed):
        return None
    return _wrong(
        code="model_unknown",
        title=phrase("check.model_unknown", model=model),
        evidence=messages.evidence,
        remedy=model_remedy(model, messages.endpoints.listed),
    )


def _chat_only(messages: FailedMessages) -> FindingDraft | None:
    endpoints, base_url = messages.endpoints, messages.context.base_url
    chat = next((result for result in endpoints.chats if result.ok), None)
    if chat is None or not _has_no_messages(messages):
        return None
    base = base_url if chat is endpoints.chat_v1 else base_url.removesuffix("/v1")
    reached = chat is endpoints.chat_v1 or base != base_url
    measure = phrase("check.chat_only.measure", base=base) if reached else ""
    return _wrong(
        code="chat_only",
        title=phrase("check.chat_only"),
        evidence=phrase("check.chat_only.seen", evidence=messages.evidence, url=chat.probe.url, code=code_of(chat)),
        remedy=sentences([phrase("check.chat_only.do"), measure]),
    )


def _no_messages(messages: FailedMessages) -> FindingDraft | None:
    if not _has_no_messages(messages):
        return None
    return _wrong(
        code="no_messages",
        title=phrase("check.no_messages"),
        evidence=messages.evidence,
        remedy=phrase("check.no_messages.do"),
    )


def _has_no_messages(messages: FailedMessages) -> bool:
    """Return True where nothing of the Messages API is at this address."""
    model = messages.context.model
    return messages.all_failed and all(no_such_path(result.answer, model) for result in messages.failed)


def _chat_at_messages(messages: FailedMessages) -> FindingDraft | None:
    if not any(is_chat(result.answer) for result in messages.failed):
        return None
    return _wrong(
        code="chat_at_messages",
        title=phrase("check.chat_at_messages"),
        evidence=messages.evidence,
        remedy=phrase("check.chat_at_messages.do"),
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
