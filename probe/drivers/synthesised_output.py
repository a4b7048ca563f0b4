"""Describe an answer by plain HTTP as the client would, so that diagnosis and reports work unchanged."""

from probe.drivers.plain_http import PlainAnswer
from probe.model.client import ClientOutput, ClientResult
from probe.model.exchange import Exchange, succeeded

_TOOL_STOPS = {"tool_use", "tool_calls", "function_call"}


def synthesise_output(answer: PlainAnswer, text: str) -> ClientOutput:
    """Build the client output of an answer; without a result when the call was ended by us. `text` is redacted."""
    exchange = answer.exchange
    ended = answer.timed_out or answer.cancelled
    result = None if ended else _result(answer, text)
    if exchange is None:
        return ClientOutput(result=result)
    begun = exchange.first_event_at_ms is not None
    return ClientOutput(
        attempts_started=int(begun),
        requesting_at_ms=exchange.request_begun_at_ms,
        first_event_at_ms=exchange.first_event_at_ms,
        first_content_at_ms=exchange.first_content_at_ms if begun else None,
        last_event_at_ms=exchange.last_byte_at_ms if begun else None,
        content_events=exchange.content_events,
        stream_complete=exchange.message_complete,
        models_served=(exchange.model_served,) if exchange.model_served else (),
        tools_requested=exchange.tools_requested,
        result=result,
        result_at_ms=None if ended else round(answer.wall_ms, 3),
    )


def _result(answer: PlainAnswer, text: str) -> ClientResult:
    """Build the result. `num_turns` is always 1, which says that a request was made, and not refused by the client."""
    exchange = answer.exchange
    if exchange is None or not exchange.good:
        return ClientResult(
            subtype="error_during_execution",
            is_error=True,
            api_error_status=None if succeeded(answer.status) else answer.status,
            text=_problem(exchange) or answer.error,
            num_turns=1,
        )
    usage, model = exchange.usage, exchange.model_served
    return ClientResult(
        # As the client has it for an answer that asks for a tool, when it may take one turn only.
        subtype="error_max_turns" if _asks_for_tool(exchange) else "success",
        is_error=False,
        text=text,
        num_turns=1,
        stop_reason=exchange.stop_reason,
        usage=usage,
        model_usage={model: usage} if usage and model else None,
    )


def _problem(exchange: Exchange | None) -> str | None:
    return None if exchange is None else exchange.error_message or exchange.failure_detail


def _asks_for_tool(exchange: Exchange) -> bool:
    return bool(exchange.tools_requested) and exchange.stop_reason in _TOOL_STOPS
