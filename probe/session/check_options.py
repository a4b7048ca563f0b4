"""Refuse options of a run that exclude each other, or that would do nothing."""

from collections.abc import Sequence

from probe.drivers.driver_registry import DRIVERS
from probe.errors import UsageError
from probe.model.choices import ISOLATED, MOST_CLIENT_LANES, MOST_LANES, OutputFormat, Session, Workload
from probe.model.outcome import Outcome, Party
from probe.model.run_manifest import Options
from probe.model.scenario import Scenario

CUSTOM_HEADERS = "ANTHROPIC_CUSTOM_HEADERS"
"""The one variable for the client that plain HTTP understands too."""


def driver_names(options: Options) -> tuple[str, ...]:
    """Return the drivers that are asked for, each once; with `isolate` each that keeps a client has one beside it.

    The one beside it starts a client for each call.
    """
    beside = [ISOLATED[name] for name in options.drivers if name in ISOLATED] if options.isolate else []
    return tuple(dict.fromkeys((*options.drivers, *beside)))


def check_drivers(options: Options, scenario: Scenario) -> None:
    """Raise UsageError for an unknown driver, and for what makes no sense without a client or a recorder."""
    names = driver_names(options)
    unknown = next((name for name in names if name not in DRIVERS), None)
    if unknown is not None:
        raise UsageError(f"no driver {unknown!r}", key="--driver", remedy=f"Known: {', '.join(DRIVERS)}.")
    _check_concurrency(options, names)
    _check_recorder(options, names)
    _check_sessions(options, scenario, names)
    _check_output_format(options, names)
    clientless = [name for name in names if not DRIVERS[name].runs_client]
    if not clientless:
        return
    _check_expectations(scenario, clientless[0])
    if len(clientless) == len(names):
        _check_client_options(options, clientless[0])


def check_combinations(options: Options) -> None:
    """Raise UsageError for options that exclude each other."""
    if options.isolate and not ISOLATED.keys() & set(options.drivers):
        raise UsageError(
            "asks for a client process a call beside one that goes on, and no driver keeps one",
            key="--isolate",
            remedy="Add --driver claude-live or --driver agent-sdk.",
        )
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


def check_gap_search(options: Options) -> None:
    """Raise UsageError for what cannot be had where every round has an idle time of its own."""
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


def no_client(option: str, driver: str) -> UsageError:
    """Return the refusal of an option that would do nothing, since no client is run."""
    return UsageError(
        f"no client is run with --driver {driver}, so this would do nothing",
        key=option,
        remedy="Leave it out, or add --driver claude-print.",
    )


def _check_concurrency(options: Options, names: Sequence[str]) -> None:
    """Refuse more rounds at a time than there may be, or than clients have room for."""
    client = next((name for name in names if DRIVERS[name].runs_client), None)
    most = MOST_LANES if client is None else MOST_CLIENT_LANES
    if options.concurrency <= most:
        return
    key = f"--concurrency {options.concurrency}"
    if client is None:
        raise UsageError(f"at most {most} rounds are made at a time", key=key)
    raise UsageError(
        f"--driver {client} starts clients, of which at most {most} run at a time",
        key=key,
        remedy="Lower it, or use --driver messages or --driver chat-completions.",
    )


def _check_recorder(options: Options, names: Sequence[str]) -> None:
    """Refuse to leave the recorder out where a driver has no client, or one that makes several calls."""
    for name in names:
        if not options.recorder and DRIVERS[name].needs_recorder:
            raise UsageError(
                f"--driver {name} reads what it measures from the recorder", key="--no-recorder", remedy="Leave it out."
            )


def _check_sessions(options: Options, scenario: Scenario, names: Sequence[str]) -> None:
    """Refuse what a living process cannot have, and steps that go on in one where no driver has it."""
    keeping = [name for name in names if DRIVERS[name].keeps_process]
    if not keeping and scenario.keeps_process:
        index = next(index for index, step in enumerate(scenario.steps) if step.session is Session.LIVE)
        raise UsageError(
            f"the step {scenario.steps[index].label!r} goes on in the process of the step before, "
            f"and --driver {names[0]} starts one for each call",
            path=f"scenario {options.scenario}",
            key=f"steps[{index}].session",
            remedy="Add --driver claude-live, or use another session, such as resume.",
        )


def _check_output_format(options: Options, names: Sequence[str]) -> None:
    """Refuse another format than the one in which a driver talks to the client."""
    talking = [name for name in names if DRIVERS[name].needs_stream]
    if talking and options.output_format is not OutputFormat.STREAM_JSON:
        raise UsageError(
            f"--driver {talking[0]} talks to the client in stream-json",
            key=f"--output-format {options.output_format}",
            remedy="Leave it out.",
        )


def _check_expectations(scenario: Scenario, driver: str) -> None:
    for step in scenario.steps:
        outcome = step.expect.outcome
        if outcome.party is Party.CLIENT or outcome is Outcome.NOT_LOGGED_IN:
            raise UsageError(
                f"the step {step.label!r} expects {outcome}, which only a client says",
                key=f"--driver {driver}",
                remedy="Use another scenario or --second-call-mode, or the driver claude-print alone.",
            )


def _check_client_options(options: Options, driver: str) -> None:
    """Refuse options that say something to the client alone."""
    given = {
        "--control": options.control,
        "--client": options.client is not None,
        "--client-retries": options.client_retries is not None,
        "--workload": options.workload is not Workload.FULL,
        "--output-format": options.output_format is not OutputFormat.STREAM_JSON,
        "--no-prime": not options.prime,
        "--env": not set(options.env_names) <= {CUSTOM_HEADERS},
        "--dangerously-skip-permissions": options.dangerously_skip_permissions,
    }
    for option, is_given in given.items():
        if is_given:
            raise no_client(option, driver)
