"""Builds statistics for tests of what is computed from them."""

from datetime import timedelta
from typing import Any

from probe.model.health import Health, HealthWord
from probe.model.outcome import Flag, Outcome
from probe.model.report_sections import RunSource, Section
from probe.model.run_manifest import Manifest
from probe.model.statistics import (
    Durations,
    Estimate,
    Figure,
    OutcomeCount,
    Spread,
    StepStatistics,
    Tokens,
)
from probe.model.verdict import Answer, Evidence, Verdict
from probe.stats.rates import failure_rate
from tests.builders import START, manifest

STEPS = ("call1", "call2")
NO_SPREAD = Spread(n=0)


def durations(
    n: int, mean_ms: float = 2000.0, half_ms: float | None = 200.0, horizon_ms: float = 60_000.0, **quantiles: Figure
) -> Durations:
    """Durations whose mean has an interval of ± `half_ms`; all quantiles are the mean unless said otherwise."""
    low, high = (None, None) if half_ms is None else (mean_ms - half_ms, mean_ms + half_ms)
    figures = {name: Figure(value_ms=mean_ms) for name in ("p50", "p75", "p90", "p95", "p99")}
    return Durations(
        n=n,
        censored=0,
        horizon_ms=horizon_ms,
        quantiles=figures | quantiles,
        restricted_mean=Estimate(value=mean_ms, low=low, high=high, n=n),
        successes=NO_SPREAD,
        clean=NO_SPREAD,
        recovered=NO_SPREAD,
    )


def step(label: str = "call1", n: int = 10, failed: int = 0, **changes: Any) -> StepStatistics:
    """Return a step of n calls, `failed` of which timed out; `recovered` of the rest are not clean."""
    recovered = changes.pop("recovered", 0)
    ok = n - failed
    counts = [
        OutcomeCount(outcome=Outcome.OK, cause=None, expected=True, n=ok),
        OutcomeCount(outcome=Outcome.TIMED_OUT, cause="no_first_byte", expected=False, n=failed),
    ]
    fields: dict[str, Any] = {
        "label": label,
        "n": n,
        "ok": ok,
        "clean": ok - recovered,
        "recovered": recovered,
        "failed": failed,
        "timed_out": failed,
        "failure_rate": failure_rate(failed, n),
        "durations": durations(n) if n else None,
        "ttft": NO_SPREAD,
        "outcomes": tuple(each for each in counts if each.n),
        "flags": {Flag.RETRIED: recovered} if recovered else {},
        "models_served": {},
        "tokens": Tokens(),
    }
    return StepStatistics.model_validate(fields | changes)


def verdict(answer: Answer = Answer.UNDECIDED) -> Verdict:
    evidence = Evidence(log_e_worse=0.0, log_e_no_effect=0.0, difference=Estimate(value=0.0, n=10))
    return Verdict(
        answer=answer,
        pairs=10,
        delta=0.15,
        slower_by_ms=500.0,
        fails_more=False,
        slower=False,
        failures=evidence,
        slowness=evidence,
        log_e_both=0.0,
        p=1.0,
        p_no_effect=1.0,
        settled_after=None,
        to_go=None,
        causes=(),
        cannot_tell=(),
    )


def section(*steps: StepStatistics, name: str = "relay", provenance: Manifest | None = None, **changes: Any) -> Section:
    rounds = max((each.n for each in steps), default=0)
    provenance = provenance or manifest()
    fields: dict[str, Any] = {
        "name": name,
        "runs": (
            RunSource(run_id=provenance.run_id, created_at=START + timedelta(days=1), rounds_finished=rounds, end=None),
        ),
        "manifest": provenance,
        "rounds_planned": rounds,
        "rounds_finished": rounds,
        "interrupted_calls": 0,
        "corrupt": {},
        "health": Health(word=HealthWord.OK, n=2 * rounds, failed=0, recovered=0),
        "verdict": None,
        "pairs": None,
        "steps": steps,
        "incidents": (),
        "incidents_total": 0,
    }
    return Section.model_validate(fields | changes)
