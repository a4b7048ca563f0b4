"""What the real client's calls say beside those by plain HTTP: pure judgement."""

from collections.abc import Iterator, Sequence
from functools import partial

from probe.check.advice import advice, when_to_retry
from probe.check.endpoints import speaks_of_money
from probe.model.check import Area, CheckFinding, ClientCall, Severity
from probe.model.outcome import RECOVERY_FLAGS, Flag, Outcome
from probe.units import format_duration

_WORDS = {
    Flag.RETRIED: "it tried again",
    Flag.RECOVERED_STREAM: "a stream broke and was asked for again",
    Flag.FALLBACK_NON_STREAMING: "it fell back to an answer without a stream",
    Flag.TOKENS_COUNTED_TWICE: "input tokens were counted twice",
    Flag.BACKGROUND_FAILED: "a request in the background failed",
}
_finding = partial(CheckFinding, area=Area.CLIENT)


def judge_client_calls(calls: Sequence[ClientCall], *, plain_served: bool, token: str) -> Iterator[CheckFinding]:
    """The findings of the client's calls, in order; what plain HTTP met as well is said once, there."""
    good = []
    failed: dict[tuple[str, str | None], list[ClientCall]] = {}
    for call in calls:
        took = format_duration(call.wall_ms / 1000)
        if call.outcome is not Outcome.OK:
            failed.setdefault((call.outcome, call.cause), []).append(call)
            continue
        hidden = [flag for flag in call.flags if flag in RECOVERY_FLAGS]
        if hidden:
            yield _finding(
                severity=Severity.WARNING,
                code="client_recovered",
                title=f"{call.label}: Claude Code reports success, and hides that "
                + ", ".join(_WORDS[flag] for flag in hidden),
                evidence=f"{_attempts(call, ', then ')}; {took}",
                remedy="Each such call is slower or paid twice. `probe run` counts how often it happens, "
                "`probe explain` tells one.",
            )
        if Flag.MODEL_MISMATCH in call.flags and not plain_served:
            yield _finding(
                severity=Severity.WARNING,
                code="model_mismatch",
                title=f"{call.label}: {', '.join(call.models_served)} says that it served, and was not asked for",
                remedy="Ask the operator which model stands behind the name.",
            )
        if Flag.TOOL_USE_REQUESTED in call.flags:
            yield _tool(call.label)
        if not hidden:
            boot = f", {format_duration(call.boot_ms / 1000)} of it the client's start" if call.boot_ms else ""
            more = f", {call.background} request in the background" if call.background else ""
            good.append(f"{call.label} {took}{boot}{more}")
    for alike in failed.values():
        yield _failure(alike, plain_served=plain_served, token=token)
    if good:
        yield _finding(
            severity=Severity.GOOD, code="client_served", title="Claude Code is served", evidence="; ".join(good)
        )


def _failure(calls: Sequence[ClientCall], *, plain_served: bool, token: str) -> CheckFinding:
    """One finding for calls that failed alike."""
    call = calls[0]
    labels = ", ".join(each.label for each in calls)
    if call.outcome is Outcome.TOOL_USE:
        return _tool(labels).model_copy(update={"severity": Severity.WRONG})
    outcome = Outcome.BILLING if speaks_of_money(call.evidence) else call.outcome
    title, remedy = advice(outcome, token)
    remedy = when_to_retry(remedy, call.retry_at, call.retry_in_s)
    beside = ", though plain HTTP is served" if plain_served else ""
    took = " and ".join(format_duration(each.wall_ms / 1000) for each in calls)
    parts = [call.evidence.rstrip("."), _attempts(call, ", ") if call.endings else "", took]
    cause = f" ({call.cause})" if call.cause else ""
    return _finding(
        severity=Severity.WRONG,
        code=f"client_{outcome.value}".replace("client_client_", "client_"),
        title=f"{labels}: Claude Code is not served{beside}: {title}{cause}",
        evidence="; ".join(part for part in parts if part),
        remedy=remedy
        if not plain_served
        else f"{remedy} Its request is larger than a plain one, with tools and a system prompt: "
        "`probe explain` after a `probe run` tells what came of it.",
    )


def _attempts(call: ClientCall, between: str) -> str:
    """How often it asked, and what came of each; the first few."""
    return f"{call.attempts} attempt{'' if call.attempts == 1 else 's'}: {between.join(call.endings[:6])}"


def _tool(label: str) -> CheckFinding:
    title, remedy = advice(Outcome.TOOL_USE, "")
    return _finding(severity=Severity.WARNING, code="tool_use", title=f"{label}: {title}", remedy=remedy)
