"""A plan as lines for a terminal."""

from collections.abc import Sequence

from probe.model.round_plan import PlannedRounds, RoundPlan
from probe.render.numbers import NOTHING, count_text, range_text, share_text
from probe.texts import Texts
from probe.units import format_duration


def plan_head(plan: RoundPlan, texts: Texts) -> list[str]:
    """Return what is asked, in sentences."""
    question = plan.question
    lines = [
        texts(
            "plan.question.fails",
            first=share_text(question.first_fails, texts),
            second=share_text(question.second_fails, texts),
            call=format_duration(question.call_s),
            spread=share_text(question.spread, texts),
        )
    ]
    if question.slower_s:
        slower, share = format_duration(question.slower_s), share_text(question.slower_share, texts)
        lines.append(texts("plan.question.slower", slower=slower, share=share))
    key = "plan.round.gap" if plan.gap_s else "plan.round"
    return [*lines, texts(key, scenario=plan.scenario, gap=format_duration(plan.gap_s))]


def plan_rows(plan: RoundPlan, texts: Texts) -> list[tuple[str, str, str, str]]:
    """Return a row for each answer and share of runs: answer, rounds, time, tokens."""
    return [
        *(_row("plan.cold", planned, plan, texts) for planned in plan.cold),
        *(_row("plan.no_effect", planned, plan, texts) for planned in plan.no_effect),
    ]


def _row(key: str, planned: PlannedRounds, plan: RoundPlan, texts: Texts) -> tuple[str, str, str, str]:
    rounds = count_text(planned.rounds)
    if planned.rounds is None:
        rounds = texts("plan.more", n=count_text(plan.looked_ahead))
    answer = texts(key, share=share_text(planned.share, texts))
    return answer, rounds, _time(planned, texts), count_text(planned.input_tokens)


def _time(planned: PlannedRounds, texts: Texts) -> str:
    if planned.least_s is None or planned.most_s is None:
        return NOTHING
    least, most = format_duration(planned.least_s), format_duration(planned.most_s)
    return least if least == most else range_text(least, most, texts)


def plan_foot(plan: RoundPlan, command: str, texts: Texts) -> Sequence[str]:
    """Return what else there is to know, in sentences."""
    hangs = any(planned.least_s != planned.most_s for planned in plan.cold)
    return (
        texts("plan.mean", mean=f"{plan.cold_mean:.0f}"),
        *([texts("plan.time")] if hangs else []),
        texts("plan.alike", false_cold=share_text(plan.false_cold, texts)),
        texts("plan.simulated", runs=count_text(plan.runs), seed=plan.seed),
        texts("plan.run", command=command),
    )
