"""Make the rounds of a prepared run, store them, and tell observers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Self

from probe.drivers.preparation import LONG_S, run_preparation
from probe.model.choices import EndReason, Role
from probe.model.events import Event, RunFinished
from probe.model.row import Row
from probe.model.verdict import Verdict
from probe.ports import IdleTimes, PlaceLostError, Prepare, RoundMaker
from probe.sanitise import printable
from probe.session.circuit_breaker import CircuitBreaker, SameFailure
from probe.session.directories import RunDirectories
from probe.session.local_rounds import LocalRounds, RequestCount
from probe.session.order_check import OrderCheck
from probe.session.prepare import PreparedArm, PreparedRun
from probe.session.runner import Arm, Runner, Together
from probe.session.usage_watch import UsageWatch
from probe.session.verdict_watch import VerdictWatch
from probe.session.warmth_search import WarmthSearch
from probe.store import RunWriter, StoredRun, read_run
from probe.texts import Texts
from probe.texts.phrase import Phrase, phrase
from probe.units import format_duration


@dataclass(frozen=True, slots=True)
class RunState:
    """The state of a run before its first event, for observers.

    `finished` are the calls of rounds that an earlier start has finished, by arm, and `usage` what calls so far have
    used. `rounds_left` counts those of all arms together.
    """

    run: PreparedRun
    arms: tuple[PreparedArm, ...]
    finished: Mapping[str, Sequence[Row]]
    usage: UsageWatch
    rounds_left: int


class RunObserver:
    """Observes a run, in the thread that executes it. This one ignores everything."""

    shows_forecast: bool = False
    """True where the verdicts are to say how many more rounds they need, which takes time."""
    texts: Texts = Texts()
    """The texts in which warnings and remarks are told; English ones."""

    def watching(self, state: RunState) -> AbstractContextManager[object]:
        """Return a context that is entered before the first event and left after the last, or when the run fails."""
        return nullcontext()

    def on_event(self, arm: str, event: Event) -> None:
        """Take an event; it is stored already."""

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        """Take the verdict on an arm, which a finished round has changed.

        Of quick rounds without `until_sure` this is told now and then, and after the last one.
        """

    def on_same_failure(self, arm: str, failure: SameFailure) -> None:
        """Take the failure for which no further round of an arm is begun."""

    def on_vantage_lost(self, vantage: str | None, why: str) -> None:
        """Take why no further round is begun at a vantage; at none of them, for None. English, as errors are."""

    def on_warning(self, text: str) -> None:
        """Take a warning for a person."""

    def on_note(self, text: str) -> None:
        """Take a remark for a person who waits. May be called in another thread."""


def execute(run: PreparedRun, directories: RunDirectories, observers: Sequence[RunObserver] = ()) -> EndReason:
    """Make the rounds that are left, and return why the run ended; where its arms ended for several reasons, the first.

    Raises StoreError where a round cannot be stored, and what an observer raises: no call goes on after that.
    """
    with ExitStack() as stack:
        writers = {
            arm.name: stack.enter_context(writer)
            for arm, writer in zip(directories.arms, directories.writers(), strict=True)
        }
        # Read under the lock of the writers: an earlier writer of the run may have gone on until now.
        stored = [read_run(folder) for folder in directories.folders]
        earlier = _EarlierCalls.of(directories, stored)
        left = list(directories.rounds_to_make(stored))
        execution = _Execution(run, directories, earlier, observers, writers)
        state = RunState(run, directories.arms, earlier.finished, execution.usage, sum(map(len, left)))
        for observer in observers:
            stack.enter_context(observer.watching(state))
        return execution.make_rounds(left)


@dataclass(frozen=True, slots=True)
class _EarlierCalls:
    """The calls of an earlier start of the run by arm: all of them, and those of finished rounds."""

    every: Mapping[str, Sequence[Row]]
    finished: Mapping[str, Sequence[Row]]

    @classmethod
    def of(cls, directories: RunDirectories, stored: Sequence[StoredRun]) -> Self:
        """Return the calls of stored runs, which are those of the arms in their order."""
        runs = {arm.name: run for arm, run in zip(directories.arms, stored, strict=True)}
        every = {name: run.rows for name, run in runs.items()}
        finished = {name: [row for row in run.rows if row.round in run.finished] for name, run in runs.items()}
        return cls(every, finished)


class _Execution:
    """Takes the events of a run: stores each, tells the observers, and ends the run where more rounds tell nothing."""

    def __init__(
        self,
        run: PreparedRun,
        directories: RunDirectories,
        earlier: _EarlierCalls,
        observers: Sequence[RunObserver],
        writers: Mapping[str, RunWriter],
    ) -> None:
        self._observers = observers
        self._writers = writers
        self._until_sure = run.spec.options.until_sure
        self._names = [arm.name for arm in directories.arms]
        targets = {arm.name: arm.driver.runs_client for arm in directories.arms if arm.role is Role.TARGET}
        self._measured = set(targets)
        self._breaker = CircuitBreaker({} if run.spec.options.keep_going else targets)
        self.usage = UsageWatch(directories.arms, earlier.every)
        manifests = {arm.name: arm.manifest for arm in directories.arms}
        forecast = any(observer.shows_forecast for observer in observers)
        self._verdicts = VerdictWatch(manifests, earlier.finished, forecast=forecast, each_round=self._until_sure)
        idle = _idle_times(run, directories, earlier)
        makers = _local_makers(run, directories.arms, _preparation(run, observers), idle, earlier.finished)
        if run.elsewhere:
            makers |= run.elsewhere(f"{directories.path.name}-{directories.order_seed:08x}", self._note)
        self._runner = Runner(
            [Arm(arm.name, arm.plan, makers[arm.name], arm.spec.vantage or "") for arm in directories.arms],
            run.cancel,
            spent=(self.usage.cost_usd, self.usage.tokens),
            caught_up=self._flush,
            place_lost=self._tell_lost,
        )

    def make_rounds(self, left: Sequence[Together]) -> EndReason:
        """Make these rounds, each in its arm, and return why they ended."""
        self._end_if_sure()
        reason = EndReason.COMPLETED
        with closing(self._runner.run(left)) as events:
            for name, event in events:
                self._take(name, event)
                if isinstance(event, RunFinished) and reason is EndReason.COMPLETED:
                    reason = event.reason
        return reason

    def _take(self, name: str, event: Event) -> None:
        self._writers[name].take(event)
        for observer in self._observers:
            observer.on_event(name, event)
        warning = self.usage.on_event(name, event)
        if warning:
            for observer in self._observers:
                observer.on_warning(observer.texts.words(warning))
        failure = self._breaker.on_event(name, event)
        if failure:
            self._drop(name, failure)
        if self._verdicts.on_event(name, event):
            for observer in self._observers:
                observer.on_verdict(name, self._verdicts.verdicts[name])
            self._end_if_sure()

    def _note(self, note: Phrase) -> None:
        """Tell a person who waits; may be called in another thread."""
        for observer in self._observers:
            observer.on_note(observer.texts.words(note))

    def _flush(self) -> None:
        for writer in self._writers.values():
            writer.flush()

    def _drop(self, name: str, failure: SameFailure) -> None:
        """Begin no further round of an arm, nor of the control where no target is left."""
        self._measured.discard(name)
        for dropped in [name] if self._measured else self._names:
            self._runner.drop(dropped)
        for observer in self._observers:
            observer.on_same_failure(name, failure)

    def _tell_lost(self, place: str, error: PlaceLostError) -> None:
        for observer in self._observers:
            observer.on_vantage_lost(None if error.everywhere else place, error.why)

    def _end_if_sure(self) -> None:
        if self._until_sure and self._verdicts.settled:
            self._runner.enough()


def _local_makers(
    run: PreparedRun,
    arms: Sequence[PreparedArm],
    prepare: Prepare | None,
    idle: IdleTimes | None,
    rows: Mapping[str, Sequence[Row]],
) -> dict[str, RoundMaker]:
    """Return what makes the rounds of each arm on this machine."""
    extra = OrderCheck({arm.name: arm.manifest for arm in arms}, rows)
    in_order = run.spec.is_in_one_place and run.spec.options.concurrency == 1
    orders = {arm.target.base_url: RequestCount() for arm in arms}
    return {
        arm.name: LocalRounds(
            arm.name,
            arm.plan,
            arm.driver,
            run.cancel,
            requests=orders[arm.target.base_url] if in_order else None,
            last_use_s=arm.asked_s,
            prepare=prepare,
            idle=idle,
            extra=extra,
        )
        for arm in arms
        if not arm.spec.is_elsewhere
    }


def _idle_times(run: PreparedRun, directories: RunDirectories, earlier: _EarlierCalls) -> IdleTimes | None:
    """Return the chooser of idle times, or None where the scenario sets one for all rounds."""
    spec = run.spec
    if spec.scenario.gap_upto_s is None:
        return None
    return WarmthSearch(spec.scenario, spec.options.question, earlier.finished, directories.order_seed)


def _preparation(run: PreparedRun, observers: Sequence[RunObserver]) -> Prepare | None:
    """Return what runs the command of --prepare, and notes when a person has waited for it long."""
    command = run.spec.options.prepare
    if command is None:
        return None
    shown = printable(run.arms[0].manifest.options.prepare or "", 200)  # the manifest is redacted
    note = phrase("prepare.waiting", time=format_duration(LONG_S), command=shown)

    def is_long() -> None:
        for observer in observers:
            observer.on_note(observer.texts.words(note))

    return partial(run_preparation, command, run.cancel, is_long, run.redactor)
