"""Asks the endpoints of an upstream, each once, by plain HTTP."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from probe.checks.api_client import MOST_PAUSES, ApiClient, ApiResult, EndpointResult
from probe.checks.base_urls import other_bases
from probe.checks.gateways import is_page
from probe.checks.stream_content import holds_chat, text_of
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.model.refusal import model_is_denied, model_is_unknown
from probe.quota import quota_in
from probe.sanitise import printable

MOST_CALLS = 6 + MOST_PAUSES
MOST_OTHER_BASES = 7
_PASSING = {503, 529}
"""What an upstream answers that has too much to do for a moment."""
ABSENT = {404, 405, 410, 501}
"""What an upstream answers that has nothing at this address."""
_NOT_FOUND = re.compile(r"\b404\b.{0,40}not.?found", re.IGNORECASE)
"""What some say with HTTP 200."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the endpoints said. None was not asked.

    `again` repeats the one of `stream` and `whole` that found the upstream overloaded, where the other was answered.
    `key` is the small call with the other header for the token. `elsewhere` is a base URL at which the Messages API
    is, where the given one has none, and what was said there. `upgraded`: the server speaks TLS, and was asked in
    plain HTTP; `http2_only`: it cut HTTP/1.1 off, and answered HTTP/2.
    """

    stream: EndpointResult | None = None
    whole: EndpointResult | None = None
    again: EndpointResult | None = None
    key: EndpointResult | None = None
    count: EndpointResult | None = None
    models: EndpointResult | None = None
    chat_v1: EndpointResult | None = None
    chat: EndpointResult | None = None
    elsewhere: tuple[str, EndpointResult] | None = None
    upgraded: bool = False
    http2_only: bool = False

    @property
    def served(self) -> bool:
        """Whether the Messages API answers."""
        return any(each is not None and each.ok for each in (self.stream, self.whole))

    @property
    def messages(self) -> list[EndpointResult]:
        """The calls of the Messages API as the client makes them."""
        return [each for each in (self.stream, self.whole) if each is not None]

    @property
    def listed(self) -> tuple[str, ...] | None:
        """The models that the upstream lists, or None where it does not."""
        return listed_models(self.models.sent) if self.models else None


def ask_endpoints(
    asker: ApiClient,
    base_url: str,
    auth: TokenHeader,
    model: str,
    is_tls: Callable[[], bool],
    is_http2: Callable[[], bool],
) -> Endpoints:
    """Ask them all; `is_tls` and `is_http2` look whether the server speaks that instead."""
    stream = asker.messages("messages, streaming", base_url, auth, model, stream=True)
    whole = asker.messages("messages", base_url, auth, model, stream=False)
    if stream is None or whole is None:
        return Endpoints(stream, whole)
    if urlsplit(base_url).scheme == "http" and _odd(stream.sent) and _odd(whole.sent) and is_tls():
        return Endpoints(stream, whole, upgraded=True)
    if _cut(stream.sent) and _cut(whole.sent) and is_http2():
        return Endpoints(stream, whole, http2_only=True)
    elsewhere = None
    if no_such_path(stream.sent, model) and no_such_path(whole.sent, model):
        elsewhere = _find_base(asker, base_url, auth, model, whole.sent)
        if elsewhere:
            return Endpoints(stream, whole, elsewhere=elsewhere)
    again = None
    if stream.ok is not whole.ok and {stream.sent.status, whole.sent.status} & _PASSING:
        again = asker.messages("messages, once more", base_url, auth, model, stream=whole.ok)
    silent = Outcome.TIMED_OUT in {stream.sent.outcome, whole.sent.outcome}
    other = TokenHeader.BEARER if auth is TokenHeader.X_API_KEY else TokenHeader.X_API_KEY
    chat_v1 = asker.chat("chat completions", base_url, "/v1/chat/completions", model, stream=True)
    # The second address is asked for a stream only where the first has told nothing of streams.
    streams_again = chat_v1 is None or not chat_v1.ok
    count = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    return Endpoints(
        stream,
        whole,
        again,
        key=None if silent else asker.messages("messages", base_url, other, model, stream=False),
        count=asker.ask("count_tokens", base_url, auth, "POST", "/v1/messages/count_tokens", count),
        models=asker.ask("models", base_url, auth, "GET", "/v1/models"),
        chat_v1=chat_v1,
        chat=asker.chat("chat completions", base_url, "/chat/completions", model, stream=streams_again),
    )


def _find_base(
    asker: ApiClient, base_url: str, auth: TokenHeader, model: str, first: ApiResult
) -> tuple[str, EndpointResult] | None:
    """Another base URL with a Messages API: one that serves, else one that at least knows the path.

    Where every address answers alike, none of them is known to be the API.
    """
    known, strangers, asked = None, 0, 0
    host = urlsplit(base_url).netloc
    same_host = [each for each in other_bases(base_url, first.location) if urlsplit(each).netloc == host]
    for other in same_host[:MOST_OTHER_BASES]:  # the token goes to nobody whom the user did not name
        tried = asker.messages("messages", other, auth, model, stream=False)
        if tried is None or tried.sent.outcome is Outcome.TIMED_OUT:
            break
        if tried.ok:
            return other, tried
        asked += 1
        if not knows_path(tried.sent, model):
            strangers += 1
        elif known is None:
            known = other, tried
    return known if strangers or asked == 1 else None


def no_such_path(sent: ApiResult, model: str) -> bool:
    """Whether an answer looks as if nothing of the API were at this address."""
    if sent.challenged:
        return False
    if sent.outcome is Outcome.MALFORMED_RESPONSE:
        return sent.cause == "html" or bool(_NOT_FOUND.search(_text(sent)))
    return sent.status in ABSENT and not no_such_model(sent, model)


def knows_path(sent: ApiResult, model: str) -> bool:
    """Whether an answer, though a refusal, is one of this API: JSON with an error, and no 404."""
    answer = json_of(sent)
    return "error" in answer and sent.status in {400, 401, 402, 403, 404, 429} and not no_such_path(sent, model)


def no_such_model(sent: ApiResult, model: str) -> bool:
    """Return whether an error is about the model, whatever its status."""
    return model_is_unknown(sent.status, _text(sent), model)


def denies_model(sent: ApiResult) -> bool:
    """Return whether a refusal is about what this token may use of the models."""
    return model_is_denied(sent.status, _text(sent))


def wants_money(sent: ApiResult) -> bool:
    """Whether an error is about what is paid for or used up, whatever its status."""
    return not sent.ok and quota_in(_text(sent)) is not None


def is_chat(sent: ApiResult) -> bool:
    """Whether a chat completion came where a message was asked for."""
    unreadable = sent.outcome is Outcome.MALFORMED_RESPONSE
    return unreadable and (isinstance(json_of(sent).get("choices"), list) or holds_chat(sent.body))


def counts_tokens(sent: ApiResult) -> bool:
    """Whether tokens were counted."""
    return sent.ok and isinstance(json_of(sent).get("input_tokens"), int)


def listed_models(sent: ApiResult) -> tuple[str, ...] | None:
    """The ids in an answer of GET /v1/models, in either API's shape."""
    data = json_of(sent).get("data")
    if sent.status != 200 or not isinstance(data, list):
        return None
    names = (each.get("id") if isinstance(each, dict) else each for each in data)
    return tuple(printable(name[:200]) for name in names if isinstance(name, str))[:1000]


