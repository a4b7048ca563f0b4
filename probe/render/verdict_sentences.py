"""The verdict for people who know no statistics: one paragraph that claims no more than the data, and one line."""

from collections.abc import Iterator

from probe.model.choices import Role
from probe.model.note import NoteCode
from probe.model.report_sections import Section
from probe.model.statistics import Estimate, Pairs
from probe.model.verdict import Answer, ControlEffect, RoundsToGo, StoppingBias, Verdict
from probe.render.duration_sentences import counted_so, difference_interval, duration_sentences
from probe.render.failure_sentences import failed_clause, failures_in, failures_of, failures_sentence, why
from probe.render.non_cold_answers import NOT_ABOUT_COLDNESS, non_cold_answer, non_cold_key, p_of, wholly_failed
from probe.render.numbers import count_text, duration_text, odds_text, points_text
from probe.render.phase_sentences import phase_sentences
from probe.render.phrases import counted, note_sentence
from probe.render.warmth_sentences import warmth_sentences
from probe.texts import Texts

_LEANING = 1 / 3
"""An always-valid p-value of this or less is a lean that is worth a word."""
_LEAST_BIAS = 0.01
_LEAST_BIAS_SHARE = 0.05
"""A bias of so much, of a rate or of the mean difference, is worth a word."""


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
    """Return plain sentences: the kind of section where that has to be said first, then the verdict."""
    return *kind_sentences(section, texts), *verdict_sentences(section, texts)


def kind_sentences(section: Section, texts: Texts) -> tuple[str, ...]:
    """Return what has to be said before all else of a control arm, and of the embedded upstream."""
    if section.role is Role.CONTROL:
        return (texts("verdict.control"),)
    return (texts("verdict.embedded"),) if section.embedded else ()


def verdict_sentences(section: Section, texts: Texts) -> tuple[str, ...]:
    """Return the answer, by how much, how sure, why, what cannot be told, and what more it takes; one at least."""
    return tuple(_sentences(section, texts))


def _sentences(section: Section, texts: Texts) -> Iterator[str]:
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
            yield counted_so((), failed_clause(step.failed, step.n, step.label, texts), texts)
            yield from why(step, failures_of(step), step.label, texts)


def _compared(section: Section, pairs: Pairs, texts: Texts) -> Iterator[str]:
    """Say all of the paragraph; without a verdict (a control has none) what was counted and measured."""
    verdict, all_failed = section.verdict, pairs.both_failed == pairs.n
    if verdict:
        yield _answer(verdict, pairs, texts)
    yield failures_sentence(pairs, None if all_failed else verdict, texts)
    yield from _causes(section, pairs, texts)
    if not all_failed:
        yield from duration_sentences(pairs, texts, in_proportion=verdict is not None and verdict.in_proportion)
        yield from phase_sentences(pairs, texts)
    if verdict:
        yield from () if all_failed else _certainty(verdict, texts)
        yield from _bias(verdict.stopping_bias, pairs, texts)
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


def _bias(bias: StoppingBias | None, pairs: Pairs, texts: Texts) -> Iterator[str]:
    """Say by how much figures are too large after stopping early, where that is worth a word."""
    if bias is None:
        return
    mean_ms = pairs.mean_difference_ms.value if pairs.mean_difference_ms else 0.0
    matters = {
        "fails": pairs.only_first_failed > 0 and bias.difference >= _LEAST_BIAS,
        "slower": bias.mean_difference_ms >= _LEAST_BIAS_SHARE * mean_ms > 0,
    }
    kinds = [kind for kind, is_large in matters.items() if is_large]
    if kinds:
        key = "both" if len(kinds) > 1 else kinds[0]
        points, by = points_text(bias.difference), duration_text(bias.mean_difference_ms)
        yield texts(f"stopping_bias.{key}", points=points, by=by)


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
    if failed is None or verdict.pairs == 1:
        return answer
    before = texts(f"verdict.all_failed.{failed}", n=count_text(verdict.pairs))
    return texts("join.sentences").join((before, answer))


def _about_cold(verdict: Verdict, pairs: Pairs, texts: Texts) -> str:
    if verdict.answer is Answer.UNDECIDED and any(note.code is NoteCode.MARGIN_HIDES for note in verdict.cannot_tell):
        return texts(
            "verdict.below_margin", slower_by=duration_text(verdict.slower_by_ms), **_line_values(verdict, texts)
        )
    if verdict.answer is Answer.UNDECIDED:
        leaning = _lean(pairs, texts)
        return counted("verdict.lean" if leaning else "verdict.UNDECIDED", verdict.pairs, texts, what=leaning)
    key = f"verdict.{_answer_key(verdict)}"
    if key == "verdict.COLD.slower" and pairs.mean_difference_ms and pairs.mean_difference_ms.value < 0:
        key = "verdict.COLD.slower_often"
    return texts(key, **_line_values(verdict, texts))


def _lean(pairs: Pairs, texts: Texts) -> str:
    """Say which way the rounds so far lean, where an interval for a single look excludes 0; else nothing."""
    failures, durations = pairs.failure_difference, pairs.mean_difference_ms
    fails, slower = _worse_place(failures), _worse_place(durations) if durations else None
    values = {
        "points": points_text(abs(failures.value)),
        "by": duration_text(abs(durations.value)) if durations else "",
    }
    if fails and fails == slower:
        return texts(f"lean.both.{fails}", **values)
    leanings = {"fails": fails, "slower": slower}
    return texts("join.last").join(texts(f"lean.{what}.{place}", **values) for what, place in leanings.items() if place)


def _worse_place(difference: Estimate) -> str | None:
    """Return `first` or `second`, where the interval says that these are worse."""
    if difference.low is not None and difference.low > 0:
        return "first"
    return "second" if difference.high is not None and difference.high < 0 else None


def _control(control: ControlEffect, texts: Texts) -> str:
    own, left = (duration_text(each.value) + difference_interval(each, texts) for each in (control.own, control.left))
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
