"""The share of calls that had succeeded by a time."""

import numpy as np
from numpy.typing import NDArray

from probe.model.chart import Ecdf
from probe.stats.durations import Bools, Floats, horizon_ms


def ecdf(label: str, wall_ms: Floats, timeout_ms: Floats, failed: Bools, most: int = 200) -> Ecdf:
    """Return the ECDF of calls, one value per call, ms: shares are of all calls, steps of those that succeeded.

    Of more than `most` steps an even choice is kept, the first and the last among it, each where it was.
    """
    n = len(wall_ms)
    times, counts = np.unique(wall_ms[~failed], return_counts=True)
    shares = np.cumsum(counts) / max(n, 1)
    kept = evenly(len(times), most)
    return Ecdf(
        label=label,
        n=n,
        points=tuple(zip(times[kept].tolist(), shares[kept].tolist(), strict=True)),
        censored=int(np.count_nonzero(failed)),
        horizon_ms=horizon_ms(wall_ms, timeout_ms, failed) if n else 0.0,
    )


def evenly(n: int, most: int) -> NDArray[np.intp]:
    """Return the indices of at most `most` of n things, evenly spread, with the first and the last."""
    return np.linspace(0, n - 1, min(n, most)).round().astype(np.intp)
