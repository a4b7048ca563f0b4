"""Resolve what was asked for into the specification of a run, before anything is started."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from probe.drivers.driver_registry import DRIVERS
from probe.errors import UsageError
from probe.inputs.find_config import Configuration, find_config
from probe.inputs.load_config import CONTROL, EMBEDDED
from probe.inputs.load_scenario import load_scenario
from probe.inputs.load_target import embedded_target, resolve_targets, shown_environment
from probe.inputs.source_lines import plain_words
from probe.inputs.validate import check_text
from probe.model.choices import CLAUDE_PRINT, Role
from probe.model.run_manifest import Options
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario
from probe.model.target import Target
from probe.session.check_options import check_combinations, check_drivers, check_gap_search, driver_names, no_client
from probe.session.check_vantages import check_fleet, check_vantages
from probe.stats.gate_expressions import check_gate_vantages, parse_gate
from probe.upstream import ScheduledFault, parse_fault

DEMO_FAULTS = (
    "cold_start(delay=2s, on=call1)",
    "status(code=529, on=call1, request=first, every=4)",
)
"""The faults of an embedded upstream for which none are given: every round's first call waits, each
fourth one is refused once."""

NO_FAULT = "none"
"""As a fault, asks for an embedded upstream that does nothing wrong."""

_FLAGS = {"targets": "--target", "drivers": "--driver", "faults": "--fault", "vantages": "--vantage"}

_MOST_NAME_CHARS = 32
_BEFORE_IT_RUNS = "http://127.0.0.1"
"""Stands for the address of an embedded upstream that has not been started yet."""


def flag_of(option: str) -> str:
    """Return the flag that sets this field of Options: `--timeout` for `timeout_s`."""
    return _FLAGS.get(option) or "--" + option.removesuffix("_s").replace("_", "-")


def read_options(given: Mapping[str, object]) -> Options:
    """Validate values by the names of Options. Raises UsageError that names the flag."""
    for name, value in given.items():
        check_text(value, flag_of(name))
    try:
        return Options.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(plain_words(first), key=flag_of(str(first["loc"][0]))) from None


def parse_faults(texts: Iterable[str], steps: Sequence[str]) -> tuple[ScheduledFault, ...]:
    """Return the faults of `--fault` in a scenario with these steps, none for `none`. Raises UsageError."""
    return tuple(parse_fault(text, steps) for text in texts if text != NO_FAULT)


def plan_run(
    options: Options,
    env: Mapping[str, str],
    environment: Mapping[str, str],
    *,
    keep_sandbox: bool = False,
) -> RunSpec:
    """Resolve scenario, targets, faults and gates into the specification of a run. Raises UsageError.

    `env` are variables that every target sets for the client beside its own, and `environment` is probe's own.
    """
    scenario = _scenario(options)
    check_drivers(options, scenario)
    check_combinations(options)
    check_fleet(options)
    config = find_config(options.config, Path.cwd(), environment)
    targets = resolve_targets(options, env, config, environment)
    embedded = embedded_target(_BEFORE_IT_RUNS, options.model, env)
    faults = _faults(options, targets, scenario)
    arms: list[ArmSpec] = []
    for target in targets:
        arms += _arms_of_target(target or embedded, scenario, options, config, faults=() if target else faults)
    if options.control:
        arms.append(_control(embedded, options))
    _check_names([arm.name for arm in arms])
    arms = _at_vantages(arms, options)
    check_vantages(options, arms, keep_sandbox=keep_sandbox)
    if keep_sandbox and not any(DRIVERS[arm.driver].runs_client for arm in arms):
        raise no_client("--keep-sandbox", arms[0].driver)
    return RunSpec(scenario=scenario, arms=tuple(arms), options=options, keep_sandbox=keep_sandbox)


def _at_vantages(arms: list[ArmSpec], options: Options) -> list[ArmSpec]:
    """Return the arms once for each vantage, where there are any."""
    if not options.vantages:
        return arms
    return [arm.model_copy(update={"vantage": vantage}) for vantage in options.vantages for arm in arms]


def _control(embedded: Target, options: Options) -> ArmSpec:
    """Return the control, whose calls are made by the first driver that runs the client."""
    clients = (name for name in driver_names(options) if DRIVERS[name].runs_client)
    return _arm(embedded, CONTROL, role=Role.CONTROL, driver=next(clients, CLAUDE_PRINT))


def _arms_of_target(
    target: Target, scenario: Scenario, options: Options, config: Configuration, faults: tuple[str, ...]
) -> Iterator[ArmSpec]:
    """Yield an arm for each driver; with several, their names follow the target's. Raises UsageError."""
    file = config.file_of(target.name)
    config_file = file.path if file else None
    gates = _gates(scenario, config.gates_of(target.name), options, config_file or config.path)
    drivers = driver_names(options)
    for driver in drivers:
        yield _arm(
            target,
            target.name if len(drivers) == 1 else _arm_name(target.name, driver),
            driver=driver,
            table=target.name if file else None,
            config_file=str(config_file) if config_file else None,
            faults=faults,
            gates=gates,
        )


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


def _gates(
    scenario: Scenario, configured: Sequence[str], options: Options, config_path: Path | None
) -> tuple[str, ...]:
    """Return the gates of all places, each once. Raises UsageError that names the place of one that cannot be read.

    Those of files may be on vantages that this run does not have; they are not evaluated then.
    """
    places = {
        f"fail_on of scenario {scenario.name}": scenario.fail_on,
        f"fail_on of {config_path}": configured,
        "--fail-on": options.fail_on,
    }
    steps = [step.label for step in scenario.steps]
    for key, gates in places.items():
        for gate in gates:
            parse_gate(gate, steps, key)
    check_gate_vantages(options.fail_on, options.vantages)
    return tuple(dict.fromkeys(gate for gates in places.values() for gate in gates))


def _arm_name(target: str, driver: str) -> str:
    """Return the name of an arm, cut so that it stays a label."""
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
        check_gap_search(options)
    return scenario


def _names(targets: Sequence[Target | None]) -> str:
    return ", ".join(repr(target.name if target else EMBEDDED) for target in targets)
