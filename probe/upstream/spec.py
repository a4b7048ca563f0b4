"""The text form of a scheduled fault: `name` or `name(key=value, key=value)`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from probe.errors import UsageError
from probe.suggest import near_names
from probe.units import shown
from probe.upstream.faults import FAULTS
from probe.upstream.faults.fault import Fault
from probe.upstream.params import Param, params_of
from probe.upstream.schedule import Schedule, ScheduledFault

_SCHEDULE = params_of(Schedule)
_MOST_HINTED = 40
_OPENING = {"{": "}", "[": "]", "(": ")"}


def parse_fault(text: str, steps: Sequence[str] | None = None) -> ScheduledFault:
    """Return the fault that a spec describes, as in `status(code=529, retry_after=2s, on=call1, request=first)`.

    Values are durations (`8s`, `250ms`), numbers, words, 'quoted' or "JSON" strings, `true` or `false`, and JSON
    objects. `steps` are the labels of the scenario's steps, where there is one. Raise UsageError, which says what is
    wrong and what may be written instead.
    """
    name, arguments = _split_name(text)
    fault_class = FAULTS.get(name)
    if fault_class is None:
        _refuse(f"{shown(name)} is no fault", name, FAULTS, f"faults: {', '.join(FAULTS)}")
    own = params_of(fault_class)
    values = _values(name, arguments, own)
    for parameter in own.values():
        if parameter.required and parameter.key not in values:
            raise UsageError(f"{name} needs {parameter.key}", remedy=_help(name, own))
    schedule: Schedule = _build(Schedule, _SCHEDULE, values)
    if steps is not None and schedule.on is not None and schedule.on not in steps:
        raise UsageError(f"{name}: on: there is no step {shown(schedule.on)}", remedy=f"steps: {', '.join(steps)}")
    return ScheduledFault(_build(fault_class, own, values), schedule)


def describe_params(fault_class: type[Fault]) -> list[str]:
    """Return the keys of this fault, without those of the schedule: `code=<integer, 400-599> (required)`."""
    return [str(parameter) for parameter in params_of(fault_class).values()]


def describe_schedule() -> list[str]:
    """Return the keys of the schedule, which every fault has."""
    return [str(parameter) for parameter in _SCHEDULE.values()]


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
    """Yield the parts between commas, but do not split within quotes or brackets."""
    nesting = _Nesting()
    start = 0
    for position, char in enumerate(arguments):
        if nesting.read(char):
            yield arguments[start:position].strip()
            start = position + 1
    if missing := nesting.missing:
        raise UsageError(f"{name}: {missing} is missing in {shown(arguments)}")
    if last := arguments[start:].strip():
        yield last


class _Nesting:
    """The quote and the brackets that are open at a place of a spec, which is read character by character."""

    def __init__(self) -> None:
        self._closing: list[str] = []
        self._quote = ""
        self._before = ""
        self._escaped = False

    @property
    def missing(self) -> str:
        """The quote or bracket that has to come yet; empty where there is none."""
        return self._quote or "".join(self._closing[-1:])

    def read(self, char: str) -> bool:
        """Take in the next character. Return True for a comma that separates two parts."""
        if self._quote:
            self._read_quoted(char)
            separates = False
        else:
            separates = char == "," and not self._closing
            self._read_plain(char)
        self._before = self._before if char.isspace() else char
        return separates

    def _read_quoted(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\" and self._quote == '"':
            self._escaped = True
        elif char == self._quote:
            self._quote = ""

    def _read_plain(self, char: str) -> None:
        # An apostrophe within a word is no quote.
        if char == '"' or (char == "'" and self._before == "="):
            self._quote = char
        elif char in _OPENING:
            self._closing.append(_OPENING[char])
        elif self._closing and char == self._closing[-1]:
            self._closing.pop()


def _build(cls: type[Any], params: Mapping[str, Param], values: Mapping[str, Any]) -> Any:
    return cls(**{param.field_name: values[param.key] for param in params.values() if param.key in values})


def _refuse(problem: str, word: str, known: Iterable[str], remedy: str) -> NoReturn:
    near = near_names(word, known, most=1)
    raise UsageError(problem + (f"; did you mean {near[0]}?" if near else ""), remedy=remedy)


def _help(name: str, own: Mapping[str, Param]) -> str:
    keys = ", ".join(str(parameter) for parameter in own.values()) or "none of its own"
    return f"keys of {name}: {keys}\nkeys of every fault: {', '.join(describe_schedule())}"
