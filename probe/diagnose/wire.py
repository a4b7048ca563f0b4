"""What an exchange, and all of a call's exchanges together, say of an outcome."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from probe.diagnose.stop_reasons import CUT_SHORT, NO_ANSWER
from probe.model.client import ModelUsage
from probe.model.correlation import best_id
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd, succeeded
from probe.model.outcome import Flag, Outcome, outcome_of_status
from probe.model.refusal import USAGE_LIMIT, outcome_of_words
from probe.model.request_kind import RequestKind
from probe.model.spending import tokens_of
from probe.model.wire import WireSummary
from probe.retry_time import retry_words

PAUSE_MS = 4000.0
"""An answer that stands still for so long in its middle looks dead to whoever reads along."""
FAKE_STREAM_LEAST_EVENTS = 8
"""So many deltas in one burst are no accident; a shorter answer may honestly come in one packet."""

_FAILURES = {
    ConnectFailure.DNS: Outcome.DNS,
    ConnectFailure.REFUSED: Outcome.CONNECTION_REFUSED,
    ConnectFailure.TIMEOUT: Outcome.CONNECT_TIMEOUT,
    ConnectFailure.TLS: Outcome.TLS,
    ConnectFailure.RESET: Outcome.CONNECTION_RESET,
    ConnectFailure.PROXY: Outcome.CONNECTION_FAILED,
    ConnectFailure.OTHER: Outcome.CONNECTION_FAILED,
}
_EXPLAINS = frozenset({Outcome.AUTH, Outcome.FORBIDDEN, Outcome.BILLING})
"""Refusals that last, and that a gateway's upstream may give it."""
_FOLLOWS = frozenset({Outcome.RATE_LIMITED, Outcome.BAD_GATEWAY, Outcome.OVERLOADED})
"""What a gateway says while it spares an upstream that has refused it."""

_CUT = frozenset({ExchangeEnd.TRUNCATED, ExchangeEnd.RESET})


