"""Tell a recording of its exchanges as they begin, go on and end."""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from probe.http1 import MessageHead
from probe.model.recorded_events import ExchangeAnswering, ExchangeBegun, ExchangeEnded
from probe.redact import Redactor, request_secrets
from probe.wire.exchange_record import Clean, KeptMessages, Record
from probe.wire.request_facts import head_facts, with_body_facts
from probe.wire.sink_queue import SinkQueue

PROGRESS_S = 5.0
"""An answer that goes on is told of again after so long."""
_MOST_SECRETS = 256
"""Credentials that are remembered; a login gets a new token every few hours."""

_ASKED = tuple(ExchangeBegun.model_fields.keys() - {"at", "event"})
"""Fields of a record that are told when its request was read."""


class RecordingFeed:
    """The way of events from the recorder's loop to the sinks.

    The credentials of the user's own login are not known beforehand: they are learnt from each request before it is
    passed on, so that an upstream that repeats them finds them redacted.
    """

    def __init__(self, queue: SinkQueue, known_secrets: tuple[str, ...] = ()) -> None:
        self.queue = queue
        self._key = secrets.token_bytes(16)
        self._known = known_secrets
        self._learnt: dict[str, None] = {}

    def head_read(self, record: Record, head: MessageHead, clean: Clean) -> Clean:
        """Note who asks, and return what cleans texts from now on."""
        found = request_secrets(head.headers)
        if not self._learnt.keys() >= set(found):
            self._learnt |= dict.fromkeys(found)
            self._learnt = dict.fromkeys(list(self._learnt)[-_MOST_SECRETS:])
            clean = Clean(Redactor((*self._known, *self._learnt)))
        record.facts = head_facts(head, clean)
        return clean

    def begun(self, record: Record, body: Mapping[str, Any]) -> None:
        """Tell that a request was read; `body` is its JSON."""
        record.facts = with_body_facts(record.facts, body, self._key)
        event = ExchangeBegun(at=datetime.now(UTC), **{name: getattr(record, name) for name in _ASKED})
        self.queue.put(lambda: event)

    def answering(self, record: Record, now: float) -> None:
        """Tell that an answer has begun, has content, or still goes on."""
        phase = "first_content" in record.at
        if phase == record.told_content and now - record.told_at < PROGRESS_S:
            return
        record.told_at, record.told_content = now, phase
        event = ExchangeAnswering(
            at=datetime.now(UTC),
            sequence=record.sequence,
            status=record.status,
            response_bytes=record.response_bytes,
            events=record.events,
            content_events=record.content_events,
        )
        self.queue.put(lambda: event)

    def ended(self, record: Record, kept: Callable[[], KeptMessages] | None, body_bytes: int) -> None:
        """Tell that an exchange ended, which is forgotten then; `kept` makes its messages as they are kept."""
        at = datetime.now(UTC)

        def without_bodies() -> ExchangeEnded:
            exchange = record.exchange(record.at["request_begun"])
            return ExchangeEnded(
                at=at, sequence=record.sequence, begun_at=record.begun_at, facts=record.facts, exchange=exchange
            )

        def with_bodies() -> ExchangeEnded:
            if kept is None:
                return without_bodies()
            messages = kept()
            return without_bodies().model_copy(update={"request": messages.request, "response": messages.response})

        self.queue.put_end(with_bodies, without_bodies, body_bytes)
