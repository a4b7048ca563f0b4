"""`probe upstream serve`: what it says before it serves, and of each request."""

import re
import signal
from datetime import datetime

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


def test_an_operator_finds_each_request_of_a_report_in_what_it_says(probe: Probe) -> None:
    serving = probe.start("upstream", "serve", "--fault", "status(code=529)")
    assert serving.stdout is not None
    try:
        target = f'[targets.relay]\nbase_url = "{serving.stdout.readline().strip()}"\nmodel = "glm-4.7"\n'
        (probe.folder / "probe.toml").write_text(f'{target}token_env = "T1"\n')
        ran = probe("run", "--target", "relay", "--driver", "messages", "-n", "2", code=None, T1="tok-1")
    finally:
        serving.send_signal(signal.SIGINT)
        _, said = serving.communicate(timeout=30)
    logged = re.findall(r"^\S+T(\S+)Z (req_\w+) \d+ POST /v1/messages \(main\): 529 in", said, re.MULTILINE)
    times = {request_id: moment for moment, request_id in logged}
    report = next(probe.runs()[0].glob("report.md")).read_text()
    told = re.findall(r"([\d:.]{12}) · 529 overloaded_error · request-id: (req_\w+)", report)
    assert len(told) == 4, ran.err
    for moment, request_id in told:
        apart = clock(times[request_id]) - clock(moment)
        assert min(apart.seconds, 86_400 - apart.seconds) <= 30, (times, told)


def clock(moment: str) -> datetime:
    """Read a time of day."""
    return datetime.strptime(moment, "%H:%M:%S.%f")  # noqa: DTZ007  # two times of one zone are compared
