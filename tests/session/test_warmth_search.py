"""Idle times before rounds that look for how long targets stay warm."""

from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.verdict import Question
from probe.session.warmth_search import WarmthSearch
from tests.builders import call, scenario

SCRIPT = scenario(gap=10, gap_upto=600)


def search(seed: int = 1, rows: tuple[int, ...] = ()) -> WarmthSearch:
    earlier = [row_of(call(number, position)) for number in rows for position in (1, 2)]
    return WarmthSearch(SCRIPT, Question(), {"relay": earlier}, seed)


def test_the_first_round_and_the_round_after_a_failure_have_the_shortest_idle_time() -> None:
    idle = search()
    assert idle.before_round_s("relay") == 10
    for position in (1, 2):
        idle.after_call("relay", call(1, position, idle_before_ms=10_000.0))
    assert max(idle.before_round_s("relay") for _ in range(6)) > 10, "longer ones are tried while calls succeed"
    idle.after_call("relay", call(2, 1, Outcome.OVERLOADED))
    assert {idle.before_round_s("relay") for _ in range(6)} == {10}
    idle.after_call("relay", call(2, 2, Outcome.INTERRUPTED))
    assert {idle.before_round_s("relay") for _ in range(6)} == {10}


def test_an_idle_time_lies_within_the_limits_and_follows_from_the_seed() -> None:
    chosen = []
    for seed in (1, 1, 2):
        idle = search(seed, rows=(1, 2, 3))
        chosen.append([idle.before_round_s("relay") for _ in range(20)])
    assert chosen[0] == chosen[1]
    assert all(10 <= idle_s <= 600 for idle_s in (*chosen[0], *chosen[2]))
