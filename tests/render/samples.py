"""Sections and reports as a real night makes them, built by hand: rich, and with strangers' texts in every place."""

import math
from collections import Counter
from datetime import timedelta
from typing import Any

from probe.model.chart import (
    Charts,
    Dot,
    Ecdf,
    Mark,
    OutcomeBin,
    RoundDots,
    Span,
    Waterfall,
    WaterfallRow,
)
from probe.model.choices import EndReason, Role, UpstreamKind
from probe.model.comparison import Comparison, Difference, Judgement, Unit
from probe.model.note import Note, NoteCode
from probe.model.outcome import Flag, Outcome
from probe.model.report_sections import Gate, Incident, Report, RunSource, Section
from probe.model.statistics import (
    Bound,
    Durations,
    Estimate,
    Figure,
    OutcomeCount,
    Pairs,
    PromptCacheUse,
    Ratio,
    Spread,
    StepStatistics,
    Tokens,
)
from probe.model.verdict import Answer, CauseCount, Evidence, Order, RoundsToGo, Turn, Verdict
from probe.model.wire import Phases, PhaseSource
from probe.stats.rank_targets import rank_targets
from tests.builders import START, manifest, scenario, step, target_info
from tests.render.sections import health, statistics

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\x1b[2J {{ 7*7 }} ' \" &amp;"
RUN = "20261121T073000Z-two-calls-relay"


def mark_of(number: int, label: str) -> Mark:
    """Return what became of a call: of every ten first calls two time out, one fails and one recovers."""
    if label == "call1":
        return {3: Mark.TIMED_OUT, 7: Mark.TIMED_OUT, 5: Mark.RECOVERED, 9: Mark.FAILED}.get(number % 10, Mark.CLEAN)
    return Mark.RECOVERED if number % 15 == 4 else Mark.CLEAN


def wall_ms(number: int, label: str, mark: Mark) -> float:
    """Return how long a call took, in ms."""
    drift = 1 + 0.3 * math.sin(number * 2.7)
    match mark:
        case Mark.TIMED_OUT:
            return 180_012.0
        case Mark.FAILED:
            return 2_400.0
        case Mark.RECOVERED:
            return 9_800.0 * drift
        case Mark.CLEAN:
            return (4_100.0 if label == "call1" else 1_350.0) * drift


def outcome_of(mark: Mark) -> Outcome:
    return {Mark.TIMED_OUT: Outcome.TIMED_OUT, Mark.FAILED: Outcome.OVERLOADED}.get(mark, Outcome.OK)


def charts(rounds: int = 30) -> Charts:
    drawn = []
    for number in range(1, rounds + 1):
        dots = []
        for label in ("call1", "call2"):
            mark = mark_of(number, label)
            dots.append(Dot(label=label, wall_ms=wall_ms(number, label, mark), mark=mark, outcome=outcome_of(mark)))
        drawn.append(
            RoundDots(
                number=number, run_id=RUN, round=number, started_at=START + timedelta(minutes=3 * number),
                dots=tuple(dots),
            )
        )  # fmt: skip
    return Charts(
        rounds=tuple(drawn),
        rounds_total=rounds,
        ecdfs=tuple(ecdf(drawn, label) for label in ("call1", "call2")),
        over_time=tuple(
            OutcomeBin(
                label=label,
                first=first,
                last=min(first + 2, rounds),
                started_at=START + timedelta(minutes=3 * first),
                counts=dict(Counter(mark_of(n, label) for n in range(first, min(first + 3, rounds + 1)))),
            )
            for label in ("call1", "call2")
            for first in range(1, rounds + 1, 3)
        ),
    )


def ecdf(rounds: list[RoundDots], label: str) -> Ecdf:
    dots = [dot for each in rounds for dot in each.dots if dot.label == label]
    done = sorted(dot.wall_ms for dot in dots if dot.mark in {Mark.CLEAN, Mark.RECOVERED})
    return Ecdf(
        label=label,
        n=len(dots),
        points=tuple((ms, (index + 1) / len(dots)) for index, ms in enumerate(done)),
        censored=len(dots) - len(done),
        horizon_ms=180_000.0,
    )


def estimate(value: float, low: float | None, high: float | None, n: int = 30) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=n)


def figure(value: float | None, low: float | None = None, high: float | None = None, **changes: Any) -> Figure:
    fields = {"value_ms": value, "low_ms": low, "high_ms": high, "high_bound": Bound.EXACT}
    return Figure.model_validate(fields | changes)


