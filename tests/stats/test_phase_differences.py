"""The phase that makes the difference, from rounds of calls whose phases are known."""

import re
from typing import Any

import numpy as np
import pytest

from probe.model.call import Call
from probe.model.choices import Language
from probe.model.outcome import Outcome
from probe.model.statistics import PhaseDifferences
from probe.model.verdict import Question
from probe.model.wire import Phases, PhaseSource
from probe.render.sentences import verdict_paragraph
from probe.stats.compare_calls import compare_calls
from probe.texts import Texts
from tests.builders import call, manifest
from tests.stats.frames import frame, section

RANDOM = np.random.default_rng(5)


def made(number: int, position: int, wait_ms: float, boot_ms: float = 400.0, **changes: Any) -> Call:
    """Return a call that takes as long as its phases; each of them by up to 20 ms more."""
    boot, wait, stream = np.array([boot_ms, wait_ms, 300.0]) + RANDOM.uniform(0, 20, 3)
    phases = Phases(source=PhaseSource.WIRE, boot_ms=boot, wait_ms=wait, stream_ms=stream)
    return call(number, position, phases=phases, wall_ms=phases.total_ms, **changes)


def rounds(n: int, first_wait_ms: float, second_wait_ms: float = 200.0, **first: Any) -> list[Call]:
    return [
        each
        for number in range(1, n + 1)
        for each in (made(number, 1, first_wait_ms, **first), made(number, 2, second_wait_ms))
    ]


def found(calls: list[Call]) -> PhaseDifferences | None:
    pairs, _ = compare_calls(frame(calls), manifest(), Question(), forecast=False)
    assert pairs is not None
    return pairs.phase_differences


def test_the_phase_with_the_largest_part_is_named_and_all_phases_add_up() -> None:
    differences = found(rounds(10, 4400.0))
    assert differences is not None
    assert (differences.n, differences.main) == (10, "wait")
    wait = differences.phases["wait"]
    assert wait.low is not None
    assert wait.high is not None
    assert wait.low < 4200 < wait.high
    assert sum(each.value for each in differences.phases.values()) == pytest.approx(differences.total.value)


def test_rounds_with_a_failed_call_do_not_count() -> None:
    failed = made(11, 1, 60_000.0, outcome=Outcome.TIMED_OUT), made(11, 2, 200.0)
    differences = found([*rounds(10, 4400.0), *failed])
    assert differences is not None
    assert differences.n == 10
    assert differences.total.value < 4300


@pytest.mark.parametrize(
    ("calls", "why"),
    [(rounds(10, 200.0), "no difference"), (rounds(10, 280.0), "less than 100 ms"), (rounds(1, 4400.0), "one round")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_phase_is_named_where_there_is_nothing_to_tell(calls: list[Call], why: str) -> None:
    differences = found(calls)
    assert differences is None or differences.main is None, why


def test_phases_of_two_sources_are_not_subtracted() -> None:
    client = Phases(source=PhaseSource.CLIENT, unsplit_ms=500.0)
    calls = [each for number in range(1, 5) for each in (made(number, 1, 9000.0), call(number, 2, phases=client))]
    assert found(calls) is None


def test_the_report_says_which_phase_it_is_in_both_languages() -> None:
    of_relay = section(rounds(10, 4400.0), manifest(), 10)
    in_english = " ".join(verdict_paragraph(of_relay, Texts()))
    said = (
        r"Where both succeeded \(10 rounds\), first calls took 4\.\d\d s longer on average; .* of it is silence before"
    )
    assert re.search(said, in_english), in_english
    in_chinese = "".join(verdict_paragraph(of_relay, Texts(Language.ZH)))
    assert "在两次调用都成功的 10 轮中，首次调用平均多用 4." in in_chinese
    assert "是首字节之前的静默（" in in_chinese


def test_slower_second_calls_are_told_likewise() -> None:
    of_relay = section(rounds(10, 200.0, 5200.0, boot_ms=900.0), manifest(), 10)
    text = " ".join(verdict_paragraph(of_relay, Texts()))
    longer = r"second calls took 4\.\d\d s longer on average; silence before the first byte took \d\.\d\d s more \(\d"
    assert re.search(longer, text), text


def test_a_phase_that_is_one_of_several_has_its_part() -> None:
    of_relay = section(rounds(10, 3200.0, boot_ms=1400.0), manifest(), 10)
    text = " ".join(verdict_paragraph(of_relay, Texts()))
    assert re.search(r"first calls took [34]\.\d\d s longer on average; [23]\.\d\d s of it is silence before", text), (
        text
    )
