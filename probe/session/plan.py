"""Resolve what was asked for into the specification of a run, before anything is started."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from probe.drivers.driver_registry import DRIVERS, Drivers
from probe.errors import UsageError
from probe.inputs.load_scenario import load_scenario
from probe.inputs.load_target import (
    CONTROL,
    EMBEDDED,
    embedded_target,
    find_config,
    gates_of,
    resolve_targets,
    shown_environment,
)
from probe.inputs.validate import check_text
from probe.model.choices import OutputFormat, Role, Workload
from probe.model.outcome import Outcome, Party
from probe.model.run_manifest import Options
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario
from probe.model.target import Target
from probe.stats.gates import parse_gate
from probe.upstream import ScheduledFault, parse_fault

DEMO_FAULTS = (
    "cold_start(delay=2s, on=call1)",
    "status(code=529, on=call1, request=first, every=4)",
)
"""What the embedded upstream does when nobody says: every round's first call waits, each fourth one is refused once."""

NO_FAULT = "none"
"""As a fault, asks for an embedded upstream that does nothing wrong."""

CUSTOM_HEADERS = "ANTHROPIC_CUSTOM_HEADERS"
"""The one variable for the client that plain HTTP understands too."""

_FLAGS = {"targets": "--target", "drivers": "--driver", "faults": "--fault"}

_MOST_NAME_CHARS = 32
_BEFORE_IT_RUNS = "http://127.0.0.1"
"""Stands for the address of an embedded upstream that has not been started yet."""


def flag_of(option: str) -> str:
    """The flag that sets this field of Options: `--timeout` for `timeout_s`."""
    return _FLAGS.get(option) or "--" + option.removesuffix("_s").replace("_", "-")


def read_options(given: Mapping[str, object]) -> Options:
    """The options of these values, by the names of Options. Raises UsageError that names the flag."""
    for name, value in given.items():
        check_text(value, flag_of(name))
    try:
        return Options.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(str(first["msg"]), key=flag_of(str(first["loc"][0]))) from None


def parse_faults(texts: Iterable[str], steps: Sequence[str]) -> tuple[ScheduledFault, ...]:
    """Return the faults of `--fault` in a scenario with these steps, none for `none`. Raises UsageError."""
    return tuple(parse_fault(text, steps) for text in texts if text != NO_FAULT)


def plan_run(
    options: Options,
    env: Mapping[str, str],
    environment: Mapping[str, str],
    *,
    drivers: Drivers = DRIVERS,
    keep_sandbox: bool = False,
) -> RunSpec:
    """Resolve scenario, targets, faults and gates into the specification of a run. Raises UsageError.

    `env` are variables that every target sets for the client beside its own, `environment` is probe's own, and
    `drivers` are those that can be named.
    """
    scenario = _scenario(options)
    names = tuple(dict.fromkeys(options.drivers))
    _check_drivers(names, options, scenario, drivers)
    _check_limits(options)
    config, config_path = find_config(options.config, Path.cwd())
    targets = resolve_targets(options, env, config, config_path, environment)
    embedded = embedded_target(_BEFORE_IT_RUNS, options.model, env)
    faults = _faults(options, targets, scenario)
    arms = []
    for target in targets:
        table = target.name if target and target.name in config.targets else None
        resolved = target or embedded
        gates = _gates(scenario, gates_of(resolved.name, config), options, config_path)
        for driver in names:
            name = resolved.name if len(names) == 1 else _arm_name(resolved.name, driver)
            arms.append(_arm(resolved, name, table=table, faults=() if target else faults, gates=gates, driver=driver))
    if options.control:
        arms.append(_arm(embedded, CONTROL, role=Role.CONTROL))
    _check_names([arm.name for arm in arms])
    if keep_sandbox and not any(drivers[arm.driver].runs_client for arm in arms):
        raise no_client("--keep-sandbox", arms[0].driver)
    return RunSpec(scenario=scenario, arms=tuple(arms), options=options, keep_sandbox=keep_sandbox)


def _arm(target: Target, name: str, **fields: Any) -> ArmSpec:
    """Return the specification of an arm, without the values of variables that may be secret."""
    shown = shown_environment(target.env)
    secret = tuple(name for name, value in target.env.items() if shown[name] != value)
    harmless = {name: value for name, value in target.env.items() if name not in secret}
    return ArmSpec(target=target.model_copy(update={"name": name, "env": harmless}), secret_env=secret, **fields)


def _faults(options: Options, targets: Sequence[Target | None], scenario: Scenario) -> tuple[str, ...]:
    """Return the faults of the embedded upstream, in their full spelling. Raises UsageError."""
    if None not in targets and options.faults:
        raise UsageError(
            f"only the embedded upstream can be told to misbehave, and the target is {_names(targets)}",
            key="--fault",
            remedy="Add --target embedded.",
        )
    is_compared = bool(options.targets) and len(targets) > 1
    texts = options.faults or (() if is_compared else DEMO_FAULTS)
    return tuple(map(str, parse_faults(texts, [step.label for step in scenario.steps])))


