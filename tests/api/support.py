"""Stored runs for tests of the public API."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probe.model.call import Call
from probe.model.choices import EndReason, Session
from probe.model.client import ClientResult, ModelUsage
from probe.model.events import RunFinished, RunStarted
from probe.model.outcome import Outcome
from probe.model.run_manifest import Manifest
from probe.model.wire import Phases, PhaseSource, WireSummary
from probe.store import RunWriter
from tests.builders import START, call, flags, manifest, round_events, words
from tests.truth import good, refused


def write_run(
    folder: Path, rounds: Sequence[Sequence[Call]], provenance: Manifest | None = None, **changes: Any
) -> Path:
    """Write a run with these rounds, in this order, below `folder`. `changes` are those of its manifest."""
    described = provenance or manifest(rounds=len(rounds), **changes)
    path = folder / described.run_id
    with RunWriter.create(path, described) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=len(rounds)))
        for calls in rounds:
            for event in round_events(*calls):
                writer.on_event(event)
        writer.on_event(RunFinished(at=START, reason=EndReason.COMPLETED))
    return path


PAIRS = [[refused(number, 1) if number < 4 else good(number, 1), good(number, 2)] for number in range(1, 9)]


WIRE = WireSummary(
    attempts=3,
    ttft_ms=41.25,
    models_served=("glm-4.7", "glm-4.6"),
    usage=ModelUsage(input_tokens=10, output_tokens=3),
    cached=True,
)
PHASES_OF_CALL = Phases(source=PhaseSource.WIRE, boot_ms=700.0, wait_ms=500.5, exit_ms=299.5)
ROUNDS = [
    [
        call(1, 1, wire=WIRE, phases=PHASES_OF_CALL, cpu_ms=12.5, max_rss_bytes=2**40, load=0.5, requests_before=0),
        call(1, 2, Outcome.TIMED_OUT, cause="no_first_byte", wall_ms=180_004.0, return_code=None),
    ],
    [
        call(2, 1, client=words(), flags=flags("retried", "fake_stream"), idle_before_ms=120_000.1234),
        call(
            2,
            2,
            Outcome.OVERLOADED,
            cause="529",
            wall_ms=400.0,
            evidence="overloaded_error",
            session_mode=Session.RESUME,
        ),
    ],
    [
        call(3, 1, client=words(result=ClientResult(cost_usd=0.5)), served_session_id="served-3"),
        call(3, 2, Outcome.AUTH, expected_outcome=Outcome.AUTH, timeout_ms=None, model_requested=None),
    ],
]
