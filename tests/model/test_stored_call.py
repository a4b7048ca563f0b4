"""A call as it is stored: without what stands elsewhere in it, and whole again when it is read."""

import json
from datetime import timedelta
from typing import Any

import pytest

from probe.diagnose.wire_summary import wire_summary
from probe.model.call import Call
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.stored_call import stored_call, whole_call
from probe.model.wire import Phases, WireSummary
from tests.builders import MODEL, START, call, flags, result, words
from tests.stats.test_waterfall import exchange

USAGE = ModelUsage(input_tokens=10, output_tokens=3)
OTHER = ModelUsage(input_tokens=99)
WIRE = WireSummary(models_served=(MODEL,), usage=USAGE)
SESSION = call().session_id
AGREED = words(result=result(usage=USAGE, model_usage={MODEL: USAGE}, session_id=SESSION))


def agreeing(**changes: Any) -> Call:
    """Return a call whose wire, client and result say the same."""
    fields = {"wire": WIRE, "client": AGREED, "served_session_id": SESSION, "wall_ms": 1500.0}
    return call(**{**fields, **changes})


def client(**changes: Any) -> Any:
    return AGREED.model_copy(update={"result": result(**{"usage": USAGE, "session_id": SESSION, **changes})})


@pytest.mark.parametrize(
    "whole",
    [
        call(),
        agreeing(),
        agreeing(served_session_id="another"),
        agreeing(served_session_id=None),
        agreeing(wire=None),
        agreeing(wire=WIRE.model_copy(update={"models_served": ("other",)})),
        agreeing(wire=WIRE.model_copy(update={"models_served": (), "usage": None})),
        agreeing(client=client(usage=OTHER)),
        agreeing(client=client(usage=None)),
        agreeing(client=client(session_id=None)),
        agreeing(client=client(model_usage={MODEL: OTHER, "haiku": USAGE})),
        agreeing(client=client(cost_usd=0.5, model_usage={MODEL: USAGE.model_copy(update={"cost_usd": 0.5})})),
        agreeing(client=AGREED.model_copy(update={"models_served": ("a", "b"), "result": None})),
        agreeing(ended_at=START + timedelta(hours=1)),
        call(outcome=Outcome.TIMED_OUT, cause="ping_only", flags=flags("retried"), wall_ms=7.0),
    ],
)
def test_a_call_is_read_as_it_was(whole: Call) -> None:
    stored = json.loads(json.dumps(stored_call(whole)))
    assert whole_call(Call.model_validate(stored)) == whole


def test_what_is_said_three_times_is_stored_once() -> None:
    text = json.dumps(stored_call(agreeing()))
    assert text.count(MODEL) == 1, "as the model that was asked for"
    assert text.count(str(SESSION)) == 1
    assert text.count("input_tokens") == 1
    assert "ended_at" not in text
    assert "240000.0" not in json.dumps(stored_call(agreeing(timeout_ms=240_000.0)))


def test_where_two_differ_both_are_stored() -> None:
    stored = stored_call(agreeing(client=client(usage=OTHER)))
    assert stored["client"]["result"]["usage"] == {"input_tokens": 99}
    assert stored["wire"]["usage"] == {"input_tokens": 10, "output_tokens": 3}
    assert "ended_at" in stored_call(agreeing(ended_at=START))


def test_what_an_older_version_wrote_whole_is_read_as_it_is() -> None:
    whole = agreeing(client=client(usage=None), served_session_id=None)
    assert whole_call(Call.model_validate(whole.model_dump(mode="json"))) == whole


@pytest.mark.parametrize(
    ("begun", "stored"), [((700.0,), None), ((700.0, 901.5, 4000.25), [700.0, 901.5, 4000.25]), ((), None)]
)
def test_the_times_of_requests_are_stored_where_phases_do_not_tell_them(
    begun: tuple[float, ...], stored: list[float] | None
) -> None:
    wire = wire_summary([exchange(sequence=number, request_begun_at_ms=at) for number, at in enumerate(begun, start=1)])
    recorded = call(wire=wire, phases=Phases(boot_ms=700.0, exit_ms=800.0))
    content = stored_call(recorded)
    assert content["wire"].get("requested_at_ms") == stored
    assert whole_call(Call.model_validate(content)) == recorded
    assert row_of(recorded).requested_at_ms == begun
