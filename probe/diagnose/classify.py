"""From what was seen of a call to the one outcome it falls in.

Decided from its exchanges where there was a recorder, and from the client's own words (exit code, result object, retry
announcements, stderr) for all that the wire does not show. The order of the questions is the order of this page: first
whatever makes all that follows meaningless.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from probe.diagnose.wire import ending_of, evidence_of, failure_of, main_exchanges, wire_flags, wire_summary
from probe.model.call import Diagnosis
from probe.model.client import ClientResult, ClientWords, Retry
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
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
        evidence = f"asked for {model_requested}, served by {', '.join(_models_served(seen))}"
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
        return _timed_out(seen) if seen.exchanges is None else _timed_out_on_the_wire(seen, seen.exchanges)
    if seen.signal:
        return Outcome.CLIENT_CRASHED, seen.signal, f"the client was ended by {seen.signal}"
    result = seen.words.result
    if result is None:
        return _no_result(seen)
    if result.is_error or result.subtype not in {None, "success"}:
        refusal = None if result.num_turns else _refusal(_head(seen.stderr), result.text or "")
        return refusal or _wire_error(seen, result) or _error(result, seen.words)
    if seen.return_code:
        return Outcome.CLIENT_CRASHED, f"exit {seen.return_code}", f"a good result, then exit code {seen.return_code}"
    return _answer(result, seen, expect)


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


def _timed_out_on_the_wire(seen: Observation, exchanges: Sequence[Exchange]) -> _Verdict:
    """Which of these it was: no request, waiting, retrying, a stalled stream, only pings, or done without an end."""
    mains = main_exchanges(exchanges)
    if seen.words.result is not None or (mains and mains[-1].good):
        last = seen.words.result_at_ms or (mains[-1].last_byte_at_ms if mains else None) or 0.0
        return Outcome.CLIENT_HUNG_AFTER_RESULT, None, f"the answer was complete after {last:.0f} ms"
    if not mains:
        return Outcome.TIMED_OUT, WaitCause.NO_REQUEST, "the client sent no request for an answer"
    last_one, failed = mains[-1], [each for each in mains if failure_of(each)]
    endings = _counted([ending_of(each) for each in mains])
    open_ms = seen.wall_ms - (last_one.request_begun_at_ms or 0.0)
    if failed and (failure_of(last_one) or open_ms < seen.wall_ms / 2):
        outcome, _ = failure_of(failed[-1]) or (Outcome.API_ERROR, None)
        return Outcome.TIMED_OUT, outcome.value, f"still retrying after {len(mains)} requests: {endings}"
    return _left_open(last_one, f"{len(mains)} requests: {endings}" if len(mains) > 1 else "")


def _left_open(exchange: Exchange, before: str) -> _Verdict:
    """What a request had come to that was open at the deadline, or given up by the client."""
    sent_ms = exchange.request_sent_at_ms
    if exchange.connected_at_ms is None and exchange.connect_begun_at_ms is not None and sent_ms is None:
        return Outcome.TIMED_OUT, Outcome.CONNECT_TIMEOUT.value, f"no connection was made. {before}".strip()
    if exchange.first_byte_at_ms is None:
        since = "not sent whole" if sent_ms is None else f"sent after {sent_ms:.0f} ms"
        return Outcome.TIMED_OUT, WaitCause.NO_FIRST_BYTE, f"request {since}, no byte came back. {before}".strip()
    if exchange.content_events == 0 and exchange.pings and exchange.events == exchange.pings:
        return Outcome.TIMED_OUT, WaitCause.PING_ONLY, f"{exchange.pings} pings and nothing else. {before}".strip()
    last_ms = exchange.last_byte_at_ms or exchange.first_byte_at_ms
    what = f"{exchange.content_events} content events, the last byte after {last_ms:.0f} ms"
    return Outcome.TIMED_OUT, WaitCause.STALLED_STREAM, f"{what}. {before}".strip()


def _counted(endings: Sequence[str]) -> str:
    """`9 x 529 overloaded_error, then good`"""
    runs = [(text, len(list(group))) for text, group in groupby(endings)]
    return ", then ".join(text if count == 1 else f"{count} x {text}" for text, count in runs)


def _wire_error(seen: Observation, result: ClientResult) -> _Verdict | None:
    """The outcome by the last attempt at a stream, or else the last; None where nothing failed or was recorded.

    The fallback without a stream only follows from what happened to the stream.
    """
    mains = main_exchanges(seen.exchanges or ())
    if not mains or (result.subtype == "error_max_turns" and seen.words.tools_requested):
        return None
    telling = next((each for each in reversed(mains) if each.stream_requested and failure_of(each)), mains[-1])
    if failure := failure_of(telling):
        return failure[0], failure[1], evidence_of(telling)
    given_up = telling.end is ExchangeEnd.CLIENT_CLOSED and not telling.good
    return _left_open(telling, "the client gave up") if given_up else None


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


def _answer(result: ClientResult, seen: Observation, expect: Expect) -> _Verdict:
    models = _models_served(seen)
    if expect.model and not any(same_model(expect.model, served) for served in models):
        served = ", ".join(models) or "no model that was named"
        return Outcome.WRONG_MODEL, None, f"expected {expect.model}, served by {served}"
    answer = (result.text or "").strip()
    if expect.equals is not None and answer != expect.equals.strip():
        return Outcome.WRONG_ANSWER, "empty" if not answer else None, f"expected {expect.equals!r}, got {answer!r}"
    if expect.contains is not None and expect.contains not in answer:
        cause = "empty" if not answer else None
        return Outcome.WRONG_ANSWER, cause, f"expected something with {expect.contains!r}, got {answer!r}"
    return Outcome.OK, None, _recovery(seen)


def _models_served(seen: Observation) -> tuple[str, ...]:
    return seen.words.models_served if seen.exchanges is None else wire_summary(seen.exchanges).models_served


def _recovery(seen: Observation) -> str:
    """What a good answer came in spite of."""
    words = seen.words
    if seen.exchanges is not None:
        endings = wire_summary(seen.exchanges).endings
        return f"{len(endings)} requests: {_counted(endings)}" if len(endings) > 1 else ""
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
        not same_model(model_requested, served) for served in _models_served(seen)
    )
    on_the_wire = set() if seen.exchanges is None else set(wire_flags(seen.exchanges))
    by_words = {
        Flag.RETRIED: bool(words.retries),
        Flag.RECOVERED_STREAM: outcome is Outcome.OK and _streamed_again(words),
    }
    tests = {
        **{flag: flag in on_the_wire for flag in Flag},
        **(by_words if seen.exchanges is None else {}),
        Flag.MODEL_MISMATCH: served_other,
        Flag.TOOL_USE_REQUESTED: bool(words.tools_requested) or Flag.TOOL_USE_REQUESTED in on_the_wire,
        Flag.OUTPUT_TRUNCATED: seen.output_truncated,
        Flag.LEFT_PROCESSES: seen.leftovers > 0,
    }
    return tuple(flag for flag, seen_it in tests.items() if seen_it)
