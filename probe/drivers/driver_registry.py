"""The drivers by name. A new one is a module of its own and an entry here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probe.drivers.context import OpenDrivers


@dataclass(frozen=True, slots=True)
class DriverEntry:
    """A driver: where it is, and what has to be known of it before it is imported.

    `opens` is the function that opens its factory, written `module:function`, or the function itself. `keeps_process`:
    it can ask a client process for several calls, as steps with the session `live` need it. `is_asked`: it asks one on
    its stdin too, for a single call.
    """

    opens: "str | OpenDrivers"
    runs_client: bool
    keeps_process: bool = False
    is_asked: bool = False

    @property
    def needs_stream(self) -> bool:
        """True where the client is asked on its stdin, and talks in stream-json alone."""
        return self.keeps_process or self.is_asked

    @property
    def needs_recorder(self) -> bool:
        """True where the driver reads what it measures from the recorder."""
        return self.needs_stream or not self.runs_client

    def load(self) -> "OpenDrivers":
        """Import the function that makes the driver's factory."""
        if not isinstance(self.opens, str):
            return self.opens
        opens: OpenDrivers = resolve_name(self.opens)
        return opens


DRIVERS: dict[str, DriverEntry] = {
    "claude-print": DriverEntry("probe.drivers.claude_print:open_claude_print", runs_client=True),
    "claude-live": DriverEntry("probe.drivers.claude_live:open_claude_live", runs_client=True, keeps_process=True),
    "agent-sdk": DriverEntry("probe.drivers.agent_sdk:open_agent_sdk", runs_client=True, keeps_process=True),
    "agent-sdk-isolated": DriverEntry(
        "probe.drivers.agent_sdk:open_agent_sdk_isolated", runs_client=True, is_asked=True
    ),
    "messages": DriverEntry("probe.drivers.plain_driver:open_messages", runs_client=False),
    "chat-completions": DriverEntry("probe.drivers.plain_driver:open_chat_completions", runs_client=False),
}
"""Imported by name, so that `--help` lists them without loading any."""

Drivers = Mapping[str, DriverEntry]
