"""Base classes and field types of all models."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

from probe.units import parse_duration_s

SCHEMA_VERSION = 1
"""Written into every file; files of older versions keep loading."""


class Frozen(BaseModel):
    """Immutable, and strict about keys: an unknown one is an error, so that a typing error is seen.

    Its errors do not show what was wrong: it may be a secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)


class Lenient(BaseModel):
    """Immutable, for what a newer version or somebody else wrote: unknown keys are dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


Seconds = Annotated[float, BeforeValidator(parse_duration_s, json_schema_input_type=float | str)]
"""A duration in seconds, read from `90s`, `2m` or a number."""

LABEL = re.compile(r"[a-z][a-z0-9_-]{0,31}")
Label = Annotated[str, StringConstraints(pattern=rf"^{LABEL.pattern}$")]
"""Names steps, scenarios and targets; safe in file names, URLs and gate expressions."""


def _passable(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a NUL character, which cannot be handed to a program")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds half of a letter, or a byte that is no text")
    return text


Passable = Annotated[str, AfterValidator(_passable)]
"""Text that can stand on a command line or in an environment."""

Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_passable)]
"""The same, and not empty: whoever wants no value leaves the key out, so that an empty text is a mistake."""


def to_milliseconds(moment: datetime) -> datetime:
    """Return a time as precisely as it is stored."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def moment_after(origin: datetime, ms: float) -> datetime | None:
    """Return the time so many ms after another; None where a damaged record leads beyond the calendar."""
    try:
        return origin + timedelta(milliseconds=ms)
    except (OverflowError, ValueError):
        return None


def utc_text(moment: datetime) -> str:
    """Format a time in UTC as ISO 8601 with milliseconds: `2026-11-21T07:30:00.123Z`."""
    moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time that no calendar has") from None


Utc = Annotated[datetime, AfterValidator(_aware), PlainSerializer(utc_text, when_used="json")]
"""Wall-clock time, only for finding a call in somebody's logs; durations come from the monotonic clock."""
