"""The exchanges of a call, summed up in figures."""

from typing import Any

from probe.diagnose.wire_summary import models_of, usage_of_all, wire_summary
from probe.model.client import ModelUsage
from probe.model.request_kind import RequestKind
from tests.builders import MODEL
from tests.diagnose.exchanges import exchange, good, status


def test_a_summary_counts_over_all_attempts() -> None:
    found = wire_summary(
        [
            status(529, correlation={"request-id": "req_1"}, request_begun_at_ms=310.0),
            good(900, correlation={"request-id": "req_2"}, message_id="msg_2", cache="x-cache: HIT"),
        ]
    )
    assert (found.message_id, found.cached) == ("msg_2", True)
    assert (found.attempts, found.endings) == (2, ("529 some_error", "good"))
    assert found.correlation == ({"request-id": "req_1"}, {"request-id": "req_2"})
    assert found.requested_at_ms == (310.0, 900.0)
    assert found.usage == ModelUsage(input_tokens=10, output_tokens=2)


def test_without_an_exchange_nothing_is_known() -> None:
    found = wire_summary([])
    assert (found.attempts, found.endings, found.usage, found.ttft_ms, found.message_id) == (0, (), None, None, None)
    assert (found.cached, found.connection_reused, found.longest_gap_ms, found.tcp_ms) == (False, False, None, None)


def test_requests_beside_the_answer_are_counted_apart() -> None:
    beside: dict[str, Any] = {"kind": RequestKind.BACKGROUND, "model_served": "small"}
    found = wire_summary(
        [good(request_bytes=10), good(**beside, request_bytes=5), status(500, **beside), exchange(kind="warmup")]
    )
    assert (found.attempts, found.background, found.background_failed) == (1, 2, 1)
    assert (found.models_served, found.background_models) == ((MODEL,), ("small",))
    assert found.usage == ModelUsage(input_tokens=10, output_tokens=2)
    assert found.request_bytes == 15


def test_each_model_that_answered_is_named_once_in_order() -> None:
    served = [good(model_served=name) for name in ("b", "a", "b", None)]
    assert models_of(served) == ("b", "a")


def test_tokens_of_attempts_add_up_and_what_none_tells_stays_unknown() -> None:
    told = [good(usage=ModelUsage(input_tokens=1)), good(usage=ModelUsage(input_tokens=2, cache_read_tokens=0))]
    assert usage_of_all([*told, good(usage=None)]) == ModelUsage(input_tokens=3, cache_read_tokens=0)
    assert usage_of_all([good(usage=None)]) is None


def test_times_of_connecting_are_those_of_the_connection_that_was_made() -> None:
    known = wire_summary([exchange(connect_begun_at_ms=None, tcp_ms=None), good(dns_ms=1, tcp_ms=2, tls_ms=3)])
    assert (known.dns_ms, known.tcp_ms, known.tls_ms) == (1, 2, 3)
    kept_open = wire_summary([good(connect_begun_at_ms=None, tcp_ms=7)])
    assert kept_open.tcp_ms is None
