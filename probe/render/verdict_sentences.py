"""The verdict for people who know no statistics: one paragraph that claims no more than the data, and one line."""

from collections.abc import Iterator, Sequence

from probe.model.choices import Role
from probe.model.note import NoteCode
from probe.model.report_sections import Section
from probe.model.statistics import Estimate, Pairs, Ratio
from probe.model.verdict import Answer, ControlEffect, RoundsToGo, Verdict
from probe.render.failure_sentences import failed_clause, failures_in, failures_of, failures_sentence, why
from probe.render.non_cold_answers import NOT_ABOUT_COLDNESS, non_cold_answer, non_cold_key, p_of, wholly_failed
from probe.render.numbers import NOTHING, count_text, duration_text, interval_text, odds_text, points_text, range_text
from probe.render.phase_sentences import phase_sentences
from probe.render.phrases import capitalised, counted, margin_words, note_sentence
from probe.render.warmth_sentences import warmth_sentences
from probe.texts import Texts

_LEANING = 1 / 3
"""An always-valid p-value of this or less is a lean that is worth a word."""


def verdict_line(verdict: Verdict, texts: Texts) -> str:
    """Return the verdict in a line: `UNDECIDED after 12 rounds; 20 to 45 more would settle it`."""
    failed = wholly_failed(verdict)
    if failed == "both":
        return texts("line.all_failed", rounds=counted("rounds", verdict.pairs, texts))
    parts = [texts(f"line.{_line_key(verdict)}", **_line_values(verdict, texts))]
    if verdict.order and verdict.order.could_explain:
        parts.append(texts("line.order_open"))
    if verdict.to_go:
        parts.append(to_go_words(verdict.to_go, texts, "line.to_go"))
    line = texts("join.parts").join(parts)
    return texts(f"line.all_failed.{failed}", n=count_text(verdict.pairs), line=line) if failed else line


def _line_key(verdict: Verdict) -> str:
    if not verdict.still:
        return f"changed.{verdict.answer.value}"
    if verdict.answer is Answer.UNDECIDED and min(verdict.p, verdict.p_second_worse) <= _LEANING:
        return "lean.first" if verdict.p <= verdict.p_second_worse else "lean.second"
    return verdict.answer.value if verdict.answer in NOT_ABOUT_COLDNESS else _answer_key(verdict)


def _line_values(verdict: Verdict, texts: Texts) -> dict[str, str]:
    rounds = verdict.pairs if verdict.settled_after is None else verdict.settled_after
    return {
        "rounds": counted("rounds", rounds, texts),
        "changed": counted("rounds", verdict.changed_after or 0, texts),
        "delta": points_text(verdict.delta),
        "beyond": duration_text(verdict.slower_beyond_ms or verdict.slower_by_ms),
    }


def verdict_paragraph(section: Section, texts: Texts) -> tuple[str, ...]:
    """Return plain sentences: the answer, by how much, how sure, why, what cannot be told, and what more it takes."""
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
        yield texts(f"verdict.{_why_not_compared(section)}")
        yield from _step_by_step(section, texts)
    else:
        yield from _compared(section, section.pairs, texts)


def _why_not_compared(section: Section) -> str:
    if len(section.steps) < 2:
        return "one_step"
    steps = section.manifest.scenario.steps if section.manifest else ()
    return "no_pairs" if len({step.expect.outcome for step in steps[:2]}) < 2 else "not_alike"


def _step_by_step(section: Section, texts: Texts) -> Iterator[str]:
    """Say what calls came to, where no first call stands against a second."""
    for step in section.steps:
        if step.n:
            yield _counted_so((), failed_clause(step.failed, step.n, step.label, texts), texts)
            yield from why(step, failures_of(step), step.label, texts)


def _compared(section: Section, pairs: Pairs, texts: Texts) -> Iterator[str]:
    """Say all of the paragraph; without a verdict (a control has none) what was counted and measured."""
    verdict, all_failed = section.verdict, pairs.both_failed == pairs.n
    if verdict:
        yield _answer(verdict, pairs, texts)
    yield failures_sentence(pairs, None if all_failed else verdict, texts)
    yield from _causes(section, pairs, texts)
    if not all_failed:
        yield from _durations(pairs, texts, in_proportion=verdict is not None and verdict.in_proportion)
        yield from phase_sentences(pairs, texts)
    if verdict:
        yield from () if all_failed else _certainty(verdict, texts)
        yield from _unknown(verdict, section.embedded, texts)
        yield from () if all_failed else _more_rounds(verdict, texts)


def _causes(section: Section, pairs: Pairs, texts: Texts) -> Iterator[str]:
    """Say why calls of either place failed; where some rounds lack a call, of those that have both."""
    steps, verdict = {step.label: step for step in section.steps}, section.verdict
    for label, which in ((pairs.first, "first"), (pairs.second, "second")):
        step = steps[label]
        failed = failures_in(verdict.causes, which) if verdict and step.n != pairs.n else failures_of(step)
        yield from why(step, failed, which, texts)


def _certainty(verdict: Verdict, texts: Texts) -> Iterator[str]:
    """Say how sure it is, and what of it the client itself may have brought about."""
    if verdict.control:
        yield _control(verdict.control, texts)
    if verdict.still:
        yield _sure(verdict, texts)
        if verdict.settled_after is not None and verdict.settled_after < verdict.pairs:
            yield counted("settled", verdict.settled_after, texts)


def _unknown(verdict: Verdict, embedded: bool, texts: Texts) -> Iterator[str]:
    """Say what these rounds cannot show."""
    for note in verdict.cannot_tell:
        if not (note.code is NoteCode.EMBEDDED and embedded):
            yield note_sentence(note, texts)