def durations(scale: float, censored: int, n: int = 30) -> Durations:
    more = censored > 0
    tail = figure(180_000.0, 9_000.0, 180_000.0, bound=Bound.MORE_THAN, high_bound=Bound.MORE_THAN)
    small = figure(12_000.0 * scale, bound=Bound.TOO_FEW, high_bound=Bound.TOO_FEW)
    median = figure(4_400.0 * scale, 3_900.0 * scale, 5_600.0 * scale)
    return Durations(
        n=n,
        censored=censored,
        horizon_ms=180_000.0,
        quantiles={
            "p50": median,
            "p75": tail if more else figure(5_100.0 * scale, 4_800.0 * scale, 6_000.0 * scale),
            "p90": tail if more else small,
            "p95": tail if more else small,
            "p99": figure(None, bound=Bound.TOO_FEW, high_bound=Bound.TOO_FEW),
        },
        restricted_mean=estimate(56_300.0 if more else 1_600.0, 26_000.0 if more else 1_300.0,
                                 86_600.0 if more else 1_900.0),
        successes=Spread(n=n - censored, min_ms=2_870.0 * scale, median_ms=4_200.0 * scale, p90_ms=None,
                         max_ms=12_700.0 * scale),
        clean=Spread(n=n - censored - 3, min_ms=2_870.0 * scale, median_ms=4_100.0 * scale, max_ms=5_300.0 * scale),
        recovered=Spread(n=3, min_ms=7_900.0 * scale, median_ms=9_800.0 * scale, max_ms=12_700.0 * scale),
        failures=Spread(n=censored, min_ms=900.0, median_ms=1_200.0, max_ms=180_000.0) if more else Spread(n=0),
        success_quantiles={
            "p50": figure(4_200.0 * scale, 3_800.0 * scale, 5_000.0 * scale),
            "p75": figure(4_800.0 * scale, 4_400.0 * scale, 12_700.0 * scale),
            "p90": small,
            "p95": small,
            "p99": figure(None, bound=Bound.TOO_FEW, high_bound=Bound.TOO_FEW),
        },
    )  # fmt: skip


def first_step() -> StepStatistics:
    return StepStatistics(
        label="call1", n=30, ok=21, clean=18, recovered=3, failed=9, timed_out=6,
        failure_rate=estimate(0.3, 0.167, 0.479),
        durations=durations(1.0, 9),
        ttft=Spread(n=21, min_ms=1_900.0, median_ms=3_010.0, p90_ms=None, max_ms=7_400.0),
        ttft_median=figure(3_010.0, 2_800.0, 3_400.0),
        success_phases={
            "boot": estimate(341.0, 330.0, 352.0), "retries": estimate(5_200.0, 900.0, 9_500.0),
            "connect": estimate(44.0, 40.0, 48.0), "wait": estimate(31_500.0, 9_000.0, 54_000.0),
            "stream": estimate(820.0, 700.0, 940.0), "exit": estimate(95.0, 90.0, 100.0),
            "unsplit": estimate(0.0, None, None),
        },
        phases_source=PhaseSource.WIRE,
        outcomes=(
            OutcomeCount(outcome=Outcome.OK, cause=None, expected=True, n=21),
            OutcomeCount(outcome=Outcome.TIMED_OUT, cause="no_first_byte", expected=False, n=6),
            OutcomeCount(outcome=Outcome.OVERLOADED, cause=HOSTILE, expected=False, n=3),
        ),
        flags={Flag.RETRIED: 3, Flag.FAKE_STREAM: 1},
        models_served={"glm-4.7": 20, HOSTILE: 1},
        tokens=Tokens(input=630_000, output=360, cache_read=0, cost_usd=1.9312),
    )  # fmt: skip


