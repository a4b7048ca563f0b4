"""Results of requests, and events of streams, as the check reads them."""

from dataclasses import replace

from probe.checks.api_result import ApiResult
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind


def said(status: int, body: bytes, outcome: Outcome = Outcome.OK) -> ApiResult:
    exchange = Exchange(
        sequence=1,
        connection=1,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        status=status,
        streamed=True,
        end=ExchangeEnd.COMPLETE,
    )
    return ApiResult(exchange, status, body, 5.0, outcome)


def stream_of(*pairs: tuple[str, str]) -> bytes:
    return "".join(f"event: {name}\ndata: {data}\n\n" for name, data in pairs).encode()


START = ("message_start", '{"type":"message_start","message":{}}')
BLOCK = ("content_block_start", '{"type":"content_block_start","index":0}')
DELTA = ("content_block_delta", '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}')
STOP = ("content_block_stop", '{"type":"content_block_stop","index":0}')
WHY = ("message_delta", '{"type":"message_delta","delta":{"stop_reason":"end_turn"}}')
END = ("message_stop", '{"type":"message_stop"}')
GOOD = (START, BLOCK, DELTA, STOP, WHY, END)


def stream(sent: ApiResult, **fields: object) -> ApiResult:
    assert sent.exchange is not None
    return replace(sent, exchange=sent.exchange.model_copy(update=fields))
