"""Prepare a run at the vantages of a fleet, and make its rounds there."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from probe.checkup.asked_target import AskedTarget
from probe.connection.proxies import rules_of
from probe.drivers.cancel import Cancel
from probe.drivers.context import ArmContext
from probe.drivers.driver_registry import Drivers
from probe.errors import UsageError
from probe.fleet.addresses import parse_address
from probe.fleet.fleet_client import FleetClient, WorkerLostError
from probe.fleet.remote_rounds import RemoteRounds
from probe.fleet.remote_vantage import RemoteVantage
from probe.fleet.tls_files import COORDINATOR, find_tls
from probe.fleet.vantage_messages import AskedReply, ReadyArm
from probe.fleet.vantage_orders import VantageOrder
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Step
from probe.ports import DriverDescription, RoundDriver, RoundMaker
from probe.redact import Redactor
from probe.session.prepare import PreparedArm, PreparedRun, plan_of, prepared
from probe.session.secrets import ArmSecrets, redactor_for
from probe.texts.phrase import Phrase

_WAIT_S = 60.0
"""The time that a vantage is waited for whose worker is lost, where the options say none."""
_STOP_LOOK_S = 0.1


class DescribedDriver:
    """The driver of an arm at a vantage, as far as it is described here."""

    def __init__(self, arm: ReadyArm) -> None:
        self._arm = arm
        self.name = arm.manifest.driver
        self.client = arm.manifest.client
        self.runs_client = arm.manifest.runs_client

    def describe(self, step: Step) -> DriverDescription:
        """Return what the vantage says of the driver."""
        arm = self._arm
        return DriverDescription(arm.argv_template, arm.environment_names, arm.output_format, arm.tokens_a_call)

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return the command line of a step, as the vantage says it."""
        return self._arm.argv[step.label]

    def open_round(self, number: int) -> AbstractContextManager[RoundDriver]:
        """Raise RuntimeError: the rounds are made at the vantage."""
        raise RuntimeError("the rounds of this arm are made at its vantage")


@dataclass(frozen=True, slots=True)
class Fleet:
    """The vantages of a run that are elsewhere."""

    client: FleetClient
    vantages: tuple[RemoteVantage, ...]

    def makers(self, run: str, note: Callable[[Phrase], None]) -> dict[str, RoundMaker]:
        """Return what makes the rounds of each arm that is elsewhere. `note` is told what a person has to know."""
        for vantage in self.vantages:
            vantage.note = note
        return {arm: RemoteRounds(vantage, arm, run) for vantage in self.vantages for arm in vantage.arm_names}

    def ask_targets(self, language: str) -> dict[str, AskedTarget]:
        """Ask the targets at each vantage before the first round. Return what was found, by arm."""
        found: dict[str, AskedTarget] = {}
        for vantage in self.vantages:
            reply = AskedReply.model_validate_json(vantage.call(VantageOrder.ASK_TARGETS, language, wait_s=120.0))
            found |= {arm: asked.as_target() for arm, asked in reply.targets.items()}
        return found


@contextmanager
def prepared_in_fleet(
    spec: RunSpec,
    secrets: Sequence[ArmSecrets],
    environment: Mapping[str, str],
    drivers: Drivers,
    cancel: Cancel | None,
) -> Iterator[PreparedRun]:
    """Prepare a run at all its vantages; the arms come in the order of the specification. Raises ProbeError."""
    tls = find_tls(Path(spec.options.tls), COORDINATOR) if spec.options.tls else None
    address = parse_address(spec.options.fleet or "", has_tls=tls is not None, key="--fleet")
    with ExitStack() as stack:
        stop = cancel or stack.enter_context(Cancel())
        here = stack.enter_context(_prepared_here(spec, secrets, environment, drivers, stop))
        client = stack.enter_context(FleetClient(address, tls))
        vantages = _vantages_of(spec, client, stop)
        stack.callback(_close_all, vantages)
        arms = {arm.name: arm for arm in here.arms}
        for vantage in vantages:
            arms |= _arms_at(vantage, client, spec, here)
        ordered = tuple(arms[arm.name] for arm in spec.arms)
        _check_clients(spec, ordered)
        fleet = Fleet(client, vantages)
        stack.callback(_StopWatch(stop, vantages).end)
        yield FleetRun(spec, ordered, stop, here.redactor, here.rules, elsewhere=fleet.makers, fleet=fleet)
        for vantage in vantages:
            vantage.is_stored = True


