"""Output, exit and cancel of a child, in one selector."""

import errno
import os
import sys
from pathlib import Path

import pytest

from probe.drivers.child_watch import MAX_ARRIVALS, OutputBuffer
from tests.drivers.supervised import BRIEF, finish, stub

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the supervision of other systems is untested"),
    pytest.mark.usefixtures("only_what_is_new_is_looked_through", "nothing_is_left"),
]


def test_marks_are_bounded_and_thinned_where_they_are_dense() -> None:
    capture = OutputBuffer(10_000_000)
    times_s = [*(i * 1e-4 for i in range(100_000)), 100.0, 200.0, 200.0, *(300 + i * 1e-4 for i in range(50_000))]
    for at_s in times_s:
        capture.feed(b"x", at_s)
    output = capture.output()
    assert len(output.arrivals) < MAX_ARRIVALS
    assert all(0 <= at_s - output.arrival_s(i) < 300 * 3 / MAX_ARRIVALS for i, at_s in enumerate(times_s))
    assert [output.arrival_s(i) for i in (0, 100_000, 100_001, 100_002)] == [0.0, 100.0, 200.0, 200.0]


def test_without_a_pidfd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int) -> int:
        raise OSError(errno.ENOSYS, "no pidfd_open")

    monkeypatch.setattr(os, "pidfd_open", refuse)
    result = finish(stub(tmp_path, "speak_slowly", 0.1, "a", "b"))
    assert (result.return_code, result.stdout.data) == (0, b"a\nb\n")
    assert finish(stub(tmp_path, "speak_slowly", 60, "a", "b"), BRIEF).timed_out
