"""`probe.measure`: make a run, in any thread."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypedDict, Unpack

from probe.api.arguments import environment_texts, given_options
from probe.api.runs import DEFAULT_OUT, Runs
from probe.api.worker import IsSet, in_worker
from probe.drivers.process import Cancel
from probe.errors import UsageError
from probe.fleet.prepare_anywhere import preflight_anywhere, prepared_anywhere
from probe.inputs.load_target import parse_env
from probe.model.choices import EndReason, OutputFormat, SecondCallMode, Workload
from probe.model.events import Event
from probe.reporting.find_runs import find_run
from probe.session.directories import continued_arms, make_directories_of
from probe.session.early_warnings import early_warnings
from probe.session.execute import RunObserver, RunState, execute
from probe.session.resolve_spec import plan_run
from probe.session.resume import read_resumed, resolve_options
from probe.session.secrets import resolve_secrets
from probe.texts import Texts

Watcher = Callable[[str, Event], object]
"""Is called with the name of an arm and what happened in it."""


class RunOptions(TypedDict, total=False):
    """Further arguments of `probe.measure`, named as the options of `probe run`. Durations: seconds, or `"90s"`."""

    timeout_s: float | str
    gap_s: float | str
    gap_upto_s: float | str
    second_call_mode: SecondCallMode | str
    drivers: str | Sequence[str]
    isolate: bool
    control: bool
    base_url: str
    model: str
    token_env: str
    config: str | Path
    client: str
    client_retries: int
    concurrency: int
    workload: Workload | str
    output_format: OutputFormat | str
    prime: bool
    recorder: bool
    record_bodies: bool
    keep_output: bool
    prepare: str
    faults: str | Sequence[str]
    dangerously_skip_permissions: bool
    max_cost_usd: float
    max_tokens: int
    preflight: bool
    keep_going: bool
    fail_on: str | Sequence[str]
    max_rounds: int
    delta: float
    slower_by_s: float | str
    slow_after_s: float | str
    fleet: str
    vantages: str | Sequence[str]
    tls: str | Path
    allow_client_differences: bool
    vantage_wait_s: float | str


class Run(Runs):
    """A run that was made just now.

    Attributes
    ----------
    path
        Its directory; of several targets that of their group.
    end
        Why it ended: `completed`, `settled` (`until_sure` had its answer), `same_failure` (every call of the last
        rounds failed alike; `keep_going` makes them all), `interrupted`, `max_cost`, `max_tokens`.
    warnings
        What `probe run` would have warned of: gates that cannot fail, limits that cannot act, …
    """

    def __init__(self, path: Path, end: EndReason, warnings: Sequence[str] = ()) -> None:
        super().__init__((path,))
        self.path = path
        self.end = end
        self.warnings = tuple(warnings)


def measure(
    *,
    target: str | Sequence[str] | None = None,
    scenario: str | Path | None = None,
    rounds: int | None = None,
    until_sure: bool = False,
    env: Mapping[str, str] | None = None,
    observers: Sequence[Watcher | RunObserver] = (),
    cancel: IsSet | None = None,
    out: str | Path = DEFAULT_OUT,
    resume: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    **options: Unpack[RunOptions],
) -> Run:
    """Run a scenario and keep every round, as `probe run` does; return when it has ended.

    May be called in any thread, and in several at once. Prints nothing (but a target's `token_command` may ask for
    something) and installs no signal handler. The client runs in sandboxes that are removed, and a guardian ends and
    removes them should this process be killed. On Linux this process adopts orphaned descendants from then on, to find
    those of the client. Ctrl-C in the main thread ends the call in flight and the run, keeps what was measured, and is
    raised again.

    Parameters
    ----------
    target
        A target of probe.toml, or `embedded`; several are measured side by side, in random order. Without one (and
        without `base_url`) the embedded upstream is measured, a stand-in that is part of `probe`.
    scenario
        A shipped scenario's name, by default `cold-start`, or a file.
    rounds
        How many; by default the scenario's. Limits those of `until_sure` too.
    until_sure
        Stop as soon as the verdict is settled.
    env
        Further variables for the client. Their values are not stored where they may be secret.
    observers
        Each is called with the name of an arm and an event (`probe.model.events`) as soon as it is stored; or is a
        `probe.session.execute.RunObserver`, which learns of verdicts and warnings too. They are called in a thread of
        the run's; what one raises ends the run.
    cancel
        A `threading.Event`, say: when it is set, the call in flight and the run end, as with Ctrl-C, but nothing is
        raised.
    out
        The directory below whose `runs` the run is kept.
    resume
        A run to go on with, by its directory or id: with its own options, but for those that are given.
    environment
        Variables to use in the place of `os.environ`: tokens, proxies, the path to the client.
    options
        See `RunOptions`.

    Raises
    ------
    UsageError
        For an argument, a target or a configuration that cannot be used, or a token that is missing; `ResumeRefused`
        where a run cannot be gone on with.
    EnvironmentUnusableError
        Where there is no client, or a directory cannot be written.
    PreflightFailed
        Where every call would fail: the host does not exist, the token is refused, … (`targets` has the findings, as
        `probe check` has them). Nothing is stored then. `preflight=False` or `keep_going=True` measures all the same.

    Failures of calls raise nothing: they are outcomes, in `calls` and `report`.

    Examples
    --------
    >>> run = probe.measure(target="glm", rounds=30, timeout_s="90s")  # doctest: +SKIP
    >>> assert run.gate("call1.failure_rate > 10% surely").passed  # doctest: +SKIP
    """
    _check_options(options)
    observing = [_as_observer(observer) for observer in observers]
    if cancel is not None and not callable(getattr(cancel, "is_set", None)):
        raise UsageError("has no method is_set", key="cancel", remedy="Give a threading.Event.")
    given = given_options(targets=target, scenario=scenario, rounds=rounds, until_sure=until_sure or None, **options)
    surroundings = dict(os.environ if environment is None else environment)
    resumed = read_resumed(find_run(str(resume), Path(out))) if resume is not None else None
    resolved, client_env = resolve_options(given, parse_env(list(environment_texts(env))), resumed)
    spec = plan_run(resolved, client_env, surroundings)
    secrets = resolve_secrets(spec, surroundings, client_env)

    def work(cancel: Cancel) -> Run:
        with prepared_anywhere(spec, secrets, surroundings, cancel=cancel) as prepared_run:
            if resumed is not None:
                continued_arms(prepared_run, resumed)
            run, targets = preflight_anywhere(prepared_run, surroundings, Texts())
            directories = make_directories_of(run, Path(out), resumed)
            warned = _Warned()
            warned.warnings += [f"{target.name}: {finding.title}" for target in targets for finding in target.findings]
            end = execute(run, directories, [warned, *observing])
        return Run(directories.path, end, warned.warnings)

    return in_worker(work, cancel)


class _Watching(RunObserver):
    """Hands events on to a function."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def on_event(self, arm: str, event: Event) -> None:
        self._watcher(arm, event)


class _Warned(RunObserver):
    """Keeps the warnings of a run."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def watching(self, state: RunState) -> AbstractContextManager[object]:
        self.warnings += early_warnings(state.arms, self.texts)
        return nullcontext()

    def on_warning(self, text: str) -> None:
        self.warnings.append(text)


def _as_observer(observer: Watcher | RunObserver) -> RunObserver:
    """Return an observer that calls a function. Raises UsageError for what is neither."""
    if isinstance(observer, RunObserver):
        return observer
    if not callable(observer):
        raise UsageError(f"{observer!r} is neither a function nor a RunObserver", key="observers")
    return _Watching(observer)


def _check_options(options: Mapping[str, object]) -> None:
    """Raise UsageError for an argument that `measure` does not take; it names those that it does."""
    unknown = sorted(options.keys() - RunOptions.__annotations__.keys())
    if unknown:
        known = [*(measure.__kwdefaults__ or {}), *RunOptions.__annotations__]
        raise UsageError(f"no such option: {', '.join(unknown)}", remedy=f"Known: {', '.join(known)}.")
