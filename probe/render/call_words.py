"""A call in a few words: its outcome by its name, and how long it took."""

from typing import Protocol

from probe.model.call import Call
from probe.model.outcome import BENIGN_FLAGS, outcome_name
from probe.model.row import Row
from probe.render.numbers import duration_text
from probe.sanitise import printable
from probe.texts import Texts
from probe.units import format_duration


class _Timed(Protocol):
    @property
    def wall_ms(self) -> float: ...
    @property
    def deadline_ms(self) -> float | None: ...


def shown_outcome(outcome: str, cause: str | None, most: int = 60) -> str:
    """Return the name of an outcome, with a stranger's words made harmless and cut to `most` characters."""
    return outcome_name(outcome, printable(cause, most) if cause else None)


def outcome_words(call: Call | Row) -> str:
    """Return a call's outcome: `ok`, `ok (retried)`, `timed_out: overloaded`."""
    name = shown_outcome(call.outcome, call.diagnosis.cause, 40)
    flags = ", ".join(flag for flag in call.diagnosis.flags if flag not in BENIGN_FLAGS)
    return f"{name} ({flags})" if flags else name


def took_text(call: _Timed) -> str:
    """Return how long a call took, for a table: `3.40 s`; of one that was stopped at its deadline `≥ 10.0 s`."""
    return duration_text(call.wall_ms) if call.deadline_ms is None else f"≥ {duration_text(call.deadline_ms)}"


def took_words(call: _Timed, texts: Texts) -> str:
    """Return how long a call took, for a sentence: `took 3.40 s`, `stopped at the deadline of 10.0 s`."""
    if call.deadline_ms is None:
        return texts("call.took", time=duration_text(call.wall_ms))
    return texts("call.stopped", time=duration_text(call.deadline_ms))


def first_content_words(call: Call, texts: Texts) -> str:
    """Return when the first content came: after the call's beginning, or after the last request where it retried."""
    if call.ttft_ms is None:
        return ""
    ttft = format_duration(call.ttft_ms / 1000)
    is_retried = call.wire is not None and call.wire.attempts > 1
    return texts("live.content.retried" if is_retried else "live.content", time=ttft)
