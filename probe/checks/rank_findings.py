"""Bring findings into order: causes above their consequences, and none that another one contradicts. Pure."""

from collections.abc import Iterable, Sequence

from probe.model.check_report import Area, CheckFinding, Severity

CAUSES: tuple[frozenset[str], ...] = (
    # nothing of the upstream's own was reached
    frozenset({"proxy_unusable", "proxy", "dns", "connection_refused", "connect_timeout", "connection_failed", "tls"}),
    # it is not the API that answers
    frozenset({"needs_tls", "http2_only", "base_url", "redirected", "no_messages", "chat_only", "chat_at_messages"}),
    frozenset({"guarded"}),
    # who may ask, and for what
    frozenset({"auth", "auth_header", "billing", "usage_limit", "forbidden", "model_denied", "not_logged_in"}),
    frozenset({"model_unknown", "model_not_found", "alias_unknown"}),
    # what a request may hold
    frozenset(
        {"body_limit", "context_window", "max_tokens_limit", "max_tokens_spent", "betas_refused", "field_refused"}
    ),
    frozenset({"bad_request"}),
    # what is behind does not do
    frozenset({"bad_gateway", "gateway_timeout", "server_error", "overloaded", "nameless_events"}),
    # what follows from all that
    frozenset({"concurrency", "cooldown", "rate_limited", "burst"}),
    frozenset({"connection_reset", "truncated_stream", "stream_error", "malformed_response", "event_order"}),
    frozenset({"timed_out", "no_first_byte", "ping_only", "stalled_stream", "slow_stream", "alias_fails"}),
)
"""Codes from causes to consequences, without their prefix `client_`."""
_UNRANKED = len(CAUSES)
_LAST = {
    "wrong_answer": _UNRANKED + 1,
    "empty_answer": _UNRANKED + 1,
    "tool_use": _UNRANKED + 1,
    "out_of_time": _UNRANKED + 2,
}

EXCLUDES: dict[str, frozenset[str]] = {
    "chat_fails": frozenset({"chat_events", "chat_not_streamed", "chat_fake_stream"}),
    "chat_absent": frozenset({"chat_events", "chat_not_streamed", "chat_fake_stream"}),
    "client_fake_stream": frozenset({"streams"}),
    "fake_stream": frozenset({"streams", "client_fake_stream"}),
    "nameless_events": frozenset({"streams", "messages"}),
    "model_not_said": frozenset({"models"}),
    "model_mismatch": frozenset({"models"}),
    "wrong_answer": frozenset({"models"}),
    "empty_answer": frozenset({"models"}),
    "malformed_response": frozenset({"event_order", "streams"}),
    "truncated_stream": frozenset({"streams"}),
    "body_limit": frozenset({"client_bad_request"}),
    "claude_code_only": frozenset(
        {"count_tokens_absent", "models_fail", "chat_fails", "client_auth", "client_forbidden"}
    ),
    "auth": frozenset({"rate_limited"}),
    "client_auth": frozenset({"rate_limited", "client_rate_limited"}),
}
"""By code: the findings that this one contradicts or makes irrelevant."""
_IDLE = frozenset({"count_tokens_absent", "models_fail", "models_absent", "chat_fails", "chat_absent", "chat_events"})
"""Notes that ask for nothing; left out where the Messages API itself does not answer."""
_SERVED = frozenset({"messages", "client_served"})


def rank_findings(findings: Iterable[CheckFinding]) -> tuple[CheckFinding, ...]:
    """Return the findings that no other excludes, worst first; of the same severity causes first, then by area."""
    found = list(findings)
    codes = {finding.code for finding in found}
    excluded = {code for cause in codes for code in EXCLUDES.get(cause, frozenset())}
    kept = [finding for finding in found if finding.code not in excluded]
    if _is_unanswered(found):
        kept = [finding for finding in kept if finding.code not in _IDLE or finding.severity is Severity.WRONG]
    return tuple(sorted(kept, key=_place))


def rank_of(code: str) -> int:
    """Return the place of a code in the order from causes to consequences; any other code stands after the causes."""
    plain = code.removeprefix("client_")
    if plain.startswith("tls"):
        plain = "tls"
    if plain in _LAST:
        return _LAST[plain]
    return next((place for place, codes in enumerate(CAUSES) if plain in codes), _UNRANKED)


def _place(finding: CheckFinding) -> tuple[int, int, int]:
    return list(Severity).index(finding.severity), rank_of(finding.code), list(Area).index(finding.area)


def _is_unanswered(findings: Sequence[CheckFinding]) -> bool:
    """Return True where an endpoint fails, and neither plain HTTP nor the client was served."""
    wrong = any(finding.severity is Severity.WRONG and finding.area is Area.ENDPOINTS for finding in findings)
    return wrong and not any(finding.code in _SERVED for finding in findings)
