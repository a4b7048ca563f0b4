"""The embedded upstream, as the rest of the project sees it: start, records, end."""

import gc
import signal
import subprocess
import sys

import httpx
import pytest

from probe.errors import EnvironmentUnusableError
from probe.upstream import EmbeddedUpstream, ServedRequest
from tests.upstream.support import (
    ask,
    upstream,
)


def test_only_the_latest_records_are_kept() -> None:
    with upstream() as up, httpx.Client(base_url=up.base_url) as client:
        for _ in range(1005):
            client.head("/")
    assert [one.sequence for one in up.served] == list(range(6, 1006))


def test_it_can_be_used_twice_in_a_row_and_leaks_nothing() -> None:
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    for _ in range(2):
        with upstream() as up:
            ask(up)
            assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    gc.collect()


def test_a_taken_port_is_an_error_for_a_person() -> None:
    with upstream() as up, pytest.raises(EnvironmentUnusableError, match=f"cannot listen on 127.0.0.1:{up.port}"):
        EmbeddedUpstream(port=up.port).__enter__()


def test_a_defect_is_raised_on_leaving_not_swallowed() -> None:
    def broken(_: ServedRequest) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), upstream(on_request=broken) as up:
        ask(up)


def test_reading_a_spec_does_not_import_uvicorn() -> None:
    code = "import sys, probe.upstream as u; u.parse_fault('hang'); sys.exit('uvicorn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