def _vantages_of(spec: RunSpec, client: FleetClient, stop: Cancel) -> tuple[RemoteVantage, ...]:
    """Return the vantages that are elsewhere. Raises UsageError for one that has no worker."""
    wait_s = _WAIT_S if spec.options.vantage_wait_s is None else spec.options.vantage_wait_s
    names = dict.fromkeys(arm.vantage or "" for arm in spec.arms if arm.is_elsewhere)
    return tuple(RemoteVantage(client, name, _spec_of(spec, name), stop, wait_s) for name in names)


def _close_all(vantages: Sequence[RemoteVantage]) -> None:
    for vantage in vantages:
        vantage.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRun(PreparedRun):
    """A run of which some arms are elsewhere."""

    fleet: Fleet


@contextmanager
def _prepared_here(
    spec: RunSpec, secrets: Sequence[ArmSecrets], environment: Mapping[str, str], drivers: Drivers, stop: Cancel
) -> Iterator[PreparedRun]:
    """Prepare the arms of this machine, if there are any."""
    pairs = [(arm, secret) for arm, secret in zip(spec.arms, secrets, strict=True) if not arm.is_elsewhere]
    if not pairs:
        yield PreparedRun(spec, (), stop, redactor_for([], [], environment), rules_of(None))
        return
    arms, own = zip(*pairs, strict=True)
    with prepared(spec.model_copy(update={"arms": arms}), own, environment, drivers=drivers, cancel=stop) as run:
        clock = {"clock_offset_ms": 0.0, "clock_error_ms": 0.0}
        timed = (replace(arm, manifest=arm.manifest.model_copy(update=clock)) for arm in run.arms)
        yield replace(run, arms=tuple(timed))


def _spec_of(spec: RunSpec, vantage: str) -> RunSpec:
    """Return what is sent to a vantage: its arms, without paths and token sources of this machine."""
    arms = []
    for arm in spec.arms:
        if arm.vantage == vantage:
            target = arm.target.model_copy(update={"token_env": None, "token_command": None})
            arms.append(arm.model_copy(update={"target": target, "config_file": None}))
    hidden = {"config": None, "token_env": None, "tls": None, "fleet": None}
    return spec.model_copy(update={"arms": tuple(arms), "options": spec.options.model_copy(update=hidden)})


def _arms_at(vantage: RemoteVantage, client: FleetClient, spec: RunSpec, here: PreparedRun) -> dict[str, PreparedArm]:
    try:
        vantage.opened = vantage.open()
        clock = client.clock_offset(vantage.worker)
    except WorkerLostError as error:
        raise UsageError(f"the worker of {vantage.name!r} does not answer: {error}", key="--vantage") from error
    measured = {"clock_offset_ms": clock.offset_ms, "clock_error_ms": clock.error_ms, "options": spec.options}
    by_name = {arm.name: arm for arm in spec.arms}
    found = {}
    for ready in vantage.opened.arms:
        arm = by_name[ready.manifest.arm_name]
        manifest = ready.manifest.model_copy(update=measured)
        found[arm.name] = PreparedArm(
            arm,
            arm.target,
            plan_of(spec, arm.target),
            manifest,
            DescribedDriver(ready),
            _no_context(arm, here.redactor),
        )
    return found


def _no_context(arm: ArmSpec, redactor: Redactor) -> ArmContext:
    """Return the context of an arm that is elsewhere: no token, no recorder."""
    return ArmContext(arm, lambda *_: arm.target.base_url, None, {}, redactor, None)


def _check_clients(spec: RunSpec, arms: Sequence[PreparedArm]) -> None:
    """Raise UsageError where arms of one driver have clients of several versions, unless that is allowed."""
    clients: dict[str, dict[str, str]] = {}
    for arm in arms:
        if arm.driver.runs_client:
            clients.setdefault(arm.manifest.driver, {}).setdefault(arm.manifest.client.named, arm.spec.vantage or "")
    for named in clients.values():
        if len(named) > 1 and not spec.options.allow_client_differences:
            shown = ", ".join(f"{vantage}: {client}" for client, vantage in named.items())
            raise UsageError(
                f"the vantages have different clients ({shown})",
                key="--vantage",
                remedy="Install the same version everywhere, or add --allow-client-differences.",
            )


class _StopWatch:
    """Has the rounds at all vantages end as soon as the run is to stop."""

    def __init__(self, stop: Cancel, vantages: Sequence[RemoteVantage]) -> None:
        self._stop = stop
        self._vantages = vantages
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="fleet-stop", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.is_set():
            if self._stop.wait(_STOP_LOOK_S):
                self._cancel_all()
                return

    def _cancel_all(self) -> None:
        cancelling = [threading.Thread(target=vantage.cancel, daemon=True) for vantage in self._vantages]
        for thread in cancelling:
            thread.start()
        for thread in cancelling:
            thread.join()
