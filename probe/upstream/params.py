"""The typed parameters of faults and schedules, as they are written in a spec."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Protocol

from probe import strict_json
from probe.units import parse_duration_s, shown

_BARE = re.compile(r"[\w./:@%+*?&=~#$-]+")


class ParamType(Protocol):
    """Turns the text of a value into the value, and back."""

    @property
    def label(self) -> str:
        """The form of a value, for a person: `<duration>`, `json|html`."""

    def parse(self, text: str) -> Any:
        """Return the value. Raise ValueError in words for a person."""

    def format(self, value: Any) -> str:
        """Return text that `parse` turns into an equal value."""


@dataclass(frozen=True)
class Duration:
    """Seconds, written as `8s`, `250ms`, `2m`."""

    label: str = "<duration>"

    def parse(self, text: str) -> float:
        return parse_duration_s(unquote(text))

    def format(self, value: float) -> str:
        if 0.001 <= value < 1 and parse_duration_s(short := f"{value * 1000:g}ms") == value:
            return short
        number = repr(int(value) if value == int(value) and value < 1e15 else value)
        # A unit cannot follow an exponent; a bare number is seconds too.
        return number if "e" in number else f"{number}s"


@dataclass(frozen=True)
class Integer:
    """A whole number within bounds; `words` are names for some of them."""

    minimum: int = 0
    maximum: int | None = None
    words: tuple[tuple[str, int], ...] = ()

    @property
    def label(self) -> str:
        bounds = f"{self.minimum}-{self.maximum}" if self.maximum is not None else f"{self.minimum} or more"
        return "|".join([f"<integer, {bounds}>", *(word for word, _ in self.words)])

    def parse(self, text: str) -> int:
        named = dict(self.words).get(text)
        if named is not None:
            return named
        try:
            value = int(text)
        except ValueError:
            raise ValueError(f"{shown(text)} is not an integer") from None
        if value < self.minimum or (self.maximum is not None and value > self.maximum):
            raise ValueError(f"{shown(value)} is out of range")
        return value

    def format(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Number:
    """A number from 0 to a maximum."""

    maximum: float

    @property
    def label(self) -> str:
        return f"<number, 0-{self.maximum:g}>"

    def parse(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"{shown(text)} is not a number") from None
        if not 0 <= value <= self.maximum:
            raise ValueError(f"{shown(value)} is not between 0 and {self.maximum:g}")
        return value

    def format(self, value: float) -> str:
        return repr(value)


@dataclass(frozen=True)
class Boolean:
    """`true` or `false`."""

    label: str = "true|false"

    def parse(self, text: str) -> bool:
        try:
            return {"true": True, "false": False}[text.lower()]
        except KeyError:
            raise ValueError(f"{shown(text)} is neither true nor false") from None

    def format(self, value: bool) -> str:
        return "true" if value else "false"


@dataclass(frozen=True)
class Text:
    """A bare word, or a quoted string where it holds commas, brackets, quotes or spaces at its ends."""

    label: str = "<text>"

    def parse(self, text: str) -> str:
        return unquote(text)

    def format(self, value: str) -> str:
        return value if _BARE.fullmatch(value) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    @property
    def label(self) -> str:
        return "|".join(self.options)

    def parse(self, text: str) -> str:
        word = unquote(text)
        if word not in self.options:
            raise ValueError(f"{shown(word)} is none of {', '.join(self.options)}")
        return word

    def format(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class JsonObject:
    """A JSON object, written as it is."""

    label: str = "<JSON object>"

    def parse(self, text: str) -> Mapping[str, Any]:
        try:
            value = strict_json.loads(text)
        except ValueError as error:
            raise ValueError(f"{shown(text)} is not JSON: {error}") from None
        if not isinstance(value, dict):
            raise ValueError(f"{shown(text)} is not a JSON object")
        return value

    def format(self, value: Mapping[str, Any]) -> str:
        return json.dumps(value)


@dataclass(frozen=True)
class Param:
    """One parameter of a class: its key in a spec, its field in the class, its type and default."""

    key: str
    field_name: str
    type: ParamType
    default: Any

    @property
    def required(self) -> bool:
        """True where a spec must give it."""
        return self.default is MISSING

    def __str__(self) -> str:
        """Return `code=<integer, 400-599> (required)`, for help and errors."""
        if self.required:
            note = " (required)"
        else:
            note = "" if self.default is None else f" ({self.type.format(self.default)})"
        return f"{self.key}={self.type.label}{note}"


def param(of: ParamType, default: Any = MISSING, *, key: str | None = None) -> Any:
    """Return a dataclass field that a spec can set. A duration's field ends in `_s`, its key does not."""
    return field(default=default, metadata={"type": of, "key": key})


def params_of(cls: type[Any]) -> dict[str, Param]:
    """Return the parameters of a dataclass, by key."""
    found = (
        Param(
            f.metadata["key"] or (f.name.removesuffix("_s") if isinstance(f.metadata["type"], Duration) else f.name),
            f.name,
            f.metadata["type"],
            f.default,
        )
        for f in fields(cls)
    )
    return {parameter.key: parameter for parameter in found}


def unquote(text: str) -> str:
    """Return the string that a bare word, a 'literal' or a "JSON string" stands for."""
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1]
    if text.startswith('"'):
        try:
            value = json.loads(text, strict=False)
        except ValueError as error:
            raise ValueError(f"{shown(text)} is not a quoted string: {error}") from None
        return str(value)
    return text
