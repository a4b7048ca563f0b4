"""Findings on the endpoints, in their order: the Messages API, the token's header, the answers, all else. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from probe.checks.answer_findings import judge_answers
from probe.checks.check_context import CheckContext
from probe.checks.endpoints import Endpoints, other_header
from probe.checks.evidence import code_of
from probe.checks.finding_rules import FindingDraft, apply_rules
from probe.checks.messages_findings import HEADER_WORDS, judge_failed_messages
from probe.checks.offer_findings import judge_offer
from probe.checks.stream_content import is_nameless
from probe.model.check_report import Area, Severity
from probe.network import is_loopback
from probe.texts.phrase import items, phrase
from probe.units import format_duration

_finding = partial(FindingDraft, area=Area.ENDPOINTS)


@dataclass(frozen=True, slots=True)
class _AskedEndpoints:
    """The endpoints and what was asked of them."""

    endpoints: Endpoints
    context: CheckContext


def judge_endpoints(endpoints: Endpoints, context: CheckContext) -> Iterator[FindingDraft]:
    """Yield the findings of the endpoints."""
    asked = _AskedEndpoints(endpoints, context)
    # Events without names are a finding of streams.
    failed = [result for result in endpoints.messages if not result.ok and not is_nameless(result.answer.body)]
    if failed:
        yield from judge_failed_messages(endpoints, context, failed)
    else:
        yield from apply_rules((_messages,), asked)
    yield from apply_rules((_auth,), asked)
    yield from judge_answers(endpoints, context)
    yield from judge_offer(endpoints, context.model)
    yield from apply_rules((_no_encryption,), asked)


def _messages(asked: _AskedEndpoints) -> FindingDraft | None:
    good = [result for result in asked.endpoints.messages if result.ok]
    if not good:
        return None
    times = [
        phrase("check.in_time", time=format_duration(result.probe.ms / 1000), mode=asked.endpoints.mode_of(result))
        for result in good
    ]
    return _finding(severity=Severity.GOOD, code="messages", title=phrase("check.messages"), evidence=items(times))


def _auth(asked: _AskedEndpoints) -> FindingDraft | None:
    with_other = asked.endpoints.key
    if not asked.endpoints.served or with_other is None:
        return None
    used, unused = HEADER_WORDS[asked.context.auth], HEADER_WORDS[other_header(asked.context.auth)]
    if with_other.ok:
        title = phrase("check.auth.both", used=used, unused=unused)
        return _finding(severity=Severity.GOOD, code="auth", title=title)
    evidence = phrase("check.auth.header.seen", unused=unused, code=code_of(with_other))
    return _finding(
        severity=Severity.GOOD, code="auth", title=phrase("check.auth.header", used=used), evidence=evidence
    )


def _no_encryption(asked: _AskedEndpoints) -> FindingDraft | None:
    parts = urlsplit(asked.context.base_url)
    if parts.scheme != "http" or is_loopback(parts.hostname or ""):
        return None
    return _finding(
        severity=Severity.WARNING,
        code="no_encryption",
        title=phrase("check.no_encryption"),
        evidence=asked.context.base_url,
        remedy=phrase("check.no_encryption.do"),
    )
