"""Builds what a run needs from the options, and nothing of it outlives the context."""

import hashlib
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from probe import __version__
from probe.cli.request import Request, Wanted
from probe.drivers import sandbox
from probe.drivers.claude_print import MADE_UP_TOKEN, ClaudePrint, Settings
from probe.drivers.guardian import Guardian
from probe.drivers.locate import Client, ask_client, find_client
from probe.drivers.process import Cancel, become_subreaper
from probe.load.target import (
    embedded_target,
    shown_environment,
)
from probe.model.choices import Role, UpstreamKind
from probe.model.run import MachineInfo, Manifest, Options, Plan, TargetInfo
from probe.model.target import Target
from probe.redact import Redactor, environment_secrets, mask
from probe.upstream import EmbeddedUpstream
from probe.wire import Recorder


@dataclass(frozen=True, slots=True)
class ReadyArm:
    """An arm that is ready to go."""

    role: Role
    plan: Plan
    manifest: Manifest
    driver: ClaudePrint
    target: Target

    @property
    def name(self) -> str:
        return self.target.name


@dataclass(frozen=True, slots=True)
class Assembly:
    """A run that is ready to go."""

    arms: tuple[ReadyArm, ...]
    cancel: Cancel


@contextmanager
def assembled(request: Request, environment: Mapping[str, str], *, keep_sandbox: bool = False) -> Iterator[Assembly]:
    """Start what a run needs (sandboxes, guardian, upstreams) and ask the client what it is."""
    options = request.options
    words, source = find_client(options.client, environment)
    become_subreaper()
    with ExitStack() as stack:
        cancel = Cancel()
        stack.callback(cancel.close)
        root = sandbox.make_root()
        stack.enter_context(Guardian(root, keep=keep_sandbox))
        client = _asked(words, source, root, environment)
        prime = stack.enter_context(EmbeddedUpstream()).base_url if options.prime else None
        targets = [each.target or _start_embedded(stack, each, request) for each in request.wanted]
        redactor = _redactor(request, targets, environment)
        tap = stack.enter_context(_recorder(options, redactor, environment)).open_call if options.recorder else None
        arms = []
        for number, (each, target) in enumerate(zip(request.wanted, targets, strict=True)):
            settings = Settings(
                route=Route(target),
                token=each.token.get_secret_value() if each.token else MADE_UP_TOKEN,
                environment={**target.model_environment(), **target.env},
                inherited=environment,
                redactor=redactor,
                tap=tap,
                prime_url=prime,
                workload=options.workload,
                output_format=options.output_format,
                client_retries=options.client_retries,
                skip_permissions=options.dangerously_skip_permissions,
                keep_sandbox=keep_sandbox,
            )
            place = root / str(number)
            place.mkdir(mode=0o700)
            driver = ClaudePrint(client, place, settings, cancel)
            # A secret may stand in any option, such as the command of --prepare.
            described = _manifest(request, each, target, driver)
            manifest = Manifest.model_validate_json(redactor.text(described.model_dump_json()))
            arms.append(ReadyArm(each.role, _plan(request, target), manifest, driver, target))
        yield Assembly(tuple(arms), cancel)


def _plan(request: Request, target: Target) -> Plan:
    options = request.options
    return Plan(
        scenario=request.scenario,
        model=target.model,
        rounds=request.rounds,
        concurrency=options.concurrency,
        prepare=options.prepare,
        max_cost_usd=options.max_cost_usd,
        max_tokens=options.max_tokens,
    )


def _asked(words: tuple[str, ...], source: str, root: Path, environment: Mapping[str, str]) -> Client:
    with sandbox.sandbox(root, 0, guarded=True, keep=False) as place:
        private = sandbox.inherited_environment(environment) | place.environment() | sandbox.QUIET
        return ask_client(words, source, private, place.work)


def _start_embedded(stack: ExitStack, wanted: Wanted, request: Request) -> Target:
    upstream = stack.enter_context(EmbeddedUpstream(wanted.faults))
    return embedded_target(upstream.base_url, request.options.model, request.env, wanted.name)


@dataclass(frozen=True, slots=True)
class Route:
    """The base URL of a call. The embedded upstream is told round and step, so that faults can be scheduled by them."""

    target: Target

    def __call__(self, number: int, label: str) -> str:
        base_url = self.target.base_url
        return f"{base_url}/r/{number:04d}/{label}" if self.target.kind is UpstreamKind.EMBEDDED else base_url


def _recorder(options: Options, redactor: Redactor, environment: Mapping[str, str]) -> Recorder:
    return Recorder(redactor=redactor, environment=environment, keep_bodies=options.record_bodies)


def _redactor(request: Request, targets: Sequence[Target], environment: Mapping[str, str]) -> Redactor:
    """Knows the secrets of all arms: an upstream may say back what another one was told."""
    tokens = [each.token.get_secret_value() for each in request.wanted if each.token]
    own = [secret for target in targets for secret in environment_secrets(target.env)]
    return Redactor([*tokens, *own, *environment_secrets(sandbox.inherited_environment(environment))])


def _manifest(request: Request, wanted: Wanted, target: Target, driver: ClaudePrint) -> Manifest:
    created = datetime.now(UTC)
    options, scenario = request.options, request.scenario
    step = scenario.steps[0]
    template = driver.argv(step, "<uuid>", None)
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
            token_masked=mask(wanted.token.get_secret_value()) if wanted.token else None,
            faults=tuple(str(fault) for fault in wanted.faults),
        ),
        client=driver.client,
        machine=_machine(),
        rounds=request.rounds,
        workload=options.workload,
        output_format=driver.output_format,
        argv_template=(driver.client.program, *_after_program(template), "<prompt>"),
        environment_names=tuple(sorted(driver.environment(sandbox.Sandbox(Path("<sandbox>")), target.base_url, ""))),
        role=wanted.role,
        gates=wanted.gates,
        options=options,
    )


def _after_program(argv: Sequence[str]) -> list[str]:
    return list(argv[list(argv).index("--print") : -1])


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
