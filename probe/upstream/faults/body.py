"""Faults in the body of a 200: it ends too soon, holds an error, or does not parse."""

import re
from dataclasses import dataclass, replace

from probe.upstream.chat_script import chunk
from probe.upstream.faults.fault import AnswerFault, Stage, WireFault
from probe.upstream.messages import AssistantMessage
from probe.upstream.params import Boolean, Choice, Integer, Text, param
from probe.upstream.request import MessagesRequest
from probe.upstream.script import Action, Close, Script, Send, cut, error_json, event, head_of, json_script

_BROKEN_JSON = b'{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "te'

_USAGE = re.compile(rb', "usage": \{[^{}]*\}')


@dataclass(frozen=True)
class Truncate(WireFault):
    """The body ends before message_stop: properly (clean) or by a closed connection."""

    name = "truncate"
    stage = Stage.DELIVERY
    after: int = param(Integer(), 1)
    clean: bool = param(Boolean(), True)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return `after` content events, then the end."""
        end: tuple[Action, ...] = () if self.clean else (Close(),)
        return (*cut(script, self.after), *end)


@dataclass(frozen=True)
class ErrorEvent(WireFault):
    """An error event inside a 200; an error object where no stream was asked for."""

    name = "error_event"
    stage = Stage.DELIVERY
    error_type: str = param(Text(), "overloaded_error", key="type")
    message: str = param(Text(), "Overloaded")
    after: int = param(Integer(), 0)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return `after` content events, then the error."""
        if answer.chat:
            error = {"error": {"type": self.error_type, "message": self.message, "code": None, "param": None}}
        else:
            error = error_json(self.error_type, self.message)
        if not answer.stream:
            return json_script(error)
        return (*cut(script, self.after), Send(chunk(error) if answer.chat else event("error", error)))


@dataclass(frozen=True)
class BadJson(WireFault):
    """One event's data, or the JSON body, is broken JSON."""

    name = "bad_json"
    stage = Stage.DELIVERY
    after: int = param(Integer(), 1)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return `after` content events, a broken one, and the rest as it was."""
        if not answer.stream:
            return (*head_of(script), Send(_BROKEN_JSON))
        before = cut(script, self.after)
        name = b"" if answer.chat else b"event: content_block_delta\n"
        broken = Send(name + b"data: " + _BROKEN_JSON + b"\n\n", content=True)
        return (*before, broken, *script[len(before) :])


@dataclass(frozen=True)
class BadSse(WireFault):
    """The stream's framing breaks: events go on as bare JSON lines, without event: and data: fields."""

    name = "bad_sse"
    stage = Stage.DELIVERY
    after: int = param(Integer(), 1)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return `after` content events, then lines that no parser of events knows; a JSON body gets them too."""
        if not answer.stream:
            return (*head_of(script), Send(b"message " + _BROKEN_JSON + b"\n\n"))
        before = cut(script, self.after)
        return (*before, *(_unframed(action) for action in script[len(before) :]))


@dataclass(frozen=True)
class NotStreamed(AnswerFault):
    """One JSON object where a stream was asked for."""

    name = "not_streamed"

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same answer, not as a stream."""
        return replace(answer, stream=False)


def _unframed(action: Action) -> Action:
    if not isinstance(action, Send):
        return action
    _, _, data = action.data.partition(b"data: ")
    return Send(data, action.content)


@dataclass(frozen=True)
class NoUsage(WireFault):
    """An answer that does not say what it used: without `usage`, with an empty one, or with zeros."""

    name = "no_usage"
    stage = Stage.DELIVERY
    form: str = param(Choice(("absent", "empty", "zero")), "absent")

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the answer with its usage taken away."""
        return tuple(
            replace(action, data=_USAGE.sub(self._instead, action.data)) if isinstance(action, Send) else action
            for action in script
        )

    def _instead(self, found: re.Match[bytes]) -> bytes:
        if self.form == "absent":
            return b""
        return b', "usage": {}' if self.form == "empty" else re.sub(rb"\d+", b"0", found[0])
