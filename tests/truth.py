"""Data sets whose truth is known by construction, and what a report must say of each.

All figures here come from the calls themselves and from textbook formulas, none from the code under test.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from probe.model.call import Call
from probe.model.choices import EndReason, Language
from probe.model.events import RunFinished, RunStarted
from probe.model.outcome import Outcome
from probe.model.run_manifest import ClientInfo, Manifest
from probe.store import RunWriter
from tests.builders import START, call, manifest, round_events

TIMEOUT_MS = 180_000.0
QUANTILES = {"50": (0.50, 6), "75": (0.75, 13), "90": (0.90, 36), "95": (0.95, 72), "99": (0.99, 368)}
"""By per cent: q, and the least n for which a two-sided 95 % interval of the quantile exists, 2.5 % at either end."""

Round = tuple[Call, Call]
Words = dict[Language, tuple[str, ...]]


@dataclass(frozen=True)
class Rate:
    """k failures among n calls, and how a report writes the rate with its bounds."""

    k: int
    n: int

    def text(self, language: Language) -> str:
        low, high = self._ends()
        pattern = {
            Language.EN: ("at most {1:.0f} %", "at least {0:.0f} %", "{0:.0f} % to {1:.0f} %"),
            Language.ZH: ("至多 {1:.0f}%", "至少 {0:.0f}%", "{0:.0f}% 至 {1:.0f}%"),
        }
        none_failed, all_failed, some_failed = pattern[language]
        bounds = {0: none_failed, self.n: all_failed}.get(self.k, some_failed).format(low, high)
        value = 100 * self.k / self.n
        return f"{value:.0f} % ({bounds})" if language is Language.EN else f"{value:.0f}%（{bounds}）"

    def _ends(self) -> tuple[float, float]:
        """Return per cent: Wilson's interval, or the one-sided 95 % bound where all calls failed or none did."""
        from scipy.stats import binomtest

        if self.k in {0, self.n}:
            share = 100 * 0.05 ** (1 / self.n)
            return share, 100 - share
        wilson = binomtest(self.k, self.n).proportion_ci(0.95, "wilson")
        return 100 * float(wilson.low), 100 * float(wilson.high)


@dataclass(frozen=True)
class Step:
    """The readable calls of one step of a scenario."""

    label: str
    calls: tuple[Call, ...]

    @property
    def n(self) -> int:
        return len(self.calls)

    @property
    def failed(self) -> int:
        return sum(item.outcome is not Outcome.OK for item in self.calls)

    @property
    def timed_out(self) -> int:
        return sum(item.outcome is Outcome.TIMED_OUT for item in self.calls)

    @property
    def recovered(self) -> int:
        return sum(item.outcome is Outcome.OK and bool(item.diagnosis.flags) for item in self.calls)

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(item.outcome.value for item in self.calls)

    @property
    def counts(self) -> list[str]:
        """The cells of the table of calls: n, ok, clean, recovered, failed, timed out."""
        ok = self.n - self.failed
        counts = (self.n, ok, ok - self.recovered, self.recovered, self.failed, self.timed_out)
        return [str(count) for count in counts]

    def quantile(self, percent: str) -> Callable[[str], bool]:
        """Return a predicate: True for a cell that states this quantile of successes as their number allows."""
        q, least_n = QUANTILES[percent]
        succeeded = sorted(item.wall_ms for item in self.calls if item.outcome is Outcome.OK)
        if not succeeded:
            return lambda cell: cell == "–"
        if len(succeeded) >= least_n:
            value = succeeded[math.ceil(q * len(succeeded) - 1e-9) - 1]
            return lambda cell: cell == f"{value / 1000:.2f} s"
        return lambda cell: re.fullmatch(r"(≥ \d\.\d\d s ?[(（])?(n too small|样本量不足)[)）]?", cell) is not None

    def is_censored(self, percent: str) -> bool:
        """Return True where this quantile of all calls lies among those that failed."""
        rank = math.ceil(QUANTILES[percent][0] * self.n - 1e-9)
        return rank > self.n - self.failed


