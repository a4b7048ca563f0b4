"""Figures as people read them: durations in ms, shares of 1. Nothing is computed here but what is shown."""

import math
from collections.abc import Mapping

from probe.model.statistics import Bound, Estimate, Figure, Tokens
from probe.texts import Texts
from probe.units import format_duration

NOTHING = "–"
_MINUS = "−"


def duration_text(ms: float | None) -> str:
    """Return `3.40 s`, `−850 ms`, or a dash where nothing is known."""
    if ms is None:
        return NOTHING
    text = format_duration(abs(ms) / 1000)
    return f"{_MINUS}{text}" if ms < 0 and text != "0 ms" else text


def count_text(count: int | None) -> str:
    """Return `105,010`, or a dash where nothing is known."""
    return NOTHING if count is None else f"{count:,}"


def usage_texts(tokens: Tokens, texts: Texts) -> tuple[str, str, str, str]:
    """Return tokens in, out and read from the cache, and the cost in USD; `unknown` where answers came unmetered."""
    missing = texts("models.unknown") if tokens.unknown else NOTHING
    counts = (tokens.input, tokens.output, tokens.cache_read)
    asked, answered, cached = (missing if count is None else count_text(count) for count in counts)
    return asked, answered, cached, missing if tokens.cost_usd is None else f"{tokens.cost_usd:.4f}"


def points_text(share: float) -> str:
    """Return a share as a bare number of hundredths: `27`, `−5`, `0.4`. Only exactly 0 and 1 become 0 and 100."""
    points = abs(share) * 100
    if 1 <= points <= 99 or points in {0, 100}:
        digits = f"{math.floor(points + 0.5)}"
    elif points < 1:
        digits = f"{points:.2g}" if points >= 0.01 else "<0.01"
    else:
        digits = f"{min(points, 99.9):.1f}"
    return f"{_MINUS}{digits}" if share < 0 else digits


def share_text(share: float, texts: Texts) -> str:
    """Return a share in percent: `17 %`."""
    return texts("percent", value=points_text(share))


def number_text(value: float, form: str = ".3g") -> str:
    """Return a number without unit: `0.538`, `−0.538`, `2e-05`."""
    text = f"{value:{form}}"
    return _MINUS + text[1:] if text.startswith("-") else text


def range_text(low: str, high: str, texts: Texts) -> str:
    """Return a range: `7 to 34`."""
    return texts("range", low=low, high=high)


def odds_text(p: float, texts: Texts) -> str:
    """Return a probability as odds, `1 of 250`, never smaller than it is; at the least 1 of a million."""
    if p <= 1e-6:
        return texts("odds.million")
    n = int(1 / p + 1e-9)
    unit = 10 ** max(0, len(str(n)) - 2)
    return texts("odds", n=count_text(n // unit * unit))


def figure_text(figure: Figure, texts: Texts) -> str:
    """Return `3.43 s`, `> 3 m 00 s`, `≥ 21.0 s (n too small)` or `n too small`."""
    return _bounded(figure.value_ms, figure.bound, texts)


def figure_interval(figure: Figure, texts: Texts) -> str:
    """Return the figure's 95 % interval, `1.10 s to > 3 m 00 s`; a dash where n is too small for one."""
    if figure.low_ms is None or figure.bound is Bound.TOO_FEW:
        return NOTHING
    low = duration_text(figure.low_ms)
    if figure.high_ms is None or figure.high_bound is Bound.TOO_FEW:
        return texts("at_least", value=low)
    return range_text(low, _bounded(figure.high_ms, figure.high_bound, texts), texts)


def rising(quantiles: Mapping[str, Figure]) -> dict[str, Figure]:
    """Return quantiles, in order, as they are shown: a mere bound is raised to what a lower quantile is."""
    shown: dict[str, Figure] = {}
    least = 0.0
    for name, figure in quantiles.items():
        if figure.value_ms is not None:
            least = max(least, figure.value_ms)
        raised = figure.bound is Bound.TOO_FEW and figure.value_ms is not None
        shown[name] = figure.model_copy(update={"value_ms": least}) if raised else figure
    return shown


def estimate_ms(estimate: Estimate | None, texts: Texts) -> str:
    """Return an estimate in ms with its interval: `1.20 s (400 ms to 2.00 s)`."""
    if estimate is None:
        return NOTHING
    return _with(duration_text(estimate.value), interval_ms(estimate, texts), texts)


def interval_ms(estimate: Estimate, texts: Texts) -> str:
    """Return the interval of an estimate in ms, `400 ms to 2.00 s`; a dash where there is none."""
    low, high = (None if end is None else duration_text(end) for end in (estimate.low, estimate.high))
    return interval_text(low, high, texts)


def estimate_share(estimate: Estimate | None, texts: Texts) -> str:
    """Return `17 % (7 % to 34 %)`; of none `0 % (at most 10 %)`, of all `100 % (at least 90 %)`."""
    if estimate is None:
        return NOTHING
    none, every = estimate.value == 0 == (estimate.low or 0), estimate.value == 1 == (estimate.high or 1)
    low = None if estimate.low is None or none else share_text(estimate.low, texts)
    high = None if estimate.high is None or every else share_text(estimate.high, texts)
    return _with(share_text(estimate.value, texts), interval_text(low, high, texts), texts)


def estimate_number(estimate: Estimate | None, texts: Texts) -> str:
    """Return a number without unit, such as a ratio, with its interval: `7.1 (5.2 to 8.9)`."""
    if estimate is None:
        return NOTHING
    low, high = (None if end is None else number_text(end) for end in (estimate.low, estimate.high))
    return _with(number_text(estimate.value), interval_text(low, high, texts), texts)


def interval_text(low: str | None, high: str | None, texts: Texts) -> str:
    """Return `7 to 34`, `at least 7` or `at most 34`; a dash where there is no end."""
    if low is not None and high is not None:
        return range_text(low, high, texts)
    if low is not None:
        return texts("at_least", value=low)
    return NOTHING if high is None else texts("at_most", value=high)


def _with(value: str, interval: str, texts: Texts) -> str:
    return value if interval == NOTHING else texts("with_interval", value=value, interval=interval)


def _bounded(value_ms: float | None, bound: Bound, texts: Texts) -> str:
    if value_ms is None:
        return texts("too_few")
    text = duration_text(value_ms)
    match bound:
        case Bound.EXACT:
            return text
        case Bound.MORE_THAN:
            return f"> {text}"
        case Bound.TOO_FEW:
            return texts("with_interval", value=f"≥ {text}", interval=texts("too_few"))
