"""Figures of a report on the order of requests, and on caches that answered."""

import numpy as np

from probe.model.run_manifest import Manifest
from probe.model.verdict import Answer, Order, Question, Verdict
from probe.stats.frame import Frame
from probe.stats.frame_columns import Bools
from probe.stats.margins import margins_ms
from probe.stats.order_evidence import OrderEvidence, extra_is_due, rows_beyond_order
from probe.stats.pairs import calls_of
from probe.stats.round_scores import RoundScores
from probe.stats.sequential import LOG_THRESHOLD, sparse_looks
from probe.stats.severity_mixture import mixed
from probe.stats.turns import RequestOrder, two_turns

LEAST_CACHED = 3
CACHED_SHARE = 0.1
"""From so many rounds, and this share of all, in which a cache answered, no answer is given of the upstream behind."""


def request_order(calls: Frame, manifest: Manifest | None) -> RequestOrder | None:
    """Return the order of the calls' requests; None where calls overlapped, for then it is not known."""
    if manifest and manifest.options.concurrency > 1:
        return None
    return RequestOrder.of(calls)


def order_found(
    calls: Frame, in_order: RequestOrder, evidence: OrderEvidence, verdict: Verdict, manifest: Manifest | None
) -> Order:
    """Return what is known of the order, beside this verdict."""
    log_e = max(0.0, float(evidence.path.max()))
    worse, better = two_turns(calls, in_order, by_failures=evidence.fails)
    could_explain = {
        Answer.COLD: evidence.could_be_cold,
        Answer.UNDECIDED: evidence.could_be_cold,
        Answer.SECOND_WORSE: evidence.could_be_second,
    }
    return Order(
        log_e=log_e / np.log(10),
        p=max(float(np.exp(-log_e)), float(np.finfo(np.float64).tiny)),
        fails=evidence.fails,
        could_explain=could_explain.get(verdict.answer, False),
        worse=worse,
        better=better,
        extra_calls=len(extra_calls(calls, manifest)),
    )


def extra_calls(calls: Frame, manifest: Manifest | None) -> Frame:
    """Return the calls that are not of the script."""
    return calls.where(calls["step"] >= (len(manifest.scenario.steps) if manifest else np.inf))


def answered_by_cache(calls: Frame) -> Bools:
    """Return which calls a cache answered: by its headers, or since the answer has the id of an earlier one."""
    in_time = np.lexsort((calls["started_s"], calls["run"]))
    ids = calls["message"][in_time]
    again = np.zeros(len(calls), dtype=np.bool_)
    known = np.flatnonzero(~np.isnan(ids))
    first_seen = np.unique(ids[known], return_index=True)[1]
    again[in_time[np.delete(known, first_seen)]] = True
    answered: Bools = ~calls.are("failed") & (again | calls.are("cached"))
    return answered


def cached_rounds(calls: Frame, first: Frame, second: Frame) -> int:
    """Count the rounds in which a cache answered one of the two calls."""
    cached = np.zeros(calls.data.shape[1], dtype=np.bool_)
    cached[calls.chosen] = answered_by_cache(calls)
    return int((cached[first.chosen] | cached[second.chosen]).sum())


def unless_cached(verdict: Verdict, rounds: int) -> Verdict:
    """Return the verdict; CACHED where too many answers came from a cache to say anything of the upstream behind it."""
    changes: dict[str, object] = {"cached_rounds": rounds}
    covered = rounds >= LEAST_CACHED and rounds >= CACHED_SHARE * verdict.pairs
    if covered and verdict.answer is not Answer.ORDER:
        changes |= {"answer": Answer.CACHED, "settled_after": None, "still": True, "to_go": None}
        changes |= {"fails_more": False, "slower": False, "slower_beyond_ms": None, "changed_after": None}
    return verdict.model_copy(update=changes)


def wants_other_turn(calls: Frame, manifest: Manifest, question: Question) -> bool:
    """Return True where an extra call is to turn the next rounds: first calls look worse, and mostly in this turn."""
    first, second = calls.pairs(*(step.label for step in manifest.scenario.steps[:2]))
    if not len(first):
        return False
    in_order = RequestOrder.of(calls)
    turns = in_order.turns(calls, first, second)
    one, other = (calls_of(each) for each in (first, second))
    rounds = RoundScores.of(one, other, margins_ms(other, question.fixed_margin_ms), np.zeros(len(one)))
    if mixed(rows_beyond_order(rounds.series, turns, sparse_looks(len(rounds)))).max() >= LOG_THRESHOLD:
        return False
    latest = np.lexsort((calls["started_s"], calls["run"]))[-1]
    following = int(in_order.before[latest] + calls["requests"][latest])
    return extra_is_due(rounds, turns, 1 - 2 * (following % 2))
