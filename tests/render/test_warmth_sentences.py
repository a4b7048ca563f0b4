"""The sentences of how long an upstream stays warm, which claim no more than is known."""

from typing import Any

import pytest

from probe.model.choices import Language
from probe.model.warmth import Warmth
from probe.render.warmth_sentences import warmth_sentences
from probe.texts import Texts
from tests.render.spoken import BOTH, warmth


def said(made: Warmth, texts: Texts | None = None) -> str:
    return " ".join(warmth_sentences(made, texts or Texts()))


def test_a_search_that_found_it() -> None:
    assert said(warmth()) == (
        "The upstream was still warm after 56.0 s of idle time, and cold after 67.0 s. "
        "It goes cold between 57.0 s and 66.0 s (95 % probability). "
        "Of 9 first calls after 56.0 s or less, none met a cold upstream. "
        "Of 11 first calls after 67.0 s or more, 10 met a cold upstream. "
        "A first call counts as cold if it failed, or if its first content came after more than 1.40 s; second calls "
        "typically take 400 ms."
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"n": 0}, "does not show how long"),
        (
            {"first_cold_ms": None, "last_warm_ms": 900_000.0, "cold_n": 0, "high_ms": None},
            "still warm after the longest idle time",
        ),
        (
            {"last_warm_ms": None, "first_cold_ms": 5000.0, "warm_n": 0, "low_ms": None},
            "already cold after the shortest idle time",
        ),
        ({"first_cold_ms": None, "cold_n": 0, "low_ms": None, "high_ms": None}, "is not known yet"),
        ({"low_ms": None, "high_ms": None}, "too few, or too different from each other"),
        ({"high_ms": None}, "after more than 57.0 s, perhaps more than the longest time tried, 15 m 00 s"),
        ({"low_ms": None}, "before 66.0 s, perhaps before the shortest time tried, 5.00 s"),
        ({"low_ms": 900_000.0, "high_ms": None}, "stays warm for longer than the longest time tried"),
        ({"low_ms": None, "high_ms": 5000.0}, "goes cold sooner than the shortest time tried"),
        ({"left_out": 1}, "1 first call is left out"),
        ({"left_out": 3}, "3 first calls are left out"),
    ],
)
def test_no_more_is_claimed_than_is_known(changes: dict[str, Any], says: str) -> None:
    assert says in said(warmth(**changes))
    assert "–" not in said(warmth(**changes), Texts(Language.ZH)), "nothing that is not known is named"


@BOTH
@pytest.mark.parametrize("ends", [{"low_ms": None}, {"high_ms": None}, {"low_ms": None, "high_ms": None}])
def test_a_bracket_is_the_headline_only_where_the_credible_range_has_both_ends(
    ends: dict[str, Any], texts: Texts
) -> None:
    assert next(iter(warmth_sentences(warmth(**ends), texts))) == texts("warmth.unsure")
    assert next(iter(warmth_sentences(warmth(), texts))) == texts(
        "warmth.found", last_warm="56.0 s", first_cold="67.0 s"
    )
