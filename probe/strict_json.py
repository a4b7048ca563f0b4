"""Strict parsing of JSON: no NaN, no infinite numbers, bounded nesting."""

import json
import math
from typing import Any, NoReturn


def loads(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError for all that is none: also for NaN, infinite numbers and nesting without end."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number too large for any program")
    return number
