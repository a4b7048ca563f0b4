"""Health in words: the head line, the fault line, and what to do about each distinct failure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from probe.model.attempt_ending import STALE
from probe.model.fault_party import FaultParty
from probe.model.health import FailureKind, FaultCount, Health, HealthWord, RecoveryKind
from probe.model.outcome import Outcome
from probe.model.report_sections import Section
from probe.model.statistics import Estimate
from probe.render.numbers import count_text, duration_text, share_text
from probe.render.phrases import capitalised, ending_text, failed_words, joined, party_words
from probe.texts import ALL, Texts

_ALWAYS_SHOWN = (FaultParty.RELAY, FaultParty.ACCOUNT, FaultParty.NETWORK, FaultParty.SETUP, FaultParty.CLIENT)
_MOST_ACTIONS = 5
_OTHER_ACTIONS = {HealthWord.COLD: "action.cold", HealthWord.SLOW: "action.slow"}
_MOST_ENDINGS = 3
_ENDING_WIDTH = 60


@dataclass(frozen=True)
class Upstream:
    """An upstream as advice names it: its address, and the model where there is only one."""

    base_url: str
    model: str | None


def health_word(word: HealthWord, texts: Texts) -> str:
    """Return the word of a health in the reader's language."""
    return texts(f"health.{word.value}")


def health_line(health: Health, texts: Texts) -> str:
    """Return the first line of an answer: `FLAKY. 6 of 60 calls failed (10 %; 95 % interval 5 % to 20 %).`."""
    return texts("health.head", word=health_word(health.word, texts), sentence=health_sentence(health, texts))


def health_sentence(health: Health, texts: Texts) -> str:
    """Return what the word of a health follows from, with the interval."""
    if not health.n:
        return texts("health.none")
    return _SENTENCES[health.word](health, texts)


def _down(health: Health, texts: Texts) -> str:
    only = health.failures[0] if len(health.failures) == 1 else None
    what = failed_words(only.outcome, only.cause, 1, texts) if only else ""
    if health.n == 1:
        return texts("health.down.only", why=texts("health.down.why", what=what))
    why = texts("health.down.why_each", what=what) if only else ""
    return texts("health.down.all", n=count_text(health.n), why=why)


def _flaky(health: Health, texts: Texts) -> str:
    n, interval = count_text(health.n), _interval(health.share, texts)
    failed, recovered = count_text(health.failed), count_text(health.recovered)
    if not health.failed:
        first = texts("health.recovered", recovered=recovered, n=n, interval=interval)
        return texts("health.only", first=first)
    if not health.recovered:
        return texts("health.only", first=texts("health.failed", failed=failed, n=n, interval=interval))
    first = texts("health.failed", failed=failed, n=n, interval=_interval(health.failure_rate, texts))
    return texts("health.and", first=first, second=texts("health.recovered.more", recovered=recovered))


def _cold(health: Health, texts: Texts) -> str:
    return texts("health.cold", n=count_text(health.n))


def _slow(health: Health, texts: Texts) -> str:
    n = count_text(health.n)
    if not health.slow:
        return texts("health.slow.gate", n=n)
    limit, interval = duration_text(health.slow_after_ms), _interval(health.share, texts)
    return texts("health.slow", n=n, slow=count_text(health.slow), limit=limit, interval=interval)


def _ok(health: Health, texts: Texts) -> str:
    high = 1.0 if health.share is None or health.share.high is None else health.share.high
    return texts("health.ok", n=count_text(health.n), high=share_text(high, texts))


def _unknown(health: Health, texts: Texts) -> str:
    more = health.calls_to_ok or 0
    form = "one" if more == 1 else "many"
    return texts(f"health.unknown.{form}", n=count_text(health.n), more=count_text(more))


_SENTENCES = {
    HealthWord.DOWN: _down,
    HealthWord.FLAKY: _flaky,
    HealthWord.COLD: _cold,
    HealthWord.SLOW: _slow,
    HealthWord.OK: _ok,
    HealthWord.UNKNOWN: _unknown,
}


def _interval(share: Estimate | None, texts: Texts) -> str:
    if share is None or share.low is None or share.high is None:
        return ""
    value, low, high = (share_text(end, texts) for end in (share.value, share.low, share.high))
    return texts("health.interval", share=value, low=low, high=high)


