"""Sentences on how much longer first calls took than second calls."""

from collections.abc import Iterator, Sequence

from probe.model.statistics import Estimate, Pairs, Ratio
from probe.render.numbers import NOTHING, count_text, duration_text, interval_text, range_text
from probe.render.phrases import capitalised, counted, margin_words
from probe.texts import Texts


def duration_sentences(pairs: Pairs, texts: Texts, *, in_proportion: bool) -> Iterator[str]:
    """Say how often and by how much, and how calls are counted for that: a failed one at its timeout."""
    failed = [texts("counted.failed")] if pairs.none_failed < pairs.n else []
    shift = [texts("counted.shift", shift=duration_text(pairs.shift_ms))] if _matters(pairs) else []
    any_slower = pairs.slower_unknown < pairs.n and bool(pairs.first_slower or pairs.second_slower)
    slower_by = margin_words(pairs.slower_by_ms, texts, in_proportion=in_proportion)
    yield from _slower(pairs, [*failed, *shift] if any_slower else shift, slower_by, texts)
    if any_slower and failed and not shift:
        failed = [texts("counted.likewise")]
    yield from _averages(pairs, failed, texts)


def _averages(pairs: Pairs, failed: Sequence[str], texts: Texts) -> Iterator[str]:
    """Say the mean difference and the typical ratio; `failed` says how failed calls are counted for the mean."""
    if pairs.mean_difference_ms is not None:
        upto = [texts("counted.upto", horizon=duration_text(pairs.horizon_ms))] if pairs.horizon_ms else failed
        yield counted_so(upto, _mean(pairs.mean_difference_ms, texts), texts)
    if pairs.ratio is not None and pairs.n > 1:
        yield _ratio(pairs.ratio, texts)


def _slower(pairs: Pairs, how: Sequence[str], slower_by: str, texts: Texts) -> Iterator[str]:
    """Say in how many rounds the first call was slower, the second, and in how many that is not known."""
    if pairs.slower_unknown == pairs.n:
        yield texts("slower.unknown.all")
        return
    if pairs.first_slower or pairs.second_slower:
        first, second = (
            count_text(count) if count else texts("slower.none") for count in (pairs.first_slower, pairs.second_slower)
        )
        what = counted("slower.rounds", pairs.n, texts, first=first, second=second, slower_by=slower_by)
    else:
        what = counted("slower.neither", pairs.n, texts, slower_by=slower_by)
    yield counted_so(how, what, texts)
    if pairs.slower_unknown:
        yield texts("slower.unknown", count=count_text(pairs.slower_unknown), n=count_text(pairs.n))


def _matters(pairs: Pairs) -> bool:
    """Return True where what is taken off for the client is worth a word beside `slower_by_ms`."""
    return abs(pairs.shift_ms) >= pairs.slower_by_ms / 10 and pairs.shift_ms != 0


def _mean(difference: Estimate, texts: Texts) -> str:
    """Say `on average a first call took 4.20 s longer than a second (95 % interval: …)`."""
    longer = difference.value >= 0
    shown = difference if longer else difference.negated
    by = duration_text(shown.value)
    key = "longer" if longer else "shorter"
    return texts(
        "mean.same" if by == duration_text(0) else f"mean.{key}", by=by, interval=difference_interval(shown, texts)
    )


def counted_so(how: Sequence[str], what: str, texts: Texts) -> str:
    """Say how calls are counted: `Counting a failed call at its full timeout, on average a first call took …`."""
    return capitalised(texts("sentence", what=texts("join.clauses").join((*how, what))))


def difference_interval(difference: Estimate, texts: Texts) -> str:
    """Return ` (95 % interval: −200 ms to 4.10 s, so it may be nothing)` of a difference in ms, or nothing."""
    if difference.low is None or difference.high is None:
        return ""
    interval = range_text(duration_text(difference.low), duration_text(difference.high), texts)
    if difference.low <= 0 <= difference.high:
        interval = texts("may_be_nothing", interval=interval)
    return texts("mean.interval", interval=interval)


def _ratio(ratio: Ratio, texts: Texts) -> str:
    low, high = (None if end is None else f"{end:.3g}" for end in (ratio.least.low, ratio.most.high))
    words = interval_text(low, high, texts)
    interval = "" if words == NOTHING else texts("mean.interval", interval=words)
    least, most = f"{ratio.least.value:.3g}", f"{ratio.most.value:.3g}"
    if least == most:
        return texts("ratio.same" if least == "1" else "ratio", ratio=least, interval=interval)
    return texts("ratio.censored", least=least, most=most, interval=interval)
