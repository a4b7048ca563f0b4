"""Asks the endpoints of an upstream, each once, by plain HTTP."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from probe.check.asking import Asker, Sent, Tried
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.sanitise import printable

MOST_CALLS = 5
MOST_OTHER_BASES = 7
_MESSAGES = "/v1/messages"
_SUFFIXES = ("/v1/messages", "/messages", "/v1/chat/completions", "/chat/completions", "/v1/models", "/v1")
_NO_MODEL = re.compile(
    r"model_not_found|no available channel"
    r"|model.{0,120}(?:not (?:found|exist|supported|available|allowed)|unknown|unsupported|invalid|does not exist)"
    r"|(?:unknown|unsupported|invalid|no such|not a valid).{0,20}model",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the endpoints said. None was not asked.

    `key` is the small call with the other header for the token. `elsewhere` is a base URL at which the Messages API
    is, where the given one has none, and what was said there. `upgraded`: the server speaks TLS, and was asked in
    plain HTTP.
    """

    stream: Tried | None = None
    whole: Tried | None = None
    key: Tried | None = None
    count: Tried | None = None
    models: Tried | None = None
    chat_v1: Tried | None = None
    chat: Tried | None = None
    elsewhere: tuple[str, Tried] | None = None
    upgraded: bool = False

    @property
    def served(self) -> bool:
        """Whether the Messages API answers."""
        return any(each is not None and each.ok for each in (self.stream, self.whole))

    @property
    def messages(self) -> list[Tried]:
        """The calls of the Messages API as the client makes them."""
        return [each for each in (self.stream, self.whole) if each is not None]

    @property
    def listed(self) -> tuple[str, ...] | None:
        """The models that the upstream lists, or None where it does not."""
        return listed_models(self.models.sent) if self.models else None


def ask_endpoints(asker: Asker, base_url: str, auth: TokenHeader, model: str, is_tls: Callable[[], bool]) -> Endpoints:
    """Ask them all; `is_tls` looks whether the server speaks TLS."""
    stream = asker.messages("messages, streaming", base_url, auth, model, stream=True)
    whole = asker.messages("messages", base_url, auth, model, stream=False)
    if stream is None or whole is None:
        return Endpoints(stream, whole)
    if base_url.startswith("http:") and _odd(stream.sent) and _odd(whole.sent) and is_tls():
        return Endpoints(stream, whole, upgraded=True)
    elsewhere = None
    if no_such_path(stream.sent, model) and no_such_path(whole.sent, model):
        elsewhere = _find_base(asker, base_url, auth, model, whole.sent)
        if elsewhere:
            return Endpoints(stream, whole, elsewhere=elsewhere)
    silent = Outcome.TIMED_OUT in {stream.sent.outcome, whole.sent.outcome}
    other = TokenHeader.BEARER if auth is TokenHeader.X_API_KEY else TokenHeader.X_API_KEY
    chat_v1 = asker.chat("chat completions", base_url, "/v1/chat/completions", model, stream=True)
    # The second address is asked for a stream only where the first has told nothing of streams.
    streams_again = chat_v1 is None or not chat_v1.ok
    count = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    return Endpoints(
        stream,
        whole,
        key=None if silent else asker.messages("messages", base_url, other, model, stream=False),
        count=asker.ask("count_tokens", base_url, auth, "POST", "/v1/messages/count_tokens", count),
        models=asker.ask("models", base_url, auth, "GET", "/v1/models"),
        chat_v1=chat_v1,
        chat=asker.chat("chat completions", base_url, "/chat/completions", model, stream=streams_again),
    )


def other_bases(base_url: str, location: str | None = None) -> list[str]:
    """Base URLs at which the Messages API may be, where it is not at this one; the likeliest first."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/")
    short = path
    while suffix := next((each for each in _SUFFIXES if short.endswith(each)), ""):
        short = short.removesuffix(suffix)
    paths = [short, path + "/v1", short + "/anthropic", short + "/api/anthropic", short + "/api", "", "/anthropic"]
    found = [urlunsplit((parts.scheme, parts.netloc, each, "", "")) for each in paths]
    pointed = base_of_location(base_url, location)
    return [each for each in dict.fromkeys([*([pointed] if pointed else []), *found]) if each != base_url]


def base_of_location(base_url: str, location: str | None) -> str | None:
    """The base URL that a redirect of the messages endpoint points to, where it still is one."""
    if not location:
        return None
    try:
        parts = urlsplit(urljoin(base_url + _MESSAGES, location))
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.username or not parts.path.endswith(_MESSAGES):
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path.removesuffix(_MESSAGES), "", ""))


def _find_base(asker: Asker, base_url: str, auth: TokenHeader, model: str, first: Sent) -> tuple[str, Tried] | None:
    """Another base URL with a Messages API: one that serves, else one that at least knows the path."""
    known = None
    host = urlsplit(base_url).netloc
    for other in other_bases(base_url, first.location)[:MOST_OTHER_BASES]:
        if urlsplit(other).netloc != host:
            continue  # the token goes to nobody whom the user did not name
        tried = asker.messages("messages", other, auth, model, stream=False)
        if tried is None or tried.sent.outcome is Outcome.TIMED_OUT:
            break
        if tried.ok:
            return other, tried
        if known is None and knows_path(tried.sent, model):
            known = other, tried
    return known


def no_such_path(sent: Sent, model: str) -> bool:
    """Whether an answer looks as if nothing of the API were at this address."""
    if sent.outcome is Outcome.MALFORMED_RESPONSE:
        return sent.cause == "html"
    return sent.status in {404, 405, 410, 501} and not no_such_model(sent, model)


def knows_path(sent: Sent, model: str) -> bool:
    """Whether an answer, though a refusal, is one of this API: JSON with an error, and no 404."""
    answer = json_of(sent)
    return "error" in answer and sent.status in {400, 401, 402, 403, 404, 429} and not no_such_path(sent, model)


def no_such_model(sent: Sent, model: str) -> bool:
    """Whether an error is about the model, whatever its status."""
    if sent.status is None or sent.status < 400 or sent.status in {401, 402, 429, 500, 529}:
        return False
    text = sent.body[:8000].decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        return False  # a web page
    # An answer that quotes the path is about the path, whatever model it quotes beside it.
    return bool(_NO_MODEL.search(text)) or (sent.status in {400, 404} and model in text and "/v1/" not in text)


def listed_models(sent: Sent) -> tuple[str, ...] | None:
    """The ids in an answer of GET /v1/models, in either API's shape."""
    data = json_of(sent).get("data")
    if sent.status != 200 or not isinstance(data, list):
        return None
    names = (each.get("id") if isinstance(each, dict) else each for each in data)
    return tuple(printable(name[:200]) for name in names if isinstance(name, str))[:1000]


def answer_text(sent: Sent) -> str | None:
    """The text of a message that came whole; None where it is none, or was cut by the limit on tokens."""
    answer = json_of(sent)
    content = answer.get("content")
    if not isinstance(content, list) or answer.get("stop_reason") == "max_tokens":
        return None
    return "".join(str(block.get("text", "")) for block in content if isinstance(block, dict)).strip()


def json_of(sent: Sent) -> dict[str, Any]:
    """The JSON object of a body; empty where it is none."""
    try:
        value = json.loads(sent.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _odd(sent: Sent) -> bool:
    """Whether a server of TLS may have answered so to plain HTTP."""
    return sent.outcome in {
        Outcome.CONNECTION_RESET,
        Outcome.MALFORMED_RESPONSE,
        Outcome.BAD_REQUEST,
        Outcome.TRUNCATED_STREAM,
        Outcome.REDIRECTED,
    }
