"""The lines of a journal as they are written, and the whole events that are read from them.

A line leaves out what is at its default, and a call what is said elsewhere in it; see `probe.model.stored_call`.
"""

from typing import Any

from pydantic_core import to_json

from probe.model.call import Call
from probe.model.events import CallFinished, Event
from probe.model.stored_call import stored_call, whole_call


def event_line(event: Event) -> bytes:
    """Return the line of an event, with its end."""
    if isinstance(event, CallFinished):
        fields: dict[str, Any] = {**event.model_dump(mode="json", include={"at"}), "call": stored_call(event.call)}
    else:
        fields = event.model_dump(mode="json", exclude_defaults=True)
    return to_json({"event": event.event, **fields}, inf_nan_mode="null") + b"\n"


def call_of_line(line: bytes) -> Call:
    """Return the whole call of a line of the kind `call_finished`. Raises ValueError and RecursionError."""
    return whole_call(CallFinished.model_validate_json(line).call)


def call_of_json(raw: bytes) -> Call:
    """Return the whole call that is stored like this. Raises ValueError and RecursionError."""
    return whole_call(Call.model_validate_json(raw))
