"""The health of a target that several vantages called, from that of each."""

from collections import Counter
from collections.abc import Sequence

from probe.model.health import FailureKind, Health, HealthWord, RecoveryKind
from probe.stats.judge_health import fault_counts, least_calls
from probe.stats.rates import failure_rate


def pool_health(healths: Sequence[Health], delta: float) -> Health:
    """Return the health from that of its vantages, of which there is one at least."""
    n, failed, recovered, slow = (
        sum(getattr(health, name) for health in healths) for name in ("n", "failed", "recovered", "slow")
    )
    word = _word(healths, delta)
    failures = _pool_failures(healths)
    return Health(
        word=word,
        n=n,
        failed=failed,
        recovered=recovered,
        slow=slow,
        slow_after_ms=healths[0].slow_after_ms,
        failure_rate=failure_rate(failed, n),
        share=failure_rate(slow if word is HealthWord.SLOW else failed + recovered, n),
        calls_to_ok=least_calls(delta) - n if word is HealthWord.UNKNOWN else None,
        faults=fault_counts(failures),
        failures=failures,
        recoveries=_pool_recoveries(healths),
    )


def _word(healths: Sequence[Health], delta: float) -> HealthWord:
    words = {health.word for health in healths}
    for word in (HealthWord.FLAKY, HealthWord.COLD, HealthWord.SLOW):
        if word in words:
            return word
    if words == {HealthWord.DOWN}:
        return HealthWord.DOWN
    if HealthWord.DOWN in words:
        return HealthWord.FLAKY
    calls = sum(health.n for health in healths)
    return HealthWord.OK if calls >= least_calls(delta) else HealthWord.UNKNOWN


def _pool_failures(healths: Sequence[Health]) -> tuple[FailureKind, ...]:
    """Return the distinct failures, the most frequent first."""
    kinds: dict[FailureKind, int] = {}
    for failure in (failure for health in healths for failure in health.failures):
        kind = failure.model_copy(update={"n": 0})
        kinds[kind] = kinds.get(kind, 0) + failure.n
    pooled = [kind.model_copy(update={"n": n}) for kind, n in kinds.items()]
    return tuple(sorted(pooled, key=lambda kind: -kind.n))


def _pool_recoveries(healths: Sequence[Health]) -> tuple[RecoveryKind, ...]:
    counts = Counter[str]()
    for recovery in (recovery for health in healths for recovery in health.recoveries):
        counts[recovery.ending] += recovery.n
    return tuple(RecoveryKind(ending=ending, n=n) for ending, n in counts.most_common())
