"""`probe tolerance`: how long the client waits, by trial."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import put, put_json, say
from probe.cli.options import ClientOption, EnvOption, JsonOption, deadline
from probe.errors import UsageError
from probe.model.choices import Wait
from probe.units import format_duration

if TYPE_CHECKING:
    from probe.drivers.claude_print import ClaudePrint
    from probe.drivers.process import Cancel
    from probe.model.observation import Observation
    from probe.model.tolerance import Tolerance
    from probe.upstream import ScheduledFault

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe tolerance",
        "  probe tolerance --upto 30s --env API_TIMEOUT_MS=6000",
        "  probe tolerance --wait gap --env CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS=20000 --json",
    )
)
_SLACK_S = 90.0
"""For a call beyond its wait: the client's start, and the retry that is answered at once."""
_PIECES = 200
_LONG = "Reply with exactly: " + " ".join(f"word{number:03d}" for number in range(_PIECES))
_SHORT = "Reply with exactly: PROBE_OK"
_EVENTS_AROUND = 6
"""Events of a whole answer beside its deltas."""


def tolerance(
    upto: Annotated[
        float, typer.Option(parser=deadline, metavar="DURATION", help="The longest wait to try.", show_default=True)
    ] = "12m",  # type: ignore[assignment] # Typer parses defaults too
    precision: Annotated[
        float, typer.Option(parser=deadline, metavar="DURATION", help="How close to come.", show_default=True)
    ] = "1s",  # type: ignore[assignment]
    wait: Annotated[list[Wait] | None, typer.Option(help="Only this; may be repeated.")] = None,
    env: EnvOption = None,
    client: ClientOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find how long the client waits for an upstream before it gives up or asks again.

    Calls of the real client against the embedded upstream, which makes each of them wait: for the first byte, in the
    middle of a stream, or for the end of a slow answer. No upstream but our own is asked. Takes up to twice --upto, or
    more where the client does not always wait alike.
    """
    from probe.inputs.target import parse_env, shown_environment
    from probe.model.tolerance import Tolerances
    from probe.render.tolerance_listing import render_tolerances

    if precision > upto:
        raise UsageError("must be no more than --upto", key="--precision")
    waits = tuple(dict.fromkeys(wait or Wait))
    added = parse_env(env or [])
    with _ready(client, added, dict(os.environ)) as (driver, cancel, call):
        say(f"Client {driver.client.program} {driver.client.version} (from {driver.client.source})")
        say(f"Waits of up to {format_duration(upto)}: some {format_duration(2 * upto)} at the longest.")
        with ThreadPoolExecutor(len(waits)) as pool:
            try:
                found = list(pool.map(lambda one: _search(one, upto, precision, call), waits))
            except BaseException:
                cancel.cancel()  # a Ctrl-C must not wait for calls that wait
                raise
        result = Tolerances(
            client=driver.client,
            environment=shown_environment(added),
            upto_s=upto,
            precision_s=precision,
            waits=tuple(found),
        )
    if as_json:
        put_json(result.model_dump_json())
    else:
        put(render_tolerances(result))


def _search(wait: Wait, upto_s: float, precision_s: float, call: "Callable[[Wait, float], Observation]") -> "Tolerance":
    from probe.diagnose.patience import trial_of
    from probe.model.tolerance import Tolerance, Trial
    from probe.stats.bisection import find_limit

    trials: list[Trial] = []

    def breaks_at(wait_s: float) -> float | None:
        seen = call(wait, wait_s)
        if seen.cancelled:
            raise KeyboardInterrupt
        trial = trial_of(seen, wait, wait_s)
        trials.append(trial)
        asked = f"{wait}: {format_duration(wait_s)}"
        if trial.broke_at_s is None:
            say(f"{asked}: stood")
        else:
            say(f"{asked}: gave up after {format_duration(trial.broke_at_s)}, {trial.reaction}")
        return trial.broke_at_s

    stood_s, gave_up_s = find_limit(breaks_at, upto_s, precision_s)
    broken = [each for each in trials if each.broke_at_s is not None]
    least = min(broken, key=lambda each: each.broke_at_s or 0.0, default=None)
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
    command: str | None, added: Mapping[str, str], environment: Mapping[str, str]
) -> "Iterator[tuple[ClaudePrint, Cancel, Callable[[Wait, float], Observation]]]":
    """The client's driver, and what makes one call that waits, in a sandbox and against an upstream of its own."""
    import uuid

    from probe.drivers.process import Cancel
    from probe.inputs.target import embedded_target
    from probe.model.run import Options
    from probe.model.scenario import Step
    from probe.ports import CallOrder
    from probe.session.arm_drivers import ClientDrivers, Wiring
    from probe.session.secrets import redactor_for
    from probe.upstream import EmbeddedUpstream
    from probe.wire import Recorder

    with ExitStack() as stack:
        cancel = Cancel()
        stack.callback(cancel.close)
        clients = ClientDrivers(stack, Options(client=command), environment, keep_sandbox=False)
        redactor = redactor_for([], [added], environment)
        tap = stack.enter_context(Recorder(redactor=redactor, environment=environment)).open_call
        places: dict[int, str] = {}
        target = embedded_target("http://127.0.0.1", None, added)
        wiring = Wiring(lambda number, _: places[number], None, redactor, tap, cancel)
        driver = clients.driver(target, wiring)

        def call(wait: Wait, wait_s: float) -> "Observation":
            step = Step(label="call1", prompt=_prompt(wait), timeout_s=wait_s + _SLACK_S)
            with EmbeddedUpstream([_fault(wait, wait_s)]) as upstream:
                number = upstream.port  # no other call has it at the same time
                places[number] = upstream.base_url
                with driver.open_round(number) as made:
                    return made.call(CallOrder(number, step, str(uuid.uuid4()), None))

        yield driver, cancel, call


def _prompt(wait: Wait) -> str:
    return _LONG if wait is Wait.WHOLE_ANSWER else _SHORT


def _fault(wait: Wait, wait_s: float) -> "ScheduledFault":
    """Makes the first request of a call wait, and no other."""
    from probe.upstream import parse_fault

    match wait:
        case Wait.FIRST_BYTE:
            return parse_fault(f"cold_start(delay={wait_s:.3f}s, request=1)")
        case Wait.GAP:
            return parse_fault(f"stall(pause={wait_s:.3f}s, request=1)")
        case Wait.WHOLE_ANSWER:
            return parse_fault(f"slow_drip(gap={wait_s / (_PIECES + _EVENTS_AROUND):.4f}s, request=1)")
