"""Recognise the reason of a failure by its words, its status and who answered, and say what helps. Pure.

The order of `_REASONS` matters: what an answer says in words goes before what its status means.
"""

import re
from collections.abc import Callable
from datetime import datetime

from probe.checks.failure import Advice, Failure
from probe.checks.gateways import gateway_of
from probe.checks.refused_parts import beta_refused, field_refused
from probe.checks.request_limits import body_limit, context_too_long, output_limit
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT
from probe.quota import Quota, quota_in
from probe.retry_time import retry_words
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
_TIMEOUT_SETTINGS = {
    "nginx": "proxy_read_timeout",
    "HAProxy": "timeout server",
    "Envoy": "route timeout, 15 s by default",
    "Cloudflare": "100 s, longer in some plans",
    "an AWS load balancer": "idle timeout, 60 s by default",
}
"""By gateway: the setting that limits how long it waits."""


def reason_of(failure: Failure) -> Advice | None:
    """Return the reason of a failure and what helps; None where nothing is known beside its outcome."""
    found = (recognise(failure) for recognise in _REASONS)
    return next((advice for advice in found if advice is not None), None)


def when_to_retry(remedy: str, retry_at: datetime | None, in_s: float | None) -> str:
    """Return the remedy, or to wait where the upstream says when it will serve again: nothing helps before that."""
    if retry_at is None or in_s is None or in_s < _WORTH_A_WORD_S:
        return remedy
    return (
        f"Try again at {retry_words(retry_at, in_s)}, as the upstream says; before that neither another try nor a "
        "longer --timeout helps, only another token or a higher limit."
    )


def _guarded(failure: Failure) -> Advice | None:
    if not failure.challenged:
        return None
    return Advice(
        "guarded",
        "a bot check or a web firewall answers, not the API",
        "Ask the upstream's operator to let API clients through, or for an address without the check.",
        _answered_by(failure),
    )


def _quota(failure: Failure) -> Advice | None:
    quota = Quota.USAGE_LIMIT if failure.cause == USAGE_LIMIT else quota_in(failure.words)
    if quota is Quota.MONEY:
        return Advice(
            "billing", "money is missing", f"Top up the account that the token in {failure.token} belongs to."
        )
    if quota is Quota.USAGE_LIMIT:
        wait = (
            "Wait until it is reset; the evidence may say when. Else raise the limit of the account that the token in "
            f"{failure.token} belongs to."
        )
        return Advice(
            "usage_limit",
            "a limit on use is reached, which is reset later",
            when_to_retry(wait, failure.retry_at, failure.retry_in_s),
        )
    return None


def _cooldown(failure: Failure) -> Advice | None:
    if not _COOLDOWN.search(failure.words):
        return None
    if failure.outcome is Outcome.AUTH:
        return Advice(
            "auth",
            "the relay's own upstream refuses the relay's token, most likely",
            "The relay knows the token that it was given, since it goes on to speak of its own upstream being left "
            "alone for a while. Its operator has to give it a token of its upstream that is valid.",
        )
    return Advice(
        "cooldown",
        "the relay does not ask its own upstream for a while, since that has failed before",
        "The failure before this one is the reason: see other findings, and the relay's log; its own token and address "
        "are the first to look at.",
    )


def _concurrency(failure: Failure) -> Advice | None:
    if failure.status not in {400, 403, 429, 503} or not _CONCURRENCY.search(failure.words):
        return None
    return Advice(
        "concurrency",
        "more requests or sessions at once than the upstream allows",
        "Wait until others have ended, or have the limit raised. Claude Code itself sends requests in the background "
        "beside the one for the answer.",
    )


def _token_refused(failure: Failure) -> Advice | None:
    refused = failure.outcome in {Outcome.BAD_REQUEST, Outcome.SERVER_ERROR, Outcome.STREAM_ERROR, Outcome.API_ERROR}
    malformed = failure.outcome is Outcome.MALFORMED_RESPONSE
    if not (refused or malformed) or not _TOKEN_REFUSED.search(failure.words):
        return None
    how = f"HTTP {failure.status}" if failure.status else "an error"
    more = ""
    if _LITELLM.search(failure.words):
        more = " LiteLLM without a database says so of every token that is not its master key."
    return Advice(
        "auth",
        f"the token is probably refused, though by {how} and not 401",
        f"Check that {failure.token} holds a token of this upstream that has not expired.{more}",
    )


def _gateway_timeout(failure: Failure) -> Advice | None:
    if failure.status not in _GATEWAY_TIMEOUTS:
        return None
    name, after = _gateway_name(failure), _after(failure)
    limit = f" ({_TIMEOUT_SETTINGS[name]})" if name in _TIMEOUT_SETTINGS else ""
    return Advice(
        "gateway_timeout",
        f"{name or 'a gateway on the way'} waits in vain for what is behind it, and gives up{after}",
        f"Raise the time that {name or 'the gateway'} waits{limit} well above what an answer takes, or make what is "
        "behind it answer sooner; streams with pings keep most gateways waiting.",
        _answered_by(failure),
    )


def _after(failure: Failure) -> str:
    """Return after what time the gateway gave up, and whether it was the same at each attempt."""
    same_status = [attempt for attempt in failure.attempts if attempt.status == failure.status]
    waits = [attempt.wait_ms for attempt in same_status if attempt.wait_ms is not None]
    longest = max(waits, default=0.0)
    if longest < _LEAST_LIMIT_MS:
        return ""
    alike = len(waits) > 1 and longest - min(waits) <= _SAME_LIMIT * longest
    return f" after {format_duration(longest / 1000)}" + (" at each attempt" if alike else "")


def _bad_gateway(failure: Failure) -> Advice | None:
    if failure.status not in _BAD_GATEWAYS or failure.outcome is Outcome.OVERLOADED:
        return None
    name = _gateway_name(failure)
    if name is None:
        return None
    # nginx says 503 by itself only where it was told to limit; for a server that is down it says 502.
    limits = ""
    if name.startswith("nginx") and failure.status == 503:
        limits = " nginx says 503 also for limit_req, limit_conn and maintenance."
    return Advice(
        "bad_gateway",
        f"{name} does not reach what is behind it",
        f"Start what is behind {name}, or correct its address there.{limits}",
        _answered_by(failure),
    )


def _refused_by_page(failure: Failure) -> Advice | None:
    html = failure.last is not None and failure.last.unreadable == "html"
    if not html or failure.status not in {401, 403}:
        return None
    title = f"access is refused by a web page of {_gateway_name(failure) or 'a gateway or a firewall'}, not by the API"
    let_through = (
        "Ask whoever runs what stands before the upstream whether requests from this address, to this path, are let "
        "through."
    )
    if failure.status == 403:
        return Advice("forbidden", title, let_through, _answered_by(failure))
    own = f"Check that base_url is the API's own address, and that {failure.token} holds a token of it. {let_through}"
    return Advice("auth", title, own, _answered_by(failure))


def _gateway_name(failure: Failure) -> str | None:
    return gateway_of(failure.server, failure.words)


def _answered_by(failure: Failure) -> str:
    return f"server: {failure.server}" if failure.server else ""


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
