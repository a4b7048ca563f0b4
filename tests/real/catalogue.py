"""The catalogue of faults: what each comes to when it lasts, and when it passes. `outcome_pages.py` writes it down."""

from dataclasses import dataclass

BRIEF_S = 5.0
LONG_S = 30.0


@dataclass(frozen=True)
class Row:
    """One fault of the embedded upstream, met by the real client.

    `fault` lasts for the whole call unless `passing`. `retries` is the client's own limit (None: its default, 10);
    `by_words` is (outcome, cause) where the client's words alone come to something else.
    """

    fault: str
    outcome: str
    cause: str | None = None
    flags: tuple[str, ...] = ()
    retries: int | None = 1
    timeout_s: float = LONG_S
    by_words: tuple[str, str | None] | None = None
    passing: bool = False
    long_answer: bool = False
    beyond_ascii: bool = False
    env: tuple[tuple[str, str], ...] = ()

    @property
    def spec(self) -> str:
        """The fault as the upstream reads it."""
        if not self.passing:
            return self.fault
        name, _, rest = self.fault.partition("(")
        inner = rest.removesuffix(")")
        return f"{name}({inner + ', ' if inner else ''}request=1)"


TWICE = "tokens_counted_twice"
FALLBACK = "fallback_non_streaming"

PATIENCE = (("API_TIMEOUT_MS", "1500"),)
IDLE = (("CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS", "2000"),)

NETWORK = {
    "nothing listens": "connection_refused",
    "a name that does not resolve": "dns",
    "a port that never accepts": "connect_timeout",
    "TLS: certificate expired": "tls",
    "TLS: certificate of another host": "tls",
    "TLS: unknown authority": "tls",
}
"""The outcomes that `test_network.py` asserts with the recorder in the path."""

LASTING = (
    Row("cold_start(delay=800ms)", "ok"),
    Row("hang", "timed_out", "no_first_byte", timeout_s=BRIEF_S),
    Row("hang", "timed_out", "no_first_byte", ("retried",), by_words=("timed_out", None), env=PATIENCE),
    Row("stall(after=1)", "timed_out", "stalled_stream", timeout_s=BRIEF_S),
    Row("ping_only", "timed_out", "ping_only", timeout_s=BRIEF_S, by_words=("timed_out", "no_first_byte")),
    Row("status(code=400)", "bad_request", "400", ("retried",)),
    Row("status(code=401)", "auth", "401", ("retried",)),
    Row("status(code=402)", "billing", "402"),
    Row("status(code=403)", "forbidden", "403"),
    Row("status(code=404)", "model_not_found", "404", (FALLBACK,)),
    Row("status(code=429)", "rate_limited", "429", ("retried",)),
    Row("status(code=500)", "server_error", "500", ("retried",)),
    Row("status(code=502, body=html)", "bad_gateway", "502", ("retried",)),
    Row("status(code=503)", "bad_gateway", "503", ("retried",)),
    Row("status(code=503, message='No available channel for model x')", "model_not_found", "503", ("retried",)),
    Row("status(code=504)", "bad_gateway", "504", ("retried",)),
    Row("status(code=529)", "overloaded", "529", ("retried",)),
    Row("status(code=401)", "auth", "401", ("retried",), retries=None, timeout_s=BRIEF_S),
    Row("status(code=429)", "rate_limited", "429", ("retried",), retries=None, timeout_s=BRIEF_S),
    Row("status(code=529)", "overloaded", "529", ("retried",), retries=None, timeout_s=BRIEF_S),
    Row("reset(when=before)", "connection_reset", None, ("retried",)),
    Row("reset(when=headers)", "connection_reset", None, ("retried", FALLBACK)),
    Row("reset(when=mid)", "connection_reset", None, ("retried", FALLBACK, TWICE)),
    Row("truncate", "truncated_stream", None, ("retried", FALLBACK, TWICE), by_words=("malformed_response", None)),
    Row(
        "truncate(clean=false)",
        "truncated_stream",
        None,
        ("retried", FALLBACK, TWICE),
        by_words=("connection_reset", None),
    ),
    Row("error_event", "stream_error", "overloaded_error", (FALLBACK,), by_words=("malformed_response", None)),
    Row("bad_json", "malformed_response", "json", (FALLBACK,)),
    Row("bad_sse", "malformed_response", "sse", ("retried", FALLBACK, TWICE)),
    Row("bad_gzip", "malformed_response", "gzip", (FALLBACK,)),
    Row("html_200", "malformed_response", "html", (FALLBACK,)),
    Row("empty_200", "malformed_response", "empty", (FALLBACK,)),
    Row("refusal_200", "billing", "200", (FALLBACK,), by_words=("malformed_response", None)),
    Row("status(code=403, message='预扣费额度失败, 用户剩余额度: ＄0.30')", "billing", "403"),
    Row("status(code=429, message='[1308][已达到 5 小时的使用上限。]')", "rate_limited", "usage_limit", ("retried",)),
    Row("fake_stream(delay=1s)", "ok", None, ("fake_stream",), long_answer=True),
    Row("slow_drip(gap=200ms)", "ok"),
    Row("not_streamed", "ok", None, ("not_streamed", FALLBACK, TWICE)),
    Row("wrong_model(name=other-model)", "ok", None, ("model_mismatch",)),
    Row("wrong_text(text=nope)", "wrong_answer"),
    Row("empty_text", "wrong_answer", "empty", ("retried", TWICE)),
    Row("tool_use(name=all)", "tool_use", None, ("tool_use_requested",)),
    Row(
        "redirect(to='http://127.0.0.1:9/')",
        "redirected",
        "307",
        ("retried", "redirected"),
        by_words=("connection_refused", None),
    ),
    Row("status(code=408)", "bad_gateway", "408", ("retried",)),
    Row("status(code=524, body=html)", "bad_gateway", "524", ("retried",)),
    Row(
        "unclosed_block",
        "malformed_response",
        "no content_block_stop",
        ("retried", TWICE),
        by_words=("wrong_answer", "empty"),
    ),
    Row("orphan_delta", "malformed_response", "content_block_delta without content_block_start", ("retried", TWICE)),
    Row("body_never_ends", "timed_out", "body_never_ends", timeout_s=8.0, by_words=("timed_out", "no_result")),
    Row("unlabelled_gzip", "malformed_response", "unlabelled gzip", (FALLBACK,)),
    Row("stop_reason(name=refusal)", "stopped_early", "refusal", ("retried", TWICE)),
    Row(
        "stop_reason(name=model_context_window_exceeded)",
        "stopped_early",
        "model_context_window_exceeded",
        ("retried", TWICE),
    ),
    Row("stop_reason(name=pause_turn)", "stopped_early", "pause_turn"),
    Row("stop_reason(name=max_tokens)", "stopped_early", "max_tokens", ("retried", TWICE)),
    Row("only_thinking", "stopped_early", "max_tokens", ("retried", TWICE)),
    Row("no_usage", "ok", None, ("usage_missing",)),
    Row("wrong_model(name='')", "ok", None, ("model_not_said",)),
    Row("wrong_text(text=PROB)", "wrong_answer", "cut_off"),
    Row("garbled", "wrong_answer", "mojibake", beyond_ascii=True),
    Row("garbled(as=lost)", "wrong_answer", "replacement_characters", beyond_ascii=True),
    Row("stall(after=1, pause=5s)", "ok", None, ("paused_stream",)),
)

