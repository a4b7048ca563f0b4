"""From what was seen of a call to the one outcome it falls in.

Decided from the client's own words: exit code, result object, retry announcements, stderr. The order of the questions
is the order of this page: first whatever makes all that follows meaningless.
"""

import re

from probe.model.call import Diagnosis
from probe.model.client import ClientResult, ClientWords, Observation, Retry
from probe.model.outcome import Flag, Outcome, WaitCause, outcome_of_status
from probe.model.scenario import Expect

_MOST_EVIDENCE_CHARS = 300

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
        (r"credit balance|insufficient (?:balance|quota|credit)|payment required", Outcome.BILLING),
        (r"redirect", Outcome.REDIRECTED),
        (r"not logged in", Outcome.NOT_LOGGED_IN),
        (r"/login|invalid api key|authentication", Outcome.AUTH),
        (r"request timed out|timeout", Outcome.TIMED_OUT),
        (r"malformed|unexpected token|JSON|parse|zlib|decompress|not valid", Outcome.MALFORMED_RESPONSE),
        (r"unable to connect|connection error|fetch failed|network", Outcome.CONNECTION_FAILED),
        (r"overloaded", Outcome.STREAM_ERROR),
    )
)
"""What the result says of an API error that has no status, from the most to the least telling words."""

_RETRY_ERRORS = {
    "authentication_failed": Outcome.AUTH,
    "overloaded": Outcome.OVERLOADED,
    "rate_limit": Outcome.RATE_LIMITED,
    "server_error": Outcome.SERVER_ERROR,
    "billing_error": Outcome.BILLING,
}


def diagnose(seen: Observation, expect: Expect, model_requested: str | None) -> Diagnosis:
    """What a call came to. `model_requested` is None where it is not known which model was asked for."""
    outcome, cause, evidence = _outcome(seen, expect)
    flags = _flags(seen, outcome, model_requested)
    if not evidence and Flag.MODEL_MISMATCH in flags:
        evidence = f"asked for {model_requested}, served by {', '.join(seen.words.models_served)}"
    return Diagnosis(
        outcome=outcome,
        cause=cause,
        flags=flags,
        evidence=" ".join(evidence.split())[:_MOST_EVIDENCE_CHARS],
    )


def same_model(asked: str, served: str) -> bool:
    """Whether a served model is the one asked for, dated or undated, whatever the case or the window suffix."""
    wanted, got = (re.sub(r"\[.*\]$", "", name.strip().lower()) for name in (asked, served))
    return got == wanted or bool(re.fullmatch(re.escape(wanted) + r"-(20\d{6}|latest)", got))


_Verdict = tuple[Outcome, str | None, str]


def _outcome(seen: Observation, expect: Expect) -> _Verdict:
    if seen.cancelled:
        return Outcome.INTERRUPTED, None, "ended by the user"
    if seen.spawn_error:
        return Outcome.CLIENT_MISSING, None, seen.spawn_error
    if seen.timed_out:
        return _timed_out(seen)
    if seen.signal:
        return Outcome.CLIENT_CRASHED, seen.signal, f"the client was ended by {seen.signal}"
    result = seen.words.result
    if result is None:
        return _no_result(seen)
    if result.is_error or result.subtype not in {None, "success"}:
        return (None if result.num_turns else _refusal(_head(seen.stderr), result.text or "")) or _error(
            result, seen.words
        )
    if seen.return_code:
        return Outcome.CLIENT_CRASHED, f"exit {seen.return_code}", f"a good result, then exit code {seen.return_code}"
    return _answer(result, seen.words, expect)


def _timed_out(seen: Observation) -> _Verdict:
    words = seen.words
    if words.result is not None:
        return Outcome.CLIENT_HUNG_AFTER_RESULT, None, f"the result came after {words.result_at_ms or 0:.0f} ms"
    last = words.retries[-1] if words.retries else None
    began_after = words.first_event_at_ms or 0.0
    if last and began_after <= (last.at_ms or 0.0):
        outcome = _retry_outcome(last)
        cause = outcome.value if outcome else WaitCause.RETRYING
        return Outcome.TIMED_OUT, cause, f"still retrying: {len(words.retries)} announced, the last after {_said(last)}"
    if words.stream_complete:
        return Outcome.CLIENT_HUNG_AFTER_RESULT, "no_result", "the answer was complete, but no result followed"
    if words.attempts_started:
        count, at_ms = words.content_events, words.last_event_at_ms or 0.0
        return Outcome.TIMED_OUT, WaitCause.STALLED_STREAM, f"the last of {count} content events came at {at_ms:.0f} ms"
    if words.requesting_at_ms is not None:
        since = f"the request was announced at {words.requesting_at_ms:.0f} ms, and nothing came back"
        return Outcome.TIMED_OUT, WaitCause.NO_FIRST_BYTE, since
    if words.initialised or "stream-json" not in seen.argv:
        return Outcome.TIMED_OUT, WaitCause.UNKNOWN, "this client does not say whether it waited or retried"
    return Outcome.TIMED_OUT, WaitCause.NO_REQUEST, "the client printed nothing, so it may never have sent a request"


