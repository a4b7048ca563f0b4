"""Arguments of the public API, brought into the form that the session and the checkup take."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from probe.errors import UsageError
from probe.units import parse_duration_s


def texts(value: str | Sequence[str]) -> tuple[str, ...]:
    """Return several texts; a single one stands for a sequence of one."""
    return (value,) if isinstance(value, str) else tuple(value)


def environment_texts(variables: Mapping[str, str] | None) -> tuple[str, ...]:
    """Return variables as `--env` takes them: `KEY=VALUE`."""
    return tuple(f"{name}={value}" for name, value in (variables or {}).items())


def given_options(**values: object) -> dict[str, object]:
    """Return those that were given, under the names of Options; files made absolute."""
    given = {name: value for name, value in values.items() if value is not None}
    for name in ("targets", "drivers", "faults", "fail_on"):
        if isinstance(value := given.get(name), str):
            given[name] = (value,)
    if "config" in given:
        given["config"] = str(Path(str(given["config"])).absolute())
    return given


def seconds(value: float | str, name: str) -> float:
    """Return a duration in seconds, as a number or written as `90s`. Raises UsageError; no time at all is none."""
    try:
        duration_s = parse_duration_s(value)
    except ValueError as error:
        raise UsageError(str(error), key=name) from None
    if duration_s == 0:
        raise UsageError("is no time at all; it must be more than 0", key=name)
    return duration_s