def second_step() -> StepStatistics:
    return StepStatistics(
        label="call2", n=30, ok=30, clean=28, recovered=2, failed=0, timed_out=0,
        failure_rate=estimate(0.0, 0.0, 0.095),
        durations=durations(0.31, 0),
        ttft=Spread(n=30, min_ms=300.0, median_ms=410.0, p90_ms=700.0, max_ms=2_100.0),
        ttft_median=figure(410.0, 380.0, 470.0),
        success_phases={
            "boot": estimate(338.0, 329.0, 347.0), "retries": estimate(310.0, 0.0, 700.0),
            "connect": estimate(39.0, 36.0, 42.0), "wait": estimate(390.0, 350.0, 430.0),
            "stream": estimate(640.0, 600.0, 680.0), "exit": estimate(92.0, 88.0, 96.0),
        },
        phases_source=PhaseSource.WIRE,
        outcomes=(OutcomeCount(outcome=Outcome.OK, cause=None, expected=True, n=30),),
        flags={Flag.RETRIED: 2},
        models_served={"glm-4.7": 30},
        tokens=Tokens(input=630_000, output=360, cache_read=615_000, cost_usd=0.2112),
        cache=PromptCacheUse(read_share=estimate(0.97, 0.95, 0.99), expected=30, expected_unread=0),
    )  # fmt: skip


def pairs() -> Pairs:
    return Pairs(
        first="call1", second="call2", n=30,
        only_first_failed=9, only_second_failed=0, both_failed=0, none_failed=21,
        failure_difference=estimate(0.3, 0.155, 0.48),
        mcnemar_mid_p=0.002, mcnemar_exact_p=0.0039,
        slower_by_ms=500.0, first_slower=29, second_slower=0, alike=1,
        mean_difference_ms=estimate(54_700.0, 24_400.0, 85_000.0),
        sign_flip_p=0.0002,
        ratio=Ratio(least=estimate(4.1, 3.2, 7.7), most=estimate(4.3, 3.2, 8.1)),
    )  # fmt: skip


def verdict(answer: Answer = Answer.COLD) -> Verdict:
    settled = answer is not Answer.UNDECIDED
    return Verdict(
        answer=answer, pairs=30, delta=0.15, slower_by_ms=500.0,
        fails_more=answer is Answer.COLD, slower=answer is Answer.COLD,
        failures=Evidence(log_e_worse=2.4, log_e_no_effect=-3.0, difference=estimate(0.3, 0.09, 0.52)),
        slowness=Evidence(log_e_worse=6.1, log_e_no_effect=-3.0, difference=estimate(0.97, 0.7, 1.0)),
        log_e_both=5.8, p=1.6e-6, p_no_effect=1.0,
        settled_after=8 if settled else None,
        to_go=None if settled else RoundsToGo(low=12, high=None, looked_ahead=500),
        order=Order(
            log_e=2.2, p=0.006, fails=True, could_explain=False,
            worse=Turn(n=31, failed=30), better=Turn(n=30, failed=0),
        ),
        causes=(
            CauseCount(outcome=Outcome.TIMED_OUT, cause="no_first_byte", first=6, second=0),
            CauseCount(outcome=Outcome.OVERLOADED, cause="overloaded_error", first=3, second=0),
        ),
        cannot_tell=(
            Note(code=NoteCode.NO_CONTROL),
            Note(code=NoteCode.TIMEOUT_HIDES, values={"count": 6, "timeout_ms": 180_000.0}),
        ),
    )  # fmt: skip


def waterfall(number: int, label: str) -> Waterfall:
    mark = mark_of(number, label)
    wall = wall_ms(number, label, mark)
    late = mark in {Mark.TIMED_OUT, Mark.FAILED, Mark.RECOVERED}
    rows = [
        WaterfallRow(
            sequence=1, kind="warmup", request="HEAD /", status=404, ending="complete", response_bytes=22,
            spans=(Span(name="connect", start_ms=120, length_ms=31), Span(name="wait", start_ms=152, length_ms=40)),
        ),
        WaterfallRow(
            sequence=2, kind="main", request="POST /v1/messages", status=529 if late else 200,
            ending="complete", detail=HOSTILE if late else "", model_served=None if late else "glm-4.7",
            request_ids={"request-id": f"req_{number:04d}"}, response_bytes=81,
            begun_at=START + timedelta(minutes=3 * number, milliseconds=376),
            spans=(
                Span(name="connect", start_ms=341, length_ms=30), Span(name="send", start_ms=371, length_ms=5),
                Span(name="wait", start_ms=376, length_ms=wall * 0.5),
                Span(name="stream", start_ms=376 + wall * 0.5, length_ms=wall * 0.1),
            ),
        ),
    ]  # fmt: skip
    if late:
        rows.append(
            WaterfallRow(
                sequence=3, kind="main", request="POST /v1/messages?beta=true", status=None, ending="client_closed",
                spans=(Span(name="send", start_ms=wall * 0.7, length_ms=3),
                       Span(name="wait", start_ms=wall * 0.7 + 3, length_ms=wall * 0.3 - 3)),
            )
        )  # fmt: skip
    return Waterfall(
        run_id=RUN, round=number, label=label, started_at=START + timedelta(minutes=3 * number), wall_ms=wall,
        deadline_ms=180_000.0 if mark is Mark.TIMED_OUT else None, mark=mark,
        outcome=outcome_of(mark), cause="no_first_byte" if mark is Mark.TIMED_OUT else None,
        evidence=f"2 requests: 529 overloaded_error, then nothing {HOSTILE}" if late else "1 request, good",
        phases=Phases(source=PhaseSource.WIRE, boot_ms=341, retries_ms=wall * 0.2 if late else 0, connect_ms=30,
                      wait_ms=wall * 0.5, stream_ms=wall * 0.1, exit_ms=90),
        rows=None if number == 2 else tuple(rows),
    )  # fmt: skip


