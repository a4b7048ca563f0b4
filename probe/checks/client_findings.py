"""What the real client's calls say beside those by plain HTTP: pure judgement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from probe.checks.advice import advice, of_outcome
from probe.checks.answer_findings import no_usage
from probe.checks.failure import Failure
from probe.checks.refused_parts import beta_refused, field_refused
from probe.model.check import Area, CheckFinding, ClientCall, Severity
from probe.model.outcome import RECOVERY_FLAGS, Flag, Outcome, WaitCause
from probe.units import format_duration

_WORDS = {
    Flag.RETRIED: "it tried again",
    Flag.RECOVERED_STREAM: "a stream broke and was asked for again",
    Flag.FALLBACK_NON_STREAMING: "it fell back to an answer without a stream",
    Flag.TOKENS_COUNTED_TWICE: "input tokens were counted twice",
    Flag.BACKGROUND_FAILED: "a request in the background failed",
}
_LATER = {Outcome.RATE_LIMITED, Outcome.OVERLOADED}
"""What a call may meet while another is served, and nothing is wrong but that it was too much."""
_finding = partial(CheckFinding, area=Area.CLIENT)


@dataclass(frozen=True, slots=True)
class PlainHttpResult:
    """What plain HTTP came to, beside which the client's calls are judged.

    `codes` are those of what was wrong there; `passed_bytes` is the size of the largest request that was served.
    """

    token: str
    served: bool = False
    codes: frozenset[str] = frozenset()
    challenged: bool = False
    passed_bytes: int | None = None


def judge_client_calls(calls: Sequence[ClientCall], beside: PlainHttpResult) -> Iterator[CheckFinding]:
    """The findings of the client's calls, in order; a call that check's own limit cut says nothing."""
    whole = [call for call in calls if not call.cut_short]
    served = [call for call in whole if call.outcome is Outcome.OK]
    failed: dict[tuple[str, str | None], list[ClientCall]] = {}
    for call in whole:
        if call.outcome is not Outcome.OK:
            failed.setdefault((call.outcome, call.cause), []).append(call)
    for call in served:
        yield from _served(call, beside)
    yield from _bursts(served)
    for alike in failed.values():
        yield _failure(alike, beside, another_served=bool(served))
    good = [_good(call) for call in served if not RECOVERY_FLAGS.intersection(call.flags)]
    if good:
        yield _finding(
            severity=Severity.GOOD, code="client_served", title="Claude Code is served", evidence="; ".join(good)
        )


def _served(call: ClientCall, beside: PlainHttpResult) -> Iterator[CheckFinding]:
    """What is to be said of a call that came to its answer."""
    hidden = [flag for flag in call.flags if flag in RECOVERY_FLAGS]
    refused = _refused_part(call, beside.token)
    if refused:
        yield refused
    elif hidden:
        yield _finding(
            severity=Severity.WARNING,
            code="client_recovered",
            title=f"{call.label}: Claude Code reports success, and hides that "
            + ", ".join(_WORDS[flag] for flag in hidden),
            evidence=f"{_attempts(call, ', then ')}; {format_duration(call.wall_ms / 1000)}",
            remedy="Each such call is slower or paid twice. `probe run` counts how often it happens, "
            "`probe explain` tells one.",
        )
    if Flag.MODEL_MISMATCH in call.flags and not beside.served:
        yield _finding(
            severity=Severity.WARNING,
            code="model_mismatch",
            title=f"{call.label}: {', '.join(call.models_served)} says that it served, and was not asked for",
            remedy="Ask the operator which model stands behind the name.",
        )
    if Flag.TOOL_USE_REQUESTED in call.flags:
        yield _tool(call.label)
    if not beside.served and Flag.USAGE_MISSING in call.flags:
        yield no_usage(f"in the answer of {call.label}")


def _refused_part(call: ClientCall, token: str) -> CheckFinding | None:
    """A beta or a field that was refused, and that the client then left out."""
    refused = [attempt for attempt in call.tries if attempt.status in {400, 422}]
    if not refused:
        return None
    trouble = Failure(Outcome.BAD_REQUEST, "400", refused[0].text, token, refused)
    found = beta_refused(trouble) or field_refused(trouble)
    if found is None:
        return None
    return _finding(
        severity=Severity.WARNING,
        code=found.code,
        title=f"{call.label}: {found.title}",
        evidence=f"{refused[0].text}; {len(call.tries)} attempts, {len(refused)} of them refused; "
        + format_duration(call.wall_ms / 1000),
        remedy=found.remedy,
    )


def _bursts(served: Sequence[ClientCall]) -> Iterator[CheckFinding]:
    """Streams that came to the client in one burst, whatever came to plain HTTP."""
    labels = [call.label for call in served if Flag.FAKE_STREAM in call.flags]
    if labels:
        yield _finding(
            severity=Severity.WARNING,
            code="client_fake_stream",
            title=f"{', '.join(labels)}: Claude Code's stream is fake, all of it came in one burst at the end",
            evidence=", ".join(
                f"first text after {format_duration(call.ttft_ms / 1000)}"
                for call in served
                if call.label in labels and call.ttft_ms is not None
            ),
            remedy="Switch off buffering and compression of text/event-stream in every proxy on the way: "
            "`proxy_buffering off` and `gzip off` in nginx.",
        )


def _failure(calls: Sequence[ClientCall], beside: PlainHttpResult, *, another_served: bool) -> CheckFinding:
    """One finding for calls that failed alike."""
    call = calls[0]
    labels = ", ".join(each.label for each in calls)
    if call.outcome is Outcome.TOOL_USE:
        return _tool(labels).model_copy(update={"severity": Severity.WRONG})
    found = advice(_trouble(calls, beside))
    if call.outcome is Outcome.TIMED_OUT:
        title = f"Claude Code has no answer when the time of a step of this check is over (--timeout): {found.title}"
        title = title if found.code != Outcome.TIMED_OUT else title.rpartition(": ")[0]
    else:
        title = f"Claude Code is not served{', though plain HTTP is' if beside.served else ''}: {found.title}"
    cause = f" ({call.cause})" if call.cause and call.cause not in {"success", *_SAID} else ""
    took = " and ".join(format_duration(each.wall_ms / 1000) for each in calls)
    parts = [call.evidence.rstrip("."), _attempts(call, ", ") if call.endings else "", found.seen, took]
    if found.code in beside.codes:
        remedy = f"The reason is the same as that of [{found.code}]."
    elif beside.served and found.code == call.outcome.value:
        remedy = (
            f"{found.remedy} Its request is larger than a plain one, with tools and a system prompt: "
            "`probe explain` after a `probe run` tells what came of it."
        )
    else:
        remedy = found.remedy
    passing = another_served and call.outcome in _LATER
    return _finding(
        severity=Severity.WARNING if passing else Severity.WRONG,
        code=f"client_{found.code}".replace("client_client_", "client_"),
        title=f"{labels}: {title}{cause}",
        evidence="; ".join(part for part in parts if part),
        remedy=f"{remedy} The other call was served: this check's own requests may have been too many."
        if passing
        else remedy,
    )


_SAID = frozenset(WaitCause)
"""Causes that a title says already."""


def _trouble(calls: Sequence[ClientCall], beside: PlainHttpResult) -> Failure:
    """What calls that failed alike say of the reason; of one that was cut while it tried again, what it met."""
    call = calls[0]
    met = {each.value: each for each in Outcome}.get(call.cause or "")
    outcome = met if met and call.outcome is Outcome.TIMED_OUT else call.outcome
    tries = [attempt for each in calls for attempt in each.tries]
    spent = [attempt for attempt in tries if attempt.stop_reason == "max_tokens"]
    cause = "max_tokens" if spent and len(spent) == len(tries) else call.cause
    said = dict.fromkeys(attempt.text for attempt in tries if not attempt.good)
    return Failure(
        outcome,
        cause,
        " ".join([call.evidence, *said]),
        beside.token,
        tries,
        challenged=beside.challenged,
        passed_bytes=beside.passed_bytes,
    )


def _good(call: ClientCall) -> str:
    boot = f", {format_duration(call.boot_ms / 1000)} of it the client's start" if call.boot_ms else ""
    more = f", {call.background} request in the background" if call.background else ""
    return f"{call.label} {format_duration(call.wall_ms / 1000)}{boot}{more}"


def _attempts(call: ClientCall, between: str) -> str:
    """How often it asked, and what came of each; the first few."""
    return f"{call.attempts} attempt{'' if call.attempts == 1 else 's'}: {between.join(call.endings[:6])}"


def _tool(label: str) -> CheckFinding:
    title, remedy = of_outcome(Outcome.TOOL_USE)
    return _finding(severity=Severity.WARNING, code="tool_use", title=f"{label}: {title}", remedy=remedy)
