"""Endings and evidence of exchanges, in words."""

from probe.diagnose.wire_summary import wire_summary
from tests.diagnose.exchanges import cut, good


def test_an_answer_after_which_the_client_asked_again_was_thrown_away() -> None:
    found = wire_summary([good(), good(900), cut(1500)])
    assert found.endings == ("good, thrown away", "good, thrown away", "left open")
    found = wire_summary([good(stop_reason="max_tokens"), good(900, stop_reason="max_tokens")])
    assert found.endings == ("stop_reason max_tokens, thrown away", "stop_reason max_tokens")
