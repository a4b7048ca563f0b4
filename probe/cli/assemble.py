"""Builds what a run needs from the options, and nothing of it outlives the context."""

import hashlib
import os
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from pydantic import SecretStr

from probe import __version__
from probe.drivers import sandbox
from probe.drivers.claude_print import MADE_UP_TOKEN, ClaudePrint, Settings
from probe.drivers.guardian import Guardian
from probe.drivers.locate import Client, ask_client, find_client
from probe.drivers.process import Cancel, become_subreaper
from probe.errors import UsageError
from probe.load.scenario import load_scenario
from probe.load.target import embedded_target, find_config, read_token, resolve_target, shown_environment
from probe.model.choices import UpstreamKind, Workload
from probe.model.run import MachineInfo, Manifest, Options, Plan, TargetInfo
from probe.model.scenario import Scenario
from probe.model.target import Target
from probe.redact import Redactor, environment_secrets, mask
from probe.upstream import EmbeddedUpstream, ScheduledFault, parse_fault
from probe.wire import Recorder

DEMO_FAULTS = (
    "cold_start(delay=2s, on=call1)",
    "status(code=529, on=call1, request=first, every=4)",
)
"""What the embedded upstream does when nobody says: every round's first call waits, each fourth one is refused once."""

NO_FAULT = "none"
"""As a fault, asks for an embedded upstream that does nothing wrong."""

TOKENS_A_CALL = {Workload.FULL: 20_000, Workload.LEAN: 600}


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is to be, before anything is started: all that can be checked without a client."""

    options: Options
    scenario: Scenario
    target: Target | None
    token: SecretStr | None
    env: Mapping[str, str]
    faults: tuple[ScheduledFault, ...]

    @property
    def rounds(self) -> int:
        return self.options.rounds or self.scenario.rounds


@dataclass(frozen=True, slots=True)
class Assembly:
    """A run that is ready to go."""

    plan: Plan
    manifest: Manifest
    driver: ClaudePrint
    target: Target
    cancel: Cancel
    sandbox_root: Path


def read_request(options: Options, env: Mapping[str, str], environment: Mapping[str, str]) -> Request:
    """Resolve scenario, target, token and faults. Raises UsageError."""
    scenario = _scenario(options)
    if options.prepare and options.concurrency > 1:
        raise UsageError(
            "restarting something before a round cannot be told apart from the other rounds that are under way",
            key="--prepare with --concurrency",
            remedy="Use one of the two.",
        )
    config, config_path = find_config(options.config, Path.cwd())
    target = resolve_target(options, env, config, config_path, environment)
    if target is not None and options.faults:
        raise UsageError(
            f"only the embedded upstream can be told to misbehave, and the target is {target.name!r}",
            key="--fault",
            remedy="Add --target embedded.",
        )
    wanted = options.faults or (() if target else DEMO_FAULTS)
    faults = tuple(parse_fault(text) for text in wanted if text != NO_FAULT)
    token = read_token(target, environment) if target else None
    return Request(options, scenario, target, token, env, faults)


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
        target = request.target or _start_embedded(stack, request)
        prime = stack.enter_context(EmbeddedUpstream()).base_url if options.prime else None
        token = request.token.get_secret_value() if request.token else MADE_UP_TOKEN
        redactor = _redactor(target, token, environment)
        recorder = _recorder(request, redactor, environment)
        tap = stack.enter_context(recorder).open_call if recorder else None
        driver = ClaudePrint(
            client,
            root,
            Settings(
                route=_route(target),
                token=token,
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
            ),
            cancel,
        )
        plan = Plan(
            scenario=request.scenario,
            model=target.model,
            rounds=request.rounds,
            concurrency=options.concurrency,
            prepare=options.prepare,
            max_cost_usd=options.max_cost_usd,
            max_tokens=options.max_tokens,
        )
        # A secret may stand in any option, such as the command of --prepare.
        described = _manifest(request, target, driver, token)
        manifest = Manifest.model_validate_json(redactor.text(described.model_dump_json()))
        yield Assembly(plan, manifest, driver, target, cancel, root)


def longest_s(request: Request) -> float:
    """How long the run takes at most: every call at its deadline."""
    scenario = request.scenario
    a_round = scenario.gap_s + sum(step.timeout_s + step.gap_s for step in scenario.steps)
    return request.rounds * a_round / request.options.concurrency


def _scenario(options: Options) -> Scenario:
    scenario = load_scenario(options.scenario)
    if options.second_call_mode is not None:
        try:
            scenario = scenario.with_second_call(options.second_call_mode)
        except ValueError as error:
            raise UsageError(str(error), key="--second-call-mode") from None
    if options.timeout_s is not None:
        scenario = scenario.with_timeout(options.timeout_s)
    if options.gap_s is not None:
        scenario = scenario.model_copy(update={"gap_s": options.gap_s})
    return scenario


def _asked(words: tuple[str, ...], source: str, root: Path, environment: Mapping[str, str]) -> Client:
    with sandbox.sandbox(root, 0, guarded=True, keep=False) as place:
        private = sandbox.inherited_environment(environment) | place.environment() | sandbox.QUIET
        return ask_client(words, source, private, place.work)


def _start_embedded(stack: ExitStack, request: Request) -> Target:
    upstream = stack.enter_context(EmbeddedUpstream(request.faults))
    return embedded_target(upstream.base_url, request.options.model, request.env)


def _route(target: Target) -> "Route":
    return Route(target.base_url, target.kind is UpstreamKind.EMBEDDED)


@dataclass(frozen=True, slots=True)
class Route:
    """The base URL of a call. The embedded upstream is told round and step, so that faults can be scheduled by them."""

    base_url: str
    embedded: bool

    def __call__(self, number: int, label: str) -> str:
        return f"{self.base_url}/r/{number:04d}/{label}" if self.embedded else self.base_url


def _recorder(request: Request, redactor: Redactor, environment: Mapping[str, str]) -> Recorder | None:
    if not request.options.recorder:
        return None
    return Recorder(redactor=redactor, environment=environment, keep_bodies=request.options.record_bodies)


def _redactor(target: Target, token: str, environment: Mapping[str, str]) -> Redactor:
    inherited = sandbox.inherited_environment(environment)
    own = [token] if token != MADE_UP_TOKEN else []
    return Redactor([*own, *environment_secrets(target.env), *environment_secrets(inherited)])


def _manifest(request: Request, target: Target, driver: ClaudePrint, token: str) -> Manifest:
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
            token_masked=mask(token) if request.token else None,
            faults=tuple(str(fault) for fault in request.faults),
        ),
        client=driver.client,
        machine=_machine(),
        rounds=request.rounds,
        workload=options.workload,
        output_format=driver.output_format,
        argv_template=(driver.client.program, *_after_program(template), "<prompt>"),
        environment_names=tuple(sorted(_environment(driver, target, "", None))),
        options=options,
    )


def _after_program(argv: Sequence[str]) -> list[str]:
    return list(argv[list(argv).index("--print") : -1])


def _environment(driver: ClaudePrint, target: Target, base_url: str, token: str | None) -> dict[str, str]:
    place = sandbox.Sandbox(Path("<sandbox>"))
    return driver.environment(place, base_url or target.base_url, token or "")


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


def free_bytes(path: Path) -> int:
    """Disk space that is left where `path` is or will be."""
    existing = next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
    return shutil.disk_usage(existing).free
