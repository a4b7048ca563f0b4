"""Say how a stream came, from its bytes and its times. Pure."""

from probe.checks.api_result import ApiResult
from probe.checks.stream_content import chat_problems, messages_problems
from probe.model.check_report import StreamFacts
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Flag

MESSAGES = "messages"
CHAT = "chat completions"
_MOST_PROBLEMS = 4


def stream_facts(endpoint: str, result: ApiResult) -> StreamFacts:
    """Return how the answer to a request for a stream came; `endpoint` is MESSAGES or CHAT."""
    exchange = result.exchange
    if exchange is None:
        return StreamFacts(endpoint=endpoint, streamed=False, fake=Flag.FAKE_STREAM in result.flags)
    return StreamFacts(
        endpoint=endpoint,
        streamed=exchange.streamed,
        fake=Flag.FAKE_STREAM in result.flags,
        complete=exchange.message_complete,
        events=exchange.events,
        pings=exchange.pings,
        content_events=exchange.content_events,
        first_byte_ms=exchange.wait_ms,
        ttft_ms=exchange.ttft_ms,
        longest_gap_ms=exchange.longest_gap_ms,
        problems=_problems(endpoint, result, exchange),
    )


def _problems(endpoint: str, result: ApiResult, exchange: Exchange) -> tuple[str, ...]:
    """Return the first few breaches of the order or completeness of the events."""
    if not exchange.streamed or result.status != 200 or exchange.content_encoding:
        return ()
    ended = exchange.end is ExchangeEnd.COMPLETE
    if endpoint == CHAT:
        problems = chat_problems(result.body, ended)
    else:
        # An incomplete message is an outcome of its own.
        problems = messages_problems(result.body, ended and result.ok)
    return tuple(dict.fromkeys(problems))[:_MOST_PROBLEMS]
