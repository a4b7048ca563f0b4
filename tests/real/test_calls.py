"""The real client against the embedded upstream: what a call comes to."""

import uuid
from pathlib import Path

import pytest

from probe.model.choices import OutputFormat, Session, Workload
from probe.model.scenario import Expect, Step
from probe.ports import CallOrder
from tests.real.support import bench

pytestmark = pytest.mark.real

DEADLINE_S = 30.0
ASKED = Step(
    label="call1", prompt="Reply with exactly: PROBE_OK", timeout_s=DEADLINE_S, expect=Expect(equals="PROBE_OK")
)


@pytest.mark.parametrize(
    ("fault", "flags"),
    [
        ("none()", ()),
        ("status(code=529, request=1)", ("retried",)),
        ("reset(when=before, request=1)", ("retried",)),
        ("wrong_model(name=glm-4-air)", ("model_mismatch",)),
    ],
)
def test_a_call_that_recovers_is_ok_with_its_flag(
    real_client: str, tmp_path: Path, fault: str, flags: tuple[str, ...]
) -> None:
    with bench(real_client, tmp_path, [] if fault == "none()" else [fault]) as workbench:
        _, diagnosis = workbench.call(ASKED)
    assert (diagnosis.outcome, diagnosis.flags) == ("ok", flags)


def test_nothing_listens(real_client: str, tmp_path: Path) -> None:
    with bench(real_client, tmp_path, client_retries=0, route=lambda *_: "http://127.0.0.1:9") as workbench:
        _, diagnosis = workbench.call(ASKED)
    assert diagnosis.outcome == "connection_refused"


def test_no_token(real_client: str, tmp_path: Path) -> None:
    with bench(real_client, tmp_path, token=None) as workbench:
        _, diagnosis = workbench.call(ASKED)
    assert diagnosis.outcome == "not_logged_in"
    assert workbench.main_requests() == []


@pytest.mark.parametrize(
    ("session", "outcome", "same_id", "requests"),
    [
        (Session.NEW, "ok", False, 1),
        (Session.SAME_ID, "session_in_use", None, 0),
        (Session.RESUME, "ok", True, 1),
        (Session.FORK, "ok", False, 1),
        (Session.CONTINUE, "ok", True, 1),
    ],
)
def test_the_second_call_in_each_session_mode(
    real_client: str, tmp_path: Path, session: Session, outcome: str, same_id: bool | None, requests: int
) -> None:
    from probe.diagnose.classify import diagnose

    first = str(uuid.uuid4())
    second = first if session is not Session.NEW else str(uuid.uuid4())
    with bench(real_client, tmp_path) as workbench, workbench.round() as calls:
        calls.call(CallOrder(1, ASKED, first, None))
        before = len(workbench.main_requests())
        step = ASKED.model_copy(update={"label": "call2", "session": session})
        observation = calls.call(CallOrder(1, step, second, first))
    assert diagnose(observation, Expect(), None).outcome == outcome
    assert len(workbench.main_requests()) - before == requests
    result = observation.words.result
    assert (None if result is None else result.session_id == first) == same_id


def test_a_session_that_is_not_there(real_client: str, tmp_path: Path) -> None:
    unknown = str(uuid.uuid4())
    with bench(real_client, tmp_path) as workbench, workbench.round() as calls:
        step = ASKED.model_copy(update={"session": Session.RESUME})
        observation = calls.call(CallOrder(1, step, unknown, unknown))
    from probe.diagnose.classify import diagnose

    assert diagnose(observation, Expect(), None).outcome == "session_not_found"


def test_stream_json_tells_times_and_models(real_client: str, tmp_path: Path) -> None:
    with bench(real_client, tmp_path, ["cold_start(delay=700ms)"]) as workbench:
        observation, diagnosis = workbench.call(ASKED)
    words = observation.words
    assert diagnosis.outcome == "ok"
    assert words.client_version == workbench.client.info.version
    assert words.models_served == ("probe-embedded-1",)
    assert words.ttft_ms is not None
    assert 700 <= words.ttft_ms < observation.wall_ms
    assert words.result is not None
    assert words.result.usage is not None
    assert words.result.usage.input_tokens


def test_json_format_works_and_leaves_nothing_of_a_killed_call(real_client: str, tmp_path: Path) -> None:
    with bench(real_client, tmp_path, output_format=OutputFormat.JSON) as workbench:
        _, diagnosis = workbench.call(ASKED)
        assert diagnosis.outcome == "ok"
    with bench(real_client, tmp_path, ["hang"], output_format=OutputFormat.JSON) as workbench:
        observation, diagnosis = workbench.call(ASKED.model_copy(update={"timeout_s": 2.0}))
    assert observation.stdout == b""
    assert (diagnosis.outcome, diagnosis.cause) == ("timed_out", "unknown")


def test_the_lean_workload_is_small(real_client: str, tmp_path: Path) -> None:
    sizes = {}
    for workload in Workload:
        with bench(real_client, tmp_path, workload=workload) as workbench:
            _, diagnosis = workbench.call(ASKED)
        assert diagnosis.outcome == "ok"
        sizes[workload] = max(each.body_bytes for each in workbench.main_requests())
    assert sizes[Workload.LEAN] < 5_000
    assert sizes[Workload.FULL] > 20_000


def test_priming_stays_away_from_the_target(real_client: str, tmp_path: Path) -> None:
    from probe.upstream import EmbeddedUpstream

    with EmbeddedUpstream() as elsewhere, bench(real_client, tmp_path, prime_url=elsewhere.base_url) as workbench:
        with workbench.round() as calls:
            assert calls.priming.primed
            assert workbench.upstream.served == []
        assert elsewhere.served
