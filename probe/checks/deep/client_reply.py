"""A call of the real client in a deep check: its requests with their answers, and what its tool received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from probe.checks.deep.case_ends import NotServed
from probe.checks.deep.message_content import MessageContent
from probe.checks.deep.request_parts import OwnRequest
from probe.model.client import ModelUsage
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.texts.phrase import Words

ECHO = "mcp__probe__echo"
"""The only tool that the client may use: it gives back its text after a mark."""


@dataclass(frozen=True, slots=True)
class ClientAnswer:
    """A request of the client for an answer, as JSON, and what came; `outcome` and `evidence` as of any call."""

    exchange: Exchange
    request: Mapping[str, Any]
    content: MessageContent
    outcome: Outcome
    evidence: Words

    @property
    def usage(self) -> ModelUsage:
        """The tokens that the answer says; None for what it does not say."""
        return self.exchange.usage or ModelUsage()

    @property
    def offers_echo(self) -> bool:
        """True where the tool stands in the request."""
        tools = self.request.get("tools")
        names = [tool.get("name") for tool in tools if isinstance(tool, Mapping)] if isinstance(tools, list) else []
        return ECHO in names


@dataclass(frozen=True, slots=True)
class ClientReply:
    """The outcome of a call of the client: its requests for an answer, in order, and what the tool received.

    `received` are the arguments of the tool as they came to it; its answers begin with `mark`. `evidence` says why the
    call failed, where it did.
    """

    requests: Sequence[ClientAnswer]
    evidence: Words
    received: Sequence[Mapping[str, Any]]
    mark: str
    session_id: str
    timed_out: bool = False

    @property
    def answers(self) -> list[ClientAnswer]:
        """The requests that were answered."""
        return [request for request in self.requests if request.exchange.good]

    def required(self) -> Self:
        """Return the reply itself, for a case that cannot do without an answer. Raises NotServed."""
        if not self.answers:
            raise NotServed(self.evidence)
        return self

    @property
    def refusals(self) -> list[str]:
        """The client's words on calls of tools that failed, from the request that hands the results in."""
        blocks = [block for answer in self.answers[1:2] for block in _results(answer.request)]
        return [_text(block.get("content")) for block in blocks if block.get("is_error")]


class DeepClient(Protocol):
    """The real client, in one sandbox for all cases of a target."""

    def call(self, prompt: str, timeout_s: float, earlier_id: str | None) -> ClientReply:
        """Make a call; `earlier_id` is the session that it goes on with. Raises ClientUnusable."""
        ...

    def own_request(self, variables: Mapping[str, str]) -> OwnRequest:
        """Return the request that the client makes with these variables set, as an upstream of ours receives it.

        Nothing goes to the target. Raises ClientUnusable.
        """
        ...


def _results(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the results of tools in the last message of a request that has some."""
    messages = request.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        content = message.get("content") if isinstance(message, Mapping) else None
        blocks = [block for block in content if isinstance(block, Mapping)] if isinstance(content, list) else []
        results = [block for block in blocks if block.get("type") == "tool_result"]
        if results:
            return results
    return []


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return " ".join(str(block.get("text") or "") for block in blocks if isinstance(block, Mapping))
