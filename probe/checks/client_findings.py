"""Findings on the real client's calls, beside what came to plain HTTP. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from probe.checks.advice import advice, of_outcome
from probe.checks.answer_findings import no_usage
from probe.checks.failure import Advice, Failure
from probe.checks.finding_rules import Rule, apply_rules, first_of
from probe.checks.refused_parts import beta_refused, field_refused
from probe.model.check_report import Area, CheckFinding, ClientCall, Severity
from probe.model.outcome import RECOVERY_FLAGS, Flag, Outcome, WaitCause
from probe.units import format_duration

_RECOVERIES = {
    Flag.RETRIED: "it tried again",
    Flag.RECOVERED_STREAM: "a stream broke and was asked for again",
    Flag.FALLBACK_NON_STREAMING: "it fell back to an answer without a stream",
    Flag.TOKENS_COUNTED_TWICE: "input tokens were counted twice",
    Flag.BACKGROUND_FAILED: "a request in the background failed",
}
_TOO_MUCH = {Outcome.RATE_LIMITED, Outcome.OVERLOADED}
"""The outcomes that a call may have while another is served, where the only fault is that it was one too many."""
_IN_TITLE = frozenset({"success", *WaitCause})
"""Causes that a title says already."""
_MOST_ENDINGS = 6
_finding = partial(CheckFinding, area=Area.CLIENT)


@dataclass(frozen=True, slots=True)
class PlainHttpResult:
    """The result of plain HTTP, beside which the client's calls are judged.

    `token` is where the token comes from. `codes` are those of what was wrong; `challenged`: a bot check answered;
    `passed_bytes` is the size of the largest request that was served.
    """

    token: str
    served: bool = False
    codes: frozenset[str] = frozenset()
    challenged: bool = False
    passed_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class _ServedCall:
    """A call that came to its answer."""

    call: ClientCall
    plain: PlainHttpResult


@dataclass(frozen=True, slots=True)
class _FailedCalls:
    """Calls that failed alike, one at least. `another_served`: another call came to its answer."""

    calls: Sequence[ClientCall]
    plain: PlainHttpResult
    another_served: bool

    @property
    def first(self) -> ClientCall:
        """The first of them."""
        return self.calls[0]

    @property
    def labels(self) -> str:
        """The names of the calls, for people."""
        return ", ".join(call.label for call in self.calls)

    @property
    def failure(self) -> Failure:
        """The reason as far as the calls show it."""
        tries = [attempt for call in self.calls for attempt in call.tries]
        texts = dict.fromkeys(attempt.text for attempt in tries if not attempt.good)
        cause = self.first.cause
        if tries and all(attempt.stop_reason == "max_tokens" for attempt in tries):
            cause = "max_tokens"
        return Failure(
            self.first.outcome,
            cause,
            " ".join([self.first.evidence, *texts]),
            self.plain.token,
            tries,
            challenged=self.plain.challenged,
            passed_bytes=self.plain.passed_bytes,
        )


def judge_client_calls(calls: Sequence[ClientCall], plain: PlainHttpResult) -> Iterator[CheckFinding]:
    """Yield the findings of the client's calls; a call that the check's own limit cut says nothing."""
    whole = [call for call in calls if not call.cut_short]
    served = [call for call in whole if call.outcome is Outcome.OK]
    for call in served:
        yield from apply_rules(_SERVED_RULES, _ServedCall(call, plain))
    yield from apply_rules((_client_fake_stream,), served)
    for alike in _failed_alike(whole):
        yield from apply_rules((_FAILED_RULE,), _FailedCalls(alike, plain, another_served=bool(served)))
    yield from apply_rules((_client_served,), served)


def _failed_alike(calls: Sequence[ClientCall]) -> list[list[ClientCall]]:
    """Return the calls that failed, grouped by outcome and cause."""
    groups: dict[tuple[Outcome, str | None], list[ClientCall]] = {}
    for call in calls:
        if call.outcome is not Outcome.OK:
            groups.setdefault((call.outcome, call.cause), []).append(call)
    return list(groups.values())


def _part_refused(served: _ServedCall) -> CheckFinding | None:
    """Return the finding of a beta or a field that was refused, and that the client then left out."""
    call = served.call
    refused = [attempt for attempt in call.tries if attempt.status in {400, 422}]
    if not refused:
        return None
    failure = Failure(Outcome.BAD_REQUEST, "400", refused[0].text, served.plain.token, refused)
    found = beta_refused(failure) or field_refused(failure)
    if found is None:
        return None
    counts = f"{len(call.tries)} attempts, {len(refused)} of them refused"
    return _finding(
        severity=Severity.WARNING,
        code=found.code,
        title=f"{call.label}: {found.title}",
        evidence=f"{refused[0].text}; {counts}; {format_duration(call.wall_ms / 1000)}",
        remedy=found.remedy,
    )


def _client_recovered(served: _ServedCall) -> CheckFinding | None:
    call = served.call
    recoveries = [_RECOVERIES[flag] for flag in call.flags if flag in RECOVERY_FLAGS]
    if not recoveries:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="client_recovered",
        title=f"{call.label}: Claude Code reports success, and hides that {', '.join(recoveries)}",
        evidence=f"{_attempts(call, ', then ')}; {format_duration(call.wall_ms / 1000)}",
        remedy="Each such call is slower or paid twice. `probe run` counts how often it happens, "
        "`probe explain` tells one.",
    )


def _model_mismatch(served: _ServedCall) -> CheckFinding | None:
    call = served.call
    if Flag.MODEL_MISMATCH not in call.flags or served.plain.served:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="model_mismatch",
        title=f"{call.label}: {', '.join(call.models_served)} says that it served, and was not asked for",
        remedy="Ask the operator which model stands behind the name.",
    )


def _tool_use(served: _ServedCall) -> CheckFinding | None:
    if Flag.TOOL_USE_REQUESTED not in served.call.flags:
        return None
    return _tool_finding(served.call.label, Severity.WARNING)


def _no_usage(served: _ServedCall) -> CheckFinding | None:
    if served.plain.served or Flag.USAGE_MISSING not in served.call.flags:
        return None
    return no_usage(f"in the answer of {served.call.label}")


_SERVED_RULES: tuple[Rule[_ServedCall], ...] = (
    first_of(_part_refused, _client_recovered),
    _model_mismatch,
    _tool_use,
    _no_usage,
)


def _client_fake_stream(served: Sequence[ClientCall]) -> CheckFinding | None:
    """Return the finding of streams that came to the client in one burst, whatever came to plain HTTP."""
    bursts = [call for call in served if Flag.FAKE_STREAM in call.flags]
    if not bursts:
        return None
    times = [format_duration(call.ttft_ms / 1000) for call in bursts if call.ttft_ms is not None]
    labels = ", ".join(call.label for call in bursts)
    return _finding(
        severity=Severity.WARNING,
        code="client_fake_stream",
        title=f"{labels}: Claude Code's stream is fake, all of it came in one burst at the end",
        evidence=", ".join(f"first text after {time}" for time in times),
        remedy="Switch off buffering and compression of text/event-stream in every proxy on the way: "
        "`proxy_buffering off` and `gzip off` in nginx.",
    )


def _client_served(served: Sequence[ClientCall]) -> CheckFinding | None:
    clean = [_duration(call) for call in served if not RECOVERY_FLAGS.intersection(call.flags)]
    if not clean:
        return None
    return _finding(
        severity=Severity.GOOD, code="client_served", title="Claude Code is served", evidence="; ".join(clean)
    )


def _tool_asked_for(failed: _FailedCalls) -> CheckFinding | None:
    return _tool_finding(failed.labels, Severity.WRONG) if failed.first.outcome is Outcome.TOOL_USE else None


def _client_failed(failed: _FailedCalls) -> CheckFinding:
    found = advice(failed.failure)
    remedy = _remedy(failed, found)
    passing = failed.another_served and failed.first.outcome in _TOO_MUCH
    if passing:
        remedy += " The other call was served: this check's own requests may have been too many."
    return _finding(
        severity=Severity.WARNING if passing else Severity.WRONG,
        code=f"client_{found.code}".replace("client_client_", "client_"),
        title=f"{failed.labels}: {_title(failed, found)}",
        evidence=_evidence(failed, found),
        remedy=remedy,
    )


_FAILED_RULE: Rule[_FailedCalls] = first_of(_tool_asked_for, _client_failed)


def _title(failed: _FailedCalls, found: Advice) -> str:
    call = failed.first
    cause = f" ({call.cause})" if call.cause and call.cause not in _IN_TITLE else ""
    if call.outcome is Outcome.TIMED_OUT:
        title = "Claude Code has no answer when the time of a step of this check is over (--timeout)"
        reason = "" if found.code == Outcome.TIMED_OUT else f": {found.title}"
        return f"{title}{reason}{cause}"
    though = ", though plain HTTP is" if failed.plain.served else ""
    return f"Claude Code is not served{though}: {found.title}{cause}"


def _evidence(failed: _FailedCalls, found: Advice) -> str:
    call = failed.first
    attempts = _attempts(call, ", ") if call.endings else ""
    times = " and ".join(format_duration(call.wall_ms / 1000) for call in failed.calls)
    return "; ".join(part for part in (call.evidence.rstrip("."), attempts, found.evidence, times) if part)


def _remedy(failed: _FailedCalls, found: Advice) -> str:
    if found.code in failed.plain.codes:
        return f"The reason is the same as that of [{found.code}]."
    if failed.plain.served and found.code == failed.first.outcome.value:
        return (
            f"{found.remedy} Its request is larger than a plain one, with tools and a system prompt: "
            "`probe explain` after a `probe run` tells what came of it."
        )
    return found.remedy


def _tool_finding(label: str, severity: Severity) -> CheckFinding:
    title, remedy = of_outcome(Outcome.TOOL_USE)
    return _finding(severity=severity, code="tool_use", title=f"{label}: {title}", remedy=remedy)


def _duration(call: ClientCall) -> str:
    boot = f", {format_duration(call.boot_ms / 1000)} of it the client's start" if call.boot_ms else ""
    background = f", {call.background} request in the background" if call.background else ""
    return f"{call.label} {format_duration(call.wall_ms / 1000)}{boot}{background}"


def _attempts(call: ClientCall, between: str) -> str:
    """Return how often the client asked, and what the first attempts came to."""
    attempts = "1 attempt" if call.attempts == 1 else f"{call.attempts} attempts"
    return f"{attempts}: {between.join(call.endings[:_MOST_ENDINGS])}"
