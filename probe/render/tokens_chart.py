"""Tokens of a recording over time and the share that came from the cache, as a Vega-Lite specification."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from probe.model.recorded_report import TokenBin
from probe.render.axes import WIDE, chart, layer, legend, share_axis
from probe.render.numbers import share_text
from probe.render.palette import colour
from probe.render.svg import Spec
from probe.texts import Texts

_SOURCES = {"cache_read": "clean", "cache_creation": "recovered", "input": "step2"}
"""Sources of a request's tokens, from the bottom of a column to its top -> their colour."""
_HEIGHT = 220


def tokens_chart(bins: Sequence[TokenBin], texts: Texts, width: int = WIDE) -> Spec:
    """Draw a column for each stretch of time, by where its tokens came from, and the cache's share as dots."""
    x = {"field": "begin", "type": "temporal", "title": None, "scale": {"type": "utc"}, "axis": {"format": "%H:%M"}}
    tokens_title = texts("recorded.axis.tokens")
    tokens = {"type": "quantitative", "title": tokens_title, "axis": {"format": "~s", "tickCount": 5}}
    series = {texts(f"recorded.series.{name}"): colour(look) for name, look in _SOURCES.items()}
    share_name = texts("recorded.series.share")
    sources = legend("source", series | {share_name: colour("ink")}, columnPadding=26)
    layers = [
        layer(
            list(_columns(bins, texts)),
            {"type": "rect", "opacity": 0.9},
            x=x,
            x2={"field": "end"},
            y={"field": "low", **tokens},
            y2={"field": "high"},
            color=sources,
        ),
        layer(
            list(_shares(bins, share_name)),
            {"type": "point", "filled": True, "size": 45, "opacity": 1},
            x=x,
            y={"field": "share", **share_axis(texts("recorded.axis.share"))},
            color=sources,
        ),
    ]
    drawn = chart(width, _HEIGHT, _told(bins, texts), layers)
    return drawn | {"resolve": {"scale": {"y": "independent"}}}


def _columns(bins: Sequence[TokenBin], texts: Texts) -> Iterator[Spec]:
    for stretch in bins:
        begin = stretch.begins_at
        end = begin + timedelta(minutes=stretch.minutes)
        low = 0
        for name in _SOURCES:
            count: int = getattr(stretch.tokens, name) or 0
            place = {"begin": begin.isoformat(), "end": end.isoformat(), "low": low, "high": low + count}
            yield place | {"source": texts(f"recorded.series.{name}")}
            low += count


def _shares(bins: Sequence[TokenBin], name: str) -> Iterator[Spec]:
    """Yield the share of each stretch, at its middle."""
    for stretch in bins:
        share = stretch.tokens.cache_read_share
        if share is not None:
            middle = stretch.begins_at + timedelta(minutes=stretch.minutes / 2)
            yield {"begin": middle.isoformat(), "share": share, "source": name}


def _told(bins: Sequence[TokenBin], texts: Texts) -> str:
    shares = [share for stretch in bins if (share := stretch.tokens.cache_read_share) is not None]
    ends = (share_text(min(shares), texts), share_text(max(shares), texts)) if shares else ("0 %", "0 %")
    return texts("recorded.tokens.told", n=len(bins), low=ends[0], high=ends[1])
