"""Bring findings into order: the cause above its consequence, and none that another one contradicts. Pure."""

from collections.abc import Iterable, Sequence

from probe.model.check import Area, CheckFinding, Severity

_CAUSES: tuple[frozenset[str], ...] = (
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
"""Codes of one trouble, from the causes to what may follow from them; without `client_`."""
_OTHERS = len(_CAUSES)
_LAST = {"wrong_answer": _OTHERS + 1, "empty_answer": _OTHERS + 1, "tool_use": _OTHERS + 1, "out_of_time": _OTHERS + 2}

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
"""A finding, and those that it makes untrue or idle."""
_IDLE = frozenset({"count_tokens_absent", "models_fail", "models_absent", "chat_fails", "chat_absent", "chat_events"})
"""Notes that there is nothing to do, which are idle where the Messages API itself does not answer."""
_SERVED = frozenset({"messages", "client_served"})


def rank_findings(findings: Iterable[CheckFinding]) -> tuple[CheckFinding, ...]:
    """The findings without those that others exclude, worst first; among those, causes first, then the outermost."""
    found = list(findings)
    codes = {finding.code for finding in found}
    excluded = {code for cause in codes for code in EXCLUDES.get(cause, frozenset())}
    if _is_unanswered(found):
        excluded |= _IDLE
    kept = [finding for finding in found if finding.code not in excluded]
    severities, areas = list(Severity), list(Area)
    return tuple(
        sorted(kept, key=lambda one: (severities.index(one.severity), rank_of(one.code), areas.index(one.area)))
    )


def rank_of(code: str) -> int:
    """The place of a code in the order from causes to consequences; what is neither stands after the causes."""
    plain = code.removeprefix("client_")
    if plain.startswith("tls"):
        plain = "tls"
    if plain in _LAST:
        return _LAST[plain]
    return next((place for place, codes in enumerate(_CAUSES) if plain in codes), _OTHERS)


def _is_unanswered(found: Sequence[CheckFinding]) -> bool:
    """Whether something is wrong with the endpoints, and neither plain HTTP nor the client was served."""
    wrong = any(one.severity is Severity.WRONG and one.area is Area.ENDPOINTS for one in found)
    return wrong and not any(one.code in _SERVED for one in found)
