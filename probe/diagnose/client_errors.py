"""Classify a call that went wrong by the client's own output: its result, its retries, and what it prints instead.

`ERROR_RULES` decides for a result that is an error: the first rule that applies.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from probe.diagnose.classification import Classification, classify_by
from probe.diagnose.stop_reasons import NO_ANSWER
from probe.model.client import ClientOutput, ClientResult, Retry
from probe.model.observation import Observation
from probe.model.outcome import Outcome, outcome_of_status
from probe.model.refusal import outcome_of_words
from probe.texts.phrase import Words, phrase
from probe.texts.stored_phrase import MOST_EVIDENCE_CHARS

_REFUSALS: tuple[tuple[re.Pattern[str], Outcome], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), outcome)
    for pattern, outcome in (
        (r"session id \S+ is already in use", Outcome.SESSION_IN_USE),
        (r"no conversation found with session id", Outcome.SESSION_NOT_FOUND),
        (r"not logged in|please run /login|invalid api key", Outcome.NOT_LOGGED_IN),
        (r"unknown option|invalid session id|invalid option|too many arguments|missing required", Outcome.CLIENT_USAGE),
        (r"argument missing|is invalid\. |cannot be used with|can only be used with", Outcome.CLIENT_USAGE),
    )
)
"""Plain text of a client that does not even begin."""

_STATUS = re.compile(r"API Error:?\s*(?:Request (?:failed with status code|rejected)\s*)?\(?([345]\d\d)\b")
_CUT_OFF = re.compile(r"unterminated|unexpected (?:end|EOF)", re.IGNORECASE)
"""Words of a parser for JSON that ends too early."""
_ERRORS: tuple[tuple[re.Pattern[str], Outcome], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), outcome)
    for pattern, outcome in (
        (r"ENOTFOUND|EAI_AGAIN|getaddrinfo|FailedToResolve|could not resolve|DNS", Outcome.DNS),
        (r"certificate|self[- ]signed|CERT_|SSL|TLS|ERR_TLS", Outcome.TLS),
        (r"ECONNREFUSED|ConnectionRefused|connection refused", Outcome.CONNECTION_REFUSED),
        (
            r"ECONNRESET|ConnectionClosed|socket hang up|connection was closed|EPIPE|\bterminated\b",
            Outcome.CONNECTION_RESET,
        ),
        (r"ETIMEDOUT|connect timeout|ConnectTimeout", Outcome.CONNECT_TIMEOUT),
        (r"issue with the selected model|model[^.]{0,40}not (?:found|exist)", Outcome.MODEL_NOT_FOUND),
        (r"redirect", Outcome.REDIRECTED),
        (r"not logged in", Outcome.NOT_LOGGED_IN),
        (r"/login|invalid api key|authentication", Outcome.AUTH),
        (r"request timed out|timeout", Outcome.TIMED_OUT),
        (
            r"malformed|response never arrived|unexpected token|JSON|parse|zlib|decompress|not valid",
            Outcome.MALFORMED_RESPONSE,
        ),
        (r"unable to connect|connection error|fetch failed|network", Outcome.CONNECTION_FAILED),
        (r"overloaded", Outcome.STREAM_ERROR),
    )
)
"""Words of an API error without a status in the result, from the most to the least telling."""

_STOP_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"exceeded the \d+ output token maximum", "max_tokens"),
        (r"safeguards flagged|unable to respond to this request, which appears to violate", "refusal"),
        (r"reached its context window limit", "model_context_window_exceeded"),
    )
)
"""Words of the result where the model has stopped for a reason of its own."""

_RETRY_ERRORS = {
    "authentication_failed": Outcome.AUTH,
    "overloaded": Outcome.OVERLOADED,
    "rate_limit": Outcome.RATE_LIMITED,
    "server_error": Outcome.SERVER_ERROR,
    "billing_error": Outcome.BILLING,
}


def is_success(result: ClientResult | None) -> bool:
    """Return True for a result that reports no error."""
    return result is not None and not result.is_error and result.subtype in {None, "success"}


def without_result(observation: Observation) -> Classification:
    """Classify a call whose client ended and printed no result."""
    words, code = observation.words, observation.return_code
    plain, errors = "" if words.initialised else head(observation.stdout), head(observation.stderr)
    if refusal := refusal_of(errors, plain):
        return refusal
    last = (errors.strip() or plain.strip())[-MOST_EVIDENCE_CHARS:]
    if words.lines > words.unreadable_lines:
        evidence = last or phrase("evidence.output_stops")
        return Classification(Outcome.CLIENT_CRASHED, f"exit {code}", evidence)
    if observation.stdout.strip():
        return Classification(Outcome.INVALID_OUTPUT, None, last)
    evidence = last or phrase("evidence.no_output", code=str(code))
    if code == 0:
        return Classification(Outcome.INVALID_OUTPUT, "empty", evidence)
    return Classification(Outcome.CLIENT_CRASHED, f"exit {code}", evidence)


def refusal_of(*texts: str) -> Classification | None:
    """Return why the client refused to begin, by the texts that it printed; None where they name no refusal."""
    for pattern, outcome in _REFUSALS:
        for text in texts:
            if match := pattern.search(text):
                return Classification(outcome, None, _line_around(text, match.start()))
    return None


def head(data: bytes) -> str:
    """Return the first 10,000 bytes of an output as text."""
    return data[:10_000].decode("utf-8", "replace")


def _line_around(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    return text[start:].split("\n", 1)[0]


@dataclass(frozen=True)
class _ReportedError:
    """A result that is an error, with the rest of the client's output."""

    result: ClientResult
    words: ClientOutput

    @property
    def text(self) -> str:
        """The text of the result."""
        return self.result.text or ""

    @property
    def status(self) -> int | None:
        """The HTTP status of the result, from its field or else from its text."""
        if self.result.api_error_status is not None:
            return self.result.api_error_status
        match = _STATUS.search(self.text)
        return int(match[1]) if match else None

    @property
    def named(self) -> Outcome | None:
        """The outcome that the most telling words of the text stand for."""
        return next((outcome for pattern, outcome in _ERRORS if pattern.search(self.text)), None)


