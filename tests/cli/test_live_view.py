"""The view of a run on a real terminal, a pseudo-terminal that is; other tests see the plain lines."""

import os
import pty
import re
import signal
import subprocess
from collections.abc import Callable

import pytest

from tests.conftest import Probe

EMBEDDED = ("run", "--no-report", "--no-prime", "--target", "embedded", "--fault", "none")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_a_terminal(
    probe: Probe, *words: str, on_output: Callable[[str, "subprocess.Popen[str]"], None] = lambda *_: None, **env: str
) -> tuple[int, str, str]:
    """Return the exit code, standard output, and all that came to the terminal; call `on_output` as it comes."""
    ours, theirs = pty.openpty()
    with probe.start(*words, stderr=theirs, TERM="xterm-256color", COLUMNS="100", LINES="30", **env) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 65_536)
            except OSError:  # all have closed the other end
                break
            shown += chunk
            on_output(_ESCAPE.sub("", shown.decode("utf-8", "replace")), process)
        os.close(ours)
        assert process.stdout is not None
        return process.wait(60), process.stdout.read(), _ESCAPE.sub("", shown.decode())


def test_a_run_is_shown_as_it_goes(probe: Probe) -> None:  # complexity: assertions on one run
    code, out, shown = on_a_terminal(probe, *EMBEDDED, "-n", "3", "--env", "STUB=slow_first", "--max-cost-usd", "9")
    assert (code, "run: " in out) == (0, True)
    for number in range(4):
        assert f"{number}/3 rounds" in shown
    assert re.search(r"round 1: call1, [\d.]+ m?s of 4 m 00 s", shown)
    assert re.search(r"call1 +··· +3 ok", shown)
    assert "at most 24 m 00 s to go" in shown
    to_go = [float(left) for left in re.findall(r"2/3 rounds .* about (\d+) ms to go", shown)]
    assert to_go == sorted(to_go, reverse=True), "it counts down"
    assert "verdict: UNDECIDED after 3 rounds" in shown
    assert re.search(r"used: [01]\.(?:00|25|50|75)00 of 9 USD", shown)
    assert "Traceback" not in shown


def test_ctrl_c_is_answered_on_the_terminal(probe: Probe) -> None:
    told: list[int] = []

    def interrupt(shown: str, process: "subprocess.Popen[str]") -> None:
        if not told and "round 1: call1" in shown:
            told.append(process.pid)
            process.send_signal(signal.SIGINT)

    code, _, shown = on_a_terminal(probe, *EMBEDDED, "-n", "3", "--env", "STUB=hang", on_output=interrupt)
    assert code == 130
    assert "Ending the call in flight; press Ctrl-C again to leave at once." in shown
    assert "go on with:\r\n  probe run --resume" in shown


def test_ctrl_c_before_the_first_call_says_that_nothing_was_measured(probe: Probe) -> None:
    pressed: list[str] = []

    def interrupt(shown: str, process: "subprocess.Popen[str]") -> None:
        waits_for = "press Ctrl-C again" if pressed else "preparing"
        if len(pressed) < 2 and waits_for in shown:
            pressed.append(waits_for)
            process.send_signal(signal.SIGINT)

    code, _, shown = on_a_terminal(
        probe, *EMBEDDED, "-n", "3", "--prepare", "trap '' INT TERM; sleep 60", on_output=interrupt
    )
    assert code == 130
    first, _, second = shown.partition("press Ctrl-C again")
    assert "Interrupted before the first call: nothing was measured. Clearing up;" in " ".join(first.split())
    assert "Interrupted before the first call: left at once, nothing was measured." in second


def test_failures_are_shown_as_they_come(probe: Probe) -> None:
    code, _, shown = on_a_terminal(probe, *EMBEDDED, "-n", "2", "--keep-going", "--env", "STUB=crash")
    assert code == 3
    assert re.search(r"call1 +x+ +0 ok, \d failed", shown)
    assert re.search(r"DOWN +\d of \d calls failed so far", shown)
    assert "verdict:" not in shown, "where all calls failed there is none"
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", r"10 rounds done, about [\d.]+ m?s to go if all 12 rounds are needed"),
        ("zh", r"已完成 10 轮，若 12 轮全部需要，约剩 [\d.]+ m?s"),
    ],
)
def test_the_time_to_go_is_that_of_all_rounds_where_fewer_may_do(probe: Probe, lang: str, words: str) -> None:
    sure = "--driver messages --until-sure --max-rounds 12 --timeout 1s --fault cold_start(delay=50ms)".split()
    err = probe("--lang", lang, "run", "--target", "embedded", *sure, code=None).err
    assert re.search(words, err)


def test_the_first_call_beside_the_script_is_explained(probe: Probe) -> None:
    fault = "status(code=500, on=call1)"
    err = probe("run", "--target", "embedded", "--driver", "messages", "-n", "5", "--fault", fault, code=None).err
    purpose = "extra: one call more, to tell a cold start from a fault of every second request\n"
    assert re.search(f"{purpose}round \\d/5 extra:", err)
