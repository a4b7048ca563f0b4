"""The verdict for people who know no statistics: one paragraph that claims no more than the data, and one line."""

from collections.abc import Iterable, Iterator, Sequence

from probe.model.choices import Role
from probe.model.note import NoteCode
from probe.model.report import Section
from probe.model.statistics import Estimate, OutcomeCount, Pairs, Ratio, StepStatistics
from probe.model.verdict import Answer, ControlEffect, RoundsToGo, Verdict
from probe.render.numbers import count_text, duration_text, odds_text, points_text, range_text
from probe.render.texts import Texts
from probe.render.warmth import warmth_sentences
from probe.render.words import capitalised, counted, failed_words, joined, note_sentence

_MOST_CAUSES = 5


def verdict_line(verdict: Verdict, texts: Texts) -> str:
    """`UNDECIDED after 12 rounds; 20 to 45 more would settle it`"""
    rounds = verdict.pairs if verdict.settled_after is None else verdict.settled_after
    values = {"rounds": counted("rounds", rounds, texts), "delta": points_text(verdict.delta)}
    line = texts(f"line.{_answer_key(verdict)}", **values)
    if verdict.to_go is None:
        return line
    return texts("line.gap").join((line, _to_go(verdict.to_go, texts, "line.to_go")))


def verdict_paragraph(section: Section, texts: Texts) -> tuple[str, ...]:
    """Plain sentences: the answer, by how much, how sure, why, what cannot be told, and how much more it takes."""
    return tuple(_sentences(section, texts))


def _sentences(section: Section, texts: Texts) -> Iterator[str]:
    if section.role is Role.CONTROL:
        yield texts("verdict.control")
    elif section.embedded:
        yield texts("verdict.embedded")
    if not section.n:
        yield texts("verdict.no_calls")
        return
    if section.warmth:
        yield from warmth_sentences(section.warmth, texts)
        yield from _step_by_step(section, texts)
    elif section.pairs is None:
        yield texts("verdict.one_step" if len(section.steps) < 2 else "verdict.no_pairs")
        yield from _step_by_step(section, texts)
    else:
        yield from _compared(section, section.pairs, texts)


def _step_by_step(section: Section, texts: Texts) -> Iterator[str]:
    """What calls came to, where no first call stands against a second."""
    for step in section.steps:
        if step.n:
            yield capitalised(texts("failed.sentence", what=_failed(step, step.label, texts)))
            yield from _why(step, step.label, texts)


def _compared(section: Section, pairs: Pairs, texts: Texts) -> Iterator[str]:
    """The whole paragraph; without a verdict (a control has none) what was counted and measured."""
    verdict, steps = section.verdict, {step.label: step for step in section.steps}
    first, second = steps[pairs.first], steps[pairs.second]
    if verdict:
        yield _answer(verdict, texts)
    yield _failures(first, second, verdict.failures.difference if verdict else None, texts)
    yield from _why(first, "first", texts)
    yield from _why(second, "second", texts)
    yield from _durations(pairs, bool(first.failed or second.failed), texts)
    if verdict:
        yield from _certainty(verdict, section.embedded, texts)


def _certainty(verdict: Verdict, embedded: bool, texts: Texts) -> Iterator[str]:
    """How sure, what cannot be told, and how much more it takes."""
    if verdict.control:
        yield _control(verdict.control, texts)
    yield _sure(verdict, texts)
    if verdict.settled_after is not None and verdict.settled_after < verdict.pairs:
        yield counted("settled", verdict.settled_after, texts)
    for note in verdict.cannot_tell:
        if not (note.code is NoteCode.EMBEDDED and embedded):
            yield note_sentence(note, texts)
    if verdict.to_go:
        yield _to_go(verdict.to_go, texts, "to_go")


def _answer_key(verdict: Verdict) -> str:
    if verdict.answer is not Answer.COLD:
        return verdict.answer.value
    if verdict.fails_more:
        return "COLD.both" if verdict.slower else "COLD.fails"
    return "COLD.slower" if verdict.slower else "COLD.together"


def _answer(verdict: Verdict, texts: Texts) -> str:
    key = f"verdict.{_answer_key(verdict)}"
    if verdict.answer is Answer.UNDECIDED:
        return counted(key, verdict.pairs, texts)
    return texts(key, delta=points_text(verdict.delta), slower_by=duration_text(verdict.slower_by_ms))


def _who(which: str, count: int, texts: Texts) -> str:
    """`first calls`, `second call`, or calls by the step's label."""
    form = "one" if count == 1 else "many"
    return texts(f"who.{which}.{form}") if which in {"first", "second"} else texts(f"who.step.{form}", label=which)


def _failed(step: StepStatistics, which: str, texts: Texts, form: str = "") -> str:
    """`9 of 30 first calls failed`; in the form `.then` to follow such words."""
    who = _who(which, step.n, texts)
    if step.n == 1:
        return texts(("failed.only" if step.failed else "failed.only_good") + form, who=who)
    key = {0: "failed.none", step.n: "failed.all"}.get(step.failed, "failed.some")
    return texts(key + form, failed=count_text(step.failed), n=count_text(step.n), who=who)