def fault_line(health: Health, texts: Texts) -> str:
    """Return how many failures each party answers for: `6 failures: relay 5 · account 1 · network 0 · …`."""
    if not health.failed:
        if not health.recoveries:
            return texts("faults.none")
        if _only_stale(health):
            return texts("faults.stale", n=count_text(health.recovered))
        return texts("faults.recovered", kinds=endings_text(health.recoveries, texts))
    parties = texts("faults.join").join(words for _, words in fault_counts(health, texts))
    form = "one" if health.failed == 1 else "many"
    return texts(f"faults.{form}", n=count_text(health.failed), parties=parties)


def who_acts(health: Health, outcome: Outcome, cause: str | None, texts: Texts) -> str:
    """Return who has to act on a failure: the party to which the fault line counts it."""
    same = (each for each in health.failures if (each.outcome, each.cause) == (outcome, cause))
    failure = next(same, None)
    return party_words(outcome, texts) if failure is None else texts(f"fault.{failure.party.value}")


def fault_counts(health: Health, texts: Texts) -> Iterator[tuple[FaultCount, str]]:
    """Yield the parties that a fault line names, each with its words: `relay 5`."""
    for fault in health.faults:
        if fault.n or fault.party in _ALWAYS_SHOWN:
            party = texts(f"fault.{fault.party.value}")
            yield fault, texts("faults.party", party=party, n=count_text(fault.n))


def endings_text(recoveries: Sequence[RecoveryKind], texts: Texts) -> str:
    """Return what attempts came to before a silent retry, the most frequent first."""
    shown = recoveries[:_MOST_ENDINGS]
    endings = [(count_text(each.n), ending_text(each.ending, texts, _ENDING_WIDTH)) for each in shown]
    return joined([texts("faults.times", n=n, ending=ending) for n, ending in endings], texts)


def actions(section: Section, texts: Texts) -> Iterator[str]:
    """Yield what to do about a section's failures."""
    target = section.manifest.target if section.manifest else None
    return actions_for(section.health, Upstream(target.base_url, target.model) if target else None, texts)


def actions_for(health: Health, upstream: Upstream | None, texts: Texts) -> Iterator[str]:
    """Yield what to do: one sentence for each distinct failure, the most frequent first."""
    is_named_above = health.word is HealthWord.DOWN and len(health.failures) == 1
    for failure in health.failures[:_MOST_ACTIONS]:
        advice = _advice(failure, upstream, texts)
        yield advice if is_named_above else _action(failure, advice, texts)
    advice = texts("advice.stale_connection" if _only_stale(health) else "advice.recovered")
    if health.recovered and not health.failed:
        yield advice
    elif health.recovered:
        form = "one" if health.recovered == 1 else "many"
        kinds = endings_text(health.recoveries, texts)
        yield texts(f"action.recovered.{form}", n=count_text(health.recovered), kinds=kinds, advice=advice)
    if health.word in _OTHER_ACTIONS:
        yield texts(_OTHER_ACTIONS[health.word])


def _only_stale(health: Health) -> bool:
    """Return True where all that was recovered from are connections that had been closed while they were idle."""
    return bool(health.recoveries) and all(kind.ending == STALE for kind in health.recoveries)


def _action(failure: FailureKind, advice: str, texts: Texts) -> str:
    what = failed_words(failure.outcome, failure.cause, failure.n, texts)
    form = "one" if failure.n == 1 else "many"
    return texts(f"action.{form}", n=count_text(failure.n), what=what, advice=advice)


def _advice(failure: FailureKind, upstream: Upstream | None, texts: Texts) -> str:
    """Return what to do about a failure: by its cause, by whether it passes, or by its outcome alone."""
    if failure.shown_by_vantages:
        return texts(f"advice.vantages.{failure.party.value}")
    is_retrying = failure.outcome is Outcome.TIMED_OUT and f"advice.{failure.cause}" in ALL
    key = f"advice.{failure.cause if is_retrying else failure.outcome.value}"
    candidates = (f"{key}.{failure.cause}", f"{key}.passing" if failure.passes else key, key)
    chosen = next(candidate for candidate in candidates if candidate in ALL)
    return capitalised(texts(chosen, **_target_words(upstream, texts)))


def _target_words(upstream: Upstream | None, texts: Texts) -> dict[str, str]:
    """Return the words for the target that advice may use."""
    if upstream is None:
        return {name: texts(f"advice.the_{name}") for name in ("host", "base_url", "model")}
    host = urlsplit(upstream.base_url).netloc or upstream.base_url
    return {"host": host, "base_url": upstream.base_url, "model": upstream.model or texts("advice.the_model")}
