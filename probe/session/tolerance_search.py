"""Find by trial how long the client waits for an upstream."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from probe.diagnose.patience import trial_of
from probe.drivers.claude_print import open_claude_print
from probe.drivers.context import MADE_UP_TOKEN, ArmContext, RunContext, sealed
from probe.drivers.process import Cancel
from probe.inputs.load_target import embedded_target, shown_environment
from probe.model.choices import Wait
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo, Options
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario, Step
from probe.model.tolerance_report import Tolerance, Tolerances, Trial
from probe.ports import Driver
from probe.session.calls import order_call
from probe.session.secrets import redactor_for
from probe.stats.bisection import find_limit
from probe.upstream import EmbeddedUpstream, ScheduledFault, parse_fault
from probe.wire import Recorder

_SLACK_S = 90.0
"""For a call beyond its wait: the client's start, and the retry that is answered at once."""
_PIECES = 200
_LONG = "Reply with exactly: " + " ".join(f"word{number:03d}" for number in range(_PIECES))
_SHORT = "Reply with exactly: PROBE_OK"
_EVENTS_AROUND = 6
"""Events of a whole answer beside its deltas."""


@dataclass(frozen=True, slots=True)
class ToleranceRequest:
    """A search for how long each of `waits` may take: up to `upto_s`, to within `precision_s` seconds."""

    waits: Sequence[Wait]
    upto_s: float
    precision_s: float
    client: str | None = None


class ToleranceObserver(Protocol):
    """Observes a search; may be called in several threads at once."""

    def on_client(self, client: ClientInfo) -> None:
        """Take the client that was found, before the first call."""
        ...

    def on_trial(self, trial: Trial, wait: Wait) -> None:
        """Take a trial that has ended."""
        ...


def search_tolerance(
    request: ToleranceRequest,
    variables: Mapping[str, str],
    environment: Mapping[str, str],
    observer: ToleranceObserver,
) -> Tolerances:
    """Make calls against embedded upstreams that make each of them wait, and find which waits the client stands.

    `variables` are set for the client. Raises ProbeError, and KeyboardInterrupt where a call was cancelled.
    """
    with _ready(request.client, variables, environment) as (driver, cancel, call):
        observer.on_client(driver.client)

        def search(wait: Wait) -> Tolerance:
            return _search(wait, request, call, observer)

        with ThreadPoolExecutor(len(request.waits)) as pool:
            try:
                found = list(pool.map(search, request.waits))
            except BaseException:
                cancel.cancel()  # a Ctrl-C must not wait for calls that wait
                raise
        return Tolerances(
            client=driver.client,
            environment=shown_environment(variables),
            upto_s=request.upto_s,
            precision_s=request.precision_s,
            waits=tuple(found),
        )


def _search(
    wait: Wait, request: ToleranceRequest, call: Callable[[Wait, float], Observation], observer: ToleranceObserver
) -> Tolerance:
    trials: list[Trial] = []

    def breaks_at(wait_s: float) -> float | None:
        observation = call(wait, wait_s)
        if observation.cancelled:
            raise KeyboardInterrupt
        trial = trial_of(observation, wait, wait_s)
        trials.append(trial)
        observer.on_trial(trial, wait)
        return trial.broke_at_s

    stood_s, gave_up_s = find_limit(breaks_at, request.upto_s, request.precision_s)
    broken = [trial for trial in trials if trial.broke_at_s is not None]
    least = min(broken, key=lambda trial: trial.broke_at_s or 0.0, default=None)
    return Tolerance(
        wait=wait,
        stood_s=stood_s,
        gave_up_s=gave_up_s,
        reaction=least.reaction if least else None,
        outcome=least.outcome if least else None,
        trials=tuple(trials),
    )


@contextmanager
def _ready(
    command: str | None, variables: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[tuple[Driver, Cancel, Callable[[Wait, float], Observation]]]:
    """Open the client's driver; and what makes one call that waits, in a sandbox and against an upstream of its own."""
    target = embedded_target("http://127.0.0.1", None, variables)
    arm = ArmSpec(target=target)
    steps = (Step(label="call1", prompt=_SHORT),)
    spec = RunSpec(scenario=Scenario(name="tolerance", steps=steps), arms=(arm,), options=Options(client=command))
    addresses: dict[int, str] = {}
    with ExitStack() as stack:
        cancel = stack.enter_context(Cancel())
        prime_url = stack.enter_context(EmbeddedUpstream()).base_url
        factory = stack.enter_context(open_claude_print(RunContext(spec, environment, cancel, prime_url)))
        redactor = redactor_for([], [variables], environment)
        recorder = stack.enter_context(Recorder(redactor=redactor, environment=environment))
        context = ArmContext(
            arm=arm,
            base_url=lambda number, _: addresses[number],
            token=SecretStr(MADE_UP_TOKEN),
            variables=sealed(variables),
            redactor=redactor,
            open_call=recorder.open_call,
        )
        driver = factory.build(context)

        def call(wait: Wait, wait_s: float) -> Observation:
            step = Step(label="call1", prompt=_prompt(wait), timeout_s=wait_s + _SLACK_S)
            with EmbeddedUpstream([_fault(wait, wait_s)]) as upstream:
                number = upstream.port  # no other call has it at the same time
                addresses[number] = upstream.base_url
                with driver.open_round(number) as round_driver:
                    return round_driver.call(order_call(number, step, None))

        yield driver, cancel, call


def _prompt(wait: Wait) -> str:
    return _LONG if wait is Wait.WHOLE_ANSWER else _SHORT


def _fault(wait: Wait, wait_s: float) -> ScheduledFault:
    """Return a fault that makes the first request of a call wait, and no other."""
    match wait:
        case Wait.FIRST_BYTE:
            return parse_fault(f"cold_start(delay={wait_s:.3f}s, request=1)")
        case Wait.GAP:
            return parse_fault(f"stall(pause={wait_s:.3f}s, request=1)")
        case Wait.WHOLE_ANSWER:
            return parse_fault(f"slow_drip(gap={wait_s / (_PIECES + _EVENTS_AROUND):.4f}s, request=1)")
