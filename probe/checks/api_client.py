"""Ask an upstream in small requests, each within its limit."""

import html
import json
import re
import time
from collections.abc import Callable, Mapping

from pydantic import SecretStr

from probe.checks.api_result import ApiRequest, ApiResult, EndpointResult, SendRequest
from probe.checks.time_budget import TimeBudget
from probe.model.check_report import EndpointProbe
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT
from probe.sanitise import printable
from probe.texts.phrase import Words, phrase
from probe.units import format_duration

MAX_TOKENS = 256
SHORT_ANSWER = "PROBE_OK"
SHORT_PROMPT = f"Reply with exactly: {SHORT_ANSWER}"
LONG_PROMPT = "Reply with exactly: " + " ".join(str(number) for number in range(1, 41))
"""Long enough to tell a stream from a burst."""
MOST_PAUSES = 2
PAUSE_S = 2.0
"""The pause where an upstream does not say when it may be asked again."""
_LONGEST_PAUSE_S = 10.0
_BODY_CHARS = 160
_READ_BYTES = 4000
_MOST_TIMEOUTS = 2
"""An upstream that hangs twice would use up the time of the client's calls."""
_ESCAPE = re.compile(r"\\u00([2-7][0-9a-fA-F])")


class ApiClient:
    """A client of an upstream's API, with one token and one budget of time.

    `calls` counts the requests that a model had to answer; `results` are all requests; `unasked` names those for which
    no time was left, or that the limit of the whole check cut; `bursts` are requests that were refused as too many, and
    served after a pause. `redact` takes secrets out of a text.
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
        self.unasked: list[Words] = []
        self.results: list[EndpointResult] = []
        self.bursts: list[EndpointResult] = []

    def messages(
        self, name: str, base_url: str, auth: TokenHeader, model: str, *, stream: bool
    ) -> EndpointResult | None:
        """Make a tiny call of the Messages API; None where no time is left for it."""
        body = _body(model, stream=stream)
        return self._call(lambda: self.ask(name, base_url, auth, "POST", "/v1/messages", body))

    def chat(self, name: str, base_url: str, path: str, model: str, *, stream: bool) -> EndpointResult | None:
        """Make a tiny call of chat completions; None where no time is left for it."""
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
        """Make a request; None where no time is left for it, or where the limit of the whole check cut it."""
        seconds = self.budget.next_s
        if not seconds or self._timeouts >= _MOST_TIMEOUTS:
            self.unasked.append(name)
            return None
        data = None if body is None else json.dumps(body).encode()
        request = ApiRequest(base_url, method, path, self._headers(auth, data is not None), data)
        answer = self._send(request, seconds)
        timed_out = answer.outcome is Outcome.TIMED_OUT
        self._timeouts += timed_out
        cut_short = timed_out and self.budget.is_short(seconds)
        probe = EndpointProbe(
            name=name,
            method=method,
            url=base_url + path,
            auth=auth.value,
            status=answer.status,
            category=answer.category,
            outcome=answer.outcome,
            cause=answer.cause,
            ms=round(answer.wall_ms, 3),
            wait_ms=answer.exchange.wait_ms if answer.exchange else None,
            streamed=answer.streamed,
            cut_short=cut_short,
            body="" if answer.streamed else beginning(answer.body, self._redact, _BODY_CHARS),
        )
        result = EndpointResult(probe, answer)
        self.results.append(result)
        if cut_short:
            self.unasked.append(phrase("check.out_of_time.cut", name=name, time=format_duration(seconds)))
            return None
        return result

    def pause(self, retry_in_s: float | None) -> bool:
        """Wait as long as the upstream says, where that is short and there is time; return True where it was done."""
        seconds = PAUSE_S if retry_in_s is None else retry_in_s
        if self._pauses >= MOST_PAUSES or seconds > _LONGEST_PAUSE_S or self.budget.next_s < 2 * seconds:
            return False
        self._pauses += 1
        self._sleep(seconds)
        return True

    def _call(self, ask: Callable[[], EndpointResult | None]) -> EndpointResult | None:
        """Ask a model; once more after a pause where this check's own requests may have been too many."""
        result = ask()
        self.calls += result is not None
        if result is None or not self._may_be_burst(result.answer) or not self.pause(result.answer.retry_in_s):
            return result
        again = ask()
        self.calls += again is not None
        if again is not None and again.answer.outcome is not Outcome.RATE_LIMITED:
            self.bursts.append(result)
        return again or result

    def _may_be_burst(self, answer: ApiResult) -> bool:
        """Return True for a refusal as too many requests, where others were served before."""
        limited = answer.outcome is Outcome.RATE_LIMITED and answer.cause != USAGE_LIMIT
        return limited and any(result.ok for result in self.results)

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


def beginning(body: bytes, redact: Callable[[str], str], most: int) -> str:
    """Return the beginning of a body, without secrets, as a person reads it, since a secret may be escaped.

    Not for a stream, in which a secret may stand in pieces.
    """
    text = body[:_READ_BYTES].decode("utf-8", "replace")
    unescaped = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return printable(redact(printable(html.unescape(unescaped))), most)
