"""The classes that calls fall in, and the flags of those that succeeded in spite of something."""

from enum import StrEnum


class Party(StrEnum):
    """The party that has to act on an outcome; not a verdict of guilt."""

    NOBODY = "nobody"
    UPSTREAM = "upstream"
    NETWORK = "network"
    ACCOUNT = "account or configuration"
    CLIENT = "client"
    PROBE = "probe's user"


class Outcome(StrEnum):
    """The one class of a call; `party` has to act on it. What it means is in `texts.outcome_texts`."""

    party: Party
    number: int
    """Its place in this list, from 0: an Enum's own hash is too slow for a million calls."""

    def __new__(cls, value: str, party: Party) -> "Outcome":
        member = str.__new__(cls, value)
        member._value_ = value
        member.party = party
        member.number = len(cls.__members__)
        return member

    OK = "ok", Party.NOBODY
    TIMED_OUT = "timed_out", Party.UPSTREAM
    AUTH = "auth", Party.ACCOUNT
    FORBIDDEN = "forbidden", Party.ACCOUNT
    BILLING = "billing", Party.ACCOUNT
    BAD_REQUEST = "bad_request", Party.UPSTREAM
    MODEL_NOT_FOUND = "model_not_found", Party.ACCOUNT
    RATE_LIMITED = "rate_limited", Party.UPSTREAM
    SERVER_ERROR = "server_error", Party.UPSTREAM
    BAD_GATEWAY = "bad_gateway", Party.UPSTREAM
    OVERLOADED = "overloaded", Party.UPSTREAM
    API_ERROR = "api_error", Party.UPSTREAM
    CONNECTION_RESET = "connection_reset", Party.UPSTREAM
    TRUNCATED_STREAM = "truncated_stream", Party.UPSTREAM
    STREAM_ERROR = "stream_error", Party.UPSTREAM
    MALFORMED_RESPONSE = "malformed_response", Party.UPSTREAM
    STOPPED_EARLY = "stopped_early", Party.UPSTREAM
    WRONG_ANSWER = "wrong_answer", Party.UPSTREAM
    WRONG_MODEL = "wrong_model", Party.UPSTREAM
    TOOL_USE = "tool_use", Party.UPSTREAM
    NOT_CONTINUED = "not_continued", Party.UPSTREAM
    REDIRECTED = "redirected", Party.ACCOUNT
    DNS = "dns", Party.NETWORK
    CONNECTION_REFUSED = "connection_refused", Party.NETWORK
    CONNECT_TIMEOUT = "connect_timeout", Party.NETWORK
    CONNECTION_FAILED = "connection_failed", Party.NETWORK
    TLS = "tls", Party.NETWORK
    CLIENT_MISSING = "client_missing", Party.CLIENT
    CLIENT_CRASHED = "client_crashed", Party.CLIENT
    INVALID_OUTPUT = "invalid_output", Party.CLIENT
    CLIENT_HUNG_AFTER_RESULT = "client_hung_after_result", Party.CLIENT
    SESSION_IN_USE = "session_in_use", Party.CLIENT
    SESSION_NOT_FOUND = "session_not_found", Party.CLIENT
    NOT_LOGGED_IN = "not_logged_in", Party.ACCOUNT
    CLIENT_USAGE = "client_usage", Party.CLIENT
    RECORDER_BYPASSED = "recorder_bypassed", Party.CLIENT
    INTERRUPTED = "interrupted", Party.PROBE


class Flag(StrEnum):
    """Further observations. A call that is `ok` without a flag of RECOVERY_FLAGS is *clean*."""

    RETRIED = "retried"
    RECOVERED_STREAM = "recovered_stream"
    FALLBACK_NON_STREAMING = "fallback_non_streaming"
    TOKENS_COUNTED_TWICE = "tokens_counted_twice"
    BACKGROUND_FAILED = "background_failed"
    FAKE_STREAM = "fake_stream"
    NOT_STREAMED = "not_streamed"
    PAUSED_STREAM = "paused_stream"
    BODY_CUT_SHORT = "body_cut_short"
    USAGE_MISSING = "usage_missing"
    MODEL_NOT_SAID = "model_not_said"
    REDIRECTED = "redirected"
    MODEL_MISMATCH = "model_mismatch"
    TOOL_USE_REQUESTED = "tool_use_requested"
    OUTPUT_TRUNCATED = "output_truncated"
    RECORD_CUT = "record_cut"
    LEFT_PROCESSES = "left_processes"
    PROCESS_RESTARTED = "process_restarted"
    STALE_CONNECTION = "stale_connection"


RECOVERY_FLAGS = frozenset(
    {
        Flag.RETRIED,
        Flag.RECOVERED_STREAM,
        Flag.FALLBACK_NON_STREAMING,
        Flag.TOKENS_COUNTED_TWICE,
        Flag.BACKGROUND_FAILED,
    }
)
"""Flags of silent retries and fallbacks; with one of them a success is recovered, not clean."""

SILENT_RECOVERY_FLAGS = frozenset({Flag.RETRIED, Flag.RECOVERED_STREAM, Flag.FALLBACK_NON_STREAMING})
"""A success with one of these came only because Claude Code retried or fell back, and said nothing of it."""

BENIGN_FLAGS = frozenset({Flag.LEFT_PROCESSES})
"""Flags about the client's housekeeping, which do not make a success unclean."""


def outcome_name(outcome: str, cause: str | None) -> str:
    """Return the name by which all that is told of a call calls its outcome: `overloaded: 529`, `timed_out: ping_only`.

    A cause may be in a stranger's words.
    """
    return f"{outcome}: {cause}" if cause else str(outcome)


class WaitCause(StrEnum):
    """The progress of a call that met its deadline, where no error names the reason."""

    NO_REQUEST = "no_request"
    NO_FIRST_BYTE = "no_first_byte"
    PING_ONLY = "ping_only"
    STALLED_STREAM = "stalled_stream"
    BODY_NEVER_ENDS = "body_never_ends"
    LATE_ANSWER = "late_answer"
    NO_RESULT = "no_result"
    RETRYING = "retrying"
    UNKNOWN = "unknown"


STATUS_OUTCOMES: dict[int, Outcome] = {
    400: Outcome.BAD_REQUEST,
    401: Outcome.AUTH,
    402: Outcome.BILLING,
    403: Outcome.FORBIDDEN,
    **dict.fromkeys((404, 405, 410, 501), Outcome.MODEL_NOT_FOUND),
    408: Outcome.BAD_GATEWAY,
    413: Outcome.BAD_REQUEST,
    422: Outcome.BAD_REQUEST,
    429: Outcome.RATE_LIMITED,
    500: Outcome.SERVER_ERROR,
    502: Outcome.BAD_GATEWAY,
    503: Outcome.BAD_GATEWAY,
    504: Outcome.BAD_GATEWAY,
    **dict.fromkeys(range(520, 527), Outcome.BAD_GATEWAY),
    529: Outcome.OVERLOADED,
}


def outcome_of_status(status: int) -> Outcome:
    """Return the outcome of an HTTP status that is no success."""
    if status in STATUS_OUTCOMES:
        return STATUS_OUTCOMES[status]
    if 300 <= status < 400:
        return Outcome.REDIRECTED
    if 500 <= status < 600:
        return Outcome.SERVER_ERROR
    return Outcome.API_ERROR
