"""Choose the ClaudeAgentOptions of a call."""

import uuid
from typing import Any

from probe.drivers.client_command import LEAN_SYSTEM_PROMPT
from probe.drivers.locate import Client
from probe.model.choices import Session, Workload
from probe.model.run_manifest import Options
from probe.ports import CallOrder


class SdkOptions:
    """Builds options as `claude-print` has them: the client's own prompt and tools, one turn, no MCP servers.

    The model is an option where the command line names one. Else the client takes that of its environment, which is the
    target's.
    """

    def __init__(self, client: Client, options: Options) -> None:
        self._partial = client.understands("--include-partial-messages")
        self._options = options

    def shown(self, order: CallOrder) -> dict[str, Any]:
        """Return the options of a call, without the path to the client."""
        own = self._options
        model = {"model": own.model} if own.model else {}
        partial = {"include_partial_messages": True} if self._partial else {}
        return {**model, **self._workload(), **self._safety(), **partial, **_session(order)}

    def _workload(self) -> dict[str, Any]:
        if self._options.workload is Workload.LEAN:
            return {"tools": [], "system_prompt": LEAN_SYSTEM_PROMPT}
        return {"system_prompt": {"type": "preset", "preset": "claude_code"}}

    def _safety(self) -> dict[str, Any]:
        """Return what limits a call to one turn; that every tool is refused is in the sandbox's settings."""
        if self._options.dangerously_skip_permissions:
            return {"permission_mode": "bypassPermissions"}
        return {"max_turns": 1, "strict_mcp_config": True}


def _session(order: CallOrder) -> dict[str, Any]:
    earlier = order.earlier_id or order.session_id
    match order.step.session:
        case Session.NEW | Session.SAME_ID:
            return {"session_id": order.session_id}
        case Session.LIVE:  # for a process that starts anew; one that goes on has its options already
            return {"session_id": str(uuid.uuid4())}
        case Session.RESUME:
            return {"resume": earlier}
        case Session.FORK:
            return {"resume": earlier, "fork_session": True}
        case Session.CONTINUE:
            return {"continue_conversation": True}
