"""Build the command lines of the client."""

from collections.abc import Iterable

from probe.drivers.locate import Client
from probe.errors import UsageError
from probe.model.choices import OutputFormat, Session, Workload
from probe.model.run_manifest import Options
from probe.model.scenario import Step

LEAN_SYSTEM_PROMPT = "You are a test endpoint. Answer as asked."


class ClientCommand:
    """Builds command lines of `claude --print`, with the options that the client understands.

    Raises ClientTooOldError where the client lacks options that calls in one of `sessions` need, UsageError for
    `--workload lean`.
    """

    def __init__(self, client: Client, options: Options, sessions: Iterable[Session]) -> None:
        self._client = client
        self._options = options
        if self._options.workload is Workload.LEAN and not client.understands("--tools"):
            raise UsageError(
                f"Claude Code {client.info.version} has no --tools, so its request cannot be cut down",
                key="--workload lean",
                remedy="Use --workload full, or a newer client.",
            )
        for session in sorted(set(sessions)):
            step = Step(label="call", prompt="hello", session=session)
            words = self.argv(step, "", None)[len(client.argv) :]
            needed = [word for word in words if word.startswith("--") and word != "--"]
            client.require(needed, f"a call in session mode {session}")

    @property
    def output_format(self) -> OutputFormat:
        """The format that the client is asked for: `json` where it is too old for anything else."""
        return self._options.output_format if self._client.stream_json else OutputFormat.JSON

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return the command line of a call."""
        options = self._options_of(step.session, session_id, earlier_id)
        return (*self._client.argv, "--print", *options, "--", step.prompt)

    def live_argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return the command line of a process that is asked on its stdin, beginning with this step."""
        options = self._options_of(step.session, session_id, earlier_id)
        return (*self._client.argv, "--print", "--input-format", "stream-json", *options)

    def _options_of(self, session: Session, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        return (
            *self._output_options(),
            *self._safety_options(),
            *self._workload_options(),
            *_session_options(session, session_id, earlier_id),
        )

    def _output_options(self) -> tuple[str, ...]:
        if self.output_format is OutputFormat.JSON:
            return ("--output-format", "json")
        partial = "--include-partial-messages"
        return (
            "--output-format",
            "stream-json",
            "--verbose",
            *((partial,) if self._client.understands(partial) else ()),
        )

    def _safety_options(self) -> tuple[str, ...]:
        """Return the options for one turn, so that no result of a tool is sent, and for no MCP servers.

        Without --strict-mcp-config recent versions also ask api.anthropic.com for a list of such servers.
        """
        if self._options.dangerously_skip_permissions:
            return ("--dangerously-skip-permissions",)
        return ("--max-turns", "1", "--strict-mcp-config")

    def _workload_options(self) -> tuple[str, ...]:
        if self._options.workload is Workload.FULL:
            return ()
        return ("--tools", "", "--system-prompt", LEAN_SYSTEM_PROMPT)


def _session_options(session: Session, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
    match session:
        case Session.NEW | Session.SAME_ID:
            return ("--session-id", session_id)
        case Session.RESUME | Session.LIVE:
            return ("--resume", earlier_id or session_id)
        case Session.FORK:
            return ("--resume", earlier_id or session_id, "--fork-session")
        case Session.CONTINUE:
            return ("--continue",)
