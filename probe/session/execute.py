"""Make the rounds of a prepared run, store them, and tell observers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial

from probe.drivers.preparation import LONG_S, run_preparation
from probe.model.choices import EndReason
from probe.model.events import Event
from probe.model.row import Row
from probe.model.spending import spent_on
from probe.model.verdict import Verdict
from probe.ports import Prepare
from probe.sanitise import printable
from probe.session.directories import RunDirectories
from probe.session.order_check import OrderCheck
from probe.session.prepare import PreparedArm, PreparedRun
from probe.session.runner import Arm, Runner
from probe.session.usage_watch import UsageWatch
from probe.session.verdict_watch import VerdictWatch
from probe.session.warmth_search import WarmthSearch
from probe.store import read_run
from probe.units import format_duration


@dataclass(frozen=True, slots=True)
class RunState:
    """What an observer may know of a run before its first event.

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

    def watching(self, state: RunState) -> AbstractContextManager[object]:
        """Return a context that is entered before the first event and left after the last, or when the run fails."""
        return nullcontext()

    def on_event(self, arm: str, event: Event) -> None:
        """Take an event; it is stored already."""

    def on_verdict(self, arm: str, verdict: Verdict) -> None:
        """Take the verdict on an arm, which a finished round has changed."""

    def on_warning(self, text: str) -> None:
        """Take a warning for a person."""

    def on_note(self, text: str) -> None:
        """Take a remark for a person who waits. May be called in another thread."""


def execute(run: PreparedRun, directories: RunDirectories, observers: Sequence[RunObserver] = ()) -> EndReason:
    """Make the rounds that are left, and return why the run ended.

    Raises StoreError where a round cannot be stored, and what an observer raises: no call goes on after that.
    """
    names = [arm.name for arm in directories.arms]
    with ExitStack() as stack:
        opened = [stack.enter_context(writer) for writer in directories.writers()]
        writers = dict(zip(names, opened, strict=True))
        # Read under the lock of the writers: an earlier writer of the run may have gone on until now.
        stored = [read_run(folder) for folder in directories.folders]
        rows = {name: stored_run.rows for name, stored_run in zip(names, stored, strict=True)}
        finished = {
            name: [row for row in stored_run.rows if row.round in stored_run.finished]
            for name, stored_run in zip(names, stored, strict=True)
        }
        left = list(directories.rounds_left(stored))
        usage = UsageWatch(directories.arms, rows)
        verdicts = VerdictWatch(
            {arm.name: arm.manifest for arm in directories.arms},
            finished,
            forecast=any(observer.shows_forecast for observer in observers),
        )
        runner = _runner(run, directories, rows, finished, observers)
        until_sure = run.spec.options.until_sure
        reason = EndReason.COMPLETED
        if until_sure and verdicts.settled:
            runner.enough()
        state = RunState(run, directories.arms, finished, usage, len(left))
        for observer in observers:
            stack.enter_context(observer.watching(state))
        events = stack.enter_context(closing(runner.run(left)))
        for name, event in events:
            writers[name].on_event(event)
            for observer in observers:
                observer.on_event(name, event)
            if warning := usage.on_event(name, event):
                for observer in observers:
                    observer.on_warning(warning)
            if verdicts.on_event(name, event):
                for observer in observers:
                    observer.on_verdict(name, verdicts.verdicts[name])
                if until_sure and verdicts.settled:
                    runner.enough()
            if event.event == "run_finished":
                reason = event.reason
    return reason


def _runner(
    run: PreparedRun,
    directories: RunDirectories,
    rows: Mapping[str, Sequence[Row]],
    finished: Mapping[str, Sequence[Row]],
    observers: Sequence[RunObserver],
) -> Runner:
    spec = run.spec
    idle = None
    if spec.scenario.gap_upto_s is not None:
        idle = WarmthSearch(spec.scenario, spec.options.question, finished, directories.order_seed)
    return Runner(
        [Arm(arm.name, arm.plan, arm.driver, arm.target.base_url) for arm in directories.arms],
        run.cancel,
        spent=spent_on(row for of_arm in rows.values() for row in of_arm),
        prepare=_preparation(run, observers),
        idle=idle,
        extra=OrderCheck({arm.name: arm.manifest for arm in directories.arms}, finished),
    )


def _preparation(run: PreparedRun, observers: Sequence[RunObserver]) -> Prepare | None:
    """Return what runs the command of --prepare, and notes when a person has waited for it long."""
    command = run.spec.options.prepare
    if command is None:
        return None
    shown = printable(run.arms[0].manifest.options.prepare or "", 200)  # which has no secrets
    note = f"Waiting for the command of --prepare, {format_duration(LONG_S)} so far (Ctrl-C ends it): {shown}"

    def is_long() -> None:
        for observer in observers:
            observer.on_note(note)

    return partial(run_preparation, command, run.cancel, is_long, run.redactor)
