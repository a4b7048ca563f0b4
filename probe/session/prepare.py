"""Builds what a run needs from the options, and nothing of it outlives the context."""

import hashlib
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psutil

from probe import __version__
from probe.connection.proxies import rules_of, way_to
from probe.connection.route import Router
from probe.drivers import sandbox
from probe.drivers.claude_print import ClaudePrint
from probe.drivers.process import Cancel
from probe.inputs.target import embedded_target, shown_environment
from probe.model.choices import DriverKind, Role, UpstreamKind
from probe.model.run import MachineInfo, Manifest, Options, Plan, TargetInfo
from probe.model.scenario import Step
from probe.model.target import Target
from probe.redact import Redactor, mask
from probe.session.arm_drivers import AnyDriver, ClientDrivers, Wiring, plain_driver
from probe.session.plan import Request, Wanted
from probe.session.secrets import redactor_for, without_secrets
from probe.upstream import EmbeddedUpstream
from probe.wire import Recorder


@dataclass(frozen=True, slots=True)
class ReadyArm:
    """An arm that is ready to go."""

    role: Role
    plan: Plan
    manifest: Manifest
    driver: AnyDriver
    target: Target

    @property
    def name(self) -> str:
        return self.target.name

    @property
    def runs_client(self) -> bool:
        """Whether its calls are made by the client, and not by plain HTTP."""
        return isinstance(self.driver, ClaudePrint)


@dataclass(frozen=True, slots=True)
class Assembly:
    """A run that is ready to go."""

    arms: tuple[ReadyArm, ...]
    cancel: Cancel
    redactor: Redactor


@contextmanager
def assembled(
    request: Request,
    environment: Mapping[str, str],
    *,
    keep_sandbox: bool = False,
    plain: Callable[[DriverKind, Target, Wiring], AnyDriver] = plain_driver,
) -> Iterator[Assembly]:
    """Start what a run needs: upstreams and a recorder; and where an arm runs the client, all that this takes.

    `plain` makes the drivers of the other arms.
    """
    options = request.options
    with ExitStack() as stack:
        cancel = Cancel()
        stack.callback(cancel.close)
        client = ClientDrivers(stack, options, environment, keep_sandbox=keep_sandbox) if request.runs_client else None
        targets = [_target(stack, each, request) for each in request.wanted]
        redactor = redactor_for([each.token for each in request.wanted], [each.env for each in targets], environment)
        recorder = stack.enter_context(_recorder(options, redactor)) if options.recorder else None
        rules = rules_of(client.version if client else None)
        arms = []
        for each, target in zip(request.wanted, targets, strict=True):
            surroundings = {**environment, **target.env}  # what the target sets wins, as it does for the client
            way = way_to(target.base_url, surroundings, rules)
            tap = None
            if recorder is not None:
                tap = partial(recorder.open_call, router=Router(surroundings, rules))
                tap(target.base_url).close()  # an address or a proxy that cannot be used is said before a run is begun
            wiring = Wiring(Route(target), each.token, redactor, tap, cancel)
            if each.driver.plain or client is None:
                driver = plain(each.driver, target, wiring)
            else:
                driver = client.driver(target, wiring, {step.session for step in request.scenario.steps})
            # A secret may stand in any option, such as the command of --prepare.
            described = _manifest(request, each, target, driver, way)
            manifest = without_secrets(described, redactor)
            arms.append(ReadyArm(each.role, _plan(request, target), manifest, driver, target))
        yield Assembly(tuple(arms), cancel, redactor)


def _plan(request: Request, target: Target) -> Plan:
    options = request.options
    return Plan(
        scenario=request.scenario,
        model=target.model,
        rounds=request.rounds,
        concurrency=options.concurrency,
        max_cost_usd=options.max_cost_usd,
        max_tokens=options.max_tokens,
    )


def _target(stack: ExitStack, wanted: Wanted, request: Request) -> Target:
    """The target under the arm's name; the embedded upstream is one of its own for each arm."""
    if wanted.target is not None:
        return wanted.target.model_copy(update={"name": wanted.name})
    upstream = stack.enter_context(EmbeddedUpstream(wanted.faults))
    return embedded_target(upstream.base_url, request.options.model, request.env, wanted.name)


@dataclass(frozen=True, slots=True)
class Route:
    """The base URL of a call. The embedded upstream is told round and step, so that faults can be scheduled by them."""

    target: Target

    def __call__(self, number: int, label: str) -> str:
        base_url = self.target.base_url
        return f"{base_url}/r/{number:04d}/{label}" if self.target.kind is UpstreamKind.EMBEDDED else base_url


def _recorder(options: Options, redactor: Redactor) -> Recorder:
    return Recorder(redactor=redactor, keep_bodies=options.record_bodies)


def _manifest(request: Request, wanted: Wanted, target: Target, driver: AnyDriver, way: str) -> Manifest:
    created = datetime.now(UTC)
    options, scenario = request.options, request.scenario
    step = scenario.steps[0]
    return Manifest(
        run_id=f"{created:%Y%m%dT%H%M%SZ}-{scenario.name}-{target.name}",
        created_at=created,
        probe_version=__version__,
        driver=driver.name,
        scenario=scenario,
        scenario_digest=scenario.digest(),
        target=TargetInfo(
            name=target.name,
            kind=target.kind,
            base_url=target.masked_url,
            model=target.model,
            aliases=target.aliases,
            env=shown_environment(target.env),
            auth=target.auth,
            token_masked=mask(wanted.token.get_secret_value()) if wanted.token else None,
            faults=tuple(str(fault) for fault in wanted.faults),
        ),
        way=way,
        client=driver.client,
        machine=_machine(),
        rounds=request.rounds,
        workload=options.workload,
        output_format=driver.output_format if isinstance(driver, ClaudePrint) else options.output_format,
        argv_template=_template(driver, step),
        environment_names=_environment_names(driver, target),
        role=wanted.role,
        checks_order=wanted.role is Role.TARGET and scenario.compares_calls and options.concurrency == 1,
        gates=wanted.gates,
        options=options,
    )


def _template(driver: AnyDriver, step: Step) -> tuple[str, ...]:
    """The command line without the path to the client, or the request line; the prompt comes last."""
    argv = driver.argv(step, "<uuid>", None)
    begin = argv.index("--print") if isinstance(driver, ClaudePrint) else 0
    return (driver.client.program, *argv[begin:-1], "<prompt>")


def _environment_names(driver: AnyDriver, target: Target) -> tuple[str, ...]:
    if not isinstance(driver, ClaudePrint):
        return ()
    return tuple(sorted(driver.environment(sandbox.Sandbox(Path("<sandbox>")), target.base_url, "")))


def _machine() -> MachineInfo:
    return MachineInfo(
        id=hashlib.sha256(_machine_name().encode()).hexdigest()[:8],
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        cpus=os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
    )


def _machine_name() -> str:
    try:
        return Path("/etc/machine-id").read_text().strip() + platform.node()
    except OSError:
        return platform.node()
