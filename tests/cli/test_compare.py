"""`probe compare`: one run against another, and the exit code that a CI wants."""

import pytest

from tests.conftest import Probe

# With the program itself

RUN = "run --no-report -n 8 --target embedded --fault none --quiet --no-prime --no-recorder".split()


@pytest.mark.slow
def test_two_runs(probe: Probe) -> None:
    probe(*RUN)
    probe(*RUN, "--env", "STUB=crash", "--keep-going", code=3)
    good, bad = (run.name for run in probe.runs())
    told = probe("compare", good, bad, "--format", "json").json
    assert {each["label"] for each in told["differences"] if each["regression"]} == {"call1", "call2"}
    ended = probe("compare", good, bad, "--fail-on-regression", code=3)
    assert "failure rate: worse. 100 % instead of 0 %" in ended.out
    assert "is better than" in ended.err
    assert "failed in 0 % of calls instead of 100 %, a difference of −100 points" in ended.err


def test_a_run_that_is_not_there(probe: Probe) -> None:
    assert "no such run: nothing" in probe("compare", "nothing", "nothing", code=2).err