_PASSING = tuple(
    Row(fault, "ok", None, flags, retries=None, passing=True)
    for fault, flags in (
        ("status(code=400)", ("retried",)),
        ("status(code=401)", ("retried",)),
        ("status(code=404)", (FALLBACK,)),
        ("status(code=429)", ("retried",)),
        ("status(code=500)", ("retried",)),
        ("status(code=502, body=html)", ("retried",)),
        ("status(code=503)", ("retried",)),
        ("status(code=504)", ("retried",)),
        ("status(code=529)", ("retried",)),
        ("reset(when=before)", ("retried",)),
        ("reset(when=headers)", ("retried", "recovered_stream")),
        ("reset(when=mid)", ("retried", "recovered_stream", TWICE)),
        ("truncate", ("retried", "recovered_stream", TWICE)),
        ("truncate(clean=false)", ("retried", "recovered_stream", TWICE)),
        ("error_event", ("recovered_stream", FALLBACK, TWICE)),
        ("bad_json", ("recovered_stream", FALLBACK, TWICE)),
        ("bad_sse", ("retried", "recovered_stream", TWICE)),
        ("bad_gzip", ("recovered_stream", FALLBACK)),
        ("html_200", ("recovered_stream", FALLBACK)),
        ("empty_200", ("recovered_stream", FALLBACK)),
        ("unclosed_block", ("retried", "recovered_stream", TWICE)),
        ("orphan_delta", ("retried", "recovered_stream", TWICE)),
    )
)
PASSING = (
    *_PASSING,
    Row("hang", "ok", None, ("retried",), retries=None, passing=True, env=PATIENCE),
    Row("stall(after=1)", "ok", None, ("recovered_stream", FALLBACK, TWICE), retries=None, passing=True, env=IDLE),
)
