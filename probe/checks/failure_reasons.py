"""Recognise the reason of a failure by its words, its status and who answered, and say what helps. Pure.

The order of `_REASONS` matters: what an answer says in words goes before what its status means.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from probe.checks.failure import Advice, Failure
from probe.checks.gateways import AWS, gateway_of, gateway_words
from probe.checks.refused_parts import beta_refused, field_refused
from probe.checks.request_limits import body_limit, context_too_long, output_limit
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT
from probe.quota import Quota, quota_in
from probe.texts.phrase import Words, phrase, sentences
from probe.units import format_duration

_COOLDOWN = re.compile(r"no deployments? available|in cooldown|cooling down|冷却", re.IGNORECASE)
_CONCURRENCY = re.compile(
    r"concurren(?:t|cy)[^.]{0,40}(?:limit|exceed|reached|max)|too many concurrent|并发", re.IGNORECASE
)
_TOKEN_REFUSED = re.compile(
    r"no_db_connection|no connected db|(?:invalid|incorrect|wrong|missing|expired) (?:\w+ )?(?:api[ _-]?key|token)"
    r"|(?:api[ _-]?key|token) (?:\w+ )?(?:is |was )?(?:not valid|invalid|incorrect|expired|missing)|api_key_invalid"
    r"|authentication_error|authenticationerror|invalid_api_key|unauthori[sz]ed"
    r"|无效的令牌|令牌(?:无效|已过期|已禁用|不存在|状态不可用)|密钥(?:无效|错误|不存在)|身份验证失败",
    re.IGNORECASE,
)
_LITELLM = re.compile(r"no_db_connection|no connected db", re.IGNORECASE)
_GATEWAY_TIMEOUTS = {408, 504, 522, 524}
_SAME_LIMIT = 0.15
"""The greatest difference of times of the same limit, as a share of the longest."""
_LEAST_LIMIT_MS = 500.0
_WORTH_A_WORD_S = 30.0
"""A shorter wait is over before anybody has read of it."""
_BAD_GATEWAYS = {502, 503, 520, 521, 523}
_TIMEOUT_SETTINGS: dict[str, Words] = {
    "nginx": "proxy_read_timeout",
    "HAProxy": "timeout server",
    "Envoy": phrase("check.gateway.envoy"),
    "Cloudflare": phrase("check.gateway.cloudflare"),
    AWS: phrase("check.gateway.aws"),
}
"""By gateway: the setting that limits how long it waits."""


def reason_of(failure: Failure) -> Advice | None:
    """Return the reason of a failure and what helps; None where nothing is known beside its outcome."""
    found = (recognise(failure) for recognise in _REASONS)
    return next((advice for advice in found if advice is not None), None)


def when_to_retry(remedy: Words, retry_at: datetime | None, in_s: float | None) -> Words:
    """Return the remedy, or to wait where the upstream says when it will serve again: nothing helps before that."""
    if retry_at is None or in_s is None or in_s < _WORTH_A_WORD_S:
        return remedy
    when = f"{retry_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return phrase("check.retry_at.do", when=when, wait=format_duration(in_s))


def _guarded(failure: Failure) -> Advice | None:
    if not failure.challenged:
        return None
    return Advice("guarded", phrase("check.guarded"), phrase("check.guarded.do"), _answered_by(failure))


def _quota(failure: Failure) -> Advice | None:
    quota = Quota.USAGE_LIMIT if failure.cause == USAGE_LIMIT else quota_in(failure.words)
    if quota is Quota.MONEY:
        remedy = phrase("check.outcome.billing.do", token=failure.token)
        return Advice("billing", phrase("check.outcome.billing"), remedy)
    if quota is Quota.USAGE_LIMIT:
        wait = phrase("check.usage_limit.do", token=failure.token)
        remedies = when_to_retry(wait, failure.retry_at, failure.retry_in_s)
        return Advice("usage_limit", phrase("check.usage_limit"), remedies)
    return None


def _cooldown(failure: Failure) -> Advice | None:
    if not _COOLDOWN.search(failure.words):
        return None
    if failure.outcome is Outcome.AUTH:
        return Advice("auth", phrase("check.relay_token"), phrase("check.relay_token.do"))
    return Advice("cooldown", phrase("check.cooldown"), phrase("check.cooldown.do"))


def _concurrency(failure: Failure) -> Advice | None:
    if failure.status not in {400, 403, 429, 503} or not _CONCURRENCY.search(failure.words):
        return None
    return Advice("concurrency", phrase("check.concurrency"), phrase("check.concurrency.do"))


def _token_refused(failure: Failure) -> Advice | None:
    refused = failure.outcome in {Outcome.BAD_REQUEST, Outcome.SERVER_ERROR, Outcome.STREAM_ERROR, Outcome.API_ERROR}
    malformed = failure.outcome is Outcome.MALFORMED_RESPONSE
    if not (refused or malformed) or not _TOKEN_REFUSED.search(failure.words):
        return None
    status = phrase("check.token_refused.status", status=failure.status)
    how = status if failure.status else phrase("check.token_refused.error")
    remedy = phrase("check.outcome.auth.do", token=failure.token)
    more = phrase("check.token_refused.litellm") if _LITELLM.search(failure.words) else ""
    return Advice("auth", phrase("check.token_refused", how=how), sentences([remedy, more]))


def _gateway_timeout(failure: Failure) -> Advice | None:
    if failure.status not in _GATEWAY_TIMEOUTS:
        return None
    name = _gateway_name(failure)
    limit = _TIMEOUT_SETTINGS.get(name or "")
    setting = phrase("check.gateway_timeout.setting", setting=limit) if limit else ""
    return Advice(
        "gateway_timeout",
        phrase("check.gateway_timeout", name=gateway_words(name) or phrase("check.gateway"), after=_after(failure)),
        phrase("check.gateway_timeout.do", name=gateway_words(name) or phrase("check.gateway.the"), setting=setting),
        _answered_by(failure),
    )


def _after(failure: Failure) -> Words:
    """Return after what time the gateway gave up, and whether it was the same at each attempt."""
    same_status = [attempt for attempt in failure.attempts if attempt.status == failure.status]
    waits = [attempt.wait_ms for attempt in same_status if attempt.wait_ms is not None]
    longest = max(waits, default=0.0)
    if longest < _LEAST_LIMIT_MS:
        return ""
    time = format_duration(longest / 1000)
    if len(waits) > 1 and longest - min(waits) <= _SAME_LIMIT * longest:
        return phrase("check.gateway_timeout.after_each", time=time)
    return phrase("check.gateway_timeout.after", time=time)


def _bad_gateway(failure: Failure) -> Advice | None:
    if failure.status not in _BAD_GATEWAYS or failure.outcome is Outcome.OVERLOADED:
        return None
    name = _gateway_name(failure)
    if name is None:
        return None
    # nginx says 503 by itself only where it was told to limit; for a server that is down it says 502.
    may_be_limit = name.startswith("nginx") and failure.status == 503
    limits = phrase("check.bad_gateway.nginx") if may_be_limit else ""
    words = gateway_words(name)
    remedy = sentences([phrase("check.bad_gateway.do", name=words), limits])
    return Advice("bad_gateway", phrase("check.bad_gateway", name=words), remedy, _answered_by(failure))


def _refused_by_page(failure: Failure) -> Advice | None:
    html = failure.last is not None and failure.last.unreadable == "html"
    if not html or failure.status not in {401, 403}:
        return None
    name = gateway_words(_gateway_name(failure)) or phrase("check.gateway.or_firewall")
    title, let_through = phrase("check.refused_by_page", name=name), phrase("check.refused_by_page.do")
    if failure.status == 403:
        return Advice("forbidden", title, let_through, _answered_by(failure))
    remedy = sentences([phrase("check.own_address.do", token=failure.token), let_through])
    return Advice("auth", title, remedy, _answered_by(failure))


def _gateway_name(failure: Failure) -> str | None:
    return gateway_of(failure.server, failure.words)


def _answered_by(failure: Failure) -> Words:
    return phrase("check.server", server=failure.server) if failure.server else ""


_REASONS: tuple[Callable[[Failure], Advice | None], ...] = (
    _guarded,
    _quota,
    _cooldown,
    body_limit,
    context_too_long,
    output_limit,
    beta_refused,
    field_refused,
    _concurrency,
    _token_refused,
    _gateway_timeout,
    _bad_gateway,
    _refused_by_page,
)
