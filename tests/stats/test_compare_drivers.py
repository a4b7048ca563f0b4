"""Drivers of one target compared: medians by step, and what is saved, paired by round."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from probe.model.call import Call
from probe.model.choices import Language
from probe.model.driver_comparison import DriverComparison
from probe.model.outcome import Outcome
from probe.model.wire import Phases, PhaseSource
from probe.render.driver_sentences import driver_sentences, driver_table
from probe.stats.compare_drivers import DriverArm, compare_drivers
from probe.texts import Texts
from tests.builders import call
from tests.stats.frames import frame

LABELS = ("call1", "call2")


def made(number: int, position: int, boot_ms: float, connect_ms: float = 5.0, **changes: Any) -> Call:
    """Return a call that waits 300 ms for its answer; the wait differs from round to round, for all drivers alike."""
    wait_ms = 300.0 + 40 * (number % 3)
    phases = Phases(source=PhaseSource.WIRE, boot_ms=boot_ms + number, connect_ms=connect_ms, wait_ms=wait_ms)
    fields: dict[str, Any] = {"cpu_ms": 2 * boot_ms, "max_rss_bytes": 200_000_000}
    return call(number, position, phases=phases, wall_ms=phases.total_ms, **fields | changes)


def printing(n: int = 6) -> list[Call]:
    return [made(number, position, 500.0, 60.0) for number in range(1, n + 1) for position in (1, 2)]


def live(n: int = 6) -> list[Call]:
    return [
        made(number, position, boot_ms, connect_ms)
        for number in range(1, n + 1)
        for position, boot_ms, connect_ms in ((1, 520.0, 60.0), (2, 20.0 + number % 2, 10.0 + number % 2))
    ]


def arm(driver: str, *runs: Iterable[Call], groups: Sequence[int] = (0,)) -> DriverArm:
    return DriverArm(driver, f"relay-{driver}", frame(*runs), tuple(groups))


def compared(*arms: DriverArm) -> DriverComparison:
    return compare_drivers("relay", arms, LABELS)


def said(comparison: DriverComparison, language: Language = Language.EN) -> str:
    return " ".join(driver_sentences(comparison, Texts(language)))


def test_what_a_new_process_costs_and_a_warm_connection_saves_is_told_of_the_second_call() -> None:
    comparison = compared(arm("claude-print", printing()), arm("claude-live", live()))
    first, second = comparison.savings
    assert (first.label, second.label, second.n) == ("call1", "call2", 6)
    assert first.wall_ms.value == pytest.approx(-20)
    assert second.wall_ms.value == pytest.approx(479.5 + 49.5)
    assert second.process_ms is not None
    assert second.process_ms.value == pytest.approx(479.5)
    assert second.connection_ms is not None
    assert second.connection_ms.value == pytest.approx(49.5)


def test_the_sentences_name_both_drivers_with_intervals_and_rounds() -> None:
    comparison = compared(arm("claude-print", printing()), arm("claude-live", live()))
    text = said(comparison)
    assert text.startswith(
        "call2 took 529 ms less with claude-live than with claude-print (528 ms to 530 ms; 6 rounds)"
    )
    assert "A new client process costs 480 ms (" in text
    assert "A warm connection saves 50 ms (49 ms to 50 ms) of connecting" in text
    chinese = said(comparison, Language.ZH)
    assert "call2 用 claude-live 比用 claude-print 少用 529 ms（528 ms 至 530 ms；6 轮）" in chinese
    assert "复用已有连接" in chinese


def test_the_table_has_the_medians_of_each_step_and_driver() -> None:
    comparison = compared(arm("claude-print", printing()), arm("claude-live", live()))
    table = driver_table(comparison, Texts())
    cells = [[getattr(cell, "text", "") for cell in row] for row in table.rows]
    assert [row[:3] for row in cells] == [
        ["call1", "claude-print", "6"], ["call1", "claude-live", "6"],
        ["call2", "claude-print", "6"], ["call2", "claude-live", "6"],
    ]  # fmt: skip
    assert cells[3][3:] == ["374 ms", "24 ms", "10 ms", "340 ms", "0 ms", "41 ms", "200 MB"]


def test_plain_http_has_no_process_and_no_memory_of_its_own() -> None:
    plain = [
        made(number, position, 2.0, cpu_ms=None, max_rss_bytes=None) for number in range(1, 5) for position in (1, 2)
    ]
    comparison = compared(arm("claude-print", printing(4)), arm("messages", plain))
    assert "A new client process costs" in said(comparison)
    assert "connection" not in said(comparison), "it opens a new one for each call as well"
    assert [(each.cpu_ms, each.memory_bytes) for each in comparison.figures if each.driver == "messages"] == [
        (None, None)
    ] * 2
    assert [getattr(cell, "text", "") for cell in driver_table(comparison, Texts()).rows[1]][-2:] == ["–", "–"]


def test_each_persistent_driver_is_compared_with_its_counterpart() -> None:
    drivers = ("agent-sdk", "messages", "claude-print", "agent-sdk-isolated", "claude-live")
    comparison = compared(*(arm(driver, printing(2)) for driver in drivers))
    assert [(saving.base, saving.candidate) for saving in comparison.savings if saving.label == "call2"] == [
        ("agent-sdk-isolated", "agent-sdk"),
        ("claude-print", "messages"),
        ("claude-print", "agent-sdk-isolated"),
        ("claude-print", "claude-live"),
    ]


def test_only_rounds_of_one_group_in_which_both_succeeded_are_paired() -> None:
    failed = made(2, 2, 5000.0, outcome=Outcome.OVERLOADED)
    before = printing(3)
    after = [each for each in live(3) if (each.round, each.label) != (2, "call2")] + [failed]
    comparison = compared(
        arm("claude-print", before, printing(2), groups=(0, 1)), arm("claude-live", after, live(2), groups=(0, 2))
    )
    assert [(saving.label, saving.n) for saving in comparison.savings] == [("call1", 3), ("call2", 2)]


def test_what_is_not_beyond_chance_and_what_takes_more_are_said_so() -> None:
    slower = [
        made(number, position, 700.0 + 3 * number, 60.0 + number % 2) for number in range(1, 7) for position in (1, 2)
    ]
    text = said(compared(arm("claude-print", printing()), arm("claude-live", slower)))
    assert "call2 took 211 ms more with claude-live than with claude-print (205 ms to 217 ms; 6 rounds)" in text
    assert "A new client process costs no time beyond chance" in text
    assert "A warm connection saves nothing beyond chance" in text
    uneven = [made(number, position, 500.0 + 300 * (-1) ** number) for number in range(1, 7) for position in (1, 2)]
    text = said(compared(arm("claude-print", printing()), arm("agent-sdk-isolated", uneven)))
    assert text.startswith("call2 shows no difference between agent-sdk-isolated and claude-print beyond chance (")


def test_one_round_gives_a_table_and_no_saving() -> None:
    comparison = compared(arm("claude-print", printing(1)), arm("claude-live", live(1)))
    assert comparison.savings == ()
    assert said(comparison) == "What a driver saves is told from two rounds on in which both succeeded."
    assert len(driver_table(comparison, Texts()).rows) == 4


def test_times_split_from_different_sources_give_no_parts() -> None:
    by_words = [each.model_copy(update={"phases": Phases(source=PhaseSource.CLIENT, boot_ms=9.0)}) for each in live()]
    (_, second) = compared(arm("claude-print", printing()), arm("claude-live", by_words)).savings
    assert (second.n, second.process_ms, second.connection_ms) == (6, None, None)