def incident(number: int, label: str) -> Incident:
    mark = mark_of(number, label)
    return Incident(
        run_id=RUN, round=number, label=label, started_at=START + timedelta(minutes=3 * number, milliseconds=417),
        wall_ms=wall_ms(number, label, mark), deadline_ms=180_000.0 if mark is Mark.TIMED_OUT else None,
        session_id=f"84c70bc8-e5f5-4909-a537-{number:012d}",
        outcome=outcome_of(mark), cause="no_first_byte" if mark is Mark.TIMED_OUT else None,
        failed=mark in {Mark.TIMED_OUT, Mark.FAILED}, flags=(Flag.RETRIED,),
        evidence=f"2 requests: 529 overloaded_error, then nothing {HOSTILE}",
        endings=("529 overloaded_error", "client_closed"),
        request_ids=({"request-id": f"req_6d2b9b5e00794be6{number:04d}", "cf-ray": "8f1c0a"}, {}),
        requested_at=tuple(START + timedelta(minutes=3 * number, milliseconds=ms) for ms in (758, 1_793)),
    )  # fmt: skip


def section(rounds: int = 30, **changes: Any) -> Section:
    """Build thirty rounds of a relay whose first calls are cold."""
    script = scenario(step(timeout="3m"), step("call2", timeout="3m"), gap="5m")
    bad = [(n, label) for n in range(1, rounds + 1) for label in ("call1", "call2")
           if mark_of(n, label) is not Mark.CLEAN]  # fmt: skip
    its_manifest = manifest(script, run_id=RUN, rounds=rounds, target=target_info(env={"API_TIMEOUT_MS": "600000"}))
    fields: dict[str, Any] = {
        "name": "relay",
        "runs": (RunSource(run_id=RUN, created_at=START, rounds_finished=rounds, end=EndReason.COMPLETED),),
        "manifest": its_manifest,
        "rounds_planned": rounds,
        "rounds_finished": rounds,
        "interrupted_calls": 0,
        "corrupt": {},
        "verdict": verdict(),
        "pairs": pairs(),
        "steps": (first_step(), second_step()),
        "notes": (
            Note(code=NoteCode.OUTLIERS, values={"label": "call2", "count": 2, "rounds": "4, 19"}),
            Note(code=NoteCode.TWO_CLUSTERS,
                 values={"label": "call1", "low_ms": 4100.0, "high_ms": 180000.0, "high_share": 0.2}),
        ),
        "incidents": tuple(incident(*each) for each in bad[:50]),
        "incidents_total": len(bad),
        "charts": charts(rounds),
        "waterfalls": tuple(waterfall(*each) for each in [*bad, (1, "call1"), (2, "call1"), (2, "call2")]),
        "gates": (
            Gate(expression="call1.failure_rate > 0.1", failed=True, certain=True, unit=Unit.SHARE,
                 estimate=estimate(0.3, 0.167, 0.479), count=9),
            Gate(expression="call2.p90_wall > 30s", failed=False, unit=Unit.MS,
                 figure=figure(3_720.0, bound=Bound.TOO_FEW, high_bound=Bound.TOO_FEW)),
            Gate(expression="verdict == COLD", failed=True, unit=Unit.WORD, word="COLD"),
        ),
    }  # fmt: skip
    fields |= changes
    return Section.model_validate({"health": health(fields["steps"], fields["verdict"]), **fields})


