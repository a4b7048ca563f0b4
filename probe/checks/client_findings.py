"""Findings on the real client's calls, beside what came to plain HTTP. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from probe.checks.advice import advice, of_outcome
from probe.checks.answer_findings import no_usage
from probe.checks.failure import Advice, Failure
from probe.checks.finding_rules import FindingDraft, Rule, apply_rules, first_of
from probe.checks.refused_parts import beta_refused, field_refused
from probe.model.check_report import Area, ClientCall, Severity
from probe.model.outcome import RECOVERY_FLAGS, Flag, Outcome, WaitCause
from probe.texts.evidence_texts import ending_words
from probe.texts.phrase import Phrase, Phrases, Words, clauses, items, phrase, remarks, sentences
from probe.texts.stored_phrase import evidence_words
from probe.units import format_duration

_TOO_MUCH = {Outcome.RATE_LIMITED, Outcome.OVERLOADED}
"""The outcomes that a call may have while another is served, where the only fault is that it was one too many."""
_IN_TITLE = frozenset({"success", *WaitCause})
"""Causes that a title says already."""
_MOST_ENDINGS = 6
_finding = partial(FindingDraft, area=Area.CLIENT)


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
    def labels(self) -> Phrases:
        """The names of the calls, for people."""
        return items(call.label for call in self.calls)

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


def judge_client_calls(calls: Sequence[ClientCall], plain: PlainHttpResult) -> Iterator[FindingDraft]:
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


def _part_refused(served: _ServedCall) -> FindingDraft | None:
    """Return the finding of a beta or a field that was refused, and that the client then left out."""
    call = served.call
    refused = [attempt for attempt in call.tries if attempt.status in {400, 422}]
    if not refused:
        return None
    failure = Failure(Outcome.BAD_REQUEST, "400", refused[0].text, served.plain.token, refused)
    found = beta_refused(failure) or field_refused(failure)
    if found is None:
        return None
    return _finding(
        severity=Severity.WARNING,
        code=found.code,
        title=phrase("check.label", label=call.label, title=found.title),
        evidence=phrase(
            "check.part_refused.seen",
            text=refused[0].text,
            n=len(call.tries),
            refused=len(refused),
            time=format_duration(call.wall_ms / 1000),
        ),
        remedy=found.remedy,
    )


def _client_recovered(served: _ServedCall) -> FindingDraft | None:
    call = served.call
    recoveries = [phrase(f"check.client_recovered.{flag.value}") for flag in call.flags if flag in RECOVERY_FLAGS]
    if not recoveries:
        return None
    attempts, time = _attempts(call, "check.attempts.then"), format_duration(call.wall_ms / 1000)
    return _finding(
        severity=Severity.WARNING,
        code="client_recovered",
        title=phrase("check.client_recovered", label=call.label, what=items(recoveries)),
        evidence=phrase("check.client_recovered.seen", attempts=attempts, time=time),
        remedy=phrase("check.client_recovered.do"),
    )


def _model_mismatch(served: _ServedCall) -> FindingDraft | None:
    call = served.call
    if Flag.MODEL_MISMATCH not in call.flags or served.plain.served:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="model_mismatch",
        title=phrase("check.client_mismatch", label=call.label, served=items(call.models_served)),
        remedy=phrase("check.client_mismatch.do"),
    )


def _tool_use(served: _ServedCall) -> FindingDraft | None:
    if Flag.TOOL_USE_REQUESTED not in served.call.flags:
        return None
    return _tool_finding(served.call.label, Severity.WARNING)


def _no_usage(served: _ServedCall) -> FindingDraft | None:
    if served.plain.served or Flag.USAGE_MISSING not in served.call.flags:
        return None
    return no_usage(phrase("check.no_usage.of_call", label=served.call.label))


_SERVED_RULES: tuple[Rule[_ServedCall], ...] = (
    first_of(_part_refused, _client_recovered),
    _model_mismatch,
    _tool_use,
    _no_usage,
)


def _client_fake_stream(served: Sequence[ClientCall]) -> FindingDraft | None:
    """Return the finding of streams that came to the client in one burst, whatever came to plain HTTP."""
    bursts = [call for call in served if Flag.FAKE_STREAM in call.flags]
    if not bursts:
        return None
    times = [format_duration(call.ttft_ms / 1000) for call in bursts if call.ttft_ms is not None]
    return _finding(
        severity=Severity.WARNING,
        code="client_fake_stream",
        title=phrase("check.client_fake_stream", labels=items(call.label for call in bursts)),
        evidence=items(phrase("check.client_fake_stream.seen", time=time) for time in times),
        remedy=phrase("check.client_fake_stream.do"),
    )


def _client_served(served: Sequence[ClientCall]) -> FindingDraft | None:
    clean = [_duration(call) for call in served if not RECOVERY_FLAGS.intersection(call.flags)]
    if not clean:
        return None
    title = phrase("check.client_served")
    return _finding(severity=Severity.GOOD, code="client_served", title=title, evidence=remarks(clean))


def _tool_asked_for(failed: _FailedCalls) -> FindingDraft | None:
    return _tool_finding(failed.labels, Severity.WRONG) if failed.first.outcome is Outcome.TOOL_USE else None


def _client_failed(failed: _FailedCalls) -> FindingDraft:
    found = advice(failed.failure)
    remedy = _remedy(failed, found)
    passing = failed.another_served and failed.first.outcome in _TOO_MUCH
    if passing:
        remedy = sentences([remedy, phrase("check.client_failed.haste")])
    return _finding(
        severity=Severity.WARNING if passing else Severity.WRONG,
        code=f"client_{found.code}".replace("client_client_", "client_"),
        title=_title(failed, found),
        evidence=_evidence(failed, found),
        remedy=remedy,
    )


_FAILED_RULE: Rule[_FailedCalls] = first_of(_tool_asked_for, _client_failed)


def _title(failed: _FailedCalls, found: Advice) -> Words:
    call = failed.first
    title = _client_title(failed, found)
    if call.cause and call.cause not in _IN_TITLE:
        return phrase("check.with_cause", title=title, cause=call.cause)
    return title


def _client_title(failed: _FailedCalls, found: Advice) -> Phrase:
    if failed.first.outcome is not Outcome.TIMED_OUT:
        key = "check.client_failed.though" if failed.plain.served else "check.client_failed"
    elif found.code == Outcome.TIMED_OUT:
        key = "check.client_failed.late"
    else:
        key = "check.client_failed.late_why"
    return phrase(key, labels=failed.labels, title=found.title)


def _evidence(failed: _FailedCalls, found: Advice) -> Phrases:
    call = failed.first
    attempts = _attempts(call, "join.items") if call.endings else ""
    evidence = evidence_words(call)
    if isinstance(evidence, str):
        evidence = evidence.rstrip(".")
    times = items(format_duration(call.wall_ms / 1000) for call in failed.calls)
    return remarks([evidence, attempts, found.evidence, times])


def _remedy(failed: _FailedCalls, found: Advice) -> Words:
    if found.code in failed.plain.codes:
        return phrase("check.client_failed.same", code=found.code)
    if failed.plain.served and found.code == failed.first.outcome.value:
        return sentences([found.remedy, phrase("check.client_failed.larger")])
    return found.remedy


def _tool_finding(label: Words, severity: Severity) -> FindingDraft:
    title, remedy = of_outcome(Outcome.TOOL_USE)
    return _finding(
        severity=severity, code="tool_use", title=phrase("check.label", label=label, title=title), remedy=remedy
    )


def _duration(call: ClientCall) -> Phrases:
    boot, background = call.boot_ms, call.background
    return clauses(
        [
            phrase("check.client_served.call", label=call.label, time=format_duration(call.wall_ms / 1000)),
            phrase("check.client_served.boot", time=format_duration(boot / 1000)) if boot else "",
            phrase("check.client_served.background", n=background) if background else "",
        ]
    )


def _attempts(call: ClientCall, joint: str) -> Phrase:
    """Return how often the client asked, and what the first attempts came to; `joint` stands between two."""
    endings = Phrases(tuple(map(ending_words, call.endings[:_MOST_ENDINGS])), joint)
    return phrase(f"check.attempts.{'one' if call.attempts == 1 else 'many'}", n=call.attempts, endings=endings)
