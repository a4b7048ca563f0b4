"""A user's files: their text, where in it a key stands, and pydantic's complaints in words for a person."""

import re
import tomllib
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from probe.errors import UsageError

KeyPath = tuple[str | int, ...]
LineOf = Callable[[KeyPath], int | None]

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def read_text(path: Path) -> str:
    """The text of a file. Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", path=path) from None


def parse_toml(text: str, path: Path) -> tuple[dict[str, Any], LineOf]:
    """What a TOML file holds, and where. Raises UsageError."""
    try:
        return tomllib.loads(text), toml_lines(text)
    except (ValueError, RecursionError) as error:  # a number of too many digits is a ValueError only
        raise UsageError(f"is not TOML: {error}", path=path) from None


def toml_lines(text: str) -> LineOf:
    """Finds the line (from 1) of a key in TOML; of its table where the key is not on a line of its own."""
    lines: dict[KeyPath, int] = {}
    implied: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}

    def inside(parts: KeyPath) -> KeyPath:
        """The parts with the index of the last entry after each array of tables."""
        place: KeyPath = ()
        for part in parts:
            place = (*place, part)
            if place in counts:
                place = (*place, counts[place])
        return place

    def found(place: KeyPath, number: int) -> None:
        lines.setdefault(place, number)
        for length in range(1, len(place)):
            implied.setdefault(place[:length], number)

    for number, line in enumerate(text.splitlines(), start=1):
        if match := _TABLE.match(line):
            table = inside(_parts(match[2]))
            if match[1] == "[[":
                array = (*inside(_parts(match[2])[:-1]), _parts(match[2])[-1])
                counts[array] = counts.get(array, -1) + 1
                table = (*array, counts[array])
            found(table, number)
        elif match := _KEY.match(line):
            found((*table, *_parts(match[1])), number)
    return _nearest(implied | lines)


def yaml_lines(root: object) -> LineOf:
    """Finds the line (from 1) of a key in what ruamel.yaml loaded in round-trip mode."""
    lines: dict[KeyPath, int] = {}

    def visit(node: object, path: KeyPath) -> None:
        marks = getattr(node, "lc", None)
        if isinstance(node, Mapping):
            for key, value in node.items():
                if marks is not None and key in (marks.data or {}):
                    lines[(*path, key)] = marks.key(key)[0] + 1
                visit(value, (*path, key))
        elif isinstance(node, list):
            for index, value in enumerate(node):
                if marks is not None and index in (marks.data or {}):
                    lines[(*path, index)] = marks.item(index)[0] + 1
                visit(value, (*path, index))

    visit(root, ())
    return _nearest(lines)


def usage_error(error: ValidationError, model: type[BaseModel], path: Path | str, line_of: LineOf) -> UsageError:
    """The first complaint as an error with file, line and key, and what is allowed there."""
    first = error.errors(include_url=False)[0]
    place = tuple(part for part in first["loc"] if not (isinstance(part, str) and part.startswith("function-")))
    place += tuple(first.get("ctx", {}).get("place", ()))
    message, remedy = str(first["msg"]), None
    match first["type"]:
        case "extra_forbidden":
            message, remedy = "unknown key", f"Allowed here: {', '.join(allowed_keys(model, place[:-1]))}"
        case "missing":
            message = "is missing"
        case "value_error":
            message = message.removeprefix("Value error, ")
        case "string_pattern_mismatch":
            message = (
                f"{first['input']!r} is no name: lower-case letters, digits, '-' and '_', a letter first, at most 32"
            )
    more = error.error_count() - 1
    if more:
        others = "There is one more problem." if more == 1 else f"There are {more} more problems."
        remedy = f"{remedy}. {others}" if remedy else others
    return UsageError(message, remedy=remedy, path=path, line=line_of(place), key=key_text(place) or None)


def key_text(place: KeyPath) -> str:
    """`steps[1].session`"""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def allowed_keys(model: type[BaseModel], place: KeyPath) -> list[str]:
    """The keys that the (nested) model at `place` takes, as they are written in files."""
    current: Any = model
    for part in place:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = {(field.alias or name): field for name, field in current.model_fields.items()}
            current = fields[part].annotation if part in fields else None
        else:  # `part` is an index of a tuple or a key of a dict
            current = _model_inside(current)
    current = _model_inside(current)
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_inside(annotation: Any) -> Any:
    """The model in `tuple[Model, ...]`, `dict[str, Model]` or `Model | None`."""
    if get_origin(annotation) in {tuple, list, dict, Union, types.UnionType}:
        found = (_model_inside(part) for part in get_args(annotation))
        return next((part for part in found if isinstance(part, type) and issubclass(part, BaseModel)), None)
    return annotation


def _parts(key: str) -> KeyPath:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[\w-]+", key))


def _nearest(lines: Mapping[KeyPath, int]) -> LineOf:
    def line_of(place: KeyPath) -> int | None:
        for length in range(len(place), 0, -1):
            if place[:length] in lines:
                return lines[place[:length]]
        return None

    return line_of