def main_exchanges(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The attempts at the answer, in order."""
    return [each for each in exchanges if each.kind is RequestKind.MAIN]


def failure_of(exchange: Exchange) -> tuple[Outcome, str | None] | None:
    """The outcome and cause of an exchange that failed; None for one that is good, or was still open at the end."""
    if exchange.end is ExchangeEnd.NOT_CONNECTED:
        return _FAILURES[exchange.failure or ConnectFailure.OTHER], exchange.failure_detail
    if exchange.status is None:
        if exchange.unreadable:
            return Outcome.MALFORMED_RESPONSE, exchange.unreadable
        return None if exchange.end is ExchangeEnd.CLIENT_CLOSED else (Outcome.CONNECTION_RESET, None)
    if told := _told(exchange):
        return told[0], told[1] or str(exchange.status)
    if exchange.status >= 300:
        return outcome_of_status(exchange.status), str(exchange.status)
    if exchange.error_type:
        return Outcome.STREAM_ERROR, exchange.error_type
    if exchange.unreadable:
        return Outcome.MALFORMED_RESPONSE, exchange.unreadable
    if exchange.end is ExchangeEnd.RESET:
        return Outcome.CONNECTION_RESET, None
    if exchange.end is ExchangeEnd.CLIENT_CLOSED:
        return None
    whole = exchange.message_complete and exchange.end is not ExchangeEnd.TRUNCATED
    return None if whole else (Outcome.TRUNCATED_STREAM, None)


def _told(exchange: Exchange) -> tuple[Outcome, str | None] | None:
    """Return what an error's text tells more truly than its status.

    A web page may name a model for any reason, and one that came as a success may be about anything.
    """
    page = exchange.unreadable == "html"
    if page and succeeded(exchange.status):
        return None
    text = " ".join(said for said in (exchange.error_type, exchange.error_message) if said)
    limited = (Outcome.RATE_LIMITED, USAGE_LIMIT) if exchange.account_limit else None
    return outcome_of_words(text, None if page else exchange.status, exchange.model_requested) or limited


def deciding(mains: Sequence[Exchange], last: Exchange) -> Exchange:
    """Return the attempt that tells what a failed call came to: `last`, or an earlier one that explains it.

    A gateway whose own upstream has refused its key sits the model out for a while, and says so to the next request.
    """
    failure = failure_of(last)
    if failure is None or failure[0] not in _FOLLOWS:
        return last
    before = mains[: mains.index(last)]
    return next((each for each in before if (why := failure_of(each)) and why[0] in _EXPLAINS), last)


def endings_of(mains: Sequence[Exchange]) -> list[str]:
    """What came of each attempt. One that is good, and was followed by another, did not satisfy the client."""
    endings = [ending_of(exchange) for exchange in mains]
    return [
        f"{text}, thrown away" if exchange.good and exchange is not mains[-1] else text
        for text, exchange in zip(endings, mains, strict=True)
    ]


def attempts_text(mains: Sequence[Exchange]) -> str:
    """`10 requests: 9 x 529 overloaded_error, then good`"""
    runs = [(text, len(list(group))) for text, group in groupby(endings_of(mains))]
    told = ", then ".join(text if count == 1 else f"{count} x {text}" for text, count in runs)
    return f"{len(mains)} request{'' if len(mains) == 1 else 's'}: {told}"


def ending_of(exchange: Exchange) -> str:
    """What came of an exchange, in two or three words: `529 overloaded_error`, `connection_reset`, `good`.

    `left open` is one that the client gave up, or that was under way when the call ended.
    """
    failure = failure_of(exchange)
    if failure is None:
        return _good_ending(exchange) if exchange.good else "left open"
    outcome, _ = failure
    if exchange.status and exchange.status >= 300:
        return f"{exchange.status} {exchange.error_type or outcome}"
    why = exchange.error_type or exchange.unreadable
    return f"{outcome} ({why})" if why else str(outcome)


def _good_ending(exchange: Exchange) -> str:
    reason = exchange.stop_reason
    return f"stop_reason {reason}" if reason in NO_ANSWER | CUT_SHORT else "good"


def evidence_of(exchange: Exchange) -> str:
    """The line that shows it: status, error, request id."""
    request_id = best_id(exchange.correlation)
    # Who closes what is no HTTP says nothing: anybody would.
    no_answer = exchange.status is None and exchange.unreadable is not None
    parts = [
        _labelled("HTTP", exchange.status),
        None if no_answer or exchange.end is ExchangeEnd.COMPLETE else exchange.end.value.replace("_", " "),
        exchange.error_type,
        _labelled("limit", exchange.account_limit),
        exchange.error_message or exchange.failure_detail,
        _labelled("unreadable:", exchange.unreadable),
        _labelled("to", exchange.location),
        again_of(exchange),
        _labelled("request id", request_id),
    ]
    return ", ".join(part for part in parts if part)


def _labelled(label: str, value: object) -> str | None:
    return f"{label} {value}" if value else None


def again_of(exchange: Exchange) -> str | None:
    """When it may be tried again, in words."""
    if exchange.retry_at is None or exchange.retry_in_s is None:
        return None
    return f"try again at {retry_words(exchange.retry_at, exchange.retry_in_s)}"


def wire_flags(exchanges: Sequence[Exchange]) -> list[Flag]:
    """What the client hid of a call that it made good, and how the answer came."""
    mains = main_exchanges(exchanges)
    final = mains[-1] if mains else None
    # An earlier attempt that is not good was broken, or given up by the client.
    broken = [each for each in mains[:-1] if succeeded(each.status) and not each.good]
    tests = {
        Flag.RETRIED: any(
            each.stream_requested == later.stream_requested and not _leads_on(each) for each, later in pairwise(mains)
        ),
        Flag.RECOVERED_STREAM: bool(broken) and final is not None and _brought_answer(final),
        Flag.FALLBACK_NON_STREAMING: any(
            later.stream_requested is False
            for place, each in enumerate(mains)
            if each.stream_requested
            for later in mains[place + 1 :]
        ),
        Flag.TOKENS_COUNTED_TWICE: sum(bool(each.usage and each.usage.input_tokens) for each in mains) > 1,
        Flag.BACKGROUND_FAILED: any(failure_of(each) for each in exchanges if each.kind is RequestKind.BACKGROUND),
        Flag.PAUSED_STREAM: any((each.longest_pause_ms or 0.0) >= PAUSE_MS for each in mains),
        Flag.BODY_CUT_SHORT: any(_brought_answer(each) and each.end in _CUT for each in mains),
        Flag.USAGE_MISSING: final is not None and final.good and not _is_counted(final),
        Flag.MODEL_NOT_SAID: final is not None and final.good and final.model_served is None,
        Flag.FAKE_STREAM: final is not None and _fake_stream(final),
        Flag.NOT_STREAMED: any(each.good and each.stream_requested and not each.streamed for each in mains),
        Flag.TOOL_USE_REQUESTED: any(each.tools_requested for each in mains),
        Flag.RECORD_CUT: any(each.capped for each in exchanges),
        Flag.REDIRECTED: any(each.status is not None and 300 <= each.status < 400 for each in exchanges),
    }
    return [flag for flag, seen in tests.items() if seen]


def leads_away(exchange: Exchange) -> bool:
    """Whether it points to a full address, which the client asks past the recorder."""
    return "//" in _points_to(exchange)


def _leads_on(exchange: Exchange) -> bool:
    """Whether it points to a path of the same host, which the client asks through the recorder."""
    return bool(_points_to(exchange)) and not leads_away(exchange)


def _points_to(exchange: Exchange) -> str:
    """The address of a redirect, without its query; empty where it is none."""
    redirected = exchange.status is not None and 300 <= exchange.status < 400
    return (exchange.location or "").partition("?")[0] if redirected else ""


def _brought_answer(exchange: Exchange) -> bool:
    """Whether all of a message came, if not the end of its body."""
    return exchange.message_complete and exchange.unreadable is None and exchange.error_type is None


def _is_counted(exchange: Exchange) -> bool:
    """Whether the tokens are known; plain HTTP asks no stream of chat completions for them."""
    if exchange.path.endswith("/chat/completions"):
        return True
    usage = exchange.usage
    return usage is not None and tokens_of(usage) is not None and bool(usage.output_tokens)


def _fake_stream(exchange: Exchange) -> bool:
    """Many deltas, all in one burst, after a wait that is long beside it."""
    wait, span = exchange.wait_ms, exchange.content_span_ms
    if wait is None or span is None or exchange.content_events < FAKE_STREAM_LEAST_EVENTS:
        return False
    return exchange.content_reads <= 2 and wait > 10 * max(span, 1.0)


def wire_summary(exchanges: Sequence[Exchange]) -> WireSummary:
    """All exchanges of a call in figures."""
    mains = main_exchanges(exchanges)
    final = mains[-1] if mains else None
    background = [each for each in exchanges if each.kind is RequestKind.BACKGROUND]
    gaps = [each.longest_gap_ms for each in mains if each.longest_gap_ms is not None]
    dialled = next((each for each in exchanges if each.connect_begun_at_ms is not None), None)
    return WireSummary(
        attempts=len(mains),
        background=len(background),
        background_failed=sum(failure_of(each) is not None for each in background),
        endings=tuple(endings_of(mains)),
        message_id=next((each.message_id for each in reversed(mains) if each.message_id), None),
        cached=final is not None and final.cache is not None,
        models_served=_models(mains),
        background_models=_models(background),
        ttft_ms=final.ttft_ms if final else None,
        longest_gap_ms=max(gaps, default=None),
        dns_ms=dialled.dns_ms if dialled else None,
        tcp_ms=dialled.tcp_ms if dialled else None,
        tls_ms=dialled.tls_ms if dialled else None,
        usage=_usage(mains),
        correlation=tuple(each.correlation for each in mains),
        request_bytes=sum(each.request_bytes for each in exchanges),
        response_bytes=sum(each.response_bytes for each in exchanges),
    )


def _models(exchanges: Sequence[Exchange]) -> tuple[str, ...]:
    """Return the models that answered, each once, in order."""
    return tuple(dict.fromkeys(exchange.model_served for exchange in exchanges if exchange.model_served))


def _usage(mains: Sequence[Exchange]) -> ModelUsage | None:
    usages = [each.usage for each in mains if each.usage]
    if not usages:
        return None

    def total(name: str) -> int | None:
        known = [value for usage in usages if (value := getattr(usage, name)) is not None]
        return sum(known) if known else None

    names = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")
    return ModelUsage(**{name: total(name) for name in names})
