"""A call in a few words, for the view of a run."""

from probe.model.call import Call
from probe.model.outcome import BENIGN_FLAGS
from probe.model.row import Row
from probe.sanitise import printable
from probe.texts import Texts
from probe.units import format_duration


def outcome_words(call: Call | Row) -> str:
    """Return a call's outcome: `ok`, `ok (retried)`, `timed_out: overloaded`."""
    cause = f": {printable(call.diagnosis.cause, 40)}" if call.diagnosis.cause else ""
    flags = ", ".join(flag for flag in call.diagnosis.flags if flag not in BENIGN_FLAGS)
    return f"{call.outcome}{cause} ({flags})" if flags else f"{call.outcome}{cause}"


def first_content_words(call: Call, texts: Texts) -> str:
    """Return when the first content came: after the call's beginning, or after the last request where it retried."""
    if call.ttft_ms is None:
        return ""
    ttft = format_duration(call.ttft_ms / 1000)
    is_retried = call.wire is not None and call.wire.attempts > 1
    return texts("live.content.retried" if is_retried else "live.content", time=ttft)
