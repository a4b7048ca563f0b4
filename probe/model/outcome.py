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
    """The one class of a call. `words` says it to a person, `party` who has to act."""

    words: str
    party: Party
    number: int
    """Its place in this list, from 0: an Enum's own hash is too slow for a million calls."""

    def __new__(cls, value: str, party: Party, words: str) -> "Outcome":
        member = str.__new__(cls, value)
        member._value_ = value
        member.party = party
        member.words = words
        member.number = len(cls.__members__)
        return member

    OK = "ok", Party.NOBODY, "answered as asked"
    TIMED_OUT = "timed_out", Party.UPSTREAM, "no complete answer before the deadline"
    AUTH = "auth", Party.ACCOUNT, "the token was refused (401)"
    FORBIDDEN = "forbidden", Party.ACCOUNT, "access was refused (403)"
    BILLING = "billing", Party.ACCOUNT, "money is missing (402, or said in words)"
    BAD_REQUEST = "bad_request", Party.UPSTREAM, "the request was called invalid (400, 413, 422)"
    MODEL_NOT_FOUND = "model_not_found", Party.ACCOUNT, "no such model or path"
    RATE_LIMITED = "rate_limited", Party.UPSTREAM, "rate limited (429)"
    SERVER_ERROR = "server_error", Party.UPSTREAM, "the upstream failed inside (500)"
    BAD_GATEWAY = "bad_gateway", Party.UPSTREAM, "a gateway waited in vain, or could not reach what is behind it"
    OVERLOADED = "overloaded", Party.UPSTREAM, "the upstream said that it is overloaded (529)"
    API_ERROR = "api_error", Party.UPSTREAM, "an error that the client did not say more of"
    CONNECTION_RESET = "connection_reset", Party.UPSTREAM, "the connection was cut"
    TRUNCATED_STREAM = "truncated_stream", Party.UPSTREAM, "the answer ended before it was complete"
    STREAM_ERROR = "stream_error", Party.UPSTREAM, "an error came inside the stream"
    MALFORMED_RESPONSE = "malformed_response", Party.UPSTREAM, "the answer could not be read"
    STOPPED_EARLY = "stopped_early", Party.UPSTREAM, "the model stopped before it had answered"
    WRONG_ANSWER = "wrong_answer", Party.UPSTREAM, "an answer came, but not the one asked for"
    WRONG_MODEL = "wrong_model", Party.UPSTREAM, "another model answered than the scenario expects"
    TOOL_USE = "tool_use", Party.UPSTREAM, "the upstream asked for a tool instead of answering; it was refused"
    NOT_CONTINUED = (
        "not_continued",
        Party.UPSTREAM,
        "not made: the upstream had asked for a tool in the session that it goes on with",
    )
    REDIRECTED = "redirected", Party.ACCOUNT, "the upstream pointed elsewhere (3xx)"
    DNS = "dns", Party.NETWORK, "the host name could not be resolved"
    CONNECTION_REFUSED = "connection_refused", Party.NETWORK, "nothing listens there"
    CONNECT_TIMEOUT = "connect_timeout", Party.NETWORK, "the connection was never accepted"
    CONNECTION_FAILED = "connection_failed", Party.NETWORK, "the connection failed; the client does not say how"
    TLS = "tls", Party.NETWORK, "no trusted TLS connection"
    CLIENT_MISSING = "client_missing", Party.CLIENT, "the client could not be started"
    CLIENT_CRASHED = "client_crashed", Party.CLIENT, "the client ended without a result"
    INVALID_OUTPUT = "invalid_output", Party.CLIENT, "the client's output could not be read"
    CLIENT_HUNG_AFTER_RESULT = "client_hung_after_result", Party.CLIENT, "the client had its answer but did not end"
    SESSION_IN_USE = "session_in_use", Party.CLIENT, "the client refused a session id that it had stored already"
    SESSION_NOT_FOUND = "session_not_found", Party.CLIENT, "the client had no such session to resume"
    NOT_LOGGED_IN = "not_logged_in", Party.ACCOUNT, "the client had no token to use"
    CLIENT_USAGE = "client_usage", Party.CLIENT, "the client did not understand its command line"
    RECORDER_BYPASSED = "recorder_bypassed", Party.CLIENT, "the client did not use the base URL that it was given"
    INTERRUPTED = "interrupted", Party.PROBE, "ended by the user of probe; no failure of the target"


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


RECOVERY_FLAGS = frozenset(
    {
        Flag.RETRIED,
        Flag.RECOVERED_STREAM,
        Flag.FALLBACK_NON_STREAMING,
        Flag.TOKENS_COUNTED_TWICE,
        Flag.BACKGROUND_FAILED,
    }
)
"""Flags of what the client made good in silence; with one of them a success is recovered, not clean."""

BENIGN_FLAGS = frozenset({Flag.LEFT_PROCESSES})
"""Flags about the client's housekeeping, which do not make a success unclean."""


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
