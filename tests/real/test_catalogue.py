"""The whole catalogue with the real client, with the recorder in the path and without it."""

from pathlib import Path
from typing import Any

import pytest

from probe.diagnose.phases import phases_of
from probe.model.call import Diagnosis
from probe.model.observation import Observation
from probe.model.scenario import Expect, Step
from tests.real.catalogue import LASTING, PASSING, Row
from tests.real.outcome_pages import PAGES, OutcomePage
from tests.real.support import bench

pytestmark = pytest.mark.real

BEYOND_ASCII = "你好，世界 naïve"
LONG = " ".join(f"word{number}" for number in range(40))
ROWS = [*LASTING, *PASSING]
PASSING_WITHOUT_RECORDER = ("status(code=529)", "reset(when=mid)", "error_event", "html_200", "hang", "stall(after=1)")
"""One of each way to recover. What lasts is met without a recorder throughout."""


def step_for(row: Row) -> Step:
    answer = BEYOND_ASCII if row.beyond_ascii else LONG if row.long_answer else "PROBE_OK"
    prompt = f"Reply with exactly: {answer}"
    return Step(label="call1", prompt=prompt, timeout_s=row.timeout_s, expect=Expect(equals=answer))


def behaviour(observation: Observation) -> tuple[object, ...]:
    """Return what the client did, as far as its user can tell."""
    result = observation.words.result
    said = (result.is_error, result.subtype, result.api_error_status) if result else None
    return observation.timed_out, observation.return_code, said


STOPPED_IN = {
    "no_first_byte": "wait_ms",
    "ping_only": "stream_ms",
    "stalled_stream": "stream_ms",
    "body_never_ends": "stream_ms",
}
"""The phase in which a call was at its deadline, by the cause of `timed_out`; with any other it was retrying."""


def assert_booked(observation: Observation, found: Diagnosis) -> None:
    """Assert that the phases are the whole call, and that a stopped one was to its end in what it awaited."""
    phases = phases_of(observation)
    assert phases is not None
    assert phases.total_ms == pytest.approx(observation.wall_ms, abs=0.1)
    if observation.timed_out:
        awaited = STOPPED_IN.get(found.cause or "", "retries_ms")
        assert getattr(phases, awaited) > 0
        assert phases.exit_ms == 0
        assert awaited == "stream_ms" or phases.stream_ms == 0


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.spec} retries={row.retries} {dict(row.env) or ''}")
def test_the_catalogue(real_client: str, tmp_path: Path, row: Row) -> None:  # complexity: assertions on one call, twice
    settings: dict[str, Any] = {"client_retries": row.retries, "extra": dict(row.env), "grace_s": 20.0}
    with bench(real_client, tmp_path, [row.spec], recorder=True, **settings) as workbench:
        observation, found = workbench.call_to_its_deadline(step_for(row))
    assert (found.outcome, found.cause, set(found.flags)) == (row.outcome, row.cause, set(row.flags)), found.evidence
    assert not observation.timed_out or observation.wall_ms >= row.timeout_s * 1000
    assert_booked(observation, found)

    if row.passing and row.fault not in PASSING_WITHOUT_RECORDER:
        return
    with bench(real_client, tmp_path, [row.spec], **settings) as bare:
        seen_bare, by_words = bare.call_to_its_deadline(step_for(row))
    assert behaviour(observation) == behaviour(seen_bare), "the recorder changed what the client does"
    if not row.timeout_s < 10:  # the number of attempts that fit under a short deadline is a matter of chance
        assert len(workbench.main_requests()) == len(bare.main_requests())
    if row.by_words is not None:
        assert (by_words.outcome, by_words.cause) == row.by_words
    else:
        assert by_words.outcome == row.outcome


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.file.parent.name)
def test_the_pages_are_made_from_the_catalogue(page: OutcomePage) -> None:
    assert page.file.read_text(encoding="utf-8") == page.written(), "run `python -m tests.real.outcome_pages`"
