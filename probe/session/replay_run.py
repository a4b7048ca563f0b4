"""Send a captured request again: the scenario and the driver of a replay."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from probe.capture.placeholders import HIDDEN, fill
from probe.drivers.context import MADE_UP_TOKEN, ArmContext, RunContext, opened
from probe.drivers.driver_registry import DRIVERS, DriverEntry, Drivers
from probe.drivers.plain_driver import custom_headers
from probe.drivers.replay_driver import REPLAY, Replay
from probe.model.captured_requests import Capture, CapturedRequest, FilledRequest
from probe.model.run_spec import RunSpec
from probe.model.scenario import Expect
from probe.session.secrets import ArmSecrets


def replayed(spec: RunSpec, capture: Capture) -> RunSpec:
    """Return the run with all calls replaced by the captured request; other captures are other scenarios."""
    expect = Expect(equals=capture.expects)
    prompt = f"the main request of capture {capture.digest()}"
    steps = tuple(step.model_copy(update={"prompt": prompt, "expect": expect}) for step in spec.scenario.steps)
    description = "The same captured request twice, without the client."
    scenario = spec.scenario.model_copy(update={"name": "replay", "description": description, "steps": steps})
    arms = tuple(arm.model_copy(update={"driver": REPLAY}) for arm in spec.arms)
    return spec.model_copy(update={"scenario": scenario, "arms": arms})


def hidden_headers(request: CapturedRequest, secrets: tuple[ArmSecrets, ...]) -> list[str]:
    """Return the names of headers that are left out, since their values were secret and no target gives them."""
    from_targets = {name for arm in secrets for name in custom_headers(opened(arm.variables))}
    return [name for name, value in request.headers if HIDDEN in value and name.lower() not in from_targets]


def replay_drivers(capture: Capture, request: CapturedRequest) -> Drivers:
    """Return the drivers with one that sends this request of the capture."""

    @contextmanager
    def open_replay(run: RunContext) -> Iterator[_ReplayFactory]:
        yield _ReplayFactory(capture, request, run)

    return {**DRIVERS, REPLAY: DriverEntry(open_replay, runs_client=False)}


class _ReplayFactory:
    client_version: str | None = None

    def __init__(self, capture: Capture, request: CapturedRequest, run: RunContext) -> None:
        self._capture = capture
        self._request = request
        self._run = run

    def build(self, arm: ArmContext) -> Replay:
        target = arm.target

        def filled() -> FilledRequest:
            today = datetime.now().astimezone().date()
            return fill(
                self._request, token=arm.token_value or MADE_UP_TOKEN, model=target.model, today=today, auth=target.auth
            )

        return Replay(self._capture, filled, self._run, arm)
