"""Parse the output of `claude --print`: `stream-json` lines, or the one object of `json`.

The client passes on texts of an upstream that may be hostile, so every field may be missing, of another type, or huge.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from probe.model.client import ClientOutput, ClientResult, ModelUsage, Retry
from probe.sanitise import sound

_MAX_KEPT = 50
_MAX_CHARS = 200
_MAX_ANSWER_CHARS = 20_000
_LARGEST = 2**53
_SYNTHETIC = "<synthetic>"

_Json = Mapping[str, object]


def parse_client_output(stdout: bytes, arrival_ms: Callable[[int], float | None]) -> ClientOutput:
    """Parse stdout. `arrival_ms` returns when a line of it, counted from 0, arrived."""
    parser = _OutputParser()
    for number, line in enumerate(stdout.split(b"\n")):
        if line.strip():
            parser.lines += 1
            parser.read(line, arrival_ms(number))
    return parser.output()


@dataclass(slots=True)
class _OutputParser:
    lines: int = 0
    unreadable: int = 0
    initialised: bool = False
    client_version: str | None = None
    requesting_at_ms: float | None = None
    retries: list[Retry] = field(default_factory=list)
    attempts: int = 0
    wait_ms: float | None = None
    first_event_at_ms: float | None = None
    first_content_at_ms: float | None = None
    last_event_at_ms: float | None = None
    content_events: int = 0
    complete: bool = False
    models: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    result: ClientResult | None = None
    result_at_ms: float | None = None

    def read(self, line: bytes, at_ms: float | None) -> None:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            self.unreadable += 1
            return
        values = value if isinstance(value, list) else [value]
        for item in values:
            if isinstance(item, dict):
                self._object(item, at_ms)
            else:
                self.unreadable += 1

    def _object(self, content: _Json, at_ms: float | None) -> None:
        match content.get("type"), content.get("subtype"):
            case "system", "init":
                self.initialised = True
                self.client_version = _text(content, "claude_code_version")
            case "system", "status" if content.get("status") == "requesting":
                if self.requesting_at_ms is None:
                    self.requesting_at_ms = at_ms
            case "system", "api_retry":
                if len(self.retries) < _MAX_KEPT:
                    self.retries.append(_retry(content, at_ms))
            case "stream_event", _:
                event = content.get("event")
                if isinstance(event, dict):
                    self.last_event_at_ms = at_ms
                    self._event(event, content, at_ms)
            case "assistant", _:
                self._message(_object_of(content, "message"))
            case "result", _:
                self.result, self.result_at_ms = _result(content), at_ms

    def _event(self, event: _Json, envelope: _Json, at_ms: float | None) -> None:
        match event.get("type"):
            case "message_start":
                self.attempts += 1
                self.complete, self.content_events = False, 0
                self.first_event_at_ms, self.first_content_at_ms = at_ms, None
                self.wait_ms = _number(envelope, "ttft_ms")
                self._message(_object_of(event, "message"))
            case "content_block_start":
                self._tool(_object_of(event, "content_block"))
            case "content_block_delta":
                self.content_events += 1
                if self.first_content_at_ms is None:
                    self.first_content_at_ms = at_ms
            case "message_stop":
                self.complete = True

    def _message(self, message: _Json) -> None:
        model = _text(message, "model")
        if model and model != _SYNTHETIC:
            _keep(self.models, model)
        content = message.get("content")
        for block in content if isinstance(content, list) else ():
            if isinstance(block, dict):
                self._tool(block)

    def _tool(self, block: _Json) -> None:
        if block.get("type") == "tool_use":
            _keep(self.tools, _text(block, "name") or "?")

    def output(self) -> ClientOutput:
        return ClientOutput(
            lines=self.lines,
            unreadable_lines=self.unreadable,
            initialised=self.initialised,
            client_version=self.client_version,
            requesting_at_ms=self.requesting_at_ms,
            retries=tuple(self.retries),
            attempts_started=self.attempts,
            wait_ms=self.wait_ms,
            first_event_at_ms=self.first_event_at_ms,
            first_content_at_ms=self.first_content_at_ms,
            last_event_at_ms=self.last_event_at_ms,
            content_events=self.content_events,
            stream_complete=self.complete,
            models_served=tuple(self.models),
            tools_requested=tuple(self.tools),
            result=self.result,
            result_at_ms=self.result_at_ms,
        )


def _result(content: _Json) -> ClientResult:
    """Parse a `result` object of any version. Missing fields are None."""
    model_usage = content.get("modelUsage")
    return ClientResult(
        subtype=_text(content, "subtype"),
        is_error=content["is_error"] if isinstance(content.get("is_error"), bool) else None,
        api_error_status=_integer(content, "api_error_status"),
        text=_text(content, "result", _MAX_ANSWER_CHARS) or _errors(content),
        duration_ms=_number(content, "duration_ms"),
        duration_api_ms=_number(content, "duration_api_ms"),
        ttft_ms=_number(content, "ttft_ms"),
        ttft_stream_ms=_number(content, "ttft_stream_ms"),
        time_to_request_ms=_number(content, "time_to_request_ms"),
        num_turns=_integer(content, "num_turns"),
        stop_reason=_text(content, "stop_reason"),
        terminal_reason=_text(content, "terminal_reason"),
        session_id=_text(content, "session_id"),
        usage=_usage(_object_of(content, "usage")) if isinstance(content.get("usage"), dict) else None,
        model_usage=dict(_model_usages(model_usage)) if isinstance(model_usage, dict) else None,
        cost_usd=_price(content, "total_cost_usd"),
    )


def _errors(content: _Json) -> str | None:
    """Return the list of errors that some versions print instead of an answer."""
    errors = content.get("errors")
    texts = (text for text in errors if isinstance(text, str)) if isinstance(errors, list) else ()
    return sound("; ".join(texts)[:_MAX_ANSWER_CHARS]) or None


def _usage(content: _Json) -> ModelUsage:
    return ModelUsage(
        input_tokens=_integer(content, "input_tokens"),
        output_tokens=_integer(content, "output_tokens"),
        cache_read_tokens=_integer(content, "cache_read_input_tokens"),
        cache_creation_tokens=_integer(content, "cache_creation_input_tokens"),
    )


def _model_usages(content: _Json) -> Iterator[tuple[str, ModelUsage]]:
    for model, usage in list(content.items())[:_MAX_KEPT]:
        if isinstance(usage, dict):
            yield (
                sound(model[:_MAX_CHARS]),
                ModelUsage(
                    input_tokens=_integer(usage, "inputTokens"),
                    output_tokens=_integer(usage, "outputTokens"),
                    cache_read_tokens=_integer(usage, "cacheReadInputTokens"),
                    cache_creation_tokens=_integer(usage, "cacheCreationInputTokens"),
                    cost_usd=_price(usage, "costUSD"),
                ),
            )


def _retry(content: _Json, at_ms: float | None) -> Retry:
    return Retry(
        attempt=_integer(content, "attempt"),
        max_retries=_integer(content, "max_retries"),
        retry_delay_ms=_number(content, "retry_delay_ms"),
        error_status=_integer(content, "error_status"),
        error=_text(content, "error"),
        at_ms=at_ms,
    )


def _object_of(content: _Json, key: str) -> _Json:
    value = content.get(key)
    return value if isinstance(value, dict) else {}


def _text(content: _Json, key: str, max_chars: int = _MAX_CHARS) -> str | None:
    value = content.get(key)
    return sound(value[:max_chars]) if isinstance(value, str) else None


def _number(content: _Json, key: str) -> float | None:
    value = content.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= _LARGEST:
        return None
    return float(value)


def _price(content: _Json, key: str) -> float | None:
    """Return a price in USD, without the noise that sums of floats have: 0.0307305 for 0.030730499999999997."""
    price = _number(content, key)
    return None if price is None else round(price, 12)


def _integer(content: _Json, key: str) -> int | None:
    value = content.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST else None


def _keep(names: list[str], name: str) -> None:
    if name not in names and len(names) < _MAX_KEPT:
        names.append(name)
