"""Sentences for answers that are not about a cold start: the order of requests, worse second calls, a cache."""

from probe.model.verdict import Answer, Order, Verdict
from probe.render.numbers import count_text, duration_text
from probe.texts import Texts

NOT_ABOUT_COLDNESS = frozenset({Answer.SECOND_WORSE, Answer.ORDER, Answer.CACHED})
_NEARLY_ALL = 0.9
_LEVEL = 0.05


def non_cold_answer(verdict: Verdict, texts: Texts) -> str:
    """Say the answer in a sentence or two."""
    values = {
        "cached": count_text(verdict.cached_rounds),
        "n": count_text(verdict.pairs),
        "slower_by": duration_text(verdict.slower_by_ms),
    }
    if verdict.answer is Answer.ORDER and verdict.order:
        values |= _by_turns(verdict.order)
    return texts(f"verdict.{non_cold_key(verdict)}", **values)


def _by_turns(order: Order) -> dict[str, str]:
    worse, better = order.worse, order.better
    return {
        "failed": count_text(worse.failed),
        "n": count_text(worse.n),
        "others_failed": count_text(better.failed),
        "others": count_text(better.n),
        "slow": duration_text(worse.median_ms or 0.0),
        "fast": duration_text(better.median_ms or 0.0),
    }


def non_cold_key(verdict: Verdict) -> str:
    """Return the key of the answer's texts: `ORDER.fails`, `SECOND_WORSE.slower`, `CACHED`."""
    if verdict.answer is Answer.ORDER:
        return f"ORDER.{_what_order_does(verdict.order)}"
    if verdict.answer is Answer.SECOND_WORSE:
        return f"SECOND_WORSE.{_what_second_calls_do(verdict)}"
    return verdict.answer.value


def _what_order_does(order: Order | None) -> str:
    if order is None or not order.fails:
        return "slower"
    worse, better = order.worse, order.better
    wholly = worse.failed >= _NEARLY_ALL * worse.n and better.failed <= better.n - _NEARLY_ALL * better.n
    return "fails" if wholly else "fails_more"


def _what_second_calls_do(verdict: Verdict) -> str:
    """Return what the evidence carries of second calls by itself."""
    for name, evidence in (("fails", verdict.failures), ("slower", verdict.slowness)):
        if 10**-evidence.log_e_second_worse <= _LEVEL:
            return name
    return "together"


def p_of(verdict: Verdict) -> float:
    """Return the always-valid p-value that the answer rests on."""
    match verdict.answer:
        case Answer.NO_COLD_EFFECT:
            return verdict.p_no_effect
        case Answer.SECOND_WORSE:
            return verdict.p_second_worse
        case Answer.ORDER if verdict.order:
            return verdict.order.p
        case _:
            return verdict.p


def wholly_failed(verdict: Verdict) -> str | None:
    """Return `first`, `second` or `both` where all calls of that place failed, else None."""
    first, second = (sum(getattr(cause, place) for cause in verdict.causes) for place in ("first", "second"))
    if first == second == verdict.pairs:
        return "both"
    return {first: "first", second: "second"}.get(verdict.pairs)
