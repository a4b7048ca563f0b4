"""Pairs of times, and what is said of them."""

import statistics
from collections.abc import Callable, Sequence
from typing import TypeVar

Measured = TypeVar("Measured")


def alternate(
    first: Callable[[], Measured], second: Callable[[], Measured], pairs: int
) -> list[tuple[Measured, Measured]]:
    """Return what both measure, in pairs whose order changes each time, so that drift of the machine cancels."""
    first(), second()  # warm up
    found = []
    for number in range(pairs):
        if number % 2:
            after, before = second(), first()
        else:
            before, after = first(), second()
        found.append((before, after))
    return found


def say(what: str, pairs: Sequence[tuple[float, float]], aim: str) -> None:
    """Print a line: medians, and the median ratio first/second with its quartiles."""
    ratios = sorted(first / second for first, second in pairs)
    low, middle, high = statistics.quantiles(ratios, n=4)
    first, second = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"  {what}: {first * 1000:.1f} ms against {second * 1000:.1f} ms, "
        f"ratio {middle:.3f} (quartiles {low:.3f} to {high:.3f}, n={len(pairs)}); aim: {aim}",
        flush=True,
    )