@dataclass(frozen=True)
class Run:
    """A run to be written. `lost` are the numbers of the rounds whose record is damaged afterwards."""

    manifest: Manifest
    rounds: tuple[Round, ...]
    lost: frozenset[int] = frozenset()

    @property
    def readable(self) -> tuple[Round, ...]:
        return tuple(calls for calls in self.rounds if calls[0].round not in self.lost)

    def write(self, runs: Path) -> Path:
        place = runs / self.manifest.run_id
        with RunWriter.create(place, self.manifest) as writer:
            writer.on_event(RunStarted(at=START, rounds_to_do=len(self.rounds)))
            for calls in self.rounds:
                for event in round_events(*calls):
                    writer.on_event(event)
            writer.on_event(RunFinished(at=START, reason=EndReason.COMPLETED))
        for number in self.lost:
            self._damage(place, number)
        return place

    def _damage(self, place: Path, number: int) -> None:
        """Cut a journal line of the round in half, and replace the summary, its fallback, by invalid JSON."""
        journal = place / "journal.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True)
        wanted = f'"round":{number},'.encode()
        at = next(at for at, line in enumerate(lines) if b'"call_finished"' in line and wanted in line)
        lines[at] = lines[at][: len(lines[at]) // 2] + b"\n"
        journal.write_bytes(b"".join(lines))
        (place / "rounds" / f"{number:04d}" / "summary.json").write_bytes(b'{"probe": ')


@dataclass(frozen=True)
class DataSet:
    """Runs that are reported together.

    `sections` has, for every section of the report, the indexes of the runs pooled there, and `answers` its verdict.
    `required` phrases must occur somewhere in the report, `forbidden` ones nowhere. `differs` names the settings in
    which the sections differ.
    """

    runs: tuple[Run, ...]
    answers: tuple[str, ...]
    required: Words
    forbidden: Words
    sections: tuple[tuple[int, ...], ...] = ((0,),)
    differs: str = ""
    corrupt: tuple[str, ...] = ()

    @property
    def healths(self) -> list[str]:
        """The health of each section, by the rule in docs/health.md: 19 calls without a failure are OK."""
        return [self._health(steps, answer) for steps, answer in zip(self.steps, self.answers, strict=True)]

    @staticmethod
    def _health(steps: tuple[Step, Step], answer: str) -> str:
        n, failed = sum(step.n for step in steps), sum(step.failed for step in steps)
        if failed == n:
            return "DOWN"
        if failed + sum(step.recovered for step in steps):
            return "FLAKY"
        if answer == "COLD":
            return "COLD"
        return "OK" if n >= 19 else "UNKNOWN"

    @cached_property
    def steps(self) -> tuple[tuple[Step, Step], ...]:
        """Both steps of every section."""
        return tuple(
            (
                Step("call1", tuple(first for run in section for first, _ in self.runs[run].readable)),
                Step("call2", tuple(second for run in section for _, second in self.runs[run].readable)),
            )
            for section in self.sections
        )

    @property
    def calls(self) -> list[tuple[str, Call]]:
        """All readable calls, with the id of their run."""
        return [(run.manifest.run_id, item) for run in self.runs for calls in run.readable for item in calls]


def good_ms(number: int) -> float:
    """Return a duration of 1.50 to 1.62 s that varies with the round without a trend."""
    return 1500.0 + 10 * (7 * number % 13)


def good(number: int, position: int, more_ms: float = 0.0) -> Call:
    return call(number, position, wall_ms=good_ms(number) + more_ms)


def timed_out(number: int, position: int) -> Call:
    return call(number, position, Outcome.TIMED_OUT, cause="no_first_byte", wall_ms=TIMEOUT_MS)


def refused(number: int, position: int) -> Call:
    """Build a call that failed after 400 ms: it must not lower any quantile of durations."""
    return call(number, position, Outcome.OVERLOADED, cause="529", wall_ms=400.0)


def run(rounds: Iterable[Round], lost: Sequence[int] = (), second: int = 0, version: str = "2.1.329") -> Run:
    planned = tuple(rounds)
    return Run(
        manifest(
            run_id=f"20261121T07300{second}Z-two-calls-relay",
            rounds=len(planned),
            client=ClientInfo(program="claude", version=version, source="PATH"),
        ),
        planned,
        frozenset(lost),
    )


def words(en: Sequence[str], zh: Sequence[str]) -> Words:
    return {Language.EN: tuple(en), Language.ZH: tuple(zh)}


def _cold_first(number: int) -> Call:
    kinds: dict[int, Callable[[int, int], Call]] = {0: timed_out, 1: refused}
    return kinds.get(number % 5, good)(number, 1)


NEVER_COLD = (
    ("First calls are", "fail more often than second", "calls are slower"),
    ("首次调用比第二次调用差：", "更容易失败", "用慢。"),
)
NEVER_SETTLED = ((*NEVER_COLD[0], "No cold effect"), (*NEVER_COLD[1], "无冷启动效应："))

COLD = DataSet(
    (run((_cold_first(n), timed_out(n, 2) if n in {13, 47, 82} else good(n, 2)) for n in range(1, 101)),),
    ("COLD",),
    words(
        [
            "First calls fail more often than second calls.",  # and slower in nothing but that
            (
                "40 of 100 first calls failed, and 3 of 100 second calls: 37 percentage points more "
                "(at least 21, 95 % limit)"
            ),
            "20 got no first byte before the deadline",
            "20 were refused as overloaded (529)",
            "23 calls were cut off at 3 m 00 s",
        ],
        [
            "首次调用比第二次调用更容易失败。",
            "100 次第二次调用中有 3 次失败，首次调用的失败率高出 37 个百分点（95% 下限：21）",
            "23 次调用在 3 m 00 s 时被截断",
        ],
    ),
    words(["No cold effect", "Undecided", "calls are slower"], ["无冷启动效应：", "尚无定论", "用慢。"]),
)

WARM = DataSet(
    (run((good(n, 1), good(n + 5, 2).model_copy(update={"round": n})) for n in range(1, 61)),),
    ("NO_COLD_EFFECT",),
    words(
        [
            "No cold effect: first calls do not fail 15 percentage points more often",
            "A smaller effect is not ruled out.",
            (
                "None of 60 first calls failed, and none of 60 second calls: no difference seen (at most 6 points, "
                "95 % limit)"
            ),
            "In none of 60 rounds was either call slower by more than 1.00 s.",
            "None of 60 first calls failed; their failure rate may still be as high as",
            "their failure rate may still be as high as 5 %",
        ],
        [
            "无冷启动效应：首次调用的失败率没有高出 15 个百分点",
            "更小的差别不能排除",
            "60 次首次调用没有失败，60 次第二次调用没有失败，未见差别（95% 上限：6 个百分点）",
            "60 次首次调用都没有失败，但其失败率仍可能高达 5%",
        ],
    ),
    words((*NEVER_COLD[0], "Undecided"), (*NEVER_COLD[1], "尚无定论")),
)

SLOW = DataSet(
    (run((good(n, 1, 3000.0), good(n, 2)) for n in range(1, 31)),),
    ("COLD",),
    words(
        [
            "First calls are slower than second calls, often by more than 2.00 s.",
            "None of 30 first calls failed, and none of 30 second calls: no difference",
            "The first call was slower by more than 1.00 s in 30 of 30 rounds, the second call in none.",
            "First calls took 3.00 s longer than second calls on average",
            "Claude Code's own first-call cost cannot be separated from the upstream's",
        ],
        [
            "首次调用比第二次调用慢，常常慢 2.00 s 以上。",
            "30 次首次调用没有失败，30 次第二次调用没有失败，未见差别",
            "首次调用慢 1.00 s 以上的有 30 轮，第二次调用慢 1.00 s 以上的有 0 轮",
            "首次调用平均比第二次调用多用 3.00 s",
        ],
    ),
    words(
        ["calls fail more often", "No cold effect", "Undecided"],
        ["失败更多，", "更容易失败", "无冷启动效应：", "尚无定论"],
    ),
)

HUNG = DataSet(
    (run((timed_out(n, 1), timed_out(n, 2)) for n in range(1, 21)),),
    ("UNDECIDED",),
    words(
        [
            "All 20 first calls failed, and all 20 second calls.",
            "All 20 failed first calls got no first byte before the deadline.",
            "40 calls were cut off at 3 m 00 s; a longer timeout might have seen an answer.",
        ],
        [
            "20 次首次调用全部失败，20 次第二次调用全部失败。",
            "40 次调用在 3 m 00 s 时被截断",
        ],
    ),
    words(*NEVER_SETTLED),
)

FEW = DataSet(
    (run((good(n, 1), good(n, 2)) for n in range(1, 6)),),
    ("UNDECIDED",),
    words(
        [
            "Undecided after 5 rounds",
            "5 rounds show only large differences.",
            "their failure rate may still be as high as 45 %",
            "more would settle it",
        ],
        ["测了 5 轮，尚无定论", "只有 5 轮，只能看出很大的差别", "失败率仍可能高达 45%", "轮可有结论"],
    ),
    words(*NEVER_SETTLED),
)

SINGLE = DataSet(
    (run([(good(1, 1), good(1, 2))]),),
    ("UNDECIDED",),
    words(
        [
            "Undecided after 1 round:",
            "1 round shows hardly anything.",
            "The only first call did not fail, and the only second call did not fail",
            "the failure rate may still be as high as 95 %",
        ],
        ["测了 1 轮，尚无定论", "只有 1 轮，几乎看不出什么", "失败率仍可能高达 95%"],
    ),
    words(*NEVER_SETTLED),
)

MIXED = DataSet(
    (
        run(((refused(n, 1) if n < 3 else good(n, 1), good(n, 2)) for n in range(1, 7)), second=1, version="2.1.329"),
        run(((good(n, 1), good(n, 2)) for n in range(1, 6)), second=2, version="2.1.330"),
    ),
    ("UNDECIDED", "UNDECIDED"),
    words(
        [
            "Z-two-calls-relay is not pooled with 20261121T073001Z-two-calls-relay: they differ in client.",
            "Undecided after 6 rounds",
            "Undecided after 5 rounds",
        ],
        [
            "20261121T073002Z-two-calls-relay 没有与 20261121T073001Z-two-calls-relay 合并，因为以下设置不同：客户端。",
            "测了 6 轮，尚无定论",
            "测了 5 轮，尚无定论",
        ],
    ),
    words(("after 11 rounds", *NEVER_SETTLED[0]), ("测了 11 轮", *NEVER_SETTLED[1])),
    sections=((0,), (1,)),
    differs="client",
)

POOLED = DataSet(
    (
        run(((refused(n, 1) if n < 3 else good(n, 1), good(n, 2)) for n in range(1, 7)), second=1),
        run(((good(n, 1), good(n, 2)) for n in range(1, 6)), second=2),
    ),
    ("UNDECIDED",),
    words(
        ["Undecided after 11 rounds", "2 of 11 first calls failed, and none of 11 second calls"],
        ["测了 11 轮，尚无定论", "11 次首次调用中有 2 次失败，11 次第二次调用没有失败"],
    ),
    words(("is not pooled", *NEVER_SETTLED[0]), ("没有与", *NEVER_SETTLED[1])),
    sections=((0, 1),),
)

CORRUPT = DataSet(
    (run(((timed_out(n, 1) if n == 3 else good(n, 1), good(n, 2)) for n in range(1, 9)), lost=[3]),),
    ("UNDECIDED",),
    words(
        [
            "Undecided after 7 rounds",
            "Some data could not be read: journal.jsonl (lines), 1 time.",
            "Some data could not be read: rounds/0003, 1 time.",
            "None of 7 first calls failed",
        ],
        [
            "测了 7 轮，尚无定论",
            "有数据无法读取：journal.jsonl (lines)，1 处。",
            "有数据无法读取：rounds/0003，1 处。",
            "7 次首次调用都没有失败",
        ],
    ),
    words(("after 8 rounds", *NEVER_SETTLED[0]), ("测了 8 轮", *NEVER_SETTLED[1])),
    corrupt=("journal.jsonl (lines)", "rounds/0003"),
)

DATA_SETS = {
    "cold": COLD,
    "warm": WARM,
    "slow": SLOW,
    "hung": HUNG,
    "few": FEW,
    "single": SINGLE,
    "mixed": MIXED,
    "pooled": POOLED,
    "corrupt": CORRUPT,
}
