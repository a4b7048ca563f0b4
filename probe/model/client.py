"""The client's own account of a call."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from probe.model.base_models import Frozen, Lenient


class ModelUsage(Frozen):
    """Tokens and cost; `None` is "the client did not say", never zero."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_creation_tokens: int | None = None
    cost_usd: float | None = None


class Counted(Protocol):
    """Token counts; a protocol of all classes that have them."""

    @property
    def input_tokens(self) -> int | None: ...
    @property
    def output_tokens(self) -> int | None: ...
    @property
    def cache_read_tokens(self) -> int | None: ...
    @property
    def cache_creation_tokens(self) -> int | None: ...


class Retry(Lenient):
    """One `system/api_retry` line: the attempt that failed and how long the client then waits."""

    attempt: int | None = None
    max_retries: int | None = None
    retry_delay_ms: float | None = None
    error_status: int | None = None
    error: str | None = None
    at_ms: float | None = None


class ClientResult(Frozen):
    """The `result` object, as far as this version of the client has it."""

    subtype: str | None = None
    is_error: bool | None = None
    api_error_status: int | None = None
    text: str | None = None
    duration_ms: float | None = None
    duration_api_ms: float | None = None
    ttft_ms: float | None = None
    ttft_stream_ms: float | None = None
    time_to_request_ms: float | None = None
    num_turns: int | None = None
    stop_reason: str | None = None
    terminal_reason: str | None = None
    session_id: str | None = None
    usage: ModelUsage | None = None
    model_usage: dict[str, ModelUsage] | None = None
    cost_usd: float | None = None


class FirstContent:
    """The beginning of the answer by the client's account; shared by the record that is written and that is read."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def requesting_at_ms(self) -> float | None: ...
        @property
        def retries(self) -> Sequence[object]: ...
        @property
        def attempts_started(self) -> int: ...
        @property
        def wait_ms(self) -> float | None: ...
        @property
        def first_event_at_ms(self) -> float | None: ...
        @property
        def first_content_at_ms(self) -> float | None: ...

    @property
    def ttft_ms(self) -> float | None:
        """From the request that counted to its first content, or None where this client does not tell.

        Recent clients put the wait for `message_start` on that event; older ones say nothing of it, but announce
        the request on stdout, which serves where nothing was asked for twice.
        """
        if self.first_content_at_ms is None or self.first_event_at_ms is None:
            return None
        if self.wait_ms is not None:
            return self.wait_ms + self.first_content_at_ms - self.first_event_at_ms
        if self.requesting_at_ms is not None and not self.retries and self.attempts_started == 1:
            return self.first_content_at_ms - self.requesting_at_ms
        return None


class ClientOutput(FirstContent, Frozen):
    """The content of the client's stdout. Times in ms since the spawn, as its lines arrived.

    `attempts_started` counts the `message_start` events: more than one is a stream that was asked for again.
    """

    lines: int = 0
    unreadable_lines: int = 0
    initialised: bool = False
    client_version: str | None = None
    requesting_at_ms: float | None = None
    retries: tuple[Retry, ...] = ()
    attempts_started: int = 0
    wait_ms: float | None = None
    first_event_at_ms: float | None = None
    first_content_at_ms: float | None = None
    last_event_at_ms: float | None = None
    content_events: int = 0
    stream_complete: bool = False
    models_served: tuple[str, ...] = ()
    tools_requested: tuple[str, ...] = ()
    result: ClientResult | None = None
    result_at_ms: float | None = None
