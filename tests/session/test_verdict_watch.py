"""The watch over the verdict: what it needs is loaded before the first round."""

import subprocess
import sys

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