def _check_limits(options: Options) -> None:
    """Refuse options that exclude each other."""
    if options.prepare and options.concurrency > 1:
        raise UsageError(
            "restarting something before a round cannot be told apart from the other rounds that are under way",
            key="--prepare with --concurrency",
            remedy="Use one of the two.",
        )
    if options.max_rounds is not None and not options.until_sure:
        raise UsageError(
            "is a limit for --until-sure alone",
            key="--max-rounds",
            remedy="Add --until-sure, or give the number of rounds with --rounds.",
        )


def _gates(
    scenario: Scenario, configured: Sequence[str], options: Options, config_path: Path | None
) -> tuple[str, ...]:
    """The gates of all places, each once. Raises UsageError that names the place of one that cannot be read."""
    places = {
        f"fail_on of scenario {scenario.name}": scenario.fail_on,
        f"fail_on of {config_path}": configured,
        "--fail-on": options.fail_on,
    }
    steps = [step.label for step in scenario.steps]
    for key, gates in places.items():
        for gate in gates:
            parse_gate(gate, steps, key)
    return tuple(dict.fromkeys(gate for gates in places.values() for gate in gates))


def _check_drivers(names: Sequence[str], options: Options, scenario: Scenario, drivers: Drivers) -> None:
    """Refuse what makes no sense without a client, or without a recorder."""
    unknown = next((name for name in names if name not in drivers), None)
    if unknown is not None:
        raise UsageError(f"no driver {unknown!r}", key="--driver", remedy=f"Known: {', '.join(drivers)}.")
    plain = next((name for name in names if not drivers[name].runs_client), None)
    if plain is None:
        return
    if not options.recorder:
        raise UsageError(
            f"--driver {plain} reads what it measures from the recorder", key="--no-recorder", remedy="Leave it out."
        )
    for step in scenario.steps:
        if step.expect.outcome.party is Party.CLIENT or step.expect.outcome is Outcome.NOT_LOGGED_IN:
            raise UsageError(
                f"the step {step.label!r} expects {step.expect.outcome}, which only a client says",
                key=f"--driver {plain}",
                remedy="Use another scenario or --second-call-mode, or the driver claude-print alone.",
            )
    if any(drivers[name].runs_client for name in names):
        return
    for option, given in _of_the_client(options).items():
        if given:
            raise no_client(option, plain)


def no_client(option: str, driver: str) -> UsageError:
    """The refusal of an option that would do nothing, since no client is run."""
    return UsageError(
        f"no client is run with --driver {driver}, so this would do nothing",
        key=option,
        remedy="Leave it out, or add --driver claude-print.",
    )


def _of_the_client(options: Options) -> dict[str, bool]:
    """The options that say something to the client alone, and whether they do."""
    return {
        "--control": options.control,
        "--client": options.client is not None,
        "--client-retries": options.client_retries is not None,
        "--workload": options.workload is not Workload.FULL,
        "--output-format": options.output_format is not OutputFormat.STREAM_JSON,
        "--no-prime": not options.prime,
        "--env": not set(options.env_names) <= {CUSTOM_HEADERS},
        "--dangerously-skip-permissions": options.dangerously_skip_permissions,
    }


def _arm_name(target: str, driver: str) -> str:
    """The name of an arm, cut so that it stays a label."""
    return f"{target[: _MOST_NAME_CHARS - 1 - len(driver)]}-{driver}"


def _check_names(names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UsageError(
            f"two arms would be called {twice!r}: with several drivers, names of targets are cut to make room",
            key="--driver",
            remedy="Give the targets shorter names, or make one run for each.",
        )


def _scenario(options: Options) -> Scenario:
    scenario = load_scenario(options.scenario)
    if scenario.command:
        raise UsageError(
            f"the scenario {scenario.name!r} is a search, with trials that depend on each other",
            key="--scenario",
            remedy=f"Run it with: {scenario.command}",
        )
    if options.second_call_mode is not None:
        try:
            scenario = scenario.with_second_call(options.second_call_mode)
        except ValueError as error:
            raise UsageError(str(error), key="--second-call-mode") from None
    if options.timeout_s is not None:
        scenario = scenario.with_timeout(options.timeout_s)
    gaps = {"gap_s": options.gap_s, "gap_upto_s": options.gap_upto_s}
    given = {name: value for name, value in gaps.items() if value is not None}
    if given:
        try:
            scenario = Scenario.model_validate(scenario.model_dump() | given)
        except ValidationError as error:
            raise UsageError(str(error.errors()[0]["msg"]), key="--gap, --gap-upto") from None
    if scenario.gap_upto_s is not None:
        _check_search(options)
    return scenario


def _check_search(options: Options) -> None:
    """Refuse what cannot be had where every round has an idle time of its own."""
    if options.concurrency > 1:
        raise UsageError(
            "rounds that run side by side keep the upstream warm for each other",
            key="--concurrency with --gap-upto",
            remedy="Use one of the two.",
        )
    if options.until_sure:
        raise UsageError(
            "such rounds tell how long the upstream stays warm, and have no verdict to wait for",
            key="--until-sure with --gap-upto",
            remedy="Give the number of rounds with --rounds.",
        )


def _names(targets: Sequence[Target | None]) -> str:
    return ", ".join(repr(target.name if target else EMBEDDED) for target in targets)
