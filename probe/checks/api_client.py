"""Small requests to an upstream, each within its limit, and what came of them in one shape."""

import html
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from probe.checks.time_budget import TimeBudget
from probe.model.check import Category, EndpointProbe
from probe.model.choices import TokenHeader
from probe.model.exchange import Exchange
from probe.model.outcome import Flag, Outcome
from probe.model.refusal import USAGE_LIMIT
from probe.sanitise import printable
from probe.units import format_duration

MAX_TOKENS = 256
SHORT_ANSWER = "PROBE_OK"
SHORT_PROMPT = f"Reply with exactly: {SHORT_ANSWER}"
LONG_PROMPT = "Reply with exactly: " + " ".join(str(number) for number in range(1, 41))
"""Long enough to tell a stream from a burst."""
MOST_PAUSES = 2
PAUSE_S = 2.0
"""How long to wait where an upstream does not say when it may be asked again."""
_LONGEST_PAUSE_S = 10.0
_BODY_CHARS = 160
_LOOKED_AT = 4000
_MOST_TIMEOUTS = 2
_ESCAPE = re.compile(r"\\u00([2-7][0-9a-fA-F])")

_CATEGORIES = {
    Outcome.OK: Category.OK,
    Outcome.DNS: Category.DNS,
    Outcome.CONNECTION_REFUSED: Category.REFUSED,
    Outcome.CONNECT_TIMEOUT: Category.TIMEOUT,
    Outcome.TIMED_OUT: Category.TIMEOUT,
    Outcome.TLS: Category.SSL,
    Outcome.CONNECTION_RESET: Category.RESET,
    Outcome.TRUNCATED_STREAM: Category.BROKEN,
    Outcome.STREAM_ERROR: Category.BROKEN,
    Outcome.MALFORMED_RESPONSE: Category.BROKEN,
}


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request: `path` follows the base URL."""

    base_url: str
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class ApiResult:
    """What came of a request, without secrets. `exchange` is what the recorder saw of it.

    `challenged`: a bot check or a web firewall answered.
    """

    exchange: Exchange | None
    status: int | None
    body: bytes
    wall_ms: float
    outcome: Outcome
    cause: str | None = None
    evidence: str = ""
    flags: tuple[Flag, ...] = ()
    challenged: bool = False

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.OK

    @property
    def location(self) -> str | None:
        return self.exchange.location if self.exchange else None

    @property
    def retry_in_s(self) -> float | None:
        return self.exchange.retry_in_s if self.exchange else None

    @property
    def content_type(self) -> str:
        return (self.exchange.content_type or "") if self.exchange else ""


SendRequest = Callable[[ApiRequest, float], ApiResult]
"""(request, seconds it may take) -> what came of it."""


@dataclass(frozen=True, slots=True)
class EndpointResult:
    """A request of the check by name, for people and for the judgement."""

    probe: EndpointProbe
    sent: ApiResult

    @property
    def ok(self) -> bool:
        return self.sent.ok


class ApiClient:
    """Asks an upstream as one user. `calls` counts the requests that a model had to answer, `unasked` those for which
    no time was left or whose time was cut by the limit of the whole check, `tried` is all that was asked, `bursts` what
    was refused as too many requests and then served after a pause. Two requests that took all their time are enough:
    what hangs twice would use up the time of the client's calls. `redact` takes secrets out of a text.
    """

    def __init__(
        self,
        send: SendRequest,
        budget: TimeBudget,
        token: SecretStr | None,
        extra: Mapping[str, str],
        redact: Callable[[str], str] = str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._send = send
        self._token = token
        self._extra = extra
        self._redact = redact
        self._sleep = sleep
        self._timeouts = 0
        self._pauses = 0
        self.budget = budget
        self.calls = 0
        self.unasked: list[str] = []
        self.tried: list[EndpointResult] = []
        self.bursts: list[EndpointResult] = []

    def messages(
        self, name: str, base_url: str, auth: TokenHeader, model: str, *, stream: bool
    ) -> EndpointResult | None:
        """A tiny call of the Messages API."""
        body = _body(model, stream=stream)
        return self._call(lambda: self.ask(name, base_url, auth, "POST", "/v1/messages", body))

    def chat(self, name: str, base_url: str, path: str, model: str, *, stream: bool) -> EndpointResult | None:
        """A tiny call of chat completions."""
        body = _body(model, stream=stream)
        return self._call(lambda: self.ask(name, base_url, TokenHeader.BEARER, "POST", path, body))

    def ask(
        self,
        name: str,
        base_url: str,
        auth: TokenHeader,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
    ) -> EndpointResult | None:
        """One request; None where no time is left for it, or where the limit of the whole check cut it."""
        seconds = self.budget.next_s
        if not seconds or self._timeouts >= _MOST_TIMEOUTS:
            self.unasked.append(name)
            return None
        data = None if body is None else json.dumps(body).encode()
        sent = self._send(ApiRequest(base_url, method, path, self._headers(auth, data is not None), data), seconds)
        cut_short = sent.outcome is Outcome.TIMED_OUT and self.budget.is_short(seconds)
        self._timeouts += sent.outcome is Outcome.TIMED_OUT
        probe = EndpointProbe(
            name=name,
            method=method,
            url=base_url + path,
            auth=auth.value,
            status=sent.status,
            category=category_of(sent),
            outcome=sent.outcome,
            cause=sent.cause,
            ms=round(sent.wall_ms, 3),
            wait_ms=sent.exchange.wait_ms if sent.exchange else None,
            streamed=bool(sent.exchange and sent.exchange.streamed),
            cut_short=cut_short,
            body=_shown(sent, self._redact),
        )
        tried = EndpointResult(probe, sent)
        self.tried.append(tried)
        if cut_short:
            self.unasked.append(f"{name} (cut after {format_duration(seconds)})")
            return None
        return tried

    def pause(self, retry_in_s: float | None) -> bool:
        """Wait as long as the upstream says, where that is short and there is time; return whether it was done."""
        seconds = PAUSE_S if retry_in_s is None else retry_in_s
        if self._pauses >= MOST_PAUSES or seconds > _LONGEST_PAUSE_S or self.budget.next_s < 2 * seconds:
            return False
        self._pauses += 1
        self._sleep(seconds)
        return True

    def _call(self, ask: Callable[[], EndpointResult | None]) -> EndpointResult | None:
        """Ask a model; once more after a pause where this check's own requests may have been too many."""
        tried = ask()
        self.calls += tried is not None
        if tried is None or not self._may_be_burst(tried.sent) or not self.pause(tried.sent.retry_in_s):
            return tried
        again = ask()
        self.calls += again is not None
        if again is not None and again.sent.outcome is not Outcome.RATE_LIMITED:
            self.bursts.append(tried)
        return again or tried

    def _may_be_burst(self, sent: ApiResult) -> bool:
        """Whether too many requests are complained of, and others were served before."""
        limited = sent.outcome is Outcome.RATE_LIMITED and sent.cause != USAGE_LIMIT
        return limited and any(each.ok for each in self.tried)

    def _headers(self, auth: TokenHeader, has_body: bool) -> dict[str, str]:
        headers = {"anthropic-version": "2023-06-01", "accept": "*/*"}
        if has_body:
            headers["content-type"] = "application/json"
        if self._token is not None:
            headers |= [auth.header(self._token.get_secret_value())]
        return {**headers, **self._extra}


def _body(model: str, *, stream: bool) -> dict[str, object]:
    prompt = LONG_PROMPT if stream else SHORT_PROMPT
    return {
        "model": model,
        "max_tokens": MAX_TOKENS,
        "stream": stream,
        "messages": [{"role": "user", "content": prompt}],
    }


def category_of(sent: ApiResult) -> Category:
    """The class of an answer."""
    if sent.outcome in _CATEGORIES:
        return _CATEGORIES[sent.outcome]
    if sent.status is not None and sent.status >= 300:
        return Category.HTTP_3XX if sent.status < 400 else Category.HTTP_4XX if sent.status < 500 else Category.HTTP_5XX
    return Category.PROXY if (sent.cause or "").startswith("proxy") else Category.OTHER


def _shown(sent: ApiResult, redact: Callable[[str], str]) -> str:
    """The beginning of a body as a person reads it, since a secret may be escaped, and then without secrets.

    Of a stream nothing: a secret may stand in it in pieces.
    """
    if sent.exchange is not None and sent.exchange.streamed:
        return ""
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), sent.body[:_LOOKED_AT].decode("utf-8", "replace"))
    return printable(redact(printable(html.unescape(text))), _BODY_CHARS)
