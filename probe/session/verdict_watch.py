"""The verdict while a run goes on."""

import time
from collections.abc import Mapping, Sequence

from probe.model.choices import Role
from probe.model.events import CallFinished, Event, RoundFinished, RunFinished
from probe.model.row import Row, row_of
from probe.model.run_manifest import Manifest
from probe.model.verdict import Answer, Verdict
from probe.stats.compare_calls import judge_calls, load_libraries
from probe.stats.frame import FrameBuilder

_MOST_SHARE = 0.05
"""The share of a run's time that verdicts may take where no decision depends on them: quick rounds are many."""
_EVERY = 300
"""From so many rounds on, the verdict is asked for ever less often: sums over all rounds take their time too."""


class VerdictWatch:
    """An observer that judges each target after its rounds, its control taken off where there is one.

    A `forecast` of the rounds to go takes longer than all the rest: without it where nobody is shown any. With
    `each_round` every round is judged, since the run may end by it; else quick rounds are judged now and then, and the
    last one in any case.
    """

    def __init__(
        self,
        manifests: Mapping[str, Manifest],
        rows: Mapping[str, Sequence[Row]],
        *,
        forecast: bool = True,
        each_round: bool = True,
    ) -> None:
        load_libraries()  # now, so that no call is made meanwhile
        self._forecast = forecast
        self._share = None if each_round else _MOST_SHARE / len(manifests)
        self._rest_until_s: dict[str, float] = {}
        self._not_judged: set[str] = set()
        self._manifests = manifests
        controls = {manifest.vantage: name for name, manifest in manifests.items() if manifest.role is Role.CONTROL}
        self._controls = {name: controls.get(manifest.vantage) for name, manifest in manifests.items()}
        self._calls = {name: FrameBuilder.of_run(name, rows[name]) for name in manifests}
        self._open: dict[tuple[str, int], list[Row]] = {}
        self._finished = 0
        self.verdicts: dict[str, Verdict] = {}
        for name in manifests:
            self._judge(name)

    @property
    def settled(self) -> bool:
        """True where every target has its answer."""
        targets = [name for name, manifest in self._manifests.items() if manifest.role is Role.TARGET]
        return all(name in self.verdicts and self.verdicts[name].answer is not Answer.UNDECIDED for name in targets)

    def on_event(self, arm: str, event: Event) -> bool:
        """Take an event. Return True where it changed a verdict."""
        match event:
            case CallFinished() if event.call.counts:
                self._open.setdefault((arm, event.call.round), []).append(row_of(event.call))
            case RoundFinished():
                self._calls[arm].add(self._open.pop((arm, event.round), []))
                self._finished += 1
                self._not_judged.add(arm)
                return self._is_due(arm) and self._judge(arm)
            case RunFinished():
                return arm in self._not_judged and self._judge(arm)
            case _:
                pass
        return False

    def _is_due(self, name: str) -> bool:
        if self._share is not None:
            return time.monotonic() >= self._rest_until_s.get(name, 0.0)
        return self._finished <= _EVERY or self._finished % (self._finished // _EVERY) == 0

    def _judge(self, name: str) -> bool:
        manifest = self._manifests[name]
        if manifest.role is not Role.TARGET:
            return False
        began_s = time.monotonic()
        self._not_judged.discard(name)
        beside = self._controls[name]
        control = self._calls[beside].build() if beside and len(self._calls[beside]) else None
        verdict = judge_calls(
            self._calls[name].build(), manifest, manifest.options.question, control, forecast=self._forecast
        )
        if self._share is not None:
            ended_s = time.monotonic()
            self._rest_until_s[name] = ended_s + (ended_s - began_s) / self._share
        if verdict:
            self.verdicts[name] = verdict
        return verdict is not None
