"""Sentences on a section, in each language."""

from typing import Any

import pytest

from probe.model.choices import Language
from probe.model.report_sections import Section
from probe.model.warmth import Warmth
from probe.render import sentences as say
from probe.texts import Texts

EN, ZH = Texts(), Texts(Language.ZH)
BOTH = pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])


def said(of: Section, texts: Texts = EN) -> str:
    """Return the paragraph of a section's verdict."""
    return say.paragraph(say.verdict_paragraph(of, texts), texts)


def warmth(**changes: Any) -> Warmth:
    """Return a search that found when an upstream goes cold."""
    fields: dict[str, Any] = {
        "shortest_ms": 5000.0, "longest_ms": 900_000.0, "n": 20, "left_out": 0, "reference_ms": 400.0,
        "cold_from_ms": 1400.0, "last_warm_ms": 56_000.0, "first_cold_ms": 67_000.0, "low_ms": 57_000.0,
        "high_ms": 66_000.0, "warm_n": 9, "warm_cold": 0, "cold_n": 11, "cold_cold": 10,
    }  # fmt: skip
    return Warmth.model_validate(fields | changes)
