"""One E-value from failures and from slowness at several severities, with weights that are fixed beforehand.

Long delays in some rounds show at a high severity, short ones in every round at the lowest: a mixture of the E-values
of all needs nobody to say which it is. The average of E-values is one: Vovk & Wang (2021), E-values: calibration,
combination and applications, Annals of Statistics 49, 1736-1754.
"""

import numpy as np

from probe.stats.sequential import Counts, Floats, log_e_always, log_e_worse

WEIGHTS = np.array([1 / 4, 1 / 2, 1 / 12, 1 / 12, 1 / 24, 1 / 24])
"""Of failures, then of the severities; see `round_scores.SEVERITIES`."""
LEAST_SEVERITY = 1
"""The row of the lowest severity, which alone has a stake on "always"."""


def log_e_rows(counts: Counts) -> Floats:
    """Return log E against "the first call is no worse" for each series of `RoundScores`, after each look."""
    rows = log_e_worse(counts.b, counts.c)
    rows[LEAST_SEVERITY] = log_e_always(counts.b[LEAST_SEVERITY], counts.c[LEAST_SEVERITY])
    return rows


def mixed(rows: Floats, start: int = 0) -> Floats:
    """Return the logarithm of the weighted mean of the rows from `start` on; each row may have further axes."""
    weights = WEIGHTS[start:] / WEIGHTS[start:].sum()
    peaks = rows[start:].max(axis=0)
    total = np.tensordot(weights, np.exp(rows[start:] - peaks), axes=1)
    return np.asarray(np.log(total) + peaks)
