"""The colours of pages and charts, which can be told apart and read in both schemes."""

from itertools import product

import pytest

from probe.model.fault_party import FaultParty
from probe.model.health import HealthWord
from probe.render.palette import DARK, LIGHT


def luminance(colour: str) -> float:
    """Relative luminance as of WCAG 2.2."""
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_seen_in_both_schemes(scheme: dict[str, str]) -> None:
    assert set(scheme) == set(LIGHT)
    tones = ("good", "bad", "mild", *(word.value.lower() for word in HealthWord))
    words = list(product(("ink", "soft", "link"), ("paper", "page", "mild-paper", "tint-linked")))
    for tone in tones:
        words += [(f"{tone}-ink", f"{tone}-paper"), (f"{tone}-ink", "paper"), ("ink", f"{tone}-paper")]
    for ink, paper in words:
        assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_signs_and_bars_are_seen_in_both_schemes(scheme: dict[str, str]) -> None:
    signs = ("step1", "step2", "step3", "step4", "clean", "failed", "timed-out", "wait", "stream", "retries")
    for sign in (*signs, *FaultParty):
        assert contrast(scheme[sign], scheme["paper"]) >= 3, sign
