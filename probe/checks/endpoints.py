"""Ask the endpoints of an upstream by plain HTTP, each once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from probe.checks.api_client import MOST_PAUSES, ApiClient
from probe.checks.api_result import ApiResult, EndpointResult
from probe.checks.base_urls import other_bases
from probe.checks.endpoint_answers import knows_path, listed_models, no_such_path
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.texts.phrase import Phrase, phrase

MOST_CALLS = 6 + MOST_PAUSES
MOST_OTHER_BASES = 7
_PASSING = {503, 529}
"""The statuses of an upstream that has too much to do for a moment."""
_CUT = {Outcome.CONNECTION_RESET, Outcome.TRUNCATED_STREAM}
_ODD_TO_PLAIN_HTTP = _CUT | {Outcome.MALFORMED_RESPONSE, Outcome.BAD_REQUEST, Outcome.REDIRECTED}
"""The outcomes of plain HTTP at a server of TLS."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The answers of the endpoints; None where one was not asked.

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
        """True where the Messages API answers."""
        return any(result.ok for result in self.messages)

    @property
    def messages(self) -> list[EndpointResult]:
        """The calls of the Messages API as the client makes them."""
        return [result for result in (self.stream, self.whole) if result is not None]

    @property
    def chats(self) -> list[EndpointResult]:
        """The calls of chat completions."""
        return [result for result in (self.chat_v1, self.chat) if result is not None]

    @property
    def listed(self) -> tuple[str, ...] | None:
        """The models that the upstream lists, or None where it does not."""
        return listed_models(self.models.answer) if self.models else None

    def mode_of(self, result: EndpointResult) -> Phrase:
        """Return whether a call of `messages` was the one with a stream, for evidence."""
        return phrase("check.mode.stream" if result is self.stream else "check.mode.whole")


def ask_endpoints(
    api: ApiClient,
    base_url: str,
    auth: TokenHeader,
    model: str,
    is_tls: Callable[[], bool],
    is_http2: Callable[[], bool],
) -> Endpoints:
    """Ask the Messages API; where it is the API that answers, ask all other endpoints too.

    `is_tls` and `is_http2` tell whether the server speaks that instead of plain HTTP/1.1.
    """
    stream = api.messages("messages, streaming", base_url, auth, model, stream=True)
    whole = api.messages("messages", base_url, auth, model, stream=False)
    if stream is None or whole is None:
        return Endpoints(stream, whole)
    survey = _Survey(api, base_url, auth, model, stream, whole)
    if survey.may_be_tls and is_tls():
        return Endpoints(stream, whole, upgraded=True)
    if survey.is_cut and is_http2():
        return Endpoints(stream, whole, http2_only=True)
    elsewhere = survey.find_other_base()
    if elsewhere:
        return Endpoints(stream, whole, elsewhere=elsewhere)
    return survey.ask_others()


@dataclass(frozen=True, slots=True)
class _Survey:
    """The requests that follow from the first two answers of the Messages API."""

    api: ApiClient
    base_url: str
    auth: TokenHeader
    model: str
    stream: EndpointResult
    whole: EndpointResult

    @property
    def first(self) -> tuple[ApiResult, ApiResult]:
        """The two answers."""
        return self.stream.answer, self.whole.answer

    @property
    def may_be_tls(self) -> bool:
        """True where both answers are such as a server of TLS gives to plain HTTP."""
        plain = urlsplit(self.base_url).scheme == "http"
        return plain and all(result.outcome in _ODD_TO_PLAIN_HTTP for result in self.first)

    @property
    def is_cut(self) -> bool:
        """True where both connections were ended without an answer."""
        return all(result.status is None and result.outcome in _CUT for result in self.first)

    def find_other_base(self) -> tuple[str, EndpointResult] | None:
        """Return another base URL with a Messages API and its answer, where this one has none.

        The first that serves is taken, else the first that at least knows the path. Where every address answers alike,
        none of them is known to be the API.
        """
        if not all(no_such_path(result, self.model) for result in self.first):
            return None
        known: list[tuple[str, EndpointResult]] = []
        asked = 0
        for base_url, result in self._ask_other_bases():
            if result.ok:
                return base_url, result
            asked += 1
            if knows_path(result.answer, self.model):
                known.append((base_url, result))
        all_alike = len(known) == asked != 1
        return None if all_alike else next(iter(known), None)

    def _ask_other_bases(self) -> Iterator[tuple[str, EndpointResult]]:
        """Yield base URLs of the same host, since the token goes to nobody whom the user did not name."""
        host = urlsplit(self.base_url).netloc
        bases = [
            base for base in other_bases(self.base_url, self.whole.answer.location) if urlsplit(base).netloc == host
        ]
        for base_url in bases[:MOST_OTHER_BASES]:
            result = self.api.messages("messages", base_url, self.auth, self.model, stream=False)
            if result is None or result.answer.outcome is Outcome.TIMED_OUT:
                return
            yield base_url, result

    def ask_others(self) -> Endpoints:
        """Ask all endpoints beside the two that were asked."""
        again = self._ask_again()
        chat_v1 = self.api.chat("chat completions", self.base_url, "/v1/chat/completions", self.model, stream=True)
        # The second address is asked for a stream only where the first has told nothing of streams.
        streams_again = chat_v1 is None or not chat_v1.ok
        count = {"model": self.model, "messages": [{"role": "user", "content": "hello"}]}
        return Endpoints(
            self.stream,
            self.whole,
            again,
            key=self._ask_with_other_header(),
            count=self.api.ask("count_tokens", self.base_url, self.auth, "POST", "/v1/messages/count_tokens", count),
            models=self.api.ask("models", self.base_url, self.auth, "GET", "/v1/models"),
            chat_v1=chat_v1,
            chat=self.api.chat(
                "chat completions", self.base_url, "/chat/completions", self.model, stream=streams_again
            ),
        )

    def _ask_again(self) -> EndpointResult | None:
        """Repeat the call that found the upstream overloaded, where the other was answered."""
        if self.stream.ok is self.whole.ok or not {result.status for result in self.first} & _PASSING:
            return None
        return self.api.messages("messages, once more", self.base_url, self.auth, self.model, stream=self.whole.ok)

    def _ask_with_other_header(self) -> EndpointResult | None:
        """Make the small call with the other header for the token, unless the upstream hangs."""
        if any(result.outcome is Outcome.TIMED_OUT for result in self.first):
            return None
        return self.api.messages("messages", self.base_url, other_header(self.auth), self.model, stream=False)


def other_header(auth: TokenHeader) -> TokenHeader:
    """Return the other of the two headers that may carry a token."""
    return TokenHeader.BEARER if auth is TokenHeader.X_API_KEY else TokenHeader.X_API_KEY
