"""The verdict while a run goes on."""

from collections.abc import Mapping, Sequence

from probe.model.choices import Role
from probe.model.events import CallFinished, Event, RoundFinished
from probe.model.row import Row, row_of
from probe.model.run_manifest import Manifest
from probe.model.verdict import Answer, Verdict
from probe.stats.compare_calls import judge_calls, load_libraries
from probe.stats.frame import FrameBuilder

_EVERY = 300
"""From so many rounds on, the verdict is asked for ever less often: sums over all rounds take their time too."""


class VerdictWatch:
    """An observer that judges each target after its rounds, its control taken off where there is one.

    A `forecast` of the rounds to go takes longer than all the rest: without it where nobody is shown any.
    """

    def __init__(
        self, manifests: Mapping[str, Manifest], rows: Mapping[str, Sequence[Row]], *, forecast: bool = True
    ) -> None:
        load_libraries()  # now, so that no call is made meanwhile
        self._forecast = forecast
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
                if self._finished <= _EVERY or self._finished % (self._finished // _EVERY) == 0:
                    return self._judge(arm)
            case _:
                pass
        return False

    def _judge(self, name: str) -> bool:
        manifest = self._manifests[name]
        if manifest.role is not Role.TARGET:
            return False
        beside = self._controls[name]
        control = self._calls[beside].build() if beside and len(self._calls[beside]) else None
        verdict = judge_calls(
            self._calls[name].build(), manifest, manifest.options.question, control, forecast=self._forecast
        )
        if verdict:
            self.verdicts[name] = verdict
        return verdict is not None
