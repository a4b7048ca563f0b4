"""Series for charts, thinned to what can be drawn."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from probe.model.chart import Charts, Dot, Mark, OutcomeBin, RoundDots
from probe.stats.ecdf import ecdf
from probe.stats.frame import Frame
from probe.stats.frame_columns import OUTCOMES, Floats

MOST_ROUNDS = 300
MOST_BINS = 60
_MARKS = (Mark.CLEAN, Mark.RECOVERED, Mark.FAILED, Mark.TIMED_OUT)


def charts(calls: Frame, labels: tuple[str, ...]) -> Charts:
    """Return the series that the charts of a section show; steps in the order of `labels`."""
    if not len(calls):
        return Charts()
    number = round_numbers(calls)
    return Charts(
        rounds=_rounds(calls, number),
        rounds_total=int(number[-1]),
        ecdfs=tuple(
            ecdf(label, step["wall_ms"], step["timeout_ms"], step.are("failed"))
            for label in labels
            if len(step := calls.of_step(label))
        ),
        over_time=tuple(each for label in labels for each in _over_time(calls, number, label)),
    )


def marks(calls: Frame) -> list[Mark]:
    """Return the mark by which each call is drawn."""
    return [_MARKS[code] for code in _mark_codes(calls).tolist()]


def _mark_codes(calls: Frame) -> NDArray[np.int64]:
    failed, clean, timed_out = calls.are("failed"), calls.are("clean"), calls.are("timed_out")
    return np.select([failed & timed_out, failed, clean], [3, 2, 0], default=1)


def round_numbers(calls: Frame) -> Floats:
    """Return the number of each call's round, counted over all runs, from 1."""
    new = np.ones(len(calls))
    new[1:] = (np.diff(calls["run"]) != 0) | (np.diff(calls["round"]) != 0)
    numbers: Floats = new.cumsum()
    return numbers


def _rounds(calls: Frame, number: Floats) -> tuple[RoundDots, ...]:
    """Return all rounds, or as many as can be drawn: the unclean ones first, then an even choice of the rest."""
    total = int(number[-1])
    mask = np.ones(len(calls), dtype=np.bool_)
    if total > MOST_ROUNDS:
        at = number.astype(np.intp)
        is_unclean = np.zeros(total + 1, dtype=np.bool_)
        is_unclean[at[~calls.are("clean")]] = True
        unclean, clean = np.flatnonzero(is_unclean), np.flatnonzero(~is_unclean[1:]) + 1
        most_unclean = _evenly(unclean, max(MOST_ROUNDS * 2 // 3, MOST_ROUNDS - len(clean)))
        is_chosen = np.zeros(total + 1, dtype=np.bool_)
        is_chosen[most_unclean] = True
        is_chosen[_evenly(clean, MOST_ROUNDS - len(most_unclean))] = True
        mask = is_chosen[at]
    kept, numbers = calls.where(mask), number[mask].astype(int).tolist()
    rounds: dict[int, list[Dot]] = {}
    started: dict[int, tuple[int, int, float]] = {}
    places = zip(
        numbers,
        kept["run"].astype(int).tolist(),
        kept["round"].astype(int).tolist(),
        kept["started_s"].tolist(),
        kept["step"].astype(int).tolist(),
        kept["wall_ms"].tolist(),
        marks(kept),
        kept["outcome"].astype(int).tolist(),
        strict=True,
    )
    for index, run, own_number, started_s, step, wall_ms, mark, outcome in places:
        started.setdefault(index, (run, own_number, started_s))
        dot = Dot(label=calls.labels[step], wall_ms=round(wall_ms, 3), mark=mark, outcome=OUTCOMES[outcome])
        rounds.setdefault(index, []).append(dot)
    return tuple(
        RoundDots(
            number=index,
            run_id=calls.run_ids[started[index][0]],
            round=started[index][1],
            started_at=datetime.fromtimestamp(started[index][2], UTC),
            dots=tuple(dots),
        )
        for index, dots in rounds.items()
    )


def _evenly(values: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return at most so many of the values, evenly spread over them."""
    if len(values) <= most:
        return values
    chosen: NDArray[np.intp] = values[np.linspace(0, len(values) - 1, most).round().astype(int)]
    return chosen


def _over_time(calls: Frame, number: Floats, label: str) -> list[OutcomeBin]:
    step = calls.of_step(label)
    numbers = number[calls["step"] == step["step"][0]] if len(step) else number[:0]
    if not len(step):
        return []
    width = int(np.ceil(number[-1] / MOST_BINS))
    bins = ((numbers - 1) // width).astype(int)
    kinds = _mark_codes(step)
    found = []
    for index in np.unique(bins).tolist():
        inside = bins == index
        counts = np.bincount(kinds[inside], minlength=len(_MARKS)).tolist()
        found.append(
            OutcomeBin(
                label=label,
                first=index * width + 1,
                last=min((index + 1) * width, int(number[-1])),
                started_at=datetime.fromtimestamp(float(step["started_s"][inside].min()), UTC),
                counts={mark: count for mark, count in zip(_MARKS, counts, strict=True) if count},
            )
        )
    return found
