"""Idle times before rounds that look for how long targets stay warm."""

import random
from collections.abc import Mapping, Sequence

from probe.model.call import Call
from probe.model.row import Row, row_of
from probe.model.scenario import Scenario
from probe.model.verdict import Question
from probe.stats.change_point import gaps_ms, locate_change, next_gap_ms
from probe.stats.frame import FrameBuilder
from probe.stats.warmth_trials import read_trials


class WarmthSearch:
    """Chooses each idle time by what the calls of an arm have shown so far; those of an earlier start count too."""

    def __init__(self, scenario: Scenario, question: Question, rows: Mapping[str, Sequence[Row]], seed: int) -> None:
        self._scenario = scenario
        self._question = question
        self._calls = {name: FrameBuilder.of_run(name, of_arm) for name, of_arm in rows.items()}
        self._last = {name: of_arm[-1] for name, of_arm in rows.items() if of_arm}
        self._shortest_ms = scenario.gap_s * 1000
        self._longest_ms = (scenario.gap_upto_s or scenario.gap_s) * 1000
        self._random = random.Random(seed)  # noqa: S311 - no secret

    def before_round_s(self, arm: str) -> float:
        """Return the idle time before an arm's next round in seconds.

        It is the shortest where there is no warm upstream to try: at the start, and after a call that failed.
        """
        if arm not in self._last or not self._last[arm].as_expected:
            return self._shortest_ms / 1000
        calls = self._calls[arm].build()
        found = read_trials(calls, self._scenario, self._question)
        change = locate_change(found.trials, self._shortest_ms, self._longest_ms)
        overhead_ms = len(self._scenario.steps) * float(calls["wall_ms"].mean())
        gaps = gaps_ms(self._shortest_ms, self._longest_ms)
        return next_gap_ms(change, gaps, overhead_ms, self._random.random()) / 1000

    def after_call(self, arm: str, call: Call) -> None:
        """Take a call of an arm."""
        if call.counts:
            self._last[arm] = row_of(call)
            self._calls[arm].add([self._last[arm]])