def _failures(first: StepStatistics, second: StepStatistics, difference: Estimate | None, texts: Texts) -> str:
    form = ".then" if first.failed or not second.failed else ""
    both = {"first": capitalised(_failed(first, "first", texts)), "second": _failed(second, "second", texts, form)}
    if difference is None:
        return texts("failed.both", **both)
    points = points_text(abs(difference.value))
    if difference.value == 0:
        words = texts("difference.none")
    else:
        form = "one" if points == "1" else "many"
        words = texts(f"difference.{'more' if difference.value > 0 else 'fewer'}.{form}", points=points)
    if difference.low is not None and difference.high is not None:
        low, high = points_text(difference.low), points_text(difference.high)
        words = texts("difference.sure", difference=words, low=low, high=high)
    return texts("verdict.failed_difference", **both, difference=words)


def _why(step: StepStatistics, which: str, texts: Texts) -> Iterable[str]:
    """The causes of a step's failures, and its successes that the client had to rescue."""
    failed = [each for each in step.outcomes if not each.expected]
    if failed:
        yield _causes(step.failed, failed, which, texts)
    if step.recovered:
        who = _who(which, step.recovered, texts)
        yield texts("recovered.more" if failed else "recovered", n=count_text(step.recovered), who=who)


def _causes(total: int, failed: Sequence[OutcomeCount], which: str, texts: Texts) -> str:
    """`Of 9 failed first calls, 7 got no first byte before the deadline and 2 were refused as overloaded (529).`"""
    who = _who(which, total, texts)
    if len(failed) == 1:
        what = failed_words(failed[0].outcome, failed[0].cause, total, texts)
        return texts("causes.one" if total == 1 else "causes.alike", n=count_text(total), who=who, what=what)
    shown = [
        texts("causes.each", n=count_text(each.n), what=failed_words(each.outcome, each.cause, each.n, texts))
        for each in failed[:_MOST_CAUSES]
    ]
    rest = [texts("causes.rest")] if len(failed) > _MOST_CAUSES else []
    return texts("causes.many", n=count_text(total), who=who, what=joined(shown + rest, texts))


def _durations(pairs: Pairs, any_failed: bool, texts: Texts) -> Iterable[str]:
    """How often and by how much; that a failed call counts at its timeout is said where one failed."""
    slower_by = duration_text(pairs.slower_by_ms)
    if pairs.first_slower or pairs.second_slower:
        first, second = (
            count_text(each) if each else texts("slower.none") for each in (pairs.first_slower, pairs.second_slower)
        )
        key, form = ("slower.rounds.failed", ".so") if any_failed else ("slower.rounds", "")
        yield counted(key, pairs.n, texts, first=first, second=second, slower_by=slower_by)
    else:
        form = ".failed" if any_failed else ""
        yield counted("slower.neither", pairs.n, texts, slower_by=slower_by)
    mean = pairs.mean_difference_ms
    if mean is not None:
        key = ("mean.longer" if mean.value >= 0 else "mean.shorter") + form
        shown = mean if mean.value >= 0 else _turned(mean)
        yield texts(key, by=duration_text(shown.value), interval=_interval(shown, texts))
    if pairs.ratio is not None:
        yield _ratio(pairs.ratio, texts)


def _turned(estimate: Estimate) -> Estimate:
    """The same difference the other way round, for words that say the sign."""
    low, high = (None if end is None else -end for end in (estimate.high, estimate.low))
    return Estimate(value=-estimate.value, low=low, high=high, n=estimate.n)


def _interval(difference: Estimate, texts: Texts) -> str:
    """` (95 % interval: −200 ms to 4.10 s, so it may be nothing)`, in ms; nothing where there is none."""
    if difference.low is None or difference.high is None:
        return ""
    interval = range_text(duration_text(difference.low), duration_text(difference.high), texts)
    if difference.low <= 0 <= difference.high:
        interval = texts("may_be_nothing", interval=interval)
    return texts("mean.interval", interval=interval)


def _ratio(ratio: Ratio, texts: Texts) -> str:
    low, high, interval = ratio.least.low, ratio.most.high, ""
    if low is not None and high is not None:
        interval = texts("mean.interval", interval=range_text(f"{low:.3g}", f"{high:.3g}", texts))
    least, most = f"{ratio.least.value:.3g}", f"{ratio.most.value:.3g}"
    if least == most:
        return texts("ratio", ratio=least, interval=interval)
    return texts("ratio.censored", least=least, most=most, interval=interval)


def _control(control: ControlEffect, texts: Texts) -> str:
    own, left = (duration_text(each.value) + _interval(each, texts) for each in (control.own, control.left))
    return texts("control.own", own=own, left=left)


def _sure(verdict: Verdict, texts: Texts) -> str:
    p = verdict.p_no_effect if verdict.answer is Answer.NO_COLD_EFFECT else verdict.p
    if p > 0.5:
        return texts("sure.nothing")
    return texts(f"sure.{verdict.answer.value}", odds=odds_text(p, texts), delta=points_text(verdict.delta))


def _to_go(to_go: RoundsToGo, texts: Texts, key: str) -> str:
    ahead = count_text(to_go.looked_ahead)
    if to_go.low is None:
        return texts(f"{key}.unseen", ahead=ahead)
    low = count_text(to_go.low)
    if to_go.high is None:
        return texts(f"{key}.open", low=low, ahead=ahead)
    high = count_text(to_go.high)
    return texts(f"{key}.one", n=low) if low == high else texts(f"{key}.range", low=low, high=high)
