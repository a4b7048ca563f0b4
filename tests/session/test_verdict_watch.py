"""The watch over the verdict: what it needs is loaded before the first round."""

import subprocess
import sys

from probe.model.choices import EndReason
from probe.model.events import CallFinished, RoundFinished, RunFinished
from probe.session.verdict_watch import VerdictWatch
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


def test_quick_rounds_are_judged_now_and_then_and_the_last_one_in_any_case() -> None:
    watch = VerdictWatch({"arm": manifest()}, {"arm": []}, each_round=False)
    told = [_round(watch, number) for number in range(1, 31)]
    assert sum(told) < len(told), "every round was judged, however quick"
    watch.on_event("arm", RunFinished(at=START, reason=EndReason.COMPLETED))
    assert _pairs(watch) == len(told)


def test_every_round_is_judged_where_the_run_ends_by_it() -> None:
    watch = VerdictWatch({"arm": manifest()}, {"arm": []})
    for number in range(1, 11):
        assert _round(watch, number)
        assert _pairs(watch) == number


def _round(watch: VerdictWatch, number: int) -> bool:
    for step in (1, 2):
        watch.on_event("arm", CallFinished(at=START, call=call(number, step)))
    return watch.on_event("arm", RoundFinished(at=START, round=number, attempt=1))


def _pairs(watch: VerdictWatch) -> int:
    return watch.verdicts["arm"].pairs