def control() -> Section:
    """Build the control arm of the same night: the embedded upstream, stopped early."""
    its_manifest = manifest(
        scenario(step(timeout="3m"), step("call2", timeout="3m")),
        run_id="20261121T073000Z-two-calls-embedded",
        target=target_info(name="embedded", kind=UpstreamKind.EMBEDDED, base_url="http://127.0.0.1:40001",
                           faults=("hang(on=call1, probability=0.1, seed=7)",), token_masked=None),
    )  # fmt: skip
    return section(
        name="embedded",
        role=Role.CONTROL,
        manifest=its_manifest,
        runs=(RunSource(run_id=its_manifest.run_id, created_at=START, rounds_finished=12, end=EndReason.INTERRUPTED),),
        rounds_planned=30,
        rounds_finished=12,
        interrupted_calls=1,
        corrupt={"journal.jsonl (lines)": 2},
        verdict=verdict(Answer.UNDECIDED),
        charts=charts(12),
        gates=(),
        incidents=(),
        incidents_total=0,
        waterfalls=(),
        notes=(
            Note(code=NoteCode.EMBEDDED),
            Note(code=NoteCode.INCOMPLETE, values={"finished": 12, "planned": 30, "reason": "interrupted"}),
            Note(code=NoteCode.UNREADABLE, values={"what": "journal.jsonl (lines)", "count": 2}),
        ),
    )


def comparison() -> Comparison:
    return Comparison(
        base="embedded", candidate="relay", interleaved=True, rounds=(12, 30),
        differences=(
            Difference(label="call1", quantity="failure_rate", unit=Unit.SHARE, base=estimate(0.08, 0.01, 0.35, 12),
                       candidate=estimate(0.3, 0.167, 0.479), difference=estimate(0.22, 0.02, 0.42),
                       judgement=Judgement.WORSE),
            Difference(label="call2", quantity="failure_rate", unit=Unit.SHARE, base=estimate(0.0, 0.0, 0.22, 12),
                       candidate=estimate(0.0, 0.0, 0.095), difference=estimate(0.0, -0.1, 0.1),
                       judgement=Judgement.NO_DIFFERENCE_SEEN),
            Difference(label="call2", quantity="ttft", unit=Unit.MS, base=figure(900.0, 800.0, 1000.0),
                       candidate=figure(410.0, 380.0, 470.0), difference=estimate(-490.0, -600.0, -380.0),
                       judgement=Judgement.BETTER),
            Difference(label="call1", quantity="p95_duration", unit=Unit.MS, base=None,
                       candidate=figure(180_000.0, bound=Bound.MORE_THAN), difference=None,
                       judgement=Judgement.TOO_FEW),
        ),
        warnings=(
            Note(code=NoteCode.SETTING_DIFFERS, values={"name": "faults", "base": HOSTILE, "candidate": "none"}),
        ),
    )  # fmt: skip


def report(*sections: Section, **changes: Any) -> Report:
    """Build a report of the relay's night alone, or of these sections."""
    sections = sections or (section(),)
    ranking = rank_targets(sections)
    fields = {"probe_version": "0.1.0", "sections": sections, "ranking": ranking}
    return Report.model_validate(fields | changes)


def rich_report() -> Report:
    """Build two sections, held against each other."""
    return report(section(), control(), comparisons=(comparison(),))


def healthy(name: str = "backup") -> Section:
    """Build a target none of whose 60 calls failed."""
    steps = (statistics("call1", 30), statistics("call2", 30))
    rounds = tuple(
        each.model_copy(update={"dots": tuple(dot.model_copy(update=_CLEAN) for dot in each.dots)})
        for each in charts().rounds
    )
    return section(
        name=name,
        steps=steps,
        verdict=verdict(Answer.NO_COLD_EFFECT),
        charts=charts().model_copy(update={"rounds": rounds}),
        incidents=(),
        incidents_total=0,
        notes=(),
        gates=(),
        waterfalls=tuple(waterfall(*each) for each in ((1, "call1"), (1, "call2"))),
    )


_CLEAN = {"mark": Mark.CLEAN, "outcome": Outcome.OK, "wall_ms": 1_400.0}


def several_report() -> Report:
    """Build two targets and the control arm of their night, the best first."""
    return report(healthy(), control(), section(), comparisons=(comparison(),))
