"""Sections of reports, built by hand, so that a test names what it is about. The figures are made up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from probe.model.chart import Charts, Dot, Mark, RoundDots
from probe.model.choices import EndReason, Session, UpstreamKind
from probe.model.comparison import Comparison, Difference, Judgement, Unit
from probe.model.fault_party import FaultParty, party_of
from probe.model.health import FailureKind, FaultCount, Health, HealthWord, RecoveryKind
from probe.model.note import Note, NoteCode
from probe.model.outcome import Flag, Outcome
from probe.model.report_sections import Gate, Incident, Report, RunSource, Section
from probe.model.run_manifest import Manifest
from probe.model.statistics import (
    Bound,
    Durations,
    Estimate,
    Figure,
    OutcomeCount,
    Pairs,
    Ratio,
    Spread,
    StepStatistics,
    Tokens,
)
from probe.model.verdict import Answer, CauseCount, Evidence, RoundsToGo, Verdict
from probe.model.wire import PhaseSource
from probe.stats.rank_targets import rank_targets
from probe.stats.rates import failure_rate
from tests.builders import START, manifest, scenario, step, target_info

RUN = "20261121T073000Z-two-calls-relay"


def estimate(value: float, low: float | None = None, high: float | None = None, n: int = 30) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=n)


def counts(*rows: tuple[Outcome, str | None, int], ok: int = 0) -> tuple[OutcomeCount, ...]:
    """Outcome counts: `ok` good calls as expected, and the given failures."""
    good = [OutcomeCount(outcome=Outcome.OK, cause=None, expected=True, n=ok)] if ok else []
    return (*good, *(OutcomeCount(outcome=o, cause=cause, expected=False, n=n) for o, cause, n in rows))


def durations(n: int, censored: int = 0, **changes: Any) -> Durations:
    fields: dict[str, Any] = {
        "n": n,
        "censored": censored,
        "horizon_ms": 180_000.0,
        "quantiles": {
            "p50": Figure(value_ms=3430.0, low_ms=3100.0, high_ms=3900.0, high_bound=Bound.EXACT),
            "p75": Figure(value_ms=21_000.0, low_ms=3500.0, high_ms=180_000.0, high_bound=Bound.MORE_THAN),
            "p90": Figure(value_ms=180_000.0, bound=Bound.MORE_THAN, low_ms=9000.0),
            "p95": Figure(value_ms=21_000.0, bound=Bound.TOO_FEW),
            "p99": Figure(value_ms=None, bound=Bound.TOO_FEW),
        },
        "restricted_mean": estimate(45_200.0, 20_100.0, 70_300.0, n),
        "successes": Spread(n=n - censored, min_ms=2900.0, median_ms=3300.0, p90_ms=4100.0, max_ms=21_000.0),
        "clean": Spread(n=n - censored, min_ms=2900.0, median_ms=3300.0, max_ms=4800.0),
        "recovered": Spread(n=0),
        "failures": Spread(n=censored, min_ms=1200.0, median_ms=6400.0, max_ms=180_000.0) if censored else Spread(n=0),
        "success_quantiles": {
            "p50": Figure(value_ms=3300.0, low_ms=3100.0, high_ms=3400.0, high_bound=Bound.EXACT),
            "p75": Figure(value_ms=3500.0, low_ms=3300.0, high_ms=21_000.0, high_bound=Bound.EXACT),
            "p90": Figure(value_ms=3900.0, bound=Bound.TOO_FEW),
            "p95": Figure(value_ms=None, bound=Bound.TOO_FEW),
        },
    }
    return Durations.model_validate(fields | changes)


def statistics(label: str, n: int, *failures: tuple[Outcome, str | None, int], **changes: Any) -> StepStatistics:
    """Build a step whose calls failed as said and are clean else; `recovered` moves good ones from the clean."""
    failed, recovered = sum(count for *_, count in failures), changes.get("recovered", 0)
    ok = n - failed
    fields: dict[str, Any] = {
        "label": label,
        "n": n,
        "ok": ok,
        "clean": ok - recovered,
        "recovered": 0,
        "failed": failed,
        "timed_out": sum(count for outcome, _, count in failures if outcome is Outcome.TIMED_OUT),
        "failure_rate": estimate(failed / n, failed / n / 2, (failed / n + 1) / 2, n) if n else None,
        "durations": durations(n, failed) if n else None,
        "ttft": Spread(n=ok, median_ms=40.0) if ok else Spread(n=0),
        "ttft_median": Figure(value_ms=40.0, low_ms=35.0, high_ms=52.0, high_bound=Bound.EXACT) if ok > 5 else None,
        "outcomes": counts(*failures, ok=ok),
        "flags": {},
        "models_served": {"glm-4.7": ok} if ok else {},
        "tokens": Tokens(),
    }
    return StepStatistics.model_validate(fields | changes)


def pairs(n: int, b: int = 0, c: int = 0, both: int = 0, **changes: Any) -> Pairs:
    """`b` rounds in which only the first call failed, `c` in which only the second did."""
    fields: dict[str, Any] = {
        "first": "call1",
        "second": "call2",
        "n": n,
        "only_first_failed": b,
        "only_second_failed": c,
        "both_failed": both,
        "none_failed": n - b - c - both,
        "failure_difference": estimate((b - c) / n, -0.6, 0.6, n),
        "mcnemar_mid_p": 0.002,
        "mcnemar_exact_p": 0.0039,
        "slower_by_ms": 500.0,
        "first_slower": 0,
        "second_slower": 0,
        "alike": n,
        "mean_difference_ms": None,
        "sign_flip_p": None,
        "ratio": None,
    }
    return Pairs.model_validate(fields | changes)


def evidence(value: float, low: float = -1.0, high: float = 1.0, n: int = 30) -> Evidence:
    return Evidence(log_e_worse=2.4, log_e_no_effect=-3.0, difference=estimate(value, low, high, n))


def verdict(answer: Answer, n: int = 30, **changes: Any) -> Verdict:
    fields: dict[str, Any] = {
        "answer": answer,
        "pairs": n,
        "delta": 0.15,
        "slower_by_ms": 500.0,
        "fails_more": answer is Answer.COLD,
        "slower": False,
        "slower_beyond_ms": 2000.0 if changes.get("slower") else None,
        "failures": evidence(0.0, n=n),
        "slowness": evidence(0.0, n=n),
        "log_e_both": 2.4,
        "p": 0.004 if answer is Answer.COLD else 0.8,
        "p_no_effect": 0.02 if answer is Answer.NO_COLD_EFFECT else 1.0,
        "settled_after": None if answer is Answer.UNDECIDED else 23,
        "to_go": RoundsToGo(low=20, high=45, looked_ahead=400) if answer is Answer.UNDECIDED else None,
        "causes": (),
        "cannot_tell": (),
    }
    return Verdict.model_validate(fields | changes)


def failure_kinds(steps: Sequence[StepStatistics]) -> tuple[FailureKind, ...]:
    """Return the distinct failures of these steps, each of which passed."""
    found: Counter[tuple[Outcome, str | None]] = Counter()
    for each in steps:
        found.update({(count.outcome, count.cause): count.n for count in each.outcomes if not count.expected})
    return tuple(
        FailureKind(outcome=outcome, cause=cause, n=n, party=party_of(outcome, cause, passes=True), passes=True)
        for (outcome, cause), n in found.most_common()
    )


def health(steps: Sequence[StepStatistics], verdict: Verdict | None = None) -> Health:
    """Return the health that these steps come to."""
    n, failed, recovered = (sum(getattr(each, name) for each in steps) for name in ("n", "failed", "recovered"))
    failures = failure_kinds(steps)
    parties: Counter[FaultParty] = Counter()
    for failure in failures:
        parties[failure.party] += failure.n
    words = (
        (HealthWord.UNKNOWN, n == 0),
        (HealthWord.DOWN, failed == n),
        (HealthWord.FLAKY, failed + recovered > 0),
        (HealthWord.COLD, verdict is not None and verdict.answer is Answer.COLD),
        (HealthWord.OK, True),
    )
    return Health(
        word=next(word for word, holds in words if holds),
        n=n,
        failed=failed,
        recovered=recovered,
        failure_rate=failure_rate(failed, n),
        share=failure_rate(failed + recovered, n),
        faults=tuple(FaultCount(party=party, n=parties[party]) for party in FaultParty),
        failures=failures,
        recoveries=(RecoveryKind(ending="529 overloaded_error", n=recovered),) if recovered else (),
    )


def section(*steps: StepStatistics, **changes: Any) -> Section:
    fields: dict[str, Any] = {
        "name": "relay",
        "runs": (RunSource(run_id=RUN, created_at=START, rounds_finished=30, end=EndReason.COMPLETED),),
        "manifest": manifest(rounds=30),
        "rounds_planned": 30,
        "rounds_finished": 30,
        "interrupted_calls": 0,
        "corrupt": {},
        "health": health(steps, changes.get("verdict")),
        "verdict": None,
        "pairs": None,
        "steps": steps,
        "incidents": (),
        "incidents_total": len(changes.get("incidents", ())),
    }
    return Section.model_validate(fields | changes)


def report(*sections: Section, **changes: Any) -> Report:
    ranking = rank_targets(sections)
    fields = {"probe_version": "0.2.0", "sections": sections, "ranking": ranking}
    return Report.model_validate(fields | changes)


def incident(number: int = 1, label: str = "call1", **changes: Any) -> Incident:
    fields: dict[str, Any] = {
        "run_id": RUN,
        "round": number,
        "label": label,
        "started_at": START + timedelta(minutes=number),
        "wall_ms": 180_020.0,
        "session_id": f"00000000-0000-4000-8000-{number:012d}",
        "outcome": Outcome.TIMED_OUT,
        "cause": "no_first_byte",
        "failed": True,
        "flags": (),
        "evidence": "request sent after 790 ms, no byte came back.",
    }
    fields |= changes
    if fields["outcome"] is Outcome.TIMED_OUT:
        fields["deadline_ms"] = 180_000.0
    return Incident.model_validate(fields)


def cold_section(**changes: Any) -> Section:
    """Build the example: nine of 30 first calls fail, three more recover; no second call fails, and they are faster."""
    failures = ((Outcome.TIMED_OUT, "no_first_byte", 7), (Outcome.OVERLOADED, "529", 2))
    usage = Tokens(input=630_000, output=360, cache_read=0, cost_usd=1.836)
    first = statistics(
        "call1",
        30,
        *failures,
        recovered=3,
        flags={Flag.RETRIED: 5},
        tokens=usage,
        durations=durations(
            30,
            9,
            clean=Spread(n=18, min_ms=2900.0, median_ms=3300.0, max_ms=4800.0),
            recovered=Spread(n=3, min_ms=9000.0, median_ms=12_500.0, max_ms=41_000.0),
        ),
        models_served={"glm-4.7": 20, "other-model": 1},
        failure_rate=estimate(0.3, 0.167, 0.479),
        success_phases=phases(boot=700, retries=41_000, wait=2600, stream=400, exit=50),
        phases_source=PhaseSource.WIRE,
    )
    second = statistics(
        "call2",
        30,
        tokens=usage,
        success_phases=phases(boot=310, retries=0, wait=40, stream=60, exit=50),
        failure_rate=estimate(0.0, 0.0, 0.095),
        phases_source=PhaseSource.WIRE,
        durations=durations(
            30,
            quantiles={
                name: Figure(value_ms=420.0 + at, low_ms=400.0, high_ms=460.0 + at, high_bound=Bound.EXACT)
                for at, name in enumerate(("p50", "p75", "p90"))
            },
            restricted_mean=estimate(431.0, 415.0, 447.0),
        ),
    )
    fields: dict[str, Any] = {
        "manifest": manifest(
            scenario(step(timeout="3m"), step("call2", session=Session.RESUME, timeout="3m"), gap="5m"),
            rounds=30,
            target=target_info(env={"API_TIMEOUT_MS": "60000", "MY_TOKEN": "[set]"}),
        ),
        "pairs": pairs(
            30,
            9,
            first_slower=28,
            second_slower=0,
            alike=2,
            mean_difference_ms=estimate(44_800.0, 19_700.0, 69_900.0),
            sign_flip_p=0.0002,
            ratio=Ratio(least=estimate(7.9, 7.1, 9.6), most=estimate(8.2, 7.3, 12.4)),
        ),
        "verdict": verdict(
            Answer.COLD,
            slower=True,
            failures=evidence(0.3, 0.041, 0.548),
            slowness=evidence(0.93, 0.62, 1.0),
            causes=tuple(CauseCount(outcome=o, cause=cause, first=n, second=0) for o, cause, n in failures),
            cannot_tell=(
                Note(code=NoteCode.NO_CONTROL),
                Note(code=NoteCode.TIMEOUT_HIDES, values={"count": 7, "timeout_ms": 180_000.0}),
            ),
        ),
        "notes": (
            Note(code=NoteCode.OUTLIERS, values={"label": "call1", "count": 2, "rounds": "4, 17"}),
            Note(code=NoteCode.DRIFT, values={"label": "call1", "direction": "slower", "tau": 0.412, "p": 0.008}),
        ),
        "incidents": (
            incident(
                2,
                wall_ms=41_000.0,
                outcome=Outcome.OK,
                cause=None,
                failed=False,
                flags=(Flag.RETRIED,),
                evidence="2 requests: 529 overloaded_error, then good",
                endings=("529 overloaded_error", "good"),
                request_ids=({"request-id": "req_6d2b9b5e"}, {"request-id": "req_77a01c"}),
                requested_at=tuple(START + timedelta(minutes=2, milliseconds=ms) for ms in (790, 39_417)),
            ),
            incident(3),
            incident(
                5,
                outcome=Outcome.OVERLOADED,
                cause="529",
                wall_ms=6400.0,
                evidence="API Error: 529 | <b>busy</b>",
                endings=("529 overloaded_error",) * 2,
                request_ids=({"request-id": "req_a"}, {}),
            ),
        ),
        "incidents_total": 12,
        "charts": charts(COLD_FIRST_CALLS),
        "gates": (
            Gate(
                expression="call1.failure_rate > 0.1",
                failed=True,
                unit=Unit.SHARE,
                count=9,
                estimate=estimate(0.3, 0.167, 0.479),
            ),
            Gate(expression="call2.p90_wall > 10s", failed=False, unit=Unit.MS, figure=Figure(value_ms=420.0)),
            Gate(expression="verdict == COLD", failed=True, unit=Unit.WORD, word="COLD"),
        ),
    }
    return section(first, second, **(fields | changes))


def phases(**means: float) -> Mapping[str, Estimate]:
    return {name: estimate(float(value), value * 0.8, value * 1.2) for name, value in means.items()}


COLD_FIRST_CALLS = "··T·x··r·T···T··r·T·x·T··r·T·T"
"""Outcomes of the first calls of `cold_section`, in order."""
_WAYS = {
    "·": (Mark.CLEAN, Outcome.OK),
    "r": (Mark.RECOVERED, Outcome.OK),
    "T": (Mark.TIMED_OUT, Outcome.TIMED_OUT),
    "x": (Mark.FAILED, Outcome.OVERLOADED),
}


def charts(signs: str, **changes: Any) -> Charts:
    """Build rounds whose first calls came to what a string of signs says; all second calls are clean."""
    return Charts.model_validate(
        {"rounds": [round_dots(n, sign) for n, sign in enumerate(signs, 1)], "rounds_total": len(signs)} | changes
    )


def round_dots(number: int, sign: str) -> RoundDots:
    mark, outcome = _WAYS[sign]
    return RoundDots(
        number=number,
        run_id=RUN,
        round=number,
        started_at=START + timedelta(minutes=5 * number),
        dots=(
            Dot(label="call1", wall_ms=3400.0, mark=mark, outcome=outcome),
            Dot(label="call2", wall_ms=420.0, mark=Mark.CLEAN, outcome=Outcome.OK),
        ),
    )


def undecided_section(**changes: Any) -> Section:
    """Twelve rounds, one failure on either side."""
    refused = (Outcome.RATE_LIMITED, "429", 1)
    fields: dict[str, Any] = {
        "name": "other",
        "pairs": pairs(12, 1, 1, mean_difference_ms=estimate(310.0, -200.0, 820.0, 12)),
        "verdict": verdict(Answer.UNDECIDED, 12, failures=evidence(0.0, -0.42, 0.42, 12)),
    }
    return section(statistics("call1", 12, refused), statistics("call2", 12, refused), **(fields | changes))


def embedded_manifest() -> Manifest:
    return manifest(target=target_info(kind=UpstreamKind.EMBEDDED, name="embedded", faults=("hang(on=call1)",)))


def comparison() -> Comparison:
    return Comparison(
        base="relay",
        candidate="other",
        interleaved=True,
        rounds=(30, 12),
        differences=(
            Difference(
                label="call1",
                quantity="failure_rate",
                unit=Unit.SHARE,
                base=estimate(0.3, 0.167, 0.479),
                candidate=estimate(0.083, 0.015, 0.354, 12),
                difference=estimate(-0.217, -0.41, 0.06, 12),
                judgement=Judgement.NO_DIFFERENCE_SEEN,
            ),
            Difference(
                label="call1",
                quantity="mean_wall",
                unit=Unit.MS,
                base=estimate(45_200.0, 20_100.0, 70_300.0),
                candidate=estimate(4100.0, 3000.0, 5200.0, 12),
                difference=estimate(-41_100.0, -66_000.0, -16_200.0, 12),
                judgement=Judgement.BETTER,
            ),
            Difference(
                label="call2",
                quantity="p90_duration",
                unit=Unit.MS,
                base=Figure(value_ms=420.0),
                candidate=Figure(value_ms=None, bound=Bound.TOO_FEW),
                difference=None,
                judgement=Judgement.TOO_FEW,
            ),
            Difference(
                label="call1",
                quantity="outcome.overloaded",
                unit=Unit.SHARE,
                base=estimate(0.067, 0.018, 0.213),
                candidate=estimate(0.0, 0.0, 0.221, 12),
                difference=None,
                judgement=Judgement.TOO_FEW,
            ),
        ),
        warnings=(Note(code=NoteCode.MACHINE_DIFFERS, values={"base": "0a1b2c3d", "candidate": "ffff0000"}),),
    )
