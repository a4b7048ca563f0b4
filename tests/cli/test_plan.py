"""`probe plan`: the command line, and what it prints."""

import pytest

from tests.conftest import Probe


def test_a_plan_is_a_table_in_either_language(probe: Probe) -> None:
    said = probe("plan", "--first-fails", "50%", "--second-fails", "0.1", "--gap", "2m").out
    assert "First calls fail in 50 % of rounds, second calls in 10 %; a call takes 5.00 s, give or take 20 %." in said
    assert "2 m 00 s of idle time before a round" in said
    assert "COLD, in 80 % of runs" in said
    assert "probe run --target NAME --until-sure --max-rounds" in said
    assert "--gap 120s" in said
    chinese = probe("plan", "--slower", "6s", "--lang", "zh").out
    assert "在 100% 的轮次中，首次调用多用 6.00 s。" in chinese
    assert "存在冷启动效应，80% 的测量" in chinese


def test_a_plan_of_another_scenario_names_it_in_the_command(probe: Probe) -> None:
    words = ("plan", "--slower", "6s", "--second-fails", "0", "--scenario", "fork", "--timeout", "10s")
    assert "--scenario fork" in probe(*words).out


def test_a_plan_is_json(probe: Probe) -> None:
    plan = probe("plan", "--slower", "6s", "--second-fails", "0", "--json").json
    assert plan["question"]["slower_s"] == 6.0
    assert [each["share"] for each in plan["cold"]] == [0.5, 0.8, 0.95]
    assert plan["cold"][1]["rounds"] == 6


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "neither says that first calls do worse"),
        (("--first-fails", "1%"), "is less than --second-fails"),
        (("--first-fails", "many"), "is not a share; write it as 30% or 0.3"),
        (("--first-fails", "130%"), "is not a share"),
        (("--slower", "5s", "--power", "100%"), "between 1% and 99%"),
        (("--slower", "5s", "--slower-in", "0"), "must be more than 0"),
        (("--slower", "5s", "--scenario", "keep-warm"), "not compared"),
        (("--slower", "5s", "--scenario", "no-such"), "no such scenario"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(probe: Probe, words: tuple[str, ...], complaint: str) -> None:
    refused = probe("plan", *words, code=2)
    assert complaint in refused.err
