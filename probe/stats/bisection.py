"""A search for the value at which something breaks, with few trials, each of which may take minutes."""

from collections.abc import Callable


def find_limit(breaks_at: Callable[[float], float | None], upto: float, precision: float) -> tuple[float, float | None]:
    """Return the largest value that was stood (0.0 where none was) and the least at which it broke, `precision` apart.

    `breaks_at(value)` tries a value: None where it was stood, else where on the way there it broke. The second result
    is None where `upto` was stood. The two may lie the wrong way round for something that does not always break alike.

    A break says by itself where the limit is, so the next trial lies just below it. Only where that breaks as well is
    the interval halved.
    """
    stood, broken = 0.0, upto
    value, hinted = upto, False
    while True:
        broke = breaks_at(value)
        if broke is None:
            stood = max(stood, value)
            if value == upto:
                return stood, None
        else:
            broken = min(broken, value, broke)
        if broken - stood <= precision * 1.001:
            return stood, broken
        value = (stood + broken) / 2 if hinted else max(broken - precision, stood)
        hinted = True
