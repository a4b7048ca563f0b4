"""Drive the real `claude --print`: one process per call, one sandbox per round."""

import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from probe.connection.proxies import without_proxies
from probe.drivers import sandbox as sandboxes
from probe.drivers.client_command import ClientCommand
from probe.drivers.client_observation import observed, redacted_bodies
from probe.drivers.context import MADE_UP_TOKEN, ArmContext, RunContext
from probe.drivers.guardian import Guardian
from probe.drivers.locate import Client, ask_client, find_client
from probe.drivers.process import ChildCommand, Limits, SpawnFailure, become_subreaper, run
from probe.drivers.quiet_client import quiet_environment, quiet_files
from probe.drivers.refused_tools import CONTINUING, tools_asked_for
from probe.drivers.sandbox import Sandbox
from probe.model.choices import CLAUDE_PRINT, Workload
from probe.model.observation import Observation
from probe.model.run_manifest import ClientInfo
from probe.model.scenario import Step
from probe.network import is_loopback
from probe.ports import CallOrder, DriverDescription, Priming, RoundDriver

PRIME_PROMPT = "Reply with exactly: PROBE_PRIMED"
TOKENS_A_CALL = {Workload.FULL: 20_000, Workload.LEAN: 600}
"""The approximate number of input tokens of a call."""
GRACE_S = 2.0
"""The time from SIGTERM to SIGKILL."""


class ClientDriverFactory:
    """Builds an arm's driver, with a directory of its own for its sandboxes."""

    def __init__(self, driver: "type[ClaudePrint]", run: RunContext, client: Client, root: Path) -> None:
        self._driver = driver
        self._run = run
        self._client = client
        self._root = root
        self._built = 0

    @property
    def client_version(self) -> str | None:
        """The version of the client that was found."""
        return self._client.info.version

    def build(self, arm: ArmContext) -> "ClaudePrint":
        """Build the driver of an arm."""
        folder = self._root / str(self._built)
        self._built += 1
        folder.mkdir(mode=0o700)
        return self._driver(self._client, folder, self._run, arm)


def open_claude_print(run: RunContext) -> AbstractContextManager[ClientDriverFactory]:
    """Open the factory of the driver `claude-print`. Raises ClientNotFoundError."""
    return open_client(run, ClaudePrint)


@contextmanager
def open_client(run: RunContext, driver: "type[ClaudePrint]") -> Iterator[ClientDriverFactory]:
    """Find the client and ask its version; sandboxes and their guardian live as long as the context.

    Raises ClientNotFoundError.
    """
    with found_client(run.spec.options.client, run.environment, keep=run.spec.keep_sandbox) as (client, root):
        yield ClientDriverFactory(driver, run, client, root)


@contextmanager
def found_client(flag: str | None, environment: Mapping[str, str], *, keep: bool) -> Iterator[tuple[Client, Path]]:
    """Find the client, ask its version, and yield it with a directory for sandboxes, which the guardian removes.

    Raises ClientNotFoundError.
    """
    words, source = find_client(flag, environment)
    become_subreaper()
    root = sandboxes.make_root()
    with Guardian(root, keep=keep):
        with sandboxes.sandbox(root, 0, guarded=True, keep=False) as place:
            private = sandboxes.inherited_environment(environment) | place.environment() | sandboxes.QUIET
            private = without_proxies(private)  # with one that it cannot read, it does not start
            client = ask_client(words, source, private, place.work)
        yield client, root


