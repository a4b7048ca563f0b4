"""The scale on which all calls of a page are drawn, so that their bars can be compared."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from probe.model.chart import Mark, Waterfall
from probe.render.axes import linear_ticks

_EVEN_PERCENT = 72.0
"""The part of the line on which time is even, where the rest is compressed."""
_FAR_BEYOND = 2.0
"""The rest is compressed where the longest call takes this many times as long as nearly all good calls."""
_NEARLY_ALL = 0.95
_MARGIN = 1.05


@dataclass(frozen=True)
class TimeScale:
    """A line from 0 to `end_ms`: even up to `even_ms`, compressed from there on.

    So a call that waits until its timeout does not squash all others.
    """

    even_ms: float
    end_ms: float

    @property
    def compressed_from(self) -> float | None:
        """The place from which time is compressed, in percent; None where it is even throughout."""
        return _EVEN_PERCENT if self.even_ms < self.end_ms else None

    def place(self, ms: float) -> float:
        """Return where a moment lies on the line, in percent."""
        at = min(max(ms, 0.0), self.end_ms)
        if self.compressed_from is None:
            return 100 * at / self.end_ms
        if at <= self.even_ms:
            return _EVEN_PERCENT * at / self.even_ms
        return _EVEN_PERCENT + (100 - _EVEN_PERCENT) * (at - self.even_ms) / (self.end_ms - self.even_ms)

    def ticks_ms(self) -> Iterator[float]:
        """Yield round moments of the even part, and the end of a compressed one."""
        yield from linear_ticks(self.even_ms)
        if self.compressed_from is not None:
            yield self.end_ms


def time_scale(calls: Iterable[Waterfall]) -> TimeScale:
    """Return a scale for these calls. It is even as far as 95 % of the successful ones go."""
    known = list(calls)
    longest = max((call.wall_ms for call in known), default=1.0) or 1.0
    nearly_all = _quantile([call.wall_ms for call in known if call.mark in {Mark.CLEAN, Mark.RECOVERED}])
    even = nearly_all * _MARGIN if nearly_all * _FAR_BEYOND < longest and nearly_all > 0 else longest
    return TimeScale(even, longest)


def _quantile(walls_ms: Sequence[float]) -> float:
    """Return the time within which nearly all of these ended; 0 for none."""
    ordered = sorted(walls_ms)
    return ordered[math.ceil(_NEARLY_ALL * len(ordered)) - 1] if ordered else 0.0
