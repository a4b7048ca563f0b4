"""Faults of upstreams that answer, and report it wrongly: errors, tokens, signatures."""

import json
from dataclasses import dataclass, replace

from probe.upstream.faults.fault import AnswerFault, CountFault, Stage, WireFault
from probe.upstream.messages import AssistantMessage, CacheUse, ThinkingBlock
from probe.upstream.params import Choice, Number, param
from probe.upstream.request import MessagesRequest
from probe.upstream.script import ResponseHead, Script, Send, body_of, error_script, json_script
from probe.upstream.signature import signature_of

_MOST_FACTOR = 1000.0
_HIDDEN = "Upstream request failed"


@dataclass(frozen=True)
class ErrorShape(WireFault):
    """Errors come in the shape of OpenAI or FastAPI, as text or HTML, in other words, without an id, as 500 or 200."""

    name = "error_shape"
    stage = Stage.DELIVERY
    how: str = param(Choice(("openai", "text", "html", "detail", "words", "no_id", "500", "200")), "openai", key="as")

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return an error in that shape; answers that are none stay as they are."""
        head = next((action for action in script if isinstance(action, ResponseHead)), None)
        if head is None or head.status < 400:
            return script
        if self.how == "no_id":
            return (replace(head, identified=False), Send(body_of(script)))
        error = json.loads(body_of(script))["error"]
        return _reshaped(self.how, head.status, error["type"], error["message"])


@dataclass(frozen=True)
class UsageFactor(AnswerFault):
    """The answer says this many times the input tokens: all answers, streams only, or whole answers only."""

    name = "usage_factor"
    factor: float = param(Number(_MOST_FACTOR))
    where: str = param(Choice(("all", "stream", "whole")), "all", key="in")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same answer with another usage."""
        if self.where != "all" and answer.stream != (self.where == "stream"):
            return answer
        cache = answer.cache and CacheUse(self._times(answer.cache.read), self._times(answer.cache.written))
        return replace(answer, input_tokens=self._times(answer.input_tokens), cache=cache)

    def _times(self, tokens: int) -> int:
        return round(tokens * self.factor)


@dataclass(frozen=True)
class CountFactor(CountFault):
    """The endpoint count_tokens says this many times the tokens; with 0 there is no such endpoint."""

    name = "count_factor"
    factor: float = param(Number(_MOST_FACTOR), 0.0)

    def rewrite_count(self, script: Script, tokens: int) -> Script:
        """Return another count, or a 404."""
        if not self.factor:
            return error_script(404, "Not found")
        return json_script({"input_tokens": round(tokens * self.factor)})


@dataclass(frozen=True)
class ThinkingSignature(AnswerFault):
    """Thinking comes without its signature, or with one that the upstream does not take back."""

    name = "thinking_signature"
    how: str = param(Choice(("lost", "changed")), "lost", key="is")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same answer, its thinking signed wrongly."""
        blocks = (self._signed(block) if isinstance(block, ThinkingBlock) else block for block in answer.blocks)
        return replace(answer, blocks=tuple(blocks))

    def _signed(self, block: ThinkingBlock) -> ThinkingBlock:
        return replace(block, signature="" if self.how == "lost" else signature_of("another " + block.text))


def _reshaped(how: str, status: int, kind: str, words: str) -> Script:
    match how:
        case "openai":
            return _error(status, "application/json", json.dumps({"error": {"message": words, "type": kind}}))
        case "detail":
            return _error(status, "application/json", json.dumps({"detail": words}))
        case "text":
            return _error(status, "text/plain", words)
        case "html":
            return _error(status, "text/html", f"<html><body><h1>{status}</h1></body></html>")
        case "500":
            return error_script(500, words)
        case "200":
            return json_script({"success": False, "message": words})
        case _:
            return error_script(status, _HIDDEN)


def _error(status: int, content_type: str, body: str) -> Script:
    return (ResponseHead(status, (("content-type", content_type),)), Send(body.encode()))
