"""Drive the Claude Agent SDK for Python, in a program of its own: `ClaudeSDKClient` for a round, or a `query()` a call.

The SDK copies the environment of its process to the client and can leave nothing out, so that the program gets a clean
one. It is asked, ended and killed as a living client is (`live_round`), since the SDK's own ways to end take seconds.
"""

import json
import sys
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from probe.drivers import agent_sdk_child
from probe.drivers.claude_live import ClaudeLive, interrupt_line
from probe.drivers.claude_print import ClientDriverFactory, open_client
from probe.drivers.context import ArmContext, RunContext
from probe.drivers.find_sdk import check_sdk, sdk_version
from probe.drivers.live_round import Dialogue
from probe.drivers.locate import Client
from probe.drivers.process import ChildCommand
from probe.drivers.sandbox import Sandbox
from probe.drivers.sdk_options import SdkOptions
from probe.drivers.sdk_round import SdkRound, is_ending, is_ready
from probe.errors import UsageError
from probe.model.choices import AGENT_SDK, AGENT_SDK_ISOLATED, Session
from probe.model.scenario import Step
from probe.ports import CallOrder, Priming

CHILD = Path(agent_sdk_child.__file__)


def open_agent_sdk(run: RunContext) -> AbstractContextManager[ClientDriverFactory]:
    """Open the factory of `agent-sdk`. Raises EnvironmentUnusableError without the SDK, ClientNotFoundError."""
    check_sdk(CHILD, is_ready, run.environment, run.cancel)
    return open_client(run, AgentSdk)


def open_agent_sdk_isolated(run: RunContext) -> AbstractContextManager[ClientDriverFactory]:
    """Open the factory of `agent-sdk-isolated`, as `open_agent_sdk` does."""
    check_sdk(CHILD, is_ready, run.environment, run.cancel)
    return open_client(run, AgentSdkIsolated)


class AgentSdk(ClaudeLive):
    """The driver `agent-sdk`: a `ClaudeSDKClient`, which a step with the session `live` asks again.

    Raises UsageError for a client that is more than one program, and what `ClaudeLive` raises.
    """

    name = AGENT_SDK
    called = "ClaudeSDKClient"
    mode = "client"
    interrupt = interrupt_line()

    def __init__(self, client: Client, root: Path, run: RunContext, arm: ArmContext) -> None:
        super().__init__(client, root, run, arm)
        if len(client.argv) > 1:
            raise UsageError(
                f"the Agent SDK runs one program, and {' '.join(client.argv)!r} is several words",
                key="--client",
                remedy="Name a program: a script that runs them does.",
            )
        self.client = client.info.model_copy(update={"sdk": sdk_version()})
        self.dialogue = Dialogue(self._question, self.interrupt, None, is_ending, is_ready)
        self._sdk_options = SdkOptions(client, run.spec.options)

    def argv(self, step: Step, session_id: str, earlier_id: str | None) -> tuple[str, ...]:
        """Return what is called, with its options, in the place of a command line."""
        options = self._sdk_options.shown(CallOrder(0, step, session_id, earlier_id))
        return (self.called, *(f"{name}={value!r}" for name, value in options.items()), step.prompt)

    def shown_argv(self, order: CallOrder) -> tuple[str, ...]:
        """Return the same of an order, without secrets."""
        return tuple(map(self.arm.redactor.text, self.argv(order.step, order.session_id, order.earlier_id)))

    def adapted(self, order: CallOrder) -> CallOrder:
        """Return the order as it is."""
        return order

    def command(self, place: Sandbox, order: CallOrder, base_url: str) -> ChildCommand:
        """Return the command of the SDK's program."""
        environment = self.environment(place, base_url, self.arm.token_value)
        argv = (sys.executable, "-I", str(CHILD), self.mode)
        return ChildCommand(argv, environment, place.work, is_asked=True)

    def _argv_template(self, step: Step) -> tuple[str, ...]:
        return (*self.argv(step, "<uuid>", None)[:-1], "<prompt>")

    def _round(self, place: Sandbox, priming: Priming) -> SdkRound:
        return SdkRound(self, place, priming, guarded=self.is_guarded)

    def _question(self, order: CallOrder) -> bytes:
        options = {"cli_path": self._client.argv[0], **self._sdk_options.shown(order)}
        message = {"role": "user", "content": order.step.prompt}
        return json.dumps({"type": "user", "message": message, "options": options}).encode() + b"\n"


class AgentSdkIsolated(AgentSdk):
    """The driver `agent-sdk-isolated`: a `query()` for each call, which starts a client. `live` resumes the session."""

    name = AGENT_SDK_ISOLATED
    called = "query"
    mode = "query"
    interrupt = b""

    def adapted(self, order: CallOrder) -> CallOrder:
        """Return the order without a process that goes on."""
        step = order.step
        if step.session is Session.LIVE:
            step = step.model_copy(update={"session": Session.RESUME})
        return replace(order, step=step, goes_on=False)
