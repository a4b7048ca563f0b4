"""Access of a case to its target: each request that it makes is kept as evidence."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from pydantic import SecretStr

from probe.checks.api_client import beginning
from probe.checks.api_result import ApiRequest, ApiResult, SendRequest
from probe.checks.deep.case_ends import ClientUnusable, NotServed, OutOfTime
from probe.checks.deep.client_reply import ClientAnswer, ClientReply, DeepClient
from probe.checks.deep.message_content import MessageContent, read_content
from probe.checks.deep.request_parts import OwnRequest
from probe.checks.time_budget import TimeBudget
from probe.model.choices import TokenHeader
from probe.model.client import ModelUsage
from probe.model.correlation import best_id
from probe.model.deep_report import CaseRequest
from probe.model.outcome import Outcome
from probe.sanitise import printable
from probe.texts.phrase import Words

PLAIN = "plain HTTP"
CLIENT = "Claude Code"
MESSAGES = "/v1/messages"
COUNT_TOKENS = "/v1/messages/count_tokens"
_MAX_TOKENS = 256
_MOST_QUOTED = 300


@dataclass
class PlainReply:
    """The reply to a plain request."""

    result: ApiResult

    @property
    def served(self) -> bool:
        """True where a whole answer came."""
        return self.result.ok

    @property
    def status(self) -> int | None:
        """The HTTP status."""
        return self.result.status

    @property
    def code(self) -> str:
        """The reply in a word or two: `HTTP 400`, `ETIMEDOUT`."""
        return f"HTTP {self.status}" if self.status else self.result.category.value

    @property
    def evidence(self) -> Words:
        """The words of a refusal, or of what went wrong."""
        return self.result.evidence or self.code

    @property
    def timed_out(self) -> bool:
        """True where it did not end in its time."""
        return self.result.outcome is Outcome.TIMED_OUT

    @cached_property
    def content(self) -> MessageContent:
        """The content of the answer; an empty one where there is none."""
        return read_content(self.result.body) or MessageContent()

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one where it is none."""
        try:
            value = json.loads(self.result.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def usage(self) -> ModelUsage:
        """The tokens that the answer says; None for what it does not say."""
        return (self.result.exchange and self.result.exchange.usage) or ModelUsage()

    def required(self) -> Self:
        """Return the reply itself, for a case that cannot do without its answer. Raises NotServed."""
        if not self.served:
            raise NotServed(self.evidence)
        return self


class TargetAccess:
    """Makes the requests of one case, to one target, within its time.

    `client` is the real client, where it may be called, and `reference` the target that this one is compared with.
    `requests` are those that were made; `nonce` is a word that nobody else knows. `redact` takes secrets out of a text.
    """

    def __init__(
        self,
        base_url: str,
        auth: TokenHeader,
        model: str,
        send: SendRequest,
        budget: TimeBudget,
        token: SecretStr | None,
        extra_headers: Mapping[str, str],
        redact: Callable[[str], str] = str,
        words: Callable[[Words], str] = str,
    ) -> None:
        self.model = model
        self.budget = budget
        self.nonce = secrets.token_hex(8)
        self.requests: list[CaseRequest] = []
        self.timeouts = 0
        self._base_url = base_url
        self._auth = auth
        self._send = send
        self._token = token
        self._extra_headers = extra_headers
        self._redact = redact
        self._words = words
        self.client: DeepClient | None = None
        self.reference: TargetAccess | None = None

    @property
    def has_client(self) -> bool:
        """True where calls of the real client may be made."""
        return self.client is not None

    @property
    def is_unanswered(self) -> bool:
        """True where requests were made, and no response came to any of them."""
        return bool(self.requests) and all(request.status is None for request in self.requests)

    def call_client(self, name: Words, prompt: str, earlier: ClientReply | None = None) -> ClientReply:
        """Make a call of the real client; in the session of an earlier one where that is given.

        Raises OutOfTime, and ClientUnusable where there is no client.
        """
        if self.client is None:
            raise ClientUnusable("no client is to be started", None)
        seconds = self.budget.next_s
        if not seconds:
            raise OutOfTime
        reply = self.client.call(prompt, seconds, earlier.session_id if earlier else None)
        self.timeouts += reply.timed_out
        self.requests += [self._client_request(name, request) for request in reply.requests]
        return reply

    def own_request(self, variables: Mapping[str, str]) -> OwnRequest:
        """Return the request that the real client would make with these variables set. Raises ClientUnusable."""
        if self.client is None:
            raise ClientUnusable("no client is to be started", None)
        return self.client.own_request(variables)

    def post(
        self,
        name: Words,
        body: Mapping[str, Any],
        *,
        path: str = MESSAGES,
        headers: Mapping[str, str] | None = None,
    ) -> PlainReply:
        """Send a request by plain HTTP. The model is added where the body names none, and for messages `max_tokens`.

        `name` says what the request is for. Raises OutOfTime.
        """
        defaults = {"model": self.model} | ({"max_tokens": _MAX_TOKENS} if path == MESSAGES else {})
        data = json.dumps({**defaults, **body}).encode()
        return self.post_bytes(name, data, path=path, headers=headers)

    def post_bytes(
        self, name: Words, data: bytes, *, path: str = MESSAGES, headers: Mapping[str, str] | None = None
    ) -> PlainReply:
        """Send a body as it is. Raises OutOfTime."""
        seconds = self.budget.next_s
        if not seconds:
            raise OutOfTime
        sent_headers = {**self._headers(), **(headers or {})}
        result = self._send(ApiRequest(self._base_url, "POST", path, sent_headers, data), seconds)
        reply = PlainReply(result)
        self.timeouts += reply.timed_out
        self.requests.append(self._request(name, path, reply))
        return reply

    def _headers(self) -> dict[str, str]:
        headers = {"anthropic-version": "2023-06-01", "accept": "*/*", "content-type": "application/json"}
        if self._token is not None:
            headers |= [self._auth.header(self._token.get_secret_value())]
        return {**headers, **self._extra_headers}

    def _request(self, name: Words, path: str, reply: PlainReply) -> CaseRequest:
        result = reply.result
        exchange = result.exchange
        return CaseRequest(
            name=self._words(name),
            by=PLAIN,
            path=path,
            status=result.status,
            outcome=result.outcome,
            ms=round(result.wall_ms, 3),
            usage=exchange.usage if exchange else None,
            request_id=best_id(exchange.correlation) if exchange else None,
            quote=self._quote(reply),
        )

    def _client_request(self, name: Words, request: ClientAnswer) -> CaseRequest:
        exchange = request.exchange
        ended, begun = exchange.ended_at_ms or 0.0, exchange.request_begun_at_ms or 0.0
        return CaseRequest(
            name=self._words(name),
            by=CLIENT,
            path=exchange.path,
            status=exchange.status,
            outcome=request.outcome,
            ms=round(max(ended - begun, 0.0), 3),
            usage=exchange.usage,
            request_id=best_id(exchange.correlation),
            quote=printable(self._redact(_said(request.content) or self._words(request.evidence)), _MOST_QUOTED),
        )

    def _quote(self, reply: PlainReply) -> str:
        """Return the beginning of an answer as a person reads it: of a stream its content, of all else the body."""
        if not reply.result.streamed:
            return beginning(reply.result.body, self._redact, _MOST_QUOTED)
        return printable(self._redact(_said(reply.content) or self._words(reply.evidence)), _MOST_QUOTED)


def _said(content: MessageContent) -> str:
    """Return an answer in one line: its text, its calls of tools, and why it ended."""
    tools = (f"{tool.name}({tool.sent})" for tool in content.tools)
    ended = f"[{content.stop_reason}]" if content.stop_reason else ""
    return " ".join(part for part in (content.text, *tools, ended) if part)
