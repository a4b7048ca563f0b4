"""Events of a run."""

import pytest
from pydantic import ValidationError

from probe.model.events import EVENT, CallFinished, RunFinished, RunStarted
from tests.builders import START, call, flags, words


def test_events_read_back_as_they_were_written() -> None:
    for event in (
        RunStarted(at=START, rounds_to_do=3),
        CallFinished(at=START, call=call(client=words(), flags=flags("retried"), cause="x")),
    ):
        assert EVENT.validate_json(event.model_dump_json()) == event


def test_an_unknown_end_is_refused() -> None:
    with pytest.raises(ValidationError, match="event"):
        EVENT.validate_python({"event": "novel", "at": START})
    with pytest.raises(ValidationError, match="reason"):
        RunFinished(at=START, reason="bored")
