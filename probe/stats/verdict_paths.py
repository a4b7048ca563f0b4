"""E-values of all that a verdict may say, after every look, and the answer that they give."""

import math
from dataclasses import dataclass

import numpy as np

from probe.model.verdict import Answer
from probe.stats.no_effect import path_fails_no_more, path_no_slower
from probe.stats.order_evidence import OrderEvidence, rows_beyond_order
from probe.stats.round_scores import SEVERITIES, RoundScores
from probe.stats.sequential import Counts, Floats, Integers, Peak, peak_of, sparse_looks
from probe.stats.severity_mixture import LEAST_SEVERITY, log_e_rows, mixed


@dataclass(frozen=True, slots=True)
class VerdictPaths:
    """Log E after each look.

    `cold` is that of the mixture against "the first call is no worse", `plain` the same where the order of requests may
    not explain it, `second` against "the second call is no worse"; `failures` that of failures by themselves, `slower`
    those of slowness over answered rounds, from each severity on; the last two are against an effect that matters.
    """

    looks: Integers
    cold: Floats
    plain: Floats
    second: Floats
    order: Floats | None
    failures: Floats
    slower: tuple[Floats, ...]
    fails_no_more: Floats
    no_slower: Floats

    @classmethod
    def of(
        cls, scores: RoundScores, delta: float, order: OrderEvidence | None = None, *, checks_order: bool = False
    ) -> "VerdictPaths":
        """Compute them; those against "no worse" are against the order of requests as well where that is checked."""
        looks = sparse_looks(len(scores))
        plain = log_e_rows(Counts.of(scores.series, looks))
        answered = scores.among_answered.series
        rows, slow = plain, log_e_rows(Counts.of(answered, looks))
        if order and checks_order:
            rows, slow = (rows_beyond_order(series, order.turns, looks) for series in (scores.series, answered))
        return cls(
            looks=looks,
            cold=mixed(rows),
            plain=mixed(plain),
            second=mixed(log_e_rows(Counts.of(scores.series, looks).swapped)),
            order=None if order is None else order.path,
            failures=rows[0],
            slower=tuple(mixed(slow, start) for start in range(LEAST_SEVERITY, len(slow))),
            fails_no_more=path_fails_no_more(scores.failures.astype(np.float64), delta, looks),
            no_slower=path_no_slower(scores.log_ratio, looks),
        )

    def peak(self, path: Floats) -> Peak:
        """Return the peak of one of the paths."""
        return peak_of(path, self.looks)

    def shows(self, path: Floats) -> bool:
        """Return True where a path ever reached 20."""
        return self.peak(path).reached is not None

    def _reached(self, path: Floats | None) -> float:
        """Return the number of rounds at which a path reached 20; infinite where it never did."""
        reached = None if path is None else self.peak(path).reached
        return math.inf if reached is None else reached

    def answer(self) -> tuple[Answer, int | None, int | None]:
        """Return the answer, the number of rounds at which it was reached, and that at which its opposite was."""
        cold, second, plain = (self._reached(path) for path in (self.cold, self.second, self.plain))
        none = max(self._reached(self.fails_no_more), self._reached(self.no_slower))
        answers = (
            (Answer.COLD, cold if cold <= second else math.inf, second),
            (Answer.ORDER, self._reached(self.order), math.inf),
            (Answer.SECOND_WORSE, second, plain),
            (Answer.NO_COLD_EFFECT, none, plain),
        )
        for answer, reached, opposite in answers:
            if reached < math.inf:
                return answer, int(reached), int(opposite) if opposite < math.inf else None
        return Answer.UNDECIDED, None, None

    def slower_beyond(self) -> int | None:
        """Return the largest severity up to which all are shown; None where not even the least is."""
        shown = None
        for severity, path in zip(SEVERITIES, self.slower, strict=True):
            if not self.shows(path):
                return shown
            shown = severity
        return shown
