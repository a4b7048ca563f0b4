"""The text form of a scheduled fault: `name` or `name(key=value, key=value)`."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from probe.errors import UsageError
from probe.units import shown
from probe.upstream.faults import FAULTS
from probe.upstream.faults.base import Fault
from probe.upstream.params import Param, params_of
from probe.upstream.schedule import Schedule, ScheduledFault

_SCHEDULE = params_of(Schedule)
_MOST_HINTED = 40
_OPENING = {"{": "}", "[": "]", "(": ")"}


def parse_fault(text: str, steps: Sequence[str] | None = None) -> ScheduledFault:
    """The fault that a spec describes, as in `status(code=529, retry_after=2s, on=call1, request=first)`.

    Values are durations (`8s`, `250ms`), numbers, words, 'quoted' or "JSON" strings, `true` or `false`, and JSON
    objects. `steps` are the labels of the scenario's steps, where there is one. Raises UsageError, which says what is
    wrong and what may be written instead.
    """
    name, arguments = _split_name(text)
    fault_class = FAULTS.get(name)
    if fault_class is None:
        _refuse(f"{shown(name)} is no fault", name, FAULTS, f"faults: {', '.join(FAULTS)}")
    own = params_of(fault_class)
    values = _values(name, arguments, own)
    for one in own.values():
        if one.required and one.key not in values:
            raise UsageError(f"{name} needs {one.key}", remedy=_help(name, own))
    schedule: Schedule = _build(Schedule, _SCHEDULE, values)
    if steps is not None and schedule.on is not None and schedule.on not in steps:
        raise UsageError(f"{name}: on: there is no step {shown(schedule.on)}", remedy=f"steps: {', '.join(steps)}")
    return ScheduledFault(_build(fault_class, own, values), schedule)


def describe_params(fault_class: type[Fault]) -> list[str]:
    """What may be written in the brackets of this fault, without the schedule: `code=<integer, 400-599> (required)`."""
    return [str(one) for one in params_of(fault_class).values()]


def describe_schedule() -> list[str]:
    """What may be written in the brackets of every fault."""
    return [str(one) for one in _SCHEDULE.values()]


def _split_name(text: str) -> tuple[str, str]:
    spec = text.strip()
    if not spec:
        raise UsageError("a fault is missing", remedy=f"faults: {', '.join(FAULTS)}")
    name, bracket, rest = spec.partition("(")
    if bracket and not rest.endswith(")"):
        raise UsageError(f"{shown(spec)} does not end in ')'", remedy="write name(key=value, key=value)")
    return name.strip(), rest[:-1]


def _values(name: str, arguments: str, own: Mapping[str, Param]) -> dict[str, Any]:
    known = {**own, **_SCHEDULE}
    values: dict[str, Any] = {}
    for part in _split(name, arguments):
        key, equals, written = (piece.strip() for piece in part.partition("="))
        if not equals or not key.isidentifier():
            first = next(iter(own), "on")
            hint = f"did you mean {first}={part}?\n" if part.isalnum() and len(part) < _MOST_HINTED else ""
            raise UsageError(f"{name}: {shown(part)} is not key=value", remedy=hint + _help(name, own))
        if key not in known:
            _refuse(f"{name} has no key {shown(key)}", key, known, _help(name, own))
        if key in values:
            raise UsageError(f"{name}: {key} is given twice")
        try:
            values[key] = known[key].type.parse(written)
        except ValueError as error:
            raise UsageError(f"{name}: {key}: {error}", remedy=f"write {known[key]}") from None
    return values


def _split(name: str, arguments: str) -> Iterator[str]:
    """The parts between commas, but not those within quotes or brackets."""
    expected: list[str] = []
    quote = before = ""
    start = position = 0
    while position < len(arguments):
        char = arguments[position]
        if quote:
            if char == "\\" and quote == '"':
                position += 1
            elif char == quote:
                quote = ""
        elif char == '"' or (char == "'" and before == "="):
            # An apostrophe within a word is no quote.
            quote = char
        elif char in _OPENING:
            expected.append(_OPENING[char])
        elif expected and char == expected[-1]:
            expected.pop()
        elif char == "," and not expected:
            yield arguments[start:position].strip()
            start = position + 1
        before = before if char.isspace() else char
        position += 1
    if quote or expected:
        raise UsageError(f"{name}: {quote or expected[-1]} is missing in {shown(arguments)}")
    if last := arguments[start:].strip():
        yield last


def _build(cls: type[Any], params: Mapping[str, Param], values: Mapping[str, Any]) -> Any:
    return cls(**{one.field_name: values[one.key] for one in params.values() if one.key in values})


def _refuse(problem: str, word: str, known: Iterable[str], remedy: str) -> NoReturn:
    close = difflib.get_close_matches(word, list(known), n=1)
    raise UsageError(problem + (f"; did you mean {close[0]}?" if close else ""), remedy=remedy)


def _help(name: str, own: Mapping[str, Param]) -> str:
    keys = ", ".join(str(one) for one in own.values()) or "none of its own"
    return f"keys of {name}: {keys}\nkeys of every fault: {', '.join(describe_schedule())}"
