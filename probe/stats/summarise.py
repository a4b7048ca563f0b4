"""From stored calls to a Report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.client import ModelUsage
from probe.model.outcome import BENIGN_FLAGS
from probe.model.report import Incident, OutcomeCount, Report, StepStatistics, Tokens
from probe.model.run import Manifest
from probe.model.wire import Phases
from probe.stats.describe import describe, wilson_interval


def summarise(
    calls: Sequence[Call],
    manifest: Manifest | None,
    *,
    run_id: str,
    rounds_finished: int,
    interrupted_calls: int = 0,
    corrupt: dict[str, int] | None = None,
    end: EndReason | None = None,
    provenance_note: str | None = None,
) -> Report:
    """The report of one run; `calls` are those that count, each step of a round once."""
    labels = list(dict.fromkeys(call.label for call in sorted(calls, key=lambda call: call.step)))
    if manifest:
        labels = [step.label for step in manifest.scenario.steps]
    pairs = _pairs(calls)
    return Report(
        run_id=run_id,
        created_at=manifest.created_at if manifest else min((call.started_at for call in calls), default=None),
        manifest=manifest,
        rounds_planned=manifest.rounds if manifest else rounds_finished,
        rounds_finished=rounds_finished,
        pairs=len(pairs),
        only_first_failed=sum(not first and second for first, second in pairs),
        only_second_failed=sum(first and not second for first, second in pairs),
        both_failed=sum(not first and not second for first, second in pairs),
        interrupted_calls=interrupted_calls,
        corrupt=corrupt or {},
        end=end,
        steps=tuple(step_statistics(label, [call for call in calls if call.label == label]) for label in labels),
        incidents=tuple(incidents(calls, run_id)),
        provenance_note=provenance_note,
        machine_note=machine_note(calls, manifest),
    )


def step_statistics(label: str, calls: Sequence[Call]) -> StepStatistics:
    """What the calls of one step came to."""
    n = len(calls)
    good = [call for call in calls if call.as_expected]
    bad = [call for call in calls if not call.as_expected]
    clean = sum(call.clean for call in calls)
    low, high = wilson_interval(len(bad), n) if n else (None, None)
    ttft = [call.ttft_ms for call in good if call.ttft_ms is not None]
    counted = Counter((call.outcome, call.diagnosis.cause, call.as_expected) for call in calls)
    return StepStatistics(
        label=label,
        n=n,
        ok=len(good),
        clean=clean,
        recovered=len(good) - clean,
        failed=len(bad),
        timed_out=sum(call.timed_out for call in bad),
        failure_rate=len(bad) / n if n else None,
        failure_rate_low=low,
        failure_rate_high=high,
        durations=describe([call.wall_ms for call in good], [_at_least_ms(call) for call in bad]),
        phases=mean_phases([call.phases for call in calls if call.phases]),
        phases_n=sum(call.phases is not None for call in calls),
        ttft_n=len(ttft),
        ttft_median_ms=median(ttft) if ttft else None,
        outcomes=tuple(
            OutcomeCount(outcome=outcome, cause=cause, expected=expected, n=count)
            for (outcome, cause, expected), count in counted.most_common()
        ),
        flags=dict(Counter(flag for call in calls for flag in call.diagnosis.flags)),
        models_served=dict(Counter(model for call in calls for model in call.models_served)),
        tokens=_tokens(calls),
    )


def mean_phases(phases: Sequence[Phases]) -> Phases | None:
    """The mean of each phase; they add up to the mean of the wall times. None where sources are mixed, or for none."""
    if not phases or len({each.source for each in phases}) > 1:
        return None
    names = [name for name in Phases.model_fields if name.endswith("_ms")]
    means = {name: round(sum(getattr(each, name) for each in phases) / len(phases), 3) for name in names}
    return Phases(source=phases[0].source, **means)


def machine_note(calls: Sequence[Call], manifest: Manifest | None) -> str | None:
    """A warning where this machine, rather than the upstream, may have been what calls waited for."""
    cpus = manifest.machine.cpus if manifest else None
    if not cpus or not calls:
        return None
    if manifest and manifest.options.concurrency > cpus:
        return (
            f"{manifest.options.concurrency} rounds ran at a time on {cpus} CPUs: the clients waited for each other, "
            "so that their starts and their own work are slower than they would be alone."
        )
    busy = sum(call.load is not None and call.load > 1.5 * cpus for call in calls)
    if busy * 5 > len(calls):
        return (
            f"this machine was busy (load above {1.5 * cpus:g} on {cpus} CPUs) at {busy} of {len(calls)} calls: "
            "part of the time is its own."
        )
    return None


def incidents(calls: Iterable[Call], run_id: str) -> Iterable[Incident]:
    """The calls that an operator would look for in his logs."""
    for call in calls:
        if not call.clean or set(call.diagnosis.flags) - BENIGN_FLAGS:
            yield Incident(
                run_id=run_id,
                round=call.round,
                label=call.label,
                started_at=call.started_at,
                wall_ms=call.wall_ms,
                session_id=call.served_session_id or call.session_id,
                outcome=call.outcome,
                cause=call.diagnosis.cause,
                flags=tuple(flag for flag in call.diagnosis.flags if flag not in BENIGN_FLAGS),
                evidence=call.diagnosis.evidence,
            )


def _at_least_ms(call: Call) -> float:
    """A failed call never answered; all that is known is that an answer would have taken this long or longer."""
    return max(call.timeout_ms or 0.0, call.wall_ms)


def _pairs(calls: Iterable[Call]) -> list[tuple[bool, bool]]:
    """(first as expected, second as expected) of every round that has both."""
    rounds: dict[int, dict[int, bool]] = {}
    for call in calls:
        rounds.setdefault(call.round, {})[call.step] = call.as_expected
    return [(steps[0], steps[1]) for steps in rounds.values() if 0 in steps and 1 in steps]


def call_usage(call: Call) -> ModelUsage | None:
    """Tokens and cost of a call: over all its models where the client lists them, else what it sums up itself."""
    result = call.client.result
    if result is None:
        return None
    if not result.model_usage:
        return (result.usage or ModelUsage()).model_copy(update={"cost_usd": result.cost_usd})
    each = result.model_usage.values()
    return ModelUsage(
        input_tokens=_sum(usage.input_tokens for usage in each),
        output_tokens=_sum(usage.output_tokens for usage in each),
        cache_read_tokens=_sum(usage.cache_read_tokens for usage in each),
        cache_creation_tokens=_sum(usage.cache_creation_tokens for usage in each),
        cost_usd=result.cost_usd,
    )


def _tokens(calls: Iterable[Call]) -> Tokens:
    usages = [usage for usage in map(call_usage, calls) if usage]
    cost = [usage.cost_usd for usage in usages if usage.cost_usd is not None]
    return Tokens(
        input=_sum(usage.input_tokens for usage in usages),
        output=_sum(usage.output_tokens for usage in usages),
        cache_read=_sum(usage.cache_read_tokens for usage in usages),
        cost_usd=sum(cost) if cost else None,
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
