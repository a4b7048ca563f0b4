"""The phase that makes the difference between first and second calls."""

from typing import Any

import pytest

from probe.model.statistics import PhaseDifferences
from probe.render.phase_sentences import phase_sentences
from probe.texts import Texts
from tests.render.sections import estimate, pairs
from tests.render.spoken import BOTH, EN


def said(
    total: float, wait: float, texts: Texts = EN, main: str | None = "wait", low: float | None = None
) -> list[str]:
    end = None if low is None else wait + (wait - low)
    fields: dict[str, Any] = {
        "n": 30, "total": estimate(total), "phases": {"wait": estimate(wait, low, end)}, "main": main,
    }  # fmt: skip
    return list(phase_sentences(pairs(30, phase_differences=PhaseDifferences.model_validate(fields)), texts))


def test_where_no_phase_stands_out_nothing_is_said() -> None:
    assert said(4400.0, 4200.0, main=None) == []
    assert list(phase_sentences(pairs(30), EN)) == []


@pytest.mark.parametrize(
    ("part_ms", "key"),
    [
        (4200.0, "main_phase.part"),
        (9790.0, "main_phase.part"),
        (9900.0, "main_phase.all"),
        (10_500.0, "main_phase.more"),
    ],
)
def test_a_phase_is_part_of_it_all_of_it_or_more(part_ms: float, key: str) -> None:
    (sentence,) = said(10_000.0, part_ms)
    marker = EN(key, rounds="|", slower="|", total="|", part="|", phase="|", interval="|")
    pieces = [piece for piece in marker.split("|") if piece.strip(" ,;.()")]
    assert all(piece in sentence for piece in pieces)
    assert "10.0 s" in sentence


@BOTH
def test_where_second_calls_are_slower_figures_are_theirs(texts: Texts) -> None:
    (sentence,) = said(-4400.0, -4200.0, texts, low=-5200.0)
    assert texts("who.second.many") in sentence
    assert "−" not in sentence
    assert "3.20 s" in sentence
    assert "5.20 s" in sentence
