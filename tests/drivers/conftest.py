"""Fixtures of the tests of drivers: a request by plain HTTP, and a look for what a child has left behind."""

import contextlib
import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from probe.drivers.plain_http import PlainAnswer, PlainHttp, PlainRequest
from probe.drivers.process import Cancel, become_subreaper
from probe.redact import Redactor
from probe.wire import Recorder
from tests.drivers.live_bench import LiveBench
from tests.drivers.support import SECRET, Send


@pytest.fixture
def send() -> Iterator[Send]:
    """Send a request through a recorder that knows the secret."""
    redactor = Redactor([SECRET])
    with Recorder(redactor=redactor) as recorder:

        def send(
            base_url: str,
            path: str = "/v1/models",
            timeout_s: float = 30.0,
            cancel: Cancel | None = None,
            **headers: str,
        ) -> PlainAnswer:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            request = PlainRequest("POST", path, named, b'{"model": "m"}')
            return PlainHttp(recorder.open_call, redactor, cancel).send(base_url, request, timeout_s)

        yield send


@pytest.fixture(scope="module")
def only_what_is_new_is_looked_through() -> None:
    """For the tests before these may have loaded much, and here garbage is collected twice a test."""
    gc.collect()
    gc.freeze()


def open_descriptors() -> dict[str, str]:
    """Return this process's descriptors and what each stands for."""
    found = {}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - its own descriptor is closed when it returns
        with contextlib.suppress(FileNotFoundError):
            found[name] = str(Path(f"/proc/self/fd/{name}").readlink())
    return found


@pytest.fixture
def nothing_is_left() -> Iterator[None]:
    """Check that there are no more children, zombies, descriptors and threads than before.

    What another thread of the test runner opens for an instant is not left: so what is left is there for a second.
    """
    from probe.drivers import orphans_linux  # which is for Linux only

    become_subreaper()
    gc.collect()
    descriptors, threads = open_descriptors(), threading.active_count()
    children = {child.pid for child in psutil.Process().children()}
    yield
    gc.collect()
    for _ in range(20):
        opened = open_descriptors()
        left = {fd: opened[fd] for fd in opened.keys() - descriptors.keys()}
        if not left and threading.active_count() <= threads:
            break
        time.sleep(0.05)
    assert left == {}
    assert threading.active_count() <= threads
    assert {child.pid for child in psutil.Process().children()} <= children
    assert not orphans_linux._in_flight


@pytest.fixture
def live_bench(tmp_path: Path) -> Iterator[LiveBench]:
    prepared = LiveBench(tmp_path)
    yield prepared
    prepared.cancel.close()
    assert list(prepared.root.iterdir()) == [], "no sandbox is left"