def _retry_outcome(retry: Retry) -> Outcome | None:
    if retry.error_status is not None:
        return outcome_of_status(retry.error_status)
    return _RETRY_ERRORS.get(retry.error or "")


def _said(retry: Retry) -> str:
    return " ".join(str(part) for part in (retry.error_status, retry.error) if part is not None) or "an unnamed error"


def _no_result(seen: Observation) -> _Verdict:
    plain, errors = "" if seen.words.initialised else _head(seen.stdout), _head(seen.stderr)
    if refusal := _refusal(errors, plain):
        return refusal
    last = (errors.strip() or plain.strip())[-_MOST_EVIDENCE_CHARS:]
    if seen.words.lines > seen.words.unreadable_lines:
        return Outcome.CLIENT_CRASHED, f"exit {seen.return_code}", last or "the output stops before any result"
    if seen.stdout.strip():
        return Outcome.INVALID_OUTPUT, None, last
    if seen.return_code == 0:
        return Outcome.INVALID_OUTPUT, "empty", last or "exit code 0 and no output"
    return Outcome.CLIENT_CRASHED, f"exit {seen.return_code}", last or f"exit code {seen.return_code} and no output"


def _refusal(*texts: str) -> _Verdict | None:
    """Whether the client refused to begin, by what it said of it."""
    for pattern, outcome in _REFUSALS:
        for text in texts:
            if match := pattern.search(text):
                return outcome, None, _line_around(text, match.start())
    return None


def _head(data: bytes) -> str:
    return data[:10_000].decode("utf-8", "replace")


def _line_around(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    return text[start:].split("\n", 1)[0]


def _error(result: ClientResult, words: ClientWords) -> _Verdict:
    text = result.text or ""
    broken = words.attempts_started > 0 and not words.stream_complete
    if result.subtype == "error_max_turns":
        if words.tools_requested:
            return Outcome.TOOL_USE, None, f"asked for {', '.join(words.tools_requested)}"
        return Outcome.API_ERROR, result.subtype, "the client ended after one turn without an answer"
    status = result.api_error_status
    if status is None and (match := _STATUS.search(text)):
        status = int(match[1])
    if status is not None and status >= 300:
        return outcome_of_status(status), str(status), text
    if words.retries and words.retries[-1].error_status is not None:
        status = words.retries[-1].error_status
        return outcome_of_status(status), str(status), text
    named = next((outcome for pattern, outcome in _ERRORS if pattern.search(text)), None)
    if broken and (named is None or (named is Outcome.MALFORMED_RESPONSE and _CUT_OFF.search(text))):
        return Outcome.TRUNCATED_STREAM, result.subtype, text or "the stream began and did not end"
    if named:
        return named, None, text
    return Outcome.API_ERROR, result.subtype, text or f"the client reports {result.subtype}"


def _answer(result: ClientResult, words: ClientWords, expect: Expect) -> _Verdict:
    if expect.model and not any(same_model(expect.model, served) for served in words.models_served):
        served = ", ".join(words.models_served) or "no model that the client names"
        return Outcome.WRONG_MODEL, None, f"expected {expect.model}, served by {served}"
    answer = (result.text or "").strip()
    if expect.equals is not None and answer != expect.equals.strip():
        return Outcome.WRONG_ANSWER, "empty" if not answer else None, f"expected {expect.equals!r}, got {answer!r}"
    if expect.contains is not None and expect.contains not in answer:
        cause = "empty" if not answer else None
        return Outcome.WRONG_ANSWER, cause, f"expected something with {expect.contains!r}, got {answer!r}"
    return Outcome.OK, None, _recovery(words)


def _recovery(words: ClientWords) -> str:
    """What a good answer came in spite of."""
    if words.retries:
        times = "once" if len(words.retries) == 1 else f"{len(words.retries)} times"
        return f"retried {times}, after {', '.join(dict.fromkeys(map(_said, words.retries)))}"
    if _streamed_again(words):
        return "a stream began and broke; the answer came by another request"
    return ""


def _streamed_again(words: ClientWords) -> bool:
    return words.attempts_started > 1 or (words.attempts_started == 1 and not words.stream_complete)


def _flags(seen: Observation, outcome: Outcome, model_requested: str | None) -> tuple[Flag, ...]:
    words = seen.words
    served_other = model_requested is not None and any(
        not same_model(model_requested, served) for served in words.models_served
    )
    tests = {
        Flag.RETRIED: bool(words.retries),
        Flag.RECOVERED_STREAM: outcome is Outcome.OK and _streamed_again(words),
        Flag.MODEL_MISMATCH: served_other,
        Flag.TOOL_USE_REQUESTED: bool(words.tools_requested),
        Flag.OUTPUT_TRUNCATED: seen.output_truncated,
        Flag.LEFT_PROCESSES: seen.leftovers > 0,
    }
    return tuple(flag for flag, seen_it in tests.items() if seen_it)
