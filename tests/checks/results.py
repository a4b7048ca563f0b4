"""Results of requests, and events of streams, as the check reads them."""

from dataclasses import replace
from typing import Any

from probe.checks.api_result import ApiResult, EndpointResult
from probe.checks.failure import Failure
from probe.checks.finding_rules import FindingDraft
from probe.model.check_report import Attempt, CheckFinding, EndpointProbe
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.texts import Texts


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


def answered(answer: ApiResult, url: str = "http://relay.example/v1/messages", **changes: Any) -> EndpointResult:
    """Return an answer with the request that it is to."""
    fields = {
        "name": "messages",
        "method": "POST",
        "url": url,
        "auth": "bearer",
        "status": answer.status,
        "category": answer.category,
        "outcome": answer.outcome,
        "ms": answer.wall_ms,
        "streamed": answer.streamed,
    }
    return EndpointResult(EndpointProbe.model_validate(fields | changes), answer)


def failure(
    words: str = "", status: int | None = 400, outcome: Outcome = Outcome.BAD_REQUEST, **changes: Any
) -> Failure:
    """Return a failure of one request with these words."""
    attempt = {name: changes.pop(name) for name in list(changes) if name in Attempt.model_fields}
    attempts = [Attempt.model_validate({"good": False, "status": status, "error_message": words, **attempt})]
    return Failure(outcome, changes.pop("cause", None), words, "TOKEN", attempts, **changes)


def in_english(*drafts: FindingDraft | None) -> list[CheckFinding]:
    """Return the findings in words."""
    return [draft.in_words(Texts()) for draft in drafts if draft is not None]
