"""The lanes of rounds: a machine that has too few threads."""

import threading

import pytest

from probe.errors import EnvironmentUnusableError
from probe.session.lanes import Lanes


def test_a_machine_without_enough_threads_is_said_and_no_thread_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    start, allowed = threading.Thread.start, 3

    def starts(thread: threading.Thread) -> None:
        nonlocal allowed
        if allowed == 0:
            raise RuntimeError("can't start new thread")
        allowed -= 1
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starts)
    with pytest.raises(EnvironmentUnusableError, match="allows 3 threads"):
        Lanes({"": 8}, lambda *_: None)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane-")]
