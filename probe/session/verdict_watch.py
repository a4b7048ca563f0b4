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
"""The share of a run's time that verdicts may take: rounds may be quick, and many."""


class VerdictWatch:
    """An observer that judges each target after its rounds, its control taken off where there is one.

    Where rounds are so quick that this took more than a share of the time, they are judged now and then, and the last
    one in any case. A `forecast` of the rounds to go takes longer than all the rest: without it where nobody is shown
    any.
    """

    def __init__(
        self, manifests: Mapping[str, Manifest], rows: Mapping[str, Sequence[Row]], *, forecast: bool = True
    ) -> None:
        load_libraries()  # now, so that no call is made meanwhile
        self._forecast = forecast
        self._share = _MOST_SHARE / len(manifests)
        self._rest_until_s: dict[str, float] = {}
        self._not_judged: set[str] = set()
        self._manifests = manifests
        controls = {manifest.vantage: name for name, manifest in manifests.items() if manifest.role is Role.CONTROL}
        self._controls = {name: controls.get(manifest.vantage) for name, manifest in manifests.items()}
        self._calls = {name: FrameBuilder.of_run(name, rows[name]) for name in manifests}
        self._open: dict[tuple[str, int], list[Row]] = {}
        self.verdicts: dict[str, Verdict] = {}
        for name in manifests:
            self._judge(name)
        self._rest_until_s.clear()  # that took no time of the rounds

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
                self._not_judged.add(arm)
                return self._is_due(arm) and self._judge(arm)
            case RunFinished():
                return arm in self._not_judged and self._judge(arm)
            case _:
                pass
        return False

    def _is_due(self, name: str) -> bool:
        return time.monotonic() >= self._rest_until_s.get(name, 0.0)

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
        ended_s = time.monotonic()
        self._rest_until_s[name] = ended_s + (ended_s - began_s) / self._share
        if verdict:
            self.verdicts[name] = verdict
        return verdict is not None
