"""Calls of vantages drawn from given rates, durations and outages, to see how often an answer is wrong."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from probe.model.vantage_comparison import VantageFinding
from probe.stats.durations import Bools, Floats
from probe.stats.pair_vantages import APART_S, PairedCalls
from probe.stats.pairs import StepCalls
from probe.stats.vantage_findings import find_failures, find_times, judge_pairs
from probe.stats.vantage_scores import VantageCalls

_CONNECT_MS, _STREAM_SHARE = 60.0, 0.4
_TIMEOUT_MS = 180_000.0
_GAP_S = 1.0


@dataclass(frozen=True, slots=True)
class Network:
    """The way from a vantage: it fails a share of calls, takes a part longer, and loses packets.

    `delay_ms` is added to each of five round trips of a call, two of which connect; `loss` is the share of these that
    is lost and sent again after 1 s.
    """

    fails: float = 0.0
    delay_ms: float = 0.0
    loss: float = 0.0


@dataclass(frozen=True, slots=True)
class VantageTruth:
    """The truth of a campaign: the relay, and a network for each vantage.

    The relay fails a share of calls at random, which rises to `fails_at_end`; in a share `outages` of rounds it fails
    every call of every vantage. A call that fails `hangs` until its deadline, or ends at once. Durations are
    log-normal, with this median and sigma.
    """

    networks: tuple[Network, ...]
    relay_fails: float = 0.05
    fails_at_end: float | None = None
    outages: float = 0.0
    median_s: float = 2.0
    spread: float = 0.1
    calls_a_round: int = 2
    hangs: bool = False


@dataclass(frozen=True, slots=True)
class DrawnCalls:
    """The calls of a vantage in one campaign, (calls, rounds), and when each began in its round."""

    calls: VantageCalls
    started_s: Floats


def draw_campaign(truth: VantageTruth, rng: np.random.Generator, rounds: int) -> list[DrawnCalls]:
    """Draw the calls of all vantages in one campaign."""
    shape = truth.calls_a_round, rounds
    end = truth.relay_fails if truth.fails_at_end is None else truth.fails_at_end
    rates = np.linspace(truth.relay_fails, end, rounds)
    is_out: Bools = rng.random(rounds) < truth.outages
    return [_draw(truth, network, rng, shape, rates, is_out) for network in truth.networks]


def pair_drawn(first: DrawnCalls, second: DrawnCalls) -> PairedCalls:
    """Return the calls that began within APART_S of each other."""
    together = (np.abs(first.started_s - second.started_s) <= APART_S).T.ravel()
    calls = _in_time(first.calls).where(together), _in_time(second.calls).where(together)
    rounds = np.repeat(np.arange(first.started_s.shape[1], dtype=np.float64), len(first.started_s))
    return PairedCalls(*calls, places=rounds[together], left_out=int(np.count_nonzero(~together)))


def _in_time(drawn: VantageCalls) -> VantageCalls:
    """Return the calls in the order of time: those of a round after each other."""
    calls = drawn.calls
    return VantageCalls(
        StepCalls(calls.wall_ms.T.ravel(), calls.timeout_ms.T.ravel(), calls.failed.T.ravel()),
        {name: values.T.ravel() for name, values in drawn.phases.items()},
    )


def _draw(
    truth: VantageTruth,
    network: Network,
    rng: np.random.Generator,
    shape: tuple[int, int],
    rates: Floats,
    is_out: Bools,
) -> DrawnCalls:
    failed = (rng.random(shape) < rates) | (rng.random(shape) < network.fails) | is_out
    answer_ms = 1000 * truth.median_s * np.exp(truth.spread * rng.standard_normal(shape))
    trips = [network.delay_ms + 1000.0 * rng.geometric(1 - network.loss, shape) - 1000.0 for _ in range(5)]
    connect = _CONNECT_MS * np.exp(0.1 * rng.standard_normal(shape)) + trips[0] + trips[1]
    wait = answer_ms * (1 - _STREAM_SHARE) + trips[2] + trips[3]
    stream = answer_ms * _STREAM_SHARE + trips[4]
    took = np.where(failed, _TIMEOUT_MS if truth.hangs else 300.0, connect + wait + stream)
    ended_s = np.cumsum(took / 1000 + _GAP_S, axis=0)
    started_s = np.vstack((np.zeros((1, shape[1])), ended_s[:-1]))
    calls = StepCalls(took, np.full(shape, _TIMEOUT_MS), failed)
    return DrawnCalls(VantageCalls(calls, {"connect": connect, "wait": wait, "stream": stream}), started_s)


def judge_campaign(drawn: list[DrawnCalls], delta: float = 0.1) -> tuple[VantageFinding, VantageFinding]:
    """Return the answers on failures and on times."""
    pairs = [
        (str(first), str(second), pair_drawn(drawn[first], drawn[second]))
        for first, second in combinations(range(len(drawn)), 2)
    ]
    judged = judge_pairs(pairs, len(drawn), delta, None)
    return (
        find_failures(judged, len(drawn), delta, forecast=False),
        find_times(judged, len(drawn), forecast=False),
    )
