"""The promises of the models, apart from any file."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from probe.model.base_models import utc_text
from probe.model.call import Call
from probe.model.choices import SecondCallMode, UpstreamKind
from probe.model.events import EVENT, CallFinished, RunFinished, RunStarted
from probe.model.outcome import STATUS_OUTCOMES, Outcome, Party, outcome_of_status
from probe.model.run_manifest import Manifest, Options
from probe.model.scenario import Scenario
from probe.model.target import Target
from probe.model.wire import PHASES, Phases
from tests.builders import START, call, flags, manifest, scenario, step, target_info, words


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert utc_text(datetime(2026, 11, 21, 7, 30, 0, 123_987, UTC)) == "2026-11-21T07:30:00.123Z"


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    moment = datetime(2026, 11, 21, 8, 30, tzinfo=timezone(timedelta(hours=1)))
    assert utc_text(moment) == "2026-11-21T07:30:00.000Z"
    assert '"started_at":"2026-11-21T07:30:00.000Z"' in call(started_at=moment).model_dump_json()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="zone"):
        call(started_at=datetime(2026, 11, 21))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_the_calendar_is_refused(moment: str) -> None:
    with pytest.raises(ValidationError, match="no calendar has"):
        CallFinished.model_validate({"call": {**call().model_dump(), "started_at": moment}})


@pytest.mark.parametrize("text", ["half a letter: \ud83d", "a byte of another encoding: \udcff"])
def test_text_that_cannot_be_handed_to_a_program_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="half of a letter, or a byte that is no text"):
        Target(name="relay", base_url="http://127.0.0.1:9", model="m", env={"NAME": text})


def test_every_outcome_has_words_and_somebody_to_act() -> None:
    assert [outcome for outcome in Outcome if outcome.party is Party.NOBODY] == [Outcome.OK]


@pytest.mark.parametrize("status", [*STATUS_OUTCOMES, 300, 308, 418, 451, 501, 599, 600, 999])
def test_every_status_has_an_outcome(status: int) -> None:
    assert outcome_of_status(status) not in {Outcome.OK, Outcome.INTERRUPTED, Outcome.TIMED_OUT}


@pytest.mark.parametrize(
    ("made", "ok", "as_expected", "clean", "counts"),
    [
        (call(), True, True, True, True),
        (call(flags=flags("left_processes")), True, True, True, True),
        (call(flags=flags("retried")), True, True, False, True),
        (call(flags=flags("left_processes", "model_mismatch", "fake_stream")), True, True, True, True),
        (call(flags=flags("fallback_non_streaming")), True, True, False, True),
        (call(outcome=Outcome.AUTH), False, False, False, True),
        (call(outcome=Outcome.AUTH, expected_outcome=Outcome.AUTH), False, True, True, True),
        (call(expected_outcome=Outcome.AUTH), True, False, False, True),
        (call(outcome=Outcome.INTERRUPTED), False, False, False, False),
    ],
)
def test_what_a_call_counts_as(made: Call, ok: bool, as_expected: bool, clean: bool, counts: bool) -> None:
    assert (made.ok, made.as_expected, made.clean, made.counts) == (ok, as_expected, clean, counts)


def test_events_read_back_as_they_were_written() -> None:
    for event in (
        RunStarted(at=START, rounds_to_do=3),
        CallFinished(at=START, call=call(client=words(), flags=flags("retried"), cause="x")),
    ):
        assert EVENT.validate_json(event.model_dump_json()) == event


def test_what_is_stored_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        call().round = 2  # type: ignore[misc]


def test_a_newer_probe_s_keys_are_dropped_in_calls_but_refused_in_scenarios() -> None:
    assert Call.model_validate({**call().model_dump(mode="json"), "novelty": 1}) == call()
    with pytest.raises(ValidationError, match="novelty"):
        Scenario.model_validate({**scenario().model_dump(by_alias=True), "novelty": 1})


def test_a_manifest_reads_back() -> None:
    assert Manifest.model_validate_json(manifest().model_dump_json()) == manifest()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("scenario", manifest(scenario(step(timeout=5)))),
        ("base URL", manifest(target=target_info(base_url="https://other.example"))),
        ("model", manifest(target=target_info(model="other"))),
        ("environment", manifest(target=target_info(env={"MAX_X": "1"}))),
        ("machine", manifest(machine={**manifest().machine.model_dump(), "id": "ffffffff"})),
        ("client", manifest(client={"program": "claude", "version": "1.0.60"})),
        ("workload", manifest(workload="lean")),
        ("driver", manifest(driver="sdk")),
        ("concurrency", manifest(options=Options(rounds=2, concurrency=2))),
        ("client retries", manifest(options=Options(rounds=2, client_retries=0))),
        ("way", manifest(way="proxy proxy.example:3128")),
        ("way", manifest(way=None)),
        ("skip permissions", manifest(options=Options(rounds=2, dangerously_skip_permissions=True))),
    ],
)
def test_runs_that_differ_in_one_thing_are_told_apart_by_its_name(name: str, other: Manifest) -> None:
    mine, theirs = manifest().identity(), other.identity()
    assert [key for key in mine if mine[key] != theirs[key]] == [name]


def test_an_embedded_upstream_is_the_same_on_another_port() -> None:
    first, second = (
        manifest(target=target_info(kind=UpstreamKind.EMBEDDED, base_url=f"http://127.0.0.1:{port}"))
        for port in (1111, 2222)
    )
    assert first.identity() == second.identity()


def test_a_way_that_was_not_kept_is_like_no_other_but_such() -> None:
    assert manifest(way=None).identity() == manifest(way=None).identity()
    embedded = target_info(kind=UpstreamKind.EMBEDDED)
    assert manifest(target=embedded, way=None).identity() == manifest(target=embedded).identity()


def test_what_is_said_to_a_client_alone_tells_no_plain_runs_apart() -> None:
    said = Options(rounds=2, prime=False, client_retries=0)
    assert manifest(driver="messages", options=said).identity() == manifest(driver="messages").identity()
    assert manifest(options=said).identity() != manifest().identity()


def test_more_rounds_are_no_other_measurement() -> None:
    assert manifest(rounds=9, options=Options(rounds=9)).identity() == manifest().identity()


def test_a_single_step_has_no_second_call() -> None:
    with pytest.raises(ValueError, match="has one step only"):
        scenario(step()).with_second_call(SecondCallMode.RESUME)


def test_an_unknown_end_is_refused() -> None:
    with pytest.raises(ValidationError, match="event"):
        EVENT.validate_python({"event": "novel", "at": START})
    with pytest.raises(ValidationError, match="reason"):
        RunFinished(at=START, reason="bored")


def test_every_phase_has_its_name() -> None:
    assert [f"{name}_ms" for name in PHASES] == [name for name in Phases.model_fields if name != "source"]
