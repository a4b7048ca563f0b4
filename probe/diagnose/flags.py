"""Decide the flags of a call.

A flag is set where the predicate beside it in `WIRE_FLAG_RULES` or in `FLAG_RULES` is true. To add a flag, write its
predicate and put it into one of the tables: the first for what exchanges show, the second for all else.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from probe.diagnose.call_facts import CallFacts
from probe.diagnose.exchange_failures import failure_of, is_redirect, leads_away, main_exchanges, redirect_address
from probe.model.exchange import Exchange, ExchangeEnd, met_stale_connection, succeeded
from probe.model.model_name import same_model
from probe.model.outcome import Flag, Outcome
from probe.model.request_kind import RequestKind
from probe.model.spending import tokens_of

PAUSE_MS = 4000.0
"""A pause of this length within an answer looks like a hang to somebody who reads along."""
FAKE_STREAM_LEAST_EVENTS = 8
"""So many deltas in one burst are no accident; a shorter answer may honestly come in one packet."""
FAKE_STREAM_LEAST_WAIT_MS = 500.0
"""A burst after a shorter wait is no burden to anybody, and may be this machine's: it reads late when it is busy."""
_CUT = frozenset({ExchangeEnd.TRUNCATED, ExchangeEnd.RESET})

Exchanges = Sequence[Exchange]


def flags_of(facts: CallFacts, outcome: Outcome) -> tuple[Flag, ...]:
    """Return the flags of a call with this outcome, in the order of `Flag`."""
    found = set(wire_flags(facts.exchanges))
    found.update(flag for flag, applies in FLAG_RULES.items() if applies(facts, outcome))
    return tuple(flag for flag in Flag if flag in found)


def wire_flags(exchanges: Exchanges) -> list[Flag]:
    """Return the flags that the exchanges of a call show."""
    return [flag for flag, applies in WIRE_FLAG_RULES.items() if applies(exchanges)]


def _retried(exchanges: Exchanges) -> bool:
    return any(
        attempt.stream_requested == following.stream_requested and not _leads_to_same_host(attempt)
        for attempt, following in pairwise(main_exchanges(exchanges))
    )


def _stale_connection(exchanges: Exchanges) -> bool:
    return any(met_stale_connection(attempt, following) for attempt, following in pairwise(main_exchanges(exchanges)))


def _recovered_stream(exchanges: Exchanges) -> bool:
    """Return True where an earlier attempt was broken or given up by the client, and the last brought the answer."""
    attempts = main_exchanges(exchanges)
    broken = any(succeeded(attempt.status) and not attempt.good for attempt in attempts[:-1])
    return broken and _brought_answer(attempts[-1])


def _fell_back(exchanges: Exchanges) -> bool:
    asked_for_stream = [attempt.stream_requested for attempt in main_exchanges(exchanges)]
    streams = [place for place, stream in enumerate(asked_for_stream) if stream]
    return bool(streams) and False in asked_for_stream[streams[0] :]


def _counted_twice(exchanges: Exchanges) -> bool:
    counted = [attempt for attempt in main_exchanges(exchanges) if attempt.usage and attempt.usage.input_tokens]
    return len(counted) > 1


def _background_failed(exchanges: Exchanges) -> bool:
    return any(failure_of(exchange) for exchange in exchanges if exchange.kind is RequestKind.BACKGROUND)


def _fake_stream(exchanges: Exchanges) -> bool:
    """Return True for many deltas in one burst, after a wait that is long beside it."""
    attempts = main_exchanges(exchanges)
    if not attempts:
        return False
    last = attempts[-1]
    wait, span = last.wait_ms, last.content_span_ms
    if wait is None or span is None or last.content_events < FAKE_STREAM_LEAST_EVENTS:
        return False
    return last.content_reads <= 2 and wait >= FAKE_STREAM_LEAST_WAIT_MS and wait > 10 * span


def _not_streamed(exchanges: Exchanges) -> bool:
    return any(
        attempt.good and attempt.stream_requested and not attempt.streamed for attempt in main_exchanges(exchanges)
    )


def _paused(exchanges: Exchanges) -> bool:
    return any((attempt.longest_pause_ms or 0.0) >= PAUSE_MS for attempt in main_exchanges(exchanges))


