"""A call as a story: what an operator needs to find its requests, and what a gateway says of itself."""

from datetime import timedelta
from typing import Any

from probe.model.base_models import utc_text
from probe.model.choices import Language
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.model.wire import Phases, PhaseSource
from probe.render.story import render_story
from probe.texts import Texts
from tests.builders import call


def story(language: Language = Language.EN, **fields: Any) -> str:
    usual = {"end": ExchangeEnd.COMPLETE, "status": 529}
    exchange = Exchange(
        sequence=1, connection=1, kind=RequestKind.MAIN, method="POST", path="/v1/messages", **(usual | fields)
    )
    return render_story(call(), [exchange], Texts(language))


def test_all_ids_stand_there_each_on_a_line_whole() -> None:
    ids = {
        "x-request-id": "0af76519-16cd-43dd-8448-eb211c80319c",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        **{f"x-log-id-{number}": "20241012071150" for number in range(18)},
    }
    lines = story(correlation=ids).splitlines()
    assert {f"{name}: {value}" for name, value in ids.items()} <= {line.strip() for line in lines}
    assert max(len(line) for line in lines if ": " in line and line.startswith(" " * 12)) <= 100


def test_of_a_call_by_plain_http_no_client_is_told() -> None:
    timed = call(phases=Phases(source=PhaseSource.WIRE, boot_ms=5.0, wait_ms=2000.0, exit_ms=1.0))
    english, chinese = (render_story(timed, [], Texts(language), by_client=False) for language in Language)
    assert "the client" not in english
    assert "the request is prepared" in english
    assert "客户端" not in chinese
    assert "the client starts" in render_story(timed, [], Texts())


def test_each_request_has_its_time_in_utc() -> None:
    told = story(request_begun_at_ms=176_956.8).splitlines()
    place = told.index("  176.957s  #1 main POST /v1/messages")
    assert told[place + 1].strip() == f"at {utc_text(call().started_at + timedelta(milliseconds=176_956.8))}"
    assert "时间：2026-11-21T" in story(Language.ZH, request_begun_at_ms=1.0)


def test_what_a_gateway_says_of_its_own_times() -> None:
    told = story(gateway_took_ms=512.3, gateway_overhead_ms=4.0, gateway_retries=2)
    assert "the gateway reports: it took 512 ms to answer, 4 ms of it its own, retries of its own: 2" in told
    assert "the gateway reports: retries of its own: 0" in story(gateway_retries=0)
    assert "gateway" not in story()


def test_a_pause_in_mid_answer_is_told() -> None:
    assert "the answer paused for 5.00 s in the middle" in story(longest_pause_ms=5001.0)
    assert "paused" not in story(longest_pause_ms=300.0)


def test_a_connection_that_did_not_come_about_is_told_in_words() -> None:
    refused: dict[str, Any] = {
        "status": None,
        "end": ExchangeEnd.NOT_CONNECTED,
        "request_begun_at_ms": 0.0,
        "connect_begun_at_ms": 1.0,
        "ended_at_ms": 41.0,
        "dns_ms": 12.0,
        "failure_detail": "no route to \x1b[31mrelay.example",
    }
    told = story(failure=ConnectFailure.REFUSED, **refused)
    assert "no connection: connection refused: nothing listens there (name 12 ms)" in told
    assert "no route to \ufffd[31mrelay.example" in told
    assert "no connection: proxy" in story(failure=ConnectFailure.PROXY, **refused)
    still = refused | {"end": ExchangeEnd.CLIENT_CLOSED, "failure_detail": None}
    assert "no connection yet (name 12 ms)" in story(**still)
    assert "未连接：连接被拒绝" in story(Language.ZH, failure=ConnectFailure.REFUSED, **refused)


def test_a_connection_is_told_with_the_time_of_each_step() -> None:
    times: dict[str, Any] = {
        "connect_begun_at_ms": 1.0,
        "connected_at_ms": 90.0,
        "dns_ms": 12.0,
        "tcp_ms": 30.0,
        "tls_ms": 45.0,
    }
    assert "connected (name 12 ms, TCP 30 ms, TLS 45 ms)" in story(**times)


def test_an_answer_from_a_cache_of_the_gateway_is_told() -> None:
    assert "the gateway reports: answered from a cache (HIT)" in story(cache="HIT")
