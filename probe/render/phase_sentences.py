"""The phase that makes the difference between first and second calls, in a sentence."""

from collections.abc import Iterator

from probe.model.statistics import Pairs
from probe.render.numbers import duration_text, interval_ms
from probe.render.phrases import counted
from probe.texts import Texts

_ABOUT = 0.02
"""A phase that makes up the whole difference but for this share is said to be all of it."""


def phase_sentences(pairs: Pairs, texts: Texts) -> Iterator[str]:
    """Yield `… took 4.40 s longer on average; 4.20 s of it is silence before the first byte`, where one stands out."""
    found = pairs.phase_differences
    if found is None or found.main is None:
        return
    sign = 1 if found.total.value > 0 else -1
    main = found.phases[found.main]
    if sign < 0 and main.low is not None and main.high is not None:
        main = main.model_copy(update={"value": -main.value, "low": -main.high, "high": -main.low})
    total_ms = abs(found.total.value)
    yield texts(
        _key(main.value / total_ms),
        rounds=counted("rounds", found.n, texts),
        slower=texts("who.first.many" if sign > 0 else "who.second.many"),
        total=duration_text(total_ms),
        part=duration_text(main.value),
        phase=texts(f"main_phase.{found.main}"),
        interval=interval_ms(main, texts),
    )


def _key(share: float) -> str:
    """Return the text for a phase that makes up this share of the difference."""
    if share > 1 + _ABOUT:
        return "main_phase.more"
    return "main_phase.all" if share > 1 - _ABOUT else "main_phase.part"
