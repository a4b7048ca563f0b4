"""The message to a relay's operator: which calls it tells of, and what it asks for."""

from datetime import timedelta
from typing import Any

import pytest

from probe.model.choices import UpstreamKind
from probe.model.health import HealthWord
from probe.model.outcome import Outcome
from probe.model.report_sections import Incident, Section
from probe.render.operator_message import MOST_CALLS, operator_message, telling_calls
from probe.texts import Texts
from tests.builders import START, manifest, target_info
from tests.render import samples
from tests.render.sections import incident, section, statistics
from tests.render.spoken import BOTH, EN


def failed(number: int, outcome: Outcome = Outcome.OVERLOADED, cause: str | None = "529", **changes: Any) -> Incident:
    fields: dict[str, Any] = {
        "failed": True,
        "outcome": outcome,
        "cause": cause,
        "started_at": START + timedelta(minutes=number),
    }
    return incident(number, **(fields | changes))


def numbers(*calls: Incident, most: int = MOST_CALLS) -> list[int]:
    return [call.round for call in telling_calls(calls, most)]


def message(of: Section, texts: Texts = EN) -> str:
    return operator_message(of, "bundle.zip", texts)


def test_of_each_distinct_failure_one_call_is_told_and_all_in_order_of_time() -> None:
    alike = [failed(number) for number in (1, 2, 3, 4)]
    assert numbers(*alike, failed(5, Outcome.AUTH, "401"), failed(6, cause="503")) == [1, 5, 6]
    assert numbers(*alike) == [1, 2, 3]
    assert numbers(*alike, most=1) == [1]
    assert numbers() == []


def test_failed_calls_come_before_recovered_ones_and_frequent_failures_first() -> None:
    recovered = [failed(number, Outcome.OK, None, failed=False) for number in (1, 2, 3)]
    rare, frequent = failed(7, Outcome.AUTH, "401"), [failed(8), failed(9)]
    assert numbers(*recovered, rare, *frequent, most=1) == [8]
    assert numbers(*recovered, rare, *frequent, most=2) == [7, 8]
    assert numbers(*recovered, failed(9), most=2) == [1, 9]


def test_of_alike_calls_those_come_first_that_can_be_found_by_an_id() -> None:
    assert numbers(
        failed(1, request_ids=()), failed(2, request_ids=({},)), failed(3, request_ids=({"x-id": "7"},)), most=1
    ) == [3]


@BOTH
def test_it_names_what_was_measured_what_failed_and_what_is_sent_with_it(texts: Texts) -> None:
    said = message(samples.section(), texts)
    for part in ("https://relay.example", "glm-4.7", "claude 2.1.329", "bundle.zip", "2026-11-21", "curl "):
        assert part in said, part
    assert "{" not in said.replace("{{ 7*7 }}", "").partition("curl")[0]
    assert "\x1b" not in said


def test_a_run_that_went_well_asks_for_nothing_and_tells_of_no_call() -> None:
    said = message(samples.healthy())
    assert f"- {EN('send.ask.nothing')}" in said
    assert EN("send.calls") not in said
    assert EN("send.result") in said


def test_a_run_without_a_manifest_says_what_is_known() -> None:
    said = message(section(statistics("call1", 9, (Outcome.OVERLOADED, "529", 2)), manifest=None))
    assert "2 of 9 calls failed" in said
    assert EN("send.repeat") not in said


def test_plain_http_has_no_session_and_no_client() -> None:
    plain = manifest(driver="messages")
    said = message(samples.section(manifest=plain))
    assert "X-Claude-Code-Session-Id" not in said
    assert "messages" in said
    assert "X-Claude-Code-Session-Id" in message(samples.section())


def test_the_embedded_upstream_is_said_to_be_one_and_no_call_of_it_can_be_repeated() -> None:
    embedded = manifest(target=target_info(kind=UpstreamKind.EMBEDDED, base_url="http://127.0.0.1:1"))
    said = message(samples.section(manifest=embedded))
    assert EN("verdict.embedded") in said
    assert EN("send.repeat") not in said


@pytest.mark.parametrize("word", [HealthWord.COLD, HealthWord.SLOW])
def test_a_target_that_is_slow_or_cold_is_asked_about_without_any_failure(word: HealthWord) -> None:
    well = samples.healthy()
    said = message(well.model_copy(update={"health": well.health.model_copy(update={"word": word})}))
    assert f"- {EN(f'send.ask.{word.value}')}" in said
    assert EN("send.ask.nothing") not in said


def test_recovered_calls_are_asked_about_too() -> None:
    said = message(section(statistics("call1", 9, recovered=2)))
    assert EN("send.ask.recovered") in said
    assert "2" in said.splitlines()[0]