def answer_text(sent: ApiResult) -> str | None:
    """The text of a message; None where it is none, or was cut by the limit on tokens."""
    if sent.exchange is not None and sent.exchange.streamed:
        return None if sent.exchange.stop_reason == "max_tokens" else text_of(sent.body).strip()
    answer = json_of(sent)
    content = answer.get("content")
    if not isinstance(content, list) or answer.get("stop_reason") == "max_tokens":
        return None
    return "".join(str(block.get("text", "")) for block in content if isinstance(block, dict)).strip()


def json_of(sent: ApiResult) -> dict[str, Any]:
    """The JSON object of a body; empty where it is none."""
    try:
        value = json.loads(sent.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def said_in(sent: ApiResult) -> str:
    """All that is said of a failure: in its evidence, and in its body, be it a web page."""
    page = sent.body[:8000].decode("utf-8", "replace") if is_page(sent.body) else _text(sent)
    return f"{sent.evidence} {page}"


def _text(sent: ApiResult) -> str:
    """What is said of an error, as it reads without escapes; nothing of a web page."""
    said = json_of(sent)
    text = json.dumps(said, ensure_ascii=False) if said else sent.body.decode("utf-8", "replace")
    return "" if is_page(sent.body) else text[:8000]


def _cut(sent: ApiResult) -> bool:
    """Whether the connection was ended without an answer."""
    return sent.status is None and sent.outcome in {Outcome.CONNECTION_RESET, Outcome.TRUNCATED_STREAM}


def _odd(sent: ApiResult) -> bool:
    """Whether a server of TLS may have answered so to plain HTTP."""
    return sent.outcome in {
        Outcome.CONNECTION_RESET,
        Outcome.MALFORMED_RESPONSE,
        Outcome.BAD_REQUEST,
        Outcome.TRUNCATED_STREAM,
        Outcome.REDIRECTED,
    }
