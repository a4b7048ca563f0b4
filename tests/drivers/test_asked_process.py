"""A child that is asked line by line: its answers, and what else it does."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from probe.drivers.asked_process import AnswerBuffer, AskedProcess
from probe.drivers.process import Cancel, ChildCommand, Limits
from tests.drivers.live_bench import LiveBench, outcomes


def test_a_second_result_is_no_answer_to_the_next_question(live_bench: LiveBench) -> None:
    for _ in range(5):
        first, second = live_bench.round("twice", "two")
        assert (outcomes([first, second])) == ["ok", "ok"]


def test_a_flood_is_cut_and_its_result_found(live_bench: LiveBench) -> None:
    first, second = live_bench.round("flood", "two")
    assert (first.output_truncated, len(first.stdout) <= 16 * 2**20) == (True, True)
    assert (first.timed_out, outcomes([second])) == (False, ["ok"])


def test_a_line_without_an_end_is_no_result(live_bench: LiveBench) -> None:
    (first,) = live_bench.round("endless", timeout=3.0)
    assert (first.timed_out, first.output_truncated, first.words.result) == (True, True, None)


CHILD = """\
import sys, time
print("ready", flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "leave":
        sys.exit(3)
    if word == "silence":
        continue
    print("stderr of " + word, file=sys.stderr, flush=True)
    print("begin\\n" + word + "\\nend", flush=True)
"""


@contextmanager
def asked(tmp_path: Path, code: str = CHILD, cancel: Cancel | None = None) -> Iterator[AskedProcess]:
    command = ChildCommand((sys.executable, "-Ic", code), {"HOME": str(tmp_path)}, tmp_path, is_asked=True)
    with Cancel() as made, AskedProcess(command, Limits(30.0), cancel or made, b"end".__eq__) as process:
        yield process


def test_each_question_has_its_answer_and_its_times(tmp_path: Path) -> None:
    with asked(tmp_path) as process:
        assert process.wait_for(b"ready".__eq__, 20)
        first, second = process.ask(b"one\n", 20), process.ask(b"two\n", 20)
        assert not process.exited
        ended = process.end(20)
    assert (first.stdout.data, second.stdout.data) == (b"begin\none\nend\n", b"begin\ntwo\nend\n")
    assert (first.complete, first.timed_out, first.exited) == (True, False, False)
    assert first.origin_s < second.origin_s
    assert 0 < first.wall_s < 20
    assert (ended.return_code, ended.killed) == (0, None)
    assert process.exited


def test_a_child_that_leaves_ends_the_turn_and_one_that_is_silent_is_late(tmp_path: Path) -> None:
    with asked(tmp_path) as process:
        process.wait_for(b"ready".__eq__, 20)
        late = process.ask(b"silence\n", 0.2)
        assert (late.timed_out, late.complete, late.exited) == (True, False, False)
        assert process.interrupt(b"over\n", 20)
        left = process.ask(b"leave\n", 20)
        assert (left.exited, left.complete, left.timed_out) == (True, False, False)
        assert process.end(0.0).return_code == 3


def test_an_interrupt_that_does_not_help_is_told_and_a_kill_ends_it(tmp_path: Path) -> None:
    with asked(tmp_path) as process:
        process.wait_for(b"ready".__eq__, 20)
        assert not process.interrupt(b"silence\n", 0.2)
        assert process.kill().signal_name == "SIGKILL"


def test_a_line_that_is_waited_for_may_not_come(tmp_path: Path) -> None:
    with asked(tmp_path) as process:
        assert not process.wait_for(b"never".__eq__, 0.2)


def test_a_cancel_ends_a_turn(tmp_path: Path) -> None:
    with Cancel() as cancel, asked(tmp_path, cancel=cancel) as process:
        process.wait_for(b"ready".__eq__, 20)
        cancel.cancel()
        turn = process.ask(b"silence\n", 20)
    assert (turn.cancelled, turn.timed_out) == (True, False)


def test_what_cannot_be_started_has_a_reason_and_cannot_be_asked(tmp_path: Path) -> None:
    command = ChildCommand((str(tmp_path / "gone"),), {}, tmp_path, is_asked=True)
    with Cancel() as cancel, AskedProcess(command, Limits(30.0), cancel, b"end".__eq__) as process:
        assert process.failure is not None
        assert "gone" in process.failure.reason
        with pytest.raises(RuntimeError, match="no child"):
            process.ask(b"one\n", 1)


def answer(chunks: list[bytes], is_first: bytes | None = None, most: int = 100) -> tuple[bytes, float | None]:
    """Return the answer in these chunks, of which one comes each second, and when it ended."""
    buffer = AnswerBuffer(most, b"end".__eq__, None if is_first is None else is_first.__eq__)
    for at_s, chunk in enumerate(chunks, 1):
        buffer.feed(chunk, float(at_s))
    return buffer.output().data, buffer.ended_s


@pytest.mark.parametrize(
    ("chunks", "is_first", "found"),
    [
        ([b"a\nen", b"d\nafter\n", b"more\n"], None, (b"a\nend\n", 2.0)),
        ([b"the end\nends\n"], None, (b"the end\nends\n", None)),
        ([b"end"], None, (b"end", None)),
        ([b"end\nbegin\n", b"end\n"], b"begin", (b"end\nbegin\nend\n", 2.0)),
        ([b"begin\nend\nend\n"], b"begin", (b"begin\nend\n", 1.0)),
        ([b""], None, (b"", None)),
    ],
)
def test_an_answer_ends_with_a_whole_line(
    chunks: list[bytes], is_first: bytes | None, found: tuple[bytes, float | None]
) -> None:
    assert answer(chunks, is_first) == found


def test_the_end_is_found_also_where_no_more_is_kept() -> None:
    assert answer([b"x" * 200 + b"\n", b"end\n"]) == (b"x" * 100, 2.0)
    assert answer([b"x" * 99, b"end", b"\n"]) == (b"x" * 99 + b"e", None)
