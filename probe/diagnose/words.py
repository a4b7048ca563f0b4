"""What the client's own words say of a call that went wrong: its result, its retries, and what it prints instead."""

import re

from probe.model.client import ClientOutput, ClientResult, Retry
from probe.model.observation import Observation
from probe.model.outcome import Outcome, outcome_of_status
from probe.model.refusal import outcome_of_words

MOST_EVIDENCE_CHARS = 300

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
"""What the client says, in plain text, when it does not even begin."""

_STATUS = re.compile(r"API Error:?\s*(?:Request (?:failed with status code|rejected)\s*)?\(?([345]\d\d)\b")
_CUT_OFF = re.compile(r"unterminated|unexpected (?:end|EOF)", re.IGNORECASE)
"""What a parser says of JSON that ends too early."""
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
"""What the result says of an API error that has no status, from the most to the least telling words."""

_STOP_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"exceeded the \d+ output token maximum", "max_tokens"),
        (r"safeguards flagged|unable to respond to this request, which appears to violate", "refusal"),
        (r"reached its context window limit", "model_context_window_exceeded"),
    )
)
"""What the result says where the model has stopped for a reason of its own."""

_RETRY_ERRORS = {
    "authentication_failed": Outcome.AUTH,
    "overloaded": Outcome.OVERLOADED,
    "rate_limit": Outcome.RATE_LIMITED,
    "server_error": Outcome.SERVER_ERROR,
    "billing_error": Outcome.BILLING,
}


Verdict = tuple[Outcome, str | None, str]
"""Outcome, cause, evidence."""


def without_result(seen: Observation) -> Verdict:
    """Of a client that ended and printed no result."""
    plain, errors = "" if seen.words.initialised else head(seen.stdout), head(seen.stderr)
    if refusal := refusal_of(errors, plain):
        return refusal
    last = (errors.strip() or plain.strip())[-MOST_EVIDENCE_CHARS:]
    if seen.words.lines > seen.words.unreadable_lines:
        return Outcome.CLIENT_CRASHED, f"exit {seen.return_code}", last or "the output stops before any result"
    if seen.stdout.strip():
        return Outcome.INVALID_OUTPUT, None, last
    if seen.return_code == 0:
        return Outcome.INVALID_OUTPUT, "empty", last or "exit code 0 and no output"
    return Outcome.CLIENT_CRASHED, f"exit {seen.return_code}", last or f"exit code {seen.return_code} and no output"


def refusal_of(*texts: str) -> Verdict | None:
    """Whether the client refused to begin, by what it said of it."""
    for pattern, outcome in _REFUSALS:
        for text in texts:
            if match := pattern.search(text):
                return outcome, None, _line_around(text, match.start())
    return None


def head(data: bytes) -> str:
    """The beginning of what was printed, as text."""
    return data[:10_000].decode("utf-8", "replace")


def _line_around(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    return text[start:].split("\n", 1)[0]


def error_of(result: ClientResult, words: ClientOutput) -> Verdict:
    """Of a result that is an error."""
    text = result.text or ""
    broken = words.attempts_started > 0 and not words.stream_complete
    if result.subtype == "error_max_turns":
        if words.tools_requested:
            return Outcome.TOOL_USE, None, f"asked for {', '.join(words.tools_requested)}"
        return Outcome.API_ERROR, result.subtype, "the client ended after one turn without an answer"
    status = result.api_error_status
    if status is None and (match := _STATUS.search(text)):
        status = int(match[1])
    if told := outcome_of_words(text, status):
        return told[0], told[1] or (str(status) if status else None), text
    if status is not None and status >= 300:
        return outcome_of_status(status), str(status), text
    if words.retries and words.retries[-1].error_status is not None:
        status = words.retries[-1].error_status
        return outcome_of_status(status), str(status), text
    reason = next((reason for pattern, reason in _STOP_REASONS if pattern.search(text)), None)
    if reason is not None:
        return Outcome.STOPPED_EARLY, reason, text
    named = next((outcome for pattern, outcome in _ERRORS if pattern.search(text)), None)
    if broken and (named is None or (named is Outcome.MALFORMED_RESPONSE and _CUT_OFF.search(text))):
        return Outcome.TRUNCATED_STREAM, result.subtype, text or "the stream began and did not end"
    if named:
        return named, None, text
    return Outcome.API_ERROR, result.subtype, text or f"the client reports {result.subtype}"


def outcome_of_retry(retry: Retry) -> Outcome | None:
    """What the attempt came to that the client announced to repeat; None where it does not say."""
    if retry.error_status is not None:
        return outcome_of_status(retry.error_status)
    return _RETRY_ERRORS.get(retry.error or "")


def said_of_retry(retry: Retry) -> str:
    """The same in a few words, as evidence."""
    return " ".join(str(part) for part in (retry.error_status, retry.error) if part is not None) or "an unnamed error"
