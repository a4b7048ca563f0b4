"""Start what a run needs, from its specification and an environment; nothing of it outlives the context."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from pydantic import SecretStr

from probe import __version__
from probe.connection.proxies import ProxyRules, rules_of, way_to
from probe.connection.route import Router
from probe.drivers.context import MADE_UP_TOKEN, ArmContext, DriverFactory, RunContext, opened
from probe.drivers.driver_registry import DRIVERS, DriverEntry, Drivers
from probe.drivers.process import Cancel
from probe.inputs.load_target import shown_environment
from probe.model.choices import Role
from probe.model.run_manifest import Manifest, Plan, TargetInfo
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.target import Target
from probe.ports import Driver, RoundMaker
from probe.redact import Redactor, mask
from probe.session.machine import machine_info
from probe.session.open_files import require_open_files
from probe.session.secrets import ArmSecrets, redactor_for, without_secrets
from probe.texts.phrase import Phrase
from probe.upstream import EmbeddedUpstream, parse_fault
from probe.wire import Recorder


@dataclass(frozen=True, slots=True)
class PreparedArm:
    """An arm that is ready to go; `target` has the address of the embedded upstream that was started for it.

    `asked_s` is when its target was last asked before the first round, by the monotonic clock; None if it never was.
    """

    spec: ArmSpec
    target: Target
    plan: Plan
    manifest: Manifest
    driver: Driver
    context: ArmContext = field(repr=False)
    asked_s: float | None = None

    @property
    def name(self) -> str:
        """The arm's name."""
        return self.spec.name

    @property
    def role(self) -> Role:
        """The role of the arm: a target, or the control."""
        return self.spec.role


MakersElsewhere = Callable[[str, Callable[[Phrase], None]], Mapping[str, RoundMaker]]
"""Returns what makes the rounds of arms that are elsewhere. Takes a name for the run that no other has, and what a
person is told by."""


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """A run that is ready to go. `elsewhere` is None where all arms are here."""

    spec: RunSpec
    arms: tuple[PreparedArm, ...]
    cancel: Cancel
    redactor: Redactor = field(repr=False)
    rules: ProxyRules
    elsewhere: MakersElsewhere | None = None


@contextmanager
def prepared(
    spec: RunSpec,
    secrets: Sequence[ArmSecrets],
    environment: Mapping[str, str],
    *,
    drivers: Drivers = DRIVERS,
    cancel: Cancel | None = None,
) -> Iterator[PreparedRun]:
    """Start upstreams, a recorder and what the drivers need, and end them with the context.

    `secrets` are those of the arms, in their order (`resolve_secrets`); `environment` is probe's own. `cancel` ends the
    run from any thread. Raises ProbeError.
    """
    require_open_files(spec, runs_client=any(drivers[arm.driver].runs_client for arm in spec.arms))
    with ExitStack() as stack:
        if cancel is None:
            cancel = stack.enter_context(Cancel())
        factories = _factories(stack, spec, environment, drivers, cancel)
        rules = rules_of(next((each.client_version for each in factories.values() if each.client_version), None))
        arms = [_started(stack, arm) for arm in spec.arms]
        redactor = redactor_for(
            [secret.token for secret in secrets], [opened(secret.variables) for secret in secrets], environment
        )
        recorder = None
        if spec.options.recorder:
            recorder = stack.enter_context(Recorder(redactor=redactor, keep_bodies=spec.options.record_bodies))
        ready = []
        for arm, arm_secrets in zip(arms, secrets, strict=True):
            # What the target sets wins, as for the client.
            surroundings = {**environment, **opened(arm_secrets.variables)}
            context = _context(arm, arm_secrets, redactor, recorder, surroundings, rules)
            driver = factories[arm.driver].build(context)
            way = way_to(arm.target.base_url, surroundings, rules)
            # A secret may stand in any option, such as the command of --prepare.
            manifest = without_secrets(_manifest(spec, arm, arm_secrets, driver, way), redactor)
            ready.append(PreparedArm(arm, arm.target, plan_of(spec, arm.target), manifest, driver, context))
        yield PreparedRun(spec, tuple(ready), cancel, redactor, rules)


