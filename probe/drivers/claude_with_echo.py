"""Drive the real `claude --print` with one tool, an echo of ours, for `probe check --deep`."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from probe.drivers.claude_print import ClaudePrint
from probe.drivers.client_command import ClientCommand
from probe.drivers.context import ArmContext, RunContext
from probe.drivers.echo_tool import MCP_CONFIG, EchoTool, received_arguments
from probe.drivers.locate import Client
from probe.drivers.quiet_client import version_numbers
from probe.drivers.sandbox import Sandbox
from probe.model.observation import Observation
from probe.ports import CallOrder, Priming

_COUNTS_NO_RESULTS = (2, 1, 30)
"""The first version tried that takes no result of a tool for a turn of its own; 2.1.0 does."""


class EchoCommand(ClientCommand):
    """Builds command lines with the echo and no other tool."""

    def _safety_options(self) -> tuple[str, ...]:
        """Return the options for one answer with calls, two at most, and the next; and for no MCP server but ours."""
        numbers = version_numbers(self._client.info.version) or ()
        turns = "2" if numbers >= _COUNTS_NO_RESULTS else "4"
        return ("--max-turns", turns, "--strict-mcp-config", "--mcp-config", MCP_CONFIG)

    def _workload_options(self) -> tuple[str, ...]:
        return ("--tools", "")


class ClaudeWithEcho(ClaudePrint):
    """The driver of a deep check's client calls: in one sandbox, in which `echo` is the only tool.

    Raises ClientTooOldError where the client lacks options that are needed.
    """

    def __init__(self, client: Client, root: Path, run: RunContext, arm: ArmContext) -> None:
        super().__init__(client, root, run, arm)
        self._command = EchoCommand(client, self._options, {step.session for step in run.spec.scenario.steps})
        self.tool = EchoTool(secrets.token_hex(8))

    @contextmanager
    def open_round(self, number: int) -> Iterator["EchoRound"]:
        """Open a primed sandbox for all calls of a target."""
        with self.open_sandbox(number) as (place, priming):
            yield EchoRound(self, place, priming)

    def files(self) -> Mapping[str, Mapping[str, object]]:
        """Return the files that admit the tool and name its server, beside the usual ones."""
        return {**super().files(), **self.tool.files()}

    def environment(self, place: Sandbox, base_url: str, token: str | None) -> dict[str, str]:
        """Return the environment of a call, in which all tools stand in the request."""
        return {**super().environment(place, base_url, token), "ENABLE_TOOL_SEARCH": "false"}


class EchoRound:
    """The calls in one sandbox, each of which may use the tool."""

    def __init__(self, driver: ClaudeWithEcho, place: Sandbox, priming: Priming) -> None:
        self.priming = priming
        self.config_dir: str | None = str(place.config)
        self._driver = driver
        self._place = place

    def call(self, order: CallOrder) -> Observation:
        """Make the call."""
        return self._driver.call(self._place, order)

    def received(self) -> Sequence[Mapping[str, Any]]:
        """Return the arguments of all calls of the tool so far, as they came to it."""
        return received_arguments(self._place)