def error_of(result: ClientResult, words: ClientOutput) -> Classification:
    """Classify a result that is an error."""
    return classify_by(ERROR_RULES, _ReportedError(result, words))


def _tool_use(error: _ReportedError) -> Classification | None:
    tools = error.words.tools_requested
    if error.result.subtype != "error_max_turns" or not tools:
        return None
    return Classification(Outcome.TOOL_USE, None, phrase("evidence.asked_for_tools", tools=", ".join(tools)))


def _out_of_turns(error: _ReportedError) -> Classification | None:
    subtype = error.result.subtype
    if subtype != "error_max_turns":
        return None
    return Classification(Outcome.API_ERROR, subtype, phrase("evidence.out_of_turns"))


def _refused_in_words(error: _ReportedError) -> Classification | None:
    refusal = outcome_of_words(error.text, error.status)
    if refusal is None:
        return None
    outcome, cause = refusal
    return Classification(outcome, cause or (str(error.status) if error.status else None), error.text)


def _reported_status(error: _ReportedError) -> Classification | None:
    return None if error.status is None or error.status < 300 else _by_status(error.status, error.text)


def _status_of_last_retry(error: _ReportedError) -> Classification | None:
    status = error.words.retries[-1].error_status if error.words.retries else None
    return None if status is None else _by_status(status, error.text)


def _by_status(status: int, text: str) -> Classification:
    return Classification(outcome_of_status(status), str(status), text)


def _stopped_early(error: _ReportedError) -> Classification | None:
    """Classify by the result's stop reason, or by its words: these differ by version and by the models that are set."""
    reason = error.result.stop_reason
    if reason not in NO_ANSWER:
        reason = next((reason for pattern, reason in _STOP_REASONS if pattern.search(error.text)), None)
    return Classification(Outcome.STOPPED_EARLY, reason, error.text) if reason else None


def _broken_stream(error: _ReportedError) -> Classification | None:
    """Classify a stream that began and did not end, unless the text names another error."""
    if not error.words.attempts_started or error.words.stream_complete:
        return None
    cut_json = error.named is Outcome.MALFORMED_RESPONSE and _CUT_OFF.search(error.text)
    if error.named is not None and not cut_json:
        return None
    evidence = error.text or phrase("evidence.stream_broke")
    return Classification(Outcome.TRUNCATED_STREAM, error.result.subtype, evidence)


def _named_error(error: _ReportedError) -> Classification | None:
    return Classification(error.named, None, error.text) if error.named else None


def _unnamed_error(error: _ReportedError) -> Classification:
    subtype = error.result.subtype
    evidence = error.text or phrase("evidence.client_reports", subtype=str(subtype))
    return Classification(Outcome.API_ERROR, subtype, evidence)


ERROR_RULES: tuple[Callable[[_ReportedError], Classification | None], ...] = (
    _tool_use,
    _out_of_turns,
    _refused_in_words,
    _reported_status,
    _status_of_last_retry,
    _stopped_early,
    _broken_stream,
    _named_error,
    _unnamed_error,
)
"""The rules for a result that is an error. The last always applies."""


def is_retrying(words: ClientOutput) -> bool:
    """Return True where the client announced a retry, and nothing of a stream came after it."""
    return bool(words.retries) and (words.first_event_at_ms or 0.0) <= (words.retries[-1].at_ms or 0.0)


def outcome_of_retry(retry: Retry) -> Outcome | None:
    """Return the outcome of the attempt that the client announced to repeat; None where it does not say."""
    if retry.error_status is not None:
        return outcome_of_status(retry.error_status)
    return _RETRY_ERRORS.get(retry.error or "")


def retry_words(retry: Retry) -> Words:
    """Return in a few words why the client retries, as evidence."""
    named = " ".join(str(part) for part in (retry.error_status, retry.error) if part is not None)
    return named or phrase("evidence.unnamed_error")
