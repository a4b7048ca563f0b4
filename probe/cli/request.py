"""What a run is to be: all that can be resolved and checked before anything is started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from probe.errors import UsageError
from probe.load.scenario import load_scenario
from probe.load.target import EMBEDDED, find_config, gates_of, read_token, resolve_targets
from probe.model.choices import Role, Workload
from probe.model.run import Options
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

CONTROL = "control"
"""The name of the arm that measures what the client costs by itself."""

DEFAULT_MAX_ROUNDS = 200
"""For --until-sure, where nothing else is said."""

TOKENS_A_CALL = {Workload.FULL: 20_000, Workload.LEAN: 600}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An arm as it was asked for: a target with its token, or the embedded upstream (None)."""

    name: str
    target: Target | None
    token: SecretStr | None
    faults: tuple[ScheduledFault, ...]
    gates: tuple[str, ...]
    role: Role = Role.TARGET


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is to be, before anything is started: all that can be checked without a client."""

    options: Options
    scenario: Scenario
    wanted: tuple[Wanted, ...]
    env: Mapping[str, str]

    @property
    def rounds(self) -> int:
        """How many at most."""
        if self.options.until_sure:
            return self.options.max_rounds or self.options.rounds or DEFAULT_MAX_ROUNDS
        return self.options.rounds or self.scenario.rounds

    @property
    def longest_s(self) -> float:
        """How long it takes at most: every call of every arm at its deadline."""
        return self.rounds * len(self.wanted) * self.scenario.longest_round_s / self.options.concurrency


def read_request(options: Options, env: Mapping[str, str], environment: Mapping[str, str]) -> Request:
    """Resolve scenario, targets, tokens, faults and gates. Raises UsageError."""
    scenario = _scenario(options)
    if options.prepare and options.concurrency > 1:
        raise UsageError(
            "restarting something before a round cannot be told apart from the other rounds that are under way",
            key="--prepare with --concurrency",
            remedy="Use one of the two.",
        )
    config, config_path = find_config(options.config, Path.cwd())
    targets = resolve_targets(options, env, config, config_path, environment)
    if None not in targets and options.faults:
        raise UsageError(
            f"only the embedded upstream can be told to misbehave, and the target is {_names(targets)}",
            key="--fault",
            remedy="Add --target embedded.",
        )
    faults = options.faults or (() if options.targets and len(targets) > 1 else DEMO_FAULTS)
    parsed = tuple(parse_fault(text) for text in faults if text != NO_FAULT)
    wanted = []
    for target in targets:
        name = target.name if target else EMBEDDED
        gates = _gates(scenario, gates_of(name, config), options, config_path)
        token = read_token(target, environment) if target else None
        wanted.append(Wanted(name, target, token, () if target else parsed, gates))
    if options.control:
        wanted.append(Wanted(CONTROL, None, None, (), (), Role.CONTROL))
    return Request(options, scenario, tuple(wanted), env)


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


def _names(targets: Sequence[Target | None]) -> str:
    return ", ".join(repr(target.name if target else EMBEDDED) for target in targets)
