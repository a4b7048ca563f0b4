"""The health of a target, and the party that answers for each failure."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from probe.model.attempt_ending import GOOD
from probe.model.fault_party import FaultParty, party_of
from probe.model.health import (
    FailureKind,
    FaultCount,
    Health,
    HealthWord,
    RecoveryKind,
)
from probe.model.outcome import SILENT_RECOVERY_FLAGS
from probe.model.row import Row
from probe.model.verdict import Answer, Question, Verdict
from probe.stats.frame import Frame
from probe.stats.frame_columns import OUTCOMES, Bools
from probe.stats.rates import ALPHA, failure_rate


def health_of(
    calls: Frame, verdict: Verdict | None, question: Question, last_success_at: datetime | None = None
) -> Health:
    """Return the health from all calls that count; `question` holds what is too slow, and what difference matters.

    `last_success_at` is when the last call began that succeeded, where it may not be one of these.
    """
    failed = calls.are("failed")
    recovered = ~failed & _recovered_in_silence(calls)
    slow = ~failed & _too_slow(calls, question)
    n = len(calls)
    n_failed, n_recovered, n_slow = (int(which.sum()) for which in (failed, recovered, slow))
    bad = n_failed + n_recovered
    word = _word(n, n_failed, bad, n_slow, verdict, question)
    failures = tuple(_failures(calls, failed, last_success_at))
    return Health(
        word=word,
        n=n,
        failed=n_failed,
        recovered=n_recovered,
        slow=n_slow,
        slow_after_ms=question.slow_after_ms,
        failure_rate=failure_rate(n_failed, n),
        share=failure_rate(n_slow if word is HealthWord.SLOW else bad, n),
        calls_to_ok=least_calls(question.delta) - n if word is HealthWord.UNKNOWN else None,
        faults=fault_counts(failures),
        failures=failures,
        recoveries=_recoveries(calls),
    )


def least_calls(delta: float) -> int:
    """Return how many calls without a failure bound the failure rate below `delta`, one-sided at 95 %.

    Of n calls without a failure the bound is 1 - 0.05**(1/n).
    """
    return math.ceil(math.log(ALPHA) / math.log1p(-delta))


def _word(n: int, failed: int, bad: int, slow: int, verdict: Verdict | None, question: Question) -> HealthWord:
    is_cold = verdict is not None and verdict.answer is Answer.COLD and verdict.still
    words = (
        (HealthWord.DOWN, n > 0 and failed == n),
        (HealthWord.FLAKY, bad > 0),
        (HealthWord.COLD, is_cold),
        (HealthWord.SLOW, slow > 0),
        (HealthWord.OK, n >= least_calls(question.delta)),
    )
    return next((word for word, holds in words if holds), HealthWord.UNKNOWN)


def _recovered_in_silence(calls: Frame) -> Bools:
    found: Bools = np.logical_or.reduce([calls.flagged(flag) for flag in SILENT_RECOVERY_FLAGS])
    return found


def _too_slow(calls: Frame, question: Question) -> Bools:
    limit_ms = question.slow_after_ms
    too_slow: Bools = calls["wall_ms"] > (math.inf if limit_ms is None else limit_ms)
    return too_slow


def _failures(calls: Frame, failed: Bools, last_success_at: datetime | None) -> Iterator[FailureKind]:
    """Yield the distinct failures, the most frequent first."""
    succeeded_s = calls["started_s"][~failed]
    known_s = -math.inf if last_success_at is None else last_success_at.timestamp()
    last_success_s = float(succeeded_s.max(initial=known_s))
    of_failed = calls.where(failed)
    kinds = of_failed["outcome"].astype(int) * len(calls.causes) + of_failed["cause"].astype(int)
    counts = Counter(kinds.tolist())
    for kind, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        outcome_code, cause_code = divmod(kind, len(calls.causes))
        outcome, cause = OUTCOMES[outcome_code], calls.causes[cause_code]
        passes = bool(of_failed["started_s"][kinds == kind].min() < last_success_s)
        party = party_of(outcome, cause, passes=passes)
        yield FailureKind(outcome=outcome, cause=cause, n=n, party=party, passes=passes)


def fault_counts(failures: Sequence[FailureKind]) -> tuple[FaultCount, ...]:
    """Count the failures of each party."""
    counts = Counter(dict.fromkeys(FaultParty, 0))
    for failure in failures:
        counts[failure.party] += failure.n
    return tuple(FaultCount(party=party, n=n) for party, n in counts.items())


def _recoveries(calls: Frame) -> tuple[RecoveryKind, ...]:
    """Count the kept successes after a silent recovery by what their first bad attempt came to."""
    counts = Counter(ending for kept in calls.kept for ending in _first_bad_ending(kept.row))
    return tuple(RecoveryKind(ending=ending, n=n) for ending, n in counts.most_common())


def _first_bad_ending(row: Row) -> Sequence[str]:
    """Return what the first bad attempt of a success came to, if Claude Code recovered from one."""
    endings = row.wire.endings if row.wire and row.recovered_silently else ()
    return [ending for ending in endings if ending != GOOD][:1]
