"""The exchanges of a call, summed up in figures."""

from probe.diagnose.wire_summary import wire_summary
from probe.model.client import ModelUsage
from tests.diagnose.exchanges import good, status


def test_a_summary_counts_over_all_attempts() -> None:
    found = wire_summary(
        [
            status(529, correlation={"request-id": "req_1"}),
            good(900, correlation={"request-id": "req_2"}, message_id="msg_2", cache="x-cache: HIT"),
        ]
    )
    assert (found.message_id, found.cached) == ("msg_2", True)
    assert (found.attempts, found.endings) == (2, ("529 some_error", "good"))
    assert found.correlation == ({"request-id": "req_1"}, {"request-id": "req_2"})
    assert found.usage == ModelUsage(input_tokens=10, output_tokens=2)
