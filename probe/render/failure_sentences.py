"""Sentences about failed calls and their causes: parts of the verdict's paragraph."""

from collections.abc import Iterable, Sequence

from probe.model.outcome import Outcome
from probe.model.statistics import Pairs, StepStatistics
from probe.model.verdict import Answer, CauseCount, Verdict
from probe.render.numbers import count_text, points_text
from probe.render.phrases import capitalised, failed_words, joined
from probe.texts import Texts

Cause = tuple[Outcome, str | None, int]
"""An outcome with its cause, and how many calls came to it."""

_MOST_CAUSES = 5


def _who(which: str, count: int, texts: Texts) -> str:
    """Name the calls: `first calls`, `second call`, or calls by the step's label."""
    form = "one" if count == 1 else "many"
    return texts(f"who.{which}.{form}") if which in {"first", "second"} else texts(f"who.step.{form}", label=which)


def failed_clause(failed: int, n: int, which: str, texts: Texts, form: str = "") -> str:
    """Say `9 of 30 first calls failed`; in the form `.then` to follow such words."""
    who = _who(which, n, texts)
    if n == 1:
        return texts(("failed.only" if failed else "failed.only_good") + form, who=who)
    key = {0: "failed.none", n: "failed.all"}.get(failed, "failed.some")
    return texts(key + form, failed=count_text(failed), n=count_text(n), who=who)


def failures_sentence(pairs: Pairs, verdict: Verdict | None, texts: Texts) -> str:
    """Say how many of each failed, in rounds that have both, and the difference as far as the verdict carries it."""
    first, second = (pairs.both_failed + only for only in (pairs.only_first_failed, pairs.only_second_failed))
    form = ".then" if first or not second else ""
    both = {
        "first": capitalised(failed_clause(first, pairs.n, "first", texts)),
        "second": failed_clause(second, pairs.n, "second", texts, form),
    }
    if verdict is None:
        return texts("failed.both", **both)
    difference = verdict.failures.difference.value
    points = points_text(abs(difference))
    if difference == 0:
        words = texts("difference.none")
    else:
        form = "one" if points == "1" else "many"
        words = texts(f"difference.{'more' if difference > 0 else 'fewer'}.{form}", points=points)
    return texts("verdict.failed_difference", **both, difference=_limited(words, verdict, texts))


def _limited(difference: str, verdict: Verdict, texts: Texts) -> str:
    """Add the limits to the difference: only that which the answer is about, where all rounds still carry it."""
    failures = verdict.failures
    ends = {"low": failures.difference.low, "high": failures.difference.high}
    key = "difference.sure"
    if verdict.fails_more and failures.at_least > 0:
        key, ends = "difference.at_least", {"low": failures.at_least}
    elif verdict.answer is Answer.NO_COLD_EFFECT and verdict.still:
        key, ends = "difference.at_most", {"high": failures.at_most}
    shown = {name: points_text(end) for name, end in ends.items() if end is not None}
    return texts(key, difference=difference, **shown) if len(shown) == len(ends) else difference


def failures_of(step: StepStatistics) -> tuple[Cause, ...]:
    """Return the outcomes of a step that were not expected, with their causes."""
    return tuple((each.outcome, each.cause, each.n) for each in step.outcomes if not each.expected)


def failures_in(causes: Iterable[CauseCount], which: str) -> tuple[Cause, ...]:
    """Return the causes of the `first` or `second` calls, the most frequent first."""
    counts = [(each.outcome, each.cause, each.first if which == "first" else each.second) for each in causes]
    return tuple(sorted((each for each in counts if each[2]), key=lambda each: -each[2]))


def why(step: StepStatistics, failed: Sequence[Cause], which: str, texts: Texts) -> Iterable[str]:
    """Say the causes of a step's failures, and how many successes the client had to rescue."""
    if failed:
        yield _causes(failed, which, texts)
    if step.recovered:
        who = _who(which, step.recovered, texts)
        yield texts("recovered.more" if failed else "recovered", n=count_text(step.recovered), who=who)


def _causes(failed: Sequence[Cause], which: str, texts: Texts) -> str:
    """Say `Of 9 failed first calls, 7 got no first byte before the deadline and 2 were refused …`."""
    total = sum(n for _, _, n in failed)
    who = _who(which, total, texts)
    if len(failed) == 1:
        what = failed_words(*failed[0], texts)
        return texts("causes.one" if total == 1 else "causes.alike", n=count_text(total), who=who, what=what)
    shown = [
        texts("causes.each", n=count_text(n), what=failed_words(outcome, cause, n, texts))
        for outcome, cause, n in failed[:_MOST_CAUSES]
    ]
    rest = [texts("causes.rest")] if len(failed) > _MOST_CAUSES else []
    return texts("causes.many", n=count_text(total), who=who, what=joined(shown + rest, texts))
