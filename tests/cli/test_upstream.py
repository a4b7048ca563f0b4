"""`probe upstream serve`: what it says before it serves."""

import signal

import httpx
import pytest

from tests.conftest import Probe


@pytest.mark.parametrize(("fault", "warned"), [("hang(on=call1)", True), ("hang(every=2)", False)])
def test_a_fault_that_waits_for_a_step_is_warned_of(probe: Probe, fault: str, warned: bool) -> None:
    serving = probe.start("upstream", "serve", "--fault", fault)
    assert serving.stdout is not None
    try:
        base_url = serving.stdout.readline().strip()
        assert httpx.get(f"{base_url}/r/0001/call1", timeout=30).status_code == 200
    finally:
        serving.send_signal(signal.SIGINT)
        _, said = serving.communicate(timeout=30)
    assert (f"only a request to {base_url}/r/<round>/call1 names" in said) is warned
