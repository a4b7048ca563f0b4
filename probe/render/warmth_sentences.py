"""Sentences about how long an upstream stays warm."""

from collections.abc import Iterator

from probe.model.warmth import Warmth
from probe.render.numbers import count_text, duration_text
from probe.texts import Texts


def warmth_sentences(warmth: Warmth, texts: Texts) -> Iterator[str]:
    """Say when it goes cold, how sure that is, what it rests on, and what counts as cold."""
    if not warmth.n:
        yield texts("warmth.nothing")
        return
    last_warm, first_cold = duration_text(warmth.last_warm_ms), duration_text(warmth.first_cold_ms)
    yield texts(f"warmth.{_found(warmth)}", last_warm=last_warm, first_cold=first_cold)
    yield _sure(warmth, texts)
    if warmth.warm_n:
        counts = _counts(warmth.warm_n, warmth.warm_cold, texts)
        yield texts("warmth.counts.warm", last_warm=last_warm, **counts)
    if warmth.cold_n:
        counts = _counts(warmth.cold_n, warmth.cold_cold, texts)
        yield texts("warmth.counts.cold", first_cold=first_cold, **counts)
    if warmth.cold_from_ms is not None:
        limits = {"cold_from": duration_text(warmth.cold_from_ms), "reference": duration_text(warmth.reference_ms)}
        yield texts("warmth.means", **limits)
    if warmth.left_out:
        key = "warmth.left_out.one" if warmth.left_out == 1 else "warmth.left_out"
        yield texts(key, n=count_text(warmth.left_out))


def _found(warmth: Warmth) -> str:
    """Return what was found, where the credible range says so too: else the upstream's time is not known yet."""
    certainty = _certainty(warmth)
    if warmth.last_warm_ms is None:
        return "always" if certainty in {"none_tried", "sooner"} else "unsure"
    if warmth.first_cold_ms is None:
        return "never" if certainty in {"all_tried", "later"} else "unsure"
    return "found" if certainty == "between" else "unsure"


def _counts(n: int, cold: int, texts: Texts) -> dict[str, str]:
    return {"n": count_text(n), "cold": count_text(cold) if cold else texts("slower.none")}


def _sure(warmth: Warmth, texts: Texts) -> str:
    ends = {
        "n": count_text(warmth.n),
        "low": duration_text(warmth.low_ms),
        "high": duration_text(warmth.high_ms),
        "shortest": duration_text(warmth.shortest_ms),
        "longest": duration_text(warmth.longest_ms),
    }
    return texts(f"warmth.sure.{_certainty(warmth)}", **ends)


def _certainty(warmth: Warmth) -> str:
    match warmth.low_ms, warmth.high_ms:
        case None, None:
            return "open"
        case None, high if high == warmth.shortest_ms:
            return "none_tried"
        case None, _:
            return "sooner"
        case low, None if low == warmth.longest_ms:
            return "all_tried"
        case _, None:
            return "later"
        case _:
            return "between"
