"""The events of a recording: the recorder emits them as things happen, the store keeps them, a watcher reads them."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from probe.model.base_models import Lenient, Utc
from probe.model.exchange import Exchange
from probe.model.request_kind import RequestKind


class RequestFacts(Lenient):
    """Facts of a request that say who asked, and in which conversation. None of them holds what was asked.

    `session_id` to `request_class` are the client's own, from its headers. The digests have a key of the recording that
    is not kept, so that they tell alike from different and nothing else. `conversation` is of the first message: the
    main conversation of a session and those of its agents differ. `digest` is of the first and the last message and
    their number: attempts at one request have the same.
    """

    user_agent: str | None = None
    session_id: str | None = None
    prompt_id: str | None = None
    agent_id: str | None = None
    agent_type: str | None = None
    request_class: str | None = None
    messages: int | None = None
    conversation: str | None = None
    digest: str | None = None


class _RecordedEvent(Lenient):
    at: Utc


class _ExchangeEvent(_RecordedEvent):
    sequence: int = Field(description="the number of the exchange in the recording, from 1")


class ExchangeBegun(_ExchangeEvent):
    """A request was read. It began at `begun_at`; `at` is when this was written."""

    event: Literal["begun"] = "begun"
    begun_at: Utc
    connection: int
    kind: RequestKind
    method: str
    path: str
    model_requested: str | None = None
    stream_requested: bool | None = None
    request_bytes: int = 0
    tools: int = 0
    retry_count: int | None = None
    facts: RequestFacts = RequestFacts()


class ExchangeAnswering(_ExchangeEvent):
    """An answer goes on: written with its head, with its first content, and every few seconds while bytes come."""

    event: Literal["answering"] = "answering"
    status: int | None = None
    response_bytes: int = 0
    events: int = 0
    content_events: int = 0


class ExchangeEnded(_ExchangeEvent):
    """An exchange ended. The times in it are ms since `begun_at`, where its request began.

    The bodies are those that were kept; they go into files of their own.
    """

    event: Literal["ended"] = "ended"
    begun_at: Utc
    facts: RequestFacts = RequestFacts()
    exchange: Exchange
    request: bytes | None = Field(None, exclude=True, repr=False)
    response: bytes | None = Field(None, exclude=True, repr=False)


class EventsLost(_RecordedEvent):
    """Events were not kept, since the disk was slower than the traffic, or full. All that were lost so far."""

    event: Literal["lost"] = "lost"
    exchanges: int = Field(0, description="of which the end is not kept")
    other_events: int = 0
    bodies: int = 0


class SegmentBegun(_RecordedEvent):
    """The first line of each file of events. The figures are of the files that were removed to keep to the limit."""

    event: Literal["segment"] = "segment"
    number: int
    removed_segments: int = 0
    removed_exchanges: int = 0


class RecordingEnded(_RecordedEvent):
    """The recorder ended in order; without it, it was killed or is still going on."""

    event: Literal["finished"] = "finished"
    exchanges: int = Field(description="how many ended, also those that are no longer kept")
    exit_code: int | None = Field(None, description="of the command, where one was started")


RecordedEvent = Annotated[
    ExchangeBegun | ExchangeAnswering | ExchangeEnded | EventsLost | SegmentBegun | RecordingEnded,
    Field(discriminator="event"),
]
RECORDED_EVENT: TypeAdapter[RecordedEvent] = TypeAdapter(RecordedEvent)
