"""Decide whether an exchange failed, and of what.

`FAILURE_RULES` is the whole decision: the first rule that applies gives outcome and cause, and where none applies the
exchange is good or was left open. To add a failure, write such a function and put it into the list.
"""

from collections.abc import Callable, Sequence

from probe.diagnose.classification import first_match
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd, succeeded
from probe.model.outcome import Outcome, outcome_of_status
from probe.model.refusal import USAGE_LIMIT, outcome_of_words
from probe.model.request_kind import RequestKind

Failure = tuple[Outcome, str | None]
"""An outcome with its cause."""

_CONNECT_OUTCOMES = {
    ConnectFailure.DNS: Outcome.DNS,
    ConnectFailure.REFUSED: Outcome.CONNECTION_REFUSED,
    ConnectFailure.TIMEOUT: Outcome.CONNECT_TIMEOUT,
    ConnectFailure.TLS: Outcome.TLS,
    ConnectFailure.RESET: Outcome.CONNECTION_RESET,
    ConnectFailure.PROXY: Outcome.CONNECTION_FAILED,
    ConnectFailure.OTHER: Outcome.CONNECTION_FAILED,
}
_LASTING_REFUSALS = frozenset({Outcome.AUTH, Outcome.FORBIDDEN, Outcome.BILLING})
"""Refusals that a gateway may get from its own upstream, and that do not pass by themselves."""
_COOLDOWNS = frozenset({Outcome.RATE_LIMITED, Outcome.BAD_GATEWAY, Outcome.OVERLOADED})
"""Answers of a gateway while it spares an upstream that has refused it."""


def main_exchanges(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return the attempts at the answer, in order."""
    return [exchange for exchange in exchanges if exchange.kind is RequestKind.MAIN]


def failure_of(exchange: Exchange) -> Failure | None:
    """Return outcome and cause of an exchange that failed; None for one that is good, or was still open at the end."""
    return first_match(FAILURE_RULES, exchange)


def _not_connected(exchange: Exchange) -> Failure | None:
    if exchange.end is not ExchangeEnd.NOT_CONNECTED:
        return None
    return _CONNECT_OUTCOMES[exchange.failure or ConnectFailure.OTHER], exchange.failure_detail


def _refused_in_words(exchange: Exchange) -> Failure | None:
    """Return what an error's text tells more truly than its status.

    The text of a web page is ignored: it may name a model for any reason, and one that came as a success may be about
    anything.
    """
    is_page = exchange.unreadable == "html"
    if exchange.status is None or (is_page and succeeded(exchange.status)):
        return None
    text = " ".join(filter(None, (exchange.error_type, exchange.error_message)))
    refusal = outcome_of_words(text, None if is_page else exchange.status, exchange.model_requested)
    if refusal is not None:
        outcome, cause = refusal
        return outcome, cause or str(exchange.status)
    return (Outcome.RATE_LIMITED, USAGE_LIMIT) if exchange.account_limit else None


def _error_status(exchange: Exchange) -> Failure | None:
    status = exchange.status
    return (outcome_of_status(status), str(status)) if status is not None and status >= 300 else None


def _error_in_stream(exchange: Exchange) -> Failure | None:
    if exchange.status is None or not exchange.error_type:
        return None
    return Outcome.STREAM_ERROR, exchange.error_type


def _unreadable(exchange: Exchange) -> Failure | None:
    return (Outcome.MALFORMED_RESPONSE, exchange.unreadable) if exchange.unreadable else None


def _reset(exchange: Exchange) -> Failure | None:
    return (Outcome.CONNECTION_RESET, None) if exchange.end is ExchangeEnd.RESET else None


def _no_response(exchange: Exchange) -> Failure | None:
    if exchange.status is not None or exchange.end is ExchangeEnd.CLIENT_CLOSED:
        return None
    return Outcome.CONNECTION_RESET, None


def _incomplete(exchange: Exchange) -> Failure | None:
    whole = exchange.message_complete and exchange.end is not ExchangeEnd.TRUNCATED
    if whole or exchange.end is ExchangeEnd.CLIENT_CLOSED:
        return None
    return Outcome.TRUNCATED_STREAM, None


FAILURE_RULES: tuple[Callable[[Exchange], Failure | None], ...] = (
    _not_connected,
    _refused_in_words,
    _error_status,
    _error_in_stream,
    _unreadable,
    _reset,
    _no_response,
    _incomplete,
)
"""The rules for failures of an exchange. The first that applies decides."""


def decisive_attempt(attempts: Sequence[Exchange]) -> Exchange:
    """Return the attempt that tells what a failed call came to, out of one at least.

    It is the last stream that failed, or else the last attempt: the fallback without a stream only follows from what
    happened to the stream. A gateway whose own upstream has refused its key does not ask it again for a while, and says
    so to the next request: there the refusal decides.
    """
    failed_streams = [attempt for attempt in attempts if attempt.stream_requested and failure_of(attempt)]
    last = (failed_streams or attempts)[-1]
    if _outcome_of(last) not in _COOLDOWNS:
        return last
    earlier = attempts[: attempts.index(last)]
    return next((attempt for attempt in earlier if _outcome_of(attempt) in _LASTING_REFUSALS), last)


def _outcome_of(exchange: Exchange) -> Outcome | None:
    failure = failure_of(exchange)
    return failure[0] if failure else None


def is_redirect(exchange: Exchange) -> bool:
    """Return True for a status 3xx."""
    return exchange.status is not None and 300 <= exchange.status < 400


def redirect_address(exchange: Exchange) -> str:
    """Return the address of a redirect without its query; empty where the exchange is none."""
    return (exchange.location or "").partition("?")[0] if is_redirect(exchange) else ""


def leads_away(exchange: Exchange) -> bool:
    """Return True for a redirect to a full address, which the client asks past the recorder."""
    return "//" in redirect_address(exchange)