def _body_cut_short(exchanges: Exchanges) -> bool:
    return any(_brought_answer(attempt) and attempt.end in _CUT for attempt in main_exchanges(exchanges))


def _usage_missing(exchanges: Exchanges) -> bool:
    return any(not _is_counted(attempt) for attempt in _final_answer(exchanges))


def _model_not_said(exchanges: Exchanges) -> bool:
    return any(attempt.model_served is None for attempt in _final_answer(exchanges))


def _redirected(exchanges: Exchanges) -> bool:
    return any(map(is_redirect, exchanges))


def _tool_on_wire(exchanges: Exchanges) -> bool:
    return any(attempt.tools_requested for attempt in main_exchanges(exchanges))


def _record_cut(exchanges: Exchanges) -> bool:
    return any(exchange.capped for exchange in exchanges)


WIRE_FLAG_RULES: Mapping[Flag, Callable[[Exchanges], bool]] = {
    Flag.RETRIED: _retried,
    Flag.STALE_CONNECTION: _stale_connection,
    Flag.RECOVERED_STREAM: _recovered_stream,
    Flag.FALLBACK_NON_STREAMING: _fell_back,
    Flag.TOKENS_COUNTED_TWICE: _counted_twice,
    Flag.BACKGROUND_FAILED: _background_failed,
    Flag.PAUSED_STREAM: _paused,
    Flag.BODY_CUT_SHORT: _body_cut_short,
    Flag.USAGE_MISSING: _usage_missing,
    Flag.MODEL_NOT_SAID: _model_not_said,
    Flag.FAKE_STREAM: _fake_stream,
    Flag.NOT_STREAMED: _not_streamed,
    Flag.TOOL_USE_REQUESTED: _tool_on_wire,
    Flag.RECORD_CUT: _record_cut,
    Flag.REDIRECTED: _redirected,
}
"""Flags that are decided from all exchanges of a call."""


def _announced_retry(facts: CallFacts, _: Outcome) -> bool:
    return bool(facts.words.retries)


def _reported_recovery(facts: CallFacts, outcome: Outcome) -> bool:
    return not facts.recorded and outcome is Outcome.OK and facts.streamed_again


def _model_mismatch(facts: CallFacts, _: Outcome) -> bool:
    requested = facts.model_requested
    return requested is not None and not all(same_model(requested, served) for served in facts.models_served)


def _tool_in_output(facts: CallFacts, _: Outcome) -> bool:
    return bool(facts.words.tools_requested)


def _output_truncated(facts: CallFacts, _: Outcome) -> bool:
    return facts.observation.output_truncated


def _left_processes(facts: CallFacts, _: Outcome) -> bool:
    return facts.observation.leftovers > 0


def _process_restarted(facts: CallFacts, _: Outcome) -> bool:
    return facts.observation.restarted is not None


FLAG_RULES: Mapping[Flag, Callable[[CallFacts, Outcome], bool]] = {
    Flag.RETRIED: _announced_retry,
    Flag.RECOVERED_STREAM: _reported_recovery,
    Flag.MODEL_MISMATCH: _model_mismatch,
    Flag.TOOL_USE_REQUESTED: _tool_in_output,
    Flag.OUTPUT_TRUNCATED: _output_truncated,
    Flag.LEFT_PROCESSES: _left_processes,
    Flag.PROCESS_RESTARTED: _process_restarted,
}
"""Flags that are decided from the client's output, its process and the outcome. One of either table is enough."""


def _final_answer(exchanges: Exchanges) -> list[Exchange]:
    """Return the last attempt in a list where it is good, else an empty list."""
    return [attempt for attempt in main_exchanges(exchanges)[-1:] if attempt.good]


def _leads_to_same_host(exchange: Exchange) -> bool:
    """Return True for a redirect to a path of the same host, which the client asks through the recorder."""
    return bool(redirect_address(exchange)) and not leads_away(exchange)


def _brought_answer(exchange: Exchange) -> bool:
    """Return True where all of a message came, if not the end of its body."""
    return exchange.message_complete and exchange.unreadable is None and exchange.error_type is None


def _is_counted(exchange: Exchange) -> bool:
    """Return True where the tokens are known; plain HTTP does not ask for those of streamed chat completions."""
    if exchange.path.endswith("/chat/completions"):
        return True
    usage = exchange.usage
    return usage is not None and tokens_of(usage) is not None and bool(usage.output_tokens)