class ClaudePrint:
    """The driver `claude-print`. `root` holds the sandboxes.

    Raises ClientTooOldError where the client lacks options that every call needs, UsageError for `--workload lean`.
    """

    name = CLAUDE_PRINT
    runs_client = True

    def __init__(self, client: Client, root: Path, run: RunContext, arm: ArmContext) -> None:
        self._client = client
        self._root = root
        self._run_context = run
        self._options = run.spec.options
        self._arm = arm
        self._cancel = run.cancel
        self.client: ClientInfo = client.info
        self._command = ClientCommand(client, self._options, {step.session for step in run.spec.scenario.steps})

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return the command line of a call."""
        return self._command.argv(step, session_id, earlier_id)

    def describe(self, step: Step) -> DriverDescription:
        """Describe the calls: the command line without the path to the client, and names of variables."""
        environment = self.environment(Sandbox(Path("<sandbox>")), self._arm.target.base_url, "")
        return DriverDescription(
            argv_template=self._argv_template(step),
            environment_names=tuple(sorted(environment)),
            output_format=self._command.output_format,
            tokens_a_call=TOKENS_A_CALL[self._options.workload],
        )

    def _argv_template(self, step: Step) -> tuple[str, ...]:
        argv = self.argv(step, "<uuid>", None)
        prompt = ("<prompt>",) if argv[-1] == step.prompt else ()
        options = argv[argv.index("--print") : len(argv) - len(prompt)]
        return (self.client.program, *options, *prompt)

    @property
    def is_guarded(self) -> bool:
        """True where every tool is refused."""
        return not self._options.dangerously_skip_permissions

    @contextmanager
    def open_round(self, number: int) -> Iterator[RoundDriver]:
        """Open a primed sandbox for one round."""
        with self.open_sandbox(number) as (place, priming):
            yield ClaudePrintRound(self, place, priming, guarded=self.is_guarded)

    @contextmanager
    def open_sandbox(self, number: int) -> Iterator[tuple[Sandbox, Priming]]:
        """Make a sandbox for one round, and start the client in it once."""
        keep, files = self._run_context.spec.keep_sandbox, self.files()
        with sandboxes.sandbox(self._root, number, guarded=self.is_guarded, keep=keep, files=files) as place:
            yield place, self._prime(place)

    def files(self) -> Mapping[str, Mapping[str, object]]:
        """Return the content of files in the client's directory, by name."""
        return quiet_files(self._client.info.version)

    def environment(self, place: Sandbox, base_url: str, token: str | None) -> dict[str, str]:
        """Return the environment of a call. It inherits an allow-list only; what the target sets overrides all else."""
        options, target = self._options, self._arm.target
        environment = {
            **sandboxes.inherited_environment(self._run_context.environment),
            **place.environment(),
            **quiet_environment(self._client.info.version),
            "ANTHROPIC_BASE_URL": base_url,
        }
        if token is not None:
            environment[target.auth.variable] = token
        if options.client_retries is not None:
            environment["CLAUDE_CODE_MAX_RETRIES"] = str(options.client_retries)
        if options.dangerously_skip_permissions and sandboxes.is_root():
            environment["IS_SANDBOX"] = "1"
        environment |= target.model_environment() | self._arm.environment()
        # The recorder connects through the proxies. The client would use a proxy even for loopback.
        on_loopback = self._arm.open_call is not None or is_loopback(urlsplit(base_url).hostname or "")
        return without_proxies(environment) if on_loopback else environment

    def call(self, place: Sandbox, order: CallOrder) -> Observation:
        """Make one call in `place`."""
        argv = self.argv(order.step, order.session_id, order.earlier_id)
        arm, timeout_s = self._arm, order.step.timeout_s
        base_url = arm.base_url(order.round, order.step.label)
        if arm.open_call is None:
            return self._run(place, argv, base_url, arm.token_value, timeout_s)
        with arm.open_call(base_url) as recorder:
            origin_s = time.monotonic()
            observation = self._run(place, argv, recorder.base_url, arm.token_value, timeout_s)
        return replace(
            observation,
            exchanges=recorder.exchanges(origin_s),
            bodies=redacted_bodies(recorder.bodies, arm.redactor),
            heads=tuple(recorder.heads),
        )

    def not_made(self, order: CallOrder, refused_tools: tuple[str, ...]) -> Observation:
        """Return the observation of a call that was not made, as it would have sent the refusal of these tools."""
        now, redacted = datetime.now(UTC), self._arm.redactor.text
        argv = tuple(map(redacted, self.argv(order.step, order.session_id, order.earlier_id)))
        exchanges = None if self._arm.open_call is None else ()
        tools = tuple(map(redacted, refused_tools))
        return Observation(argv, now, now, 0.0, None, refused_tools=tools, exchanges=exchanges)

    def _prime(self, place: Sandbox) -> Priming:
        """Start the client once against an upstream of our own, so that the first call is no first start."""
        prime_url = self._run_context.prime_url
        if prime_url is None or self._cancel.cancelled:
            return Priming(primed=False)
        forget = ("--no-session-persistence",) if self._client.understands("--no-session-persistence") else ()
        step = Step(label="prime", prompt=PRIME_PROMPT)
        argv = self._command.argv(step, str(uuid.uuid4()), None)
        options, prompt = argv[:-2], argv[-2:]
        timeout_s = self._run_context.prime_timeout_s()
        observation = self._run(place, (*options, *forget, *prompt), prime_url, MADE_UP_TOKEN, timeout_s)
        place.forget_sessions()
        primed = observation.return_code == 0
        problem = None if primed or observation.cancelled else _priming_problem(observation)
        return Priming(primed, round(observation.wall_ms, 3), problem, timed_out=observation.timed_out)

    def _run(
        self, place: Sandbox, argv: tuple[str, ...], base_url: str, token: str | None, timeout_s: float
    ) -> Observation:
        command = ChildCommand(argv, self.environment(place, base_url, token), place.work)
        load = os.getloadavg()[0]
        started = datetime.now(UTC)
        finished = run(command, Limits(timeout_s=timeout_s, grace_s=GRACE_S), self._cancel)
        if isinstance(finished, SpawnFailure):
            return Observation(argv, started, datetime.now(UTC), 0.0, None, spawn_error=finished.reason)
        return replace(observed(argv, finished, self._arm.redactor), load=load, deadline_ms=timeout_s * 1000)


class ClaudePrintRound:
    """The calls in one sandbox.

    A refused tool call stays in its session, and a step that continues the session would send the refusal. So no such
    step is called until another one begins a new session.
    """

    def __init__(self, driver: ClaudePrint, place: Sandbox, priming: Priming, *, guarded: bool) -> None:
        self.priming = priming
        self.config_dir: str | None = str(place.config)
        self._driver = driver
        self._place = place
        self._guarded = guarded
        self._refused: tuple[str, ...] | None = None

    def call(self, order: CallOrder) -> Observation:
        """Make the call, unless it would send the refusal of a tool call."""
        if self._refused is not None and order.step.session in CONTINUING:
            return self._driver.not_made(order, self._refused)
        observation = self._driver.call(self._place, order)
        self._refused = tools_asked_for(observation) if self._guarded else None
        return observation


def _priming_problem(observation: Observation) -> str:
    """Say how the client ended, with the end of its output."""
    last = (observation.stderr or observation.stdout).decode("utf-8", "replace").strip()[-200:]
    if observation.spawn_error:
        ended = observation.spawn_error
    elif observation.timed_out:
        ended = "did not end in time"
    else:
        ended = f"ended with {observation.return_code}"
    return f"the client {ended}: {last}"