def _more_rounds(verdict: Verdict, texts: Texts) -> Iterator[str]:
    if verdict.to_go:
        yield to_go_words(verdict.to_go, texts, "to_go")


def _answer_key(verdict: Verdict) -> str:
    if verdict.answer in NOT_ABOUT_COLDNESS:
        return non_cold_key(verdict)
    if verdict.answer is not Answer.COLD:
        return verdict.answer.value
    if verdict.fails_more:
        return "COLD.both" if verdict.slower else "COLD.fails"
    return "COLD.slower" if verdict.slower else "COLD.together"


def _answer(verdict: Verdict, pairs: Pairs, texts: Texts) -> str:
    """Say the answer in a sentence or two; that all calls of one place failed goes before it."""
    failed = wholly_failed(verdict)
    if pairs.both_failed == pairs.n:
        return texts("verdict.all_failed")
    if not verdict.still:
        return texts(f"verdict.changed.{verdict.answer.value}", **_line_values(verdict, texts))
    about_cold = verdict.answer not in NOT_ABOUT_COLDNESS
    answer = _about_cold(verdict, pairs, texts) if about_cold else non_cold_answer(verdict, texts)
    if failed is None:
        return answer
    before = texts(f"verdict.all_failed.{failed}", n=count_text(verdict.pairs))
    return texts("join.sentences").join((before, answer))


def _about_cold(verdict: Verdict, pairs: Pairs, texts: Texts) -> str:
    if verdict.answer is Answer.UNDECIDED and any(note.code is NoteCode.MARGIN_HIDES for note in verdict.cannot_tell):
        return texts(
            "verdict.below_margin", slower_by=duration_text(verdict.slower_by_ms), **_line_values(verdict, texts)
        )
    if verdict.answer is Answer.UNDECIDED:
        leaning = lean(pairs, texts)
        return counted("verdict.lean" if leaning else "verdict.UNDECIDED", verdict.pairs, texts, what=leaning)
    key = f"verdict.{_answer_key(verdict)}"
    if key == "verdict.COLD.slower" and pairs.mean_difference_ms and pairs.mean_difference_ms.value < 0:
        key = "verdict.COLD.slower_often"
    return texts(key, **_line_values(verdict, texts))


def lean(pairs: Pairs, texts: Texts) -> str:
    """Say which way the rounds so far lean, where an interval for a single look excludes 0; else nothing."""
    leanings = []
    failures, durations = pairs.failure_difference, pairs.mean_difference_ms
    if place := _worse_place(failures):
        leanings.append(texts(f"lean.fails.{place}", points=points_text(abs(failures.value))))
    if durations and (place := _worse_place(durations)):
        leanings.append(texts(f"lean.slower.{place}", by=duration_text(abs(durations.value))))
    return texts("join.last").join(leanings)


def _worse_place(difference: Estimate) -> str | None:
    """Return `first` or `second`, where the interval says that these are worse."""
    if difference.low is not None and difference.low > 0:
        return "first"
    return "second" if difference.high is not None and difference.high < 0 else None


def _durations(pairs: Pairs, texts: Texts, *, in_proportion: bool) -> Iterator[str]:
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
        yield _counted_so(upto, _mean(pairs.mean_difference_ms, texts), texts)
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
    yield _counted_so(how, what, texts)
    if pairs.slower_unknown:
        yield texts("slower.unknown", count=count_text(pairs.slower_unknown), n=count_text(pairs.n))


def _matters(pairs: Pairs) -> bool:
    """Return True where what is taken off for the client is worth a word beside `slower_by_ms`."""
    return abs(pairs.shift_ms) >= pairs.slower_by_ms / 10 and pairs.shift_ms != 0


def _mean(difference: Estimate, texts: Texts) -> str:
    """Say `on average a first call took 4.20 s longer than a second (95 % interval: …)`."""
    longer = difference.value >= 0
    shown = difference if longer else _turned(difference)
    by = duration_text(shown.value)
    key = "longer" if longer else "shorter"
    return texts("mean.same" if by == duration_text(0) else f"mean.{key}", by=by, interval=_interval(shown, texts))


def _counted_so(how: Sequence[str], what: str, texts: Texts) -> str:
    """Say how calls are counted: `Counting a failed call at its full timeout, on average a first call took …`."""
    return capitalised(texts("sentence", what=texts("join.clauses").join((*how, what))))


def _turned(estimate: Estimate) -> Estimate:
    """Turn a difference the other way round, for words that say the sign."""
    low, high = (None if end is None else -end for end in (estimate.high, estimate.low))
    return Estimate(value=-estimate.value, low=low, high=high, n=estimate.n)


def _interval(difference: Estimate, texts: Texts) -> str:
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


def _control(control: ControlEffect, texts: Texts) -> str:
    own, left = (duration_text(each.value) + _interval(each, texts) for each in (control.own, control.left))
    return texts("control.own" if control.own.value > 0 else "control.none", own=own, left=left)


def _sure(verdict: Verdict, texts: Texts) -> str:
    p = p_of(verdict)
    if p > 0.5 and verdict.answer is not Answer.CACHED:
        return texts("sure.nothing")
    return texts(f"sure.{verdict.answer.value}", odds=odds_text(p, texts), delta=points_text(verdict.delta))


def to_go_words(to_go: RoundsToGo, texts: Texts, key: str) -> str:
    """Say how many more rounds would settle the verdict; `key` is that of a whole sentence, or of part of a line."""
    ahead = count_text(to_go.looked_ahead)
    if to_go.low is None:
        return texts(f"{key}.unseen", ahead=ahead)
    low = count_text(to_go.low)
    if to_go.high is None:
        return texts(f"{key}.open", low=low, ahead=ahead)
    high = count_text(to_go.high)
    return texts(f"{key}.one", n=low) if low == high else texts(f"{key}.range", low=low, high=high)
