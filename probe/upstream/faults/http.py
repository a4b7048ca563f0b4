"""Faults of HTTP and below it: statuses, redirects, resets, bodies that are no answer."""

import gzip
import math
from dataclasses import dataclass
from http import HTTPStatus

from probe.upstream.faults.fault import Stage, WireFault
from probe.upstream.messages import AssistantMessage
from probe.upstream.params import Choice, Duration, Integer, Text, param
from probe.upstream.script import (
    Close,
    Reset,
    ResponseHead,
    Script,
    Send,
    body_of,
    cut,
    error_script,
    head_of,
    json_script,
)

_MESSAGES = {
    401: "invalid x-api-key",
    402: "Your credit balance is too low to access the Anthropic API.",
    403: "Your API key does not have permission to use the specified resource.",
    404: "model: not found",
    429: "This request would exceed your rate limit.",
    529: "Overloaded",
}
_HTML_TYPE = ("content-type", "text/html; charset=utf-8")


@dataclass(frozen=True)
class Status(WireFault):
    """An HTTP error, with Anthropic's JSON body for that code or a proxy's HTML page."""

    name = "status"
    stage = Stage.DELIVERY
    code: int = param(Integer(400, 599))
    body: str = param(Choice(("json", "html")), "json")
    retry_after_s: float | None = param(Duration(), None)
    message: str | None = param(Text(), None)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the error instead of the answer."""
        # The header knows whole seconds only.
        later = () if self.retry_after_s is None else (("retry-after", str(math.ceil(self.retry_after_s))),)
        message = self.message or _MESSAGES.get(self.code) or _phrase(self.code)
        if self.body == "json":
            return error_script(self.code, message, later)
        return (ResponseHead(self.code, (_HTML_TYPE, *later)), Send(_page(f"{self.code} {message}")))


@dataclass(frozen=True)
class Redirect(WireFault):
    """A redirect to another address."""

    name = "redirect"
    stage = Stage.DELIVERY
    to: str = param(Text())
    code: int = param(Integer(300, 399), 307)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return status and location, no body."""
        return (ResponseHead(self.code, (("location", self.to), ("content-length", "0"))),)


@dataclass(frozen=True)
class ResetFault(WireFault):
    """The connection is reset (TCP RST): before the headers, after them, or after the first content."""

    name = "reset"
    stage = Stage.DELIVERY
    when: str = param(Choice(("before", "headers", "mid")), "before")

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return as much as `when` allows, then RST."""
        if self.when == "before":
            return (Reset(),)
        return (*(head_of(script) if self.when == "headers" else cut(script, 1)), Reset())


@dataclass(frozen=True)
class Html200(WireFault):
    """A 200 with an HTML page, as a captive portal or a login page gives it."""

    name = "html_200"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return a page instead of the answer."""
        return (ResponseHead(200, (_HTML_TYPE,)), Send(_page("Welcome")))


@dataclass(frozen=True)
class Empty200(WireFault):
    """A 200 of the right type with nothing in it."""

    name = "empty_200"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the head alone."""
        return head_of(script)


@dataclass(frozen=True)
class Refusal200(WireFault):
    """A 200 with JSON that is neither an answer nor an error of the API, as new-api and one-api send it."""

    name = "refusal_200"
    stage = Stage.DELIVERY
    message: str = param(Text(), "令牌额度已用尽")

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the refusal instead of the answer."""
        return json_script({"success": False, "message": self.message, "code": 1302})


@dataclass(frozen=True)
class BadGzip(WireFault):
    """A body that says gzip and cannot be decompressed."""

    name = "bad_gzip"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return a gzip header, then bytes that no deflate stream begins with."""
        packed = gzip.compress(body_of(script), mtime=0)
        head = tuple(
            ResponseHead(action.status, (*action.headers, ("content-encoding", "gzip")))
            for action in script
            if isinstance(action, ResponseHead)
        )
        return (*head, Send(packed[:10] + b"\xff" * (len(packed) - 10)))


@dataclass(frozen=True)
class UnlabelledGzip(WireFault):
    """A body that is compressed, and no header that says so."""

    name = "unlabelled_gzip"
    stage = Stage.DELIVERY

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the head as it was, then gzip."""
        return (*head_of(script), Send(gzip.compress(body_of(script), mtime=0)))


@dataclass(frozen=True)
class ShortBody(WireFault):
    """A whole stream whose content-length promises more than comes before the connection closes."""

    name = "short_body"
    stage = Stage.DELIVERY
    by: int = param(Integer(1), 500)

    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return all of it, then the end of the connection; an answer that is no stream stays as it was."""
        if not answer.stream:
            return script
        body = body_of(script)
        length = ("content-length", str(len(body) + self.by))
        heads = (
            ResponseHead(action.status, (*action.headers, length))
            for action in script
            if isinstance(action, ResponseHead)
        )
        return (*heads, Send(body, content=True), Close())


def _page(text: str) -> bytes:
    return f"<!doctype html>\n<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>\n".encode()


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return f"Error {code}"
