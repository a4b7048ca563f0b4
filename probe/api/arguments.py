"""Arguments of the public API, brought into the form that the session and the checkup take."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from probe.errors import UsageError
from probe.model.choices import Language
from probe.units import parse_duration_s


def texts(value: object) -> tuple[str, ...]:
    """Return several texts; a single one stands for a sequence of one. Raises UsageError for what is neither."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable):
        raise UsageError(f"{value!r} is neither a text nor several")
    return tuple(map(str, value))


def environment_texts(variables: Mapping[str, str] | None) -> tuple[str, ...]:
    """Return variables as `--env` takes them: `KEY=VALUE`. Raises UsageError, which never shows a value."""
    if variables is None:
        return ()
    if not isinstance(variables, Mapping):
        raise UsageError("is no mapping from names to values", key="env", remedy="Write it as {'NAME': 'value'}.")
    for name, value in variables.items():
        if not isinstance(value, str):
            raise UsageError(f"the value of {name} is no text, but of type {type(value).__name__}", key="env")
    return tuple(f"{name}={value}" for name, value in variables.items())


_SEQUENCES = ("targets", "drivers", "faults", "fail_on")
_NOT_EMPTY = {"targets": "target", "drivers": "drivers"}
"""Sequences for which something else would be used where they are empty, by the names of their arguments."""
_DURATIONS = ("timeout_s", "gap_s", "gap_upto_s", "slower_by_s", "slow_after_s")


def given_options(**values: object) -> dict[str, object]:
    """Return those that were given, as Options takes them: durations in seconds, files made absolute.

    Raises UsageError for a duration that is none, and for an empty sequence in whose place a default would act.
    """
    given = {name: value for name, value in values.items() if value is not None}
    for name in given.keys() & set(_SEQUENCES):
        given[name] = texts(given[name])
        if name in _NOT_EMPTY and not given[name]:
            raise UsageError("is empty", key=_NOT_EMPTY[name], remedy="Name something, or leave it out.")
    for name in given.keys() & set(_DURATIONS):
        given[name] = duration_s(given[name], name)
    if "config" in given:
        given["config"] = str(Path(str(given["config"])).absolute())
    if isinstance(given.get("scenario"), Path):
        given["scenario"] = str(given["scenario"])
    return given


def duration_s(value: object, name: str) -> float:
    """Return a duration in seconds, given as a number or written as `90s`. Raises UsageError."""
    try:
        return parse_duration_s(value)
    except ValueError as error:
        raise UsageError(str(error), key=name) from None


def deadline_s(value: object, name: str) -> float:
    """Return the same of what must be longer than nothing."""
    duration = duration_s(value, name)
    if duration == 0:
        raise UsageError("is no time at all; it must be more than 0", key=name)
    return duration


def language_of(name: Language | str) -> Language:
    """Return the language of this name. Raises UsageError."""
    try:
        return Language(name)
    except ValueError:
        raise UsageError(f"{name!r} is not one of {', '.join(map(repr, map(str, Language)))}", key="language") from None
