"""The watch over the verdict: what it needs is loaded before the first round."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from probe.model.choices import EndReason
from probe.model.events import CallFinished, RoundFinished, RunFinished
from probe.model.verdict import Verdict
from probe.session import verdict_watch
from probe.session.verdict_watch import VerdictWatch
from probe.stats.compare_calls import judge_calls
from tests.builders import START, call, manifest

FIRST_ROUND = """
import sys
from probe.model.events import CallFinished, RoundFinished
from probe.session.verdict_watch import VerdictWatch
from tests.builders import START, call, manifest

watch = VerdictWatch({"arm": manifest()}, {"arm": []})
loaded = set(sys.modules)
for step in (1, 2):
    watch.on_event("arm", CallFinished(at=START, call=call(1, step)))
assert watch.on_event("arm", RoundFinished(at=START, round=1, attempt=1)), "no verdict"
print(*sorted(set(sys.modules) - loaded))
"""


def test_the_first_verdict_of_a_run_loads_no_module_while_calls_are_made() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_ROUND], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


class Clock:
    """A clock by which a verdict takes 20 ms, and a round as long as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 0.0
        self.judging_s = 0.0
        monkeypatch.setattr(verdict_watch, "time", SimpleNamespace(monotonic=lambda: self.now_s))
        monkeypatch.setattr(verdict_watch, "judge_calls", self._judge)

    def _judge(self, *given: Any, **options: Any) -> Verdict | None:
        self.judging_s += 0.02
        self.now_s += 0.02
        return judge_calls(*given, **options)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_rounds_as_long_as_those_of_the_client_are_judged_each(clock: Clock) -> None:
    watch = VerdictWatch({"arm": manifest()}, {"arm": []})
    for number in range(1, 31):
        clock.now_s += 0.9
        assert _round(watch, number)
        assert _pairs(watch) == number


def test_quick_rounds_are_judged_now_and_then_and_the_last_one_in_any_case(clock: Clock) -> None:
    watch = VerdictWatch({"arm": manifest()}, {"arm": []}, forecast=False)
    told = []
    for number in range(1, 501):
        clock.now_s += 0.02
        told.append(_round(watch, number))
    assert 0.04 < clock.judging_s / clock.now_s <= 0.05
    assert not told[-1]
    watch.on_event("arm", RunFinished(at=START, reason=EndReason.COMPLETED))
    assert _pairs(watch) == len(told)


def _round(watch: VerdictWatch, number: int) -> bool:
    for step in (1, 2):
        watch.on_event("arm", CallFinished(at=START, call=call(number, step)))
    return watch.on_event("arm", RoundFinished(at=START, round=number, attempt=1))


def _pairs(watch: VerdictWatch) -> int:
    return watch.verdicts["arm"].pairs