def call_url(arm: ArmSpec, number: int, label: str) -> str:
    """Return the base URL of a call.

    The embedded upstream is told the round and the step, so that faults can be scheduled by them.
    """
    base_url = arm.target.base_url
    return f"{base_url}/r/{number:04d}/{label}" if arm.embedded else base_url


def _factories(
    stack: ExitStack, spec: RunSpec, environment: Mapping[str, str], drivers: Drivers, cancel: Cancel
) -> dict[str, DriverFactory]:
    """Open each driver that an arm uses; clients first, since these may be missing."""
    entries = {arm.driver: drivers[arm.driver] for arm in spec.arms}
    runs_client = any(entry.runs_client for entry in entries.values())
    prime_url = None
    if runs_client and spec.options.prime:
        prime_url = stack.enter_context(EmbeddedUpstream()).base_url
    run = RunContext(spec, environment, cancel, prime_url)
    return {
        name: stack.enter_context(entry.load()(run)) for name, entry in sorted(entries.items(), key=_runs_no_client)
    }


def _runs_no_client(named: tuple[str, DriverEntry]) -> bool:
    return not named[1].runs_client


def _started(stack: ExitStack, arm: ArmSpec) -> ArmSpec:
    """Return the arm with the address of its target; an embedded upstream is started for it alone."""
    if not arm.embedded:
        return arm
    upstream = stack.enter_context(EmbeddedUpstream([parse_fault(fault) for fault in arm.faults]))
    return arm.model_copy(update={"target": arm.target.model_copy(update={"base_url": upstream.base_url})})


def _context(
    arm: ArmSpec,
    secrets: ArmSecrets,
    redactor: Redactor,
    recorder: Recorder | None,
    surroundings: Mapping[str, str],
    rules: ProxyRules,
) -> ArmContext:
    """Connect an arm to the recorder. Raises UsageError for an address or a proxy that cannot be used."""
    open_call = None
    if recorder is not None:
        open_call = partial(recorder.open_call, router=Router(surroundings, rules))
        open_call(arm.target.base_url).close()
    token = secrets.token or SecretStr(MADE_UP_TOKEN)  # without any the client does not start
    return ArmContext(arm, partial(call_url, arm), token, secrets.variables, redactor, open_call)


def plan_of(spec: RunSpec, target: Target) -> Plan:
    """Return the plan of an arm with this target."""
    options = spec.options
    return Plan(
        scenario=spec.scenario,
        model=target.model,
        rounds=spec.rounds,
        concurrency=options.concurrency,
        max_cost_usd=options.max_cost_usd,
        max_tokens=options.max_tokens,
    )


def _manifest(spec: RunSpec, arm: ArmSpec, secrets: ArmSecrets, driver: Driver, way: str) -> Manifest:
    created = datetime.now(UTC)
    options, scenario, target = spec.options, spec.scenario, arm.target
    described = driver.describe(scenario.steps[0])
    return Manifest(
        run_id=f"{created:%Y%m%dT%H%M%SZ}-{scenario.name}-{target.name}",
        created_at=created,
        probe_version=__version__,
        driver=driver.name,
        runs_client=driver.runs_client,
        scenario=scenario,
        scenario_digest=scenario.digest(),
        target=TargetInfo(
            name=target.name,
            kind=target.kind,
            base_url=target.masked_url,
            model=target.model,
            aliases=target.aliases,
            env=shown_environment(opened(secrets.variables)),
            auth=target.auth,
            token_masked=mask(secrets.token.get_secret_value()) if secrets.token else None,
            faults=arm.faults,
        ),
        vantage=arm.vantage,
        way=way,
        client=driver.client,
        machine=machine_info(),
        rounds=spec.rounds,
        workload=options.workload,
        output_format=described.output_format,
        argv_template=described.argv_template,
        environment_names=described.environment_names,
        role=arm.role,
        checks_order=_checks_order(spec, arm),
        gates=arm.gates,
        options=options,
    )


def _checks_order(spec: RunSpec, arm: ArmSpec) -> bool:
    """Return True where the order of requests is known: one lane makes all of them."""
    in_order = spec.options.concurrency == 1 and spec.is_in_one_place
    return in_order and arm.role is Role.TARGET and spec.scenario.compares_calls
