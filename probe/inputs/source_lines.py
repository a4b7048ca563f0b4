"""A user's files: their text, where in it a key stands, and pydantic's complaints in words for a person."""

import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from probe.errors import UsageError
from probe.sanitise import printable
from probe.suggest import did_you_mean, near_names

KeyPath = tuple[str | int, ...]
LineOf = Callable[[KeyPath], int | None]

MOST_BYTES = 1 << 20
MOST_DEPTH = 50
MOST_NUMBER_CHARS = 100
_MOST_PROBLEMS = 10
_MOST_CHARS = 300
_PLAIN_WORDS = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a table",
    "tuple_type": "must be a list",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "finite_number": "must be a finite number",
    "string_too_short": "must have {min_length} characters or more",
    "string_too_long": "must have {max_length} characters or fewer",
    "too_short": "must have {min_length} entries or more",
    "too_long": "must have {max_length} entries or fewer",
}
"""By pydantic's type of a complaint; what stands in braces is in its context."""
_EMPTY = {"too_short": "is empty: it must have one entry or more", "string_too_short": "must not be empty"}
"""By the type of a complaint, where not even one entry or character is there."""


def read_text(path: Path) -> str:
    """Return the text of a file. Raises UsageError."""
    data = read_bytes(path, MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(f"is larger than {MOST_BYTES:,} bytes", path=path)
    return decoded(data, path).replace("\r\n", "\n").replace("\r", "\n")


def decoded(data: bytes, path: Path) -> str:
    """Return the text of these bytes. Raises UsageError, which names the first line that is no UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"is not a text file in UTF-8 (byte {error.start + 1:,} cannot be decoded)",
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
            remedy="Save it as UTF-8, or name the right file.",
        ) from None


def read_bytes(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a file, or the first ones. Raises UsageError."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", path=path) from None


def usage_error(error: ValidationError, model: type[BaseModel], path: Path | str, line_of: LineOf) -> UsageError:
    """Build one error of all complaints: the first with file, line, key and what is allowed; the others below it."""
    complaints = _misspelt_first(error.errors(include_url=False, include_context=True), model)
    problems = [_problem(complaint, model) for complaint in complaints]
    place, message, remedy = problems[0]
    remedies = [remedy] if remedy else []
    for further_place, further_message, further_remedy in problems[1:_MOST_PROBLEMS]:
        line = line_of(further_place)
        where = f"line {line}: " if line is not None else ""
        allowed = f" ({further_remedy})" if further_remedy else ""
        remedies.append(f"Also: {where}{key_text(further_place)}: {further_message}{allowed}")
    if len(problems) > _MOST_PROBLEMS:
        remedies.append(f"And {len(problems) - _MOST_PROBLEMS} more.")
    return UsageError(
        message, remedy="\n".join(remedies) or None, path=path, line=line_of(place), key=key_text(place) or None
    )


def _misspelt_first(complaints: list[ErrorDetails], model: type[BaseModel]) -> list[ErrorDetails]:
    """Move misspelt keys to the front, and leave out what only follows from other complaints.

    That is: the key is missing that a misspelt one stands for, and a list is too short as its entries are wrong.
    """
    meant: set[KeyPath] = set()
    misspelt = []
    for complaint in complaints:
        if complaint["type"] == "extra_forbidden":
            *table, key = complaint["loc"]
            near = near_names(str(key), allowed_keys(model, tuple(table)), most=1)
            if near:
                meant.add((*table, *near))
                misspelt.append(complaint)
    others = (entry for entry in complaints if entry not in misspelt and not _follows(entry, complaints))
    return misspelt + [entry for entry in others if not (entry["type"] == "missing" and entry["loc"] in meant)]


def _follows(complaint: ErrorDetails, complaints: list[ErrorDetails]) -> bool:
    """Return whether a list is too short only because its entries are wrong."""
    place = complaint["loc"]
    inside = (other for other in complaints if len(other["loc"]) > len(place) and other["loc"][: len(place)] == place)
    return complaint["type"] == "too_short" and any(inside)


def plain_words(complaint: ErrorDetails) -> str:
    """Return a complaint of pydantic's in words for a person."""
    context = complaint.get("ctx", {})
    plain = _EMPTY.get(complaint["type"]) if context.get("min_length") == 1 else None
    plain = plain or _PLAIN_WORDS.get(complaint["type"])
    context = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    return plain.format(**context) if plain else shown(complaint["msg"])


def _problem(complaint: ErrorDetails, model: type[BaseModel]) -> tuple[KeyPath, str, str | None]:
    """Return the place of a complaint, and in words what is wrong and what is allowed."""
    place = tuple(part for part in complaint["loc"] if not (isinstance(part, str) and part.startswith("function-")))
    place += tuple(complaint.get("ctx", {}).get("place", ()))
    message, remedy = plain_words(complaint), None
    match complaint["type"]:
        case "extra_forbidden":
            allowed = allowed_keys(model, place[:-1])
            message = "unknown key"
            remedy = f"{did_you_mean(str(place[-1]), allowed)}Allowed here: {', '.join(allowed)}"
        case "missing":
            message = "is missing"
        case "value_error":
            message = message.removeprefix("Value error, ")
        case "string_pattern_mismatch":
            given = shown(repr(complaint["input"]))
            message = f"{given} is no name: lower-case letters, digits, '-' and '_', a letter first, at most 32"
    return place, message, remedy


def shown(text: str) -> str:
    """Return a text of unknown origin as a message can show it: one line, cut where it is long."""
    return printable(text, _MOST_CHARS)


def key_text(place: KeyPath) -> str:
    """Return the place as people write it: `steps[1].session`."""
    text = ""
    for part in place:
        word = printable(str(part), 60)
        text += f"[{word}]" if isinstance(part, int) else f".{word}" if text else word
    return text


def allowed_keys(model: type[BaseModel], place: KeyPath) -> list[str]:
    """Return the keys that the (nested) model at `place` takes, as they are written in files."""
    current: Any = model
    for part in place:
        # Outside a model, `part` is an index of a tuple or a key of a dict.
        current = _fields(current).get(part) if _is_model(current) else _model_inside(current)
    current = _model_inside(current)
    return [str(key) for key in _fields(current)] if _is_model(current) else []


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str | int, Any]:
    """Return the annotations of a model's fields by key, as it is written in files."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _model_inside(annotation: Any) -> Any:
    """Return the model in `tuple[Model, ...]`, `dict[str, Model]` or `Model | None`."""
    if get_origin(annotation) in {tuple, list, dict, Union, types.UnionType}:
        found = (_model_inside(part) for part in get_args(annotation))
        return next((part for part in found if _is_model(part)), None)
    return annotation


def nearest(lines: Mapping[KeyPath, int]) -> LineOf:
    """Find the line of a key, or of the nearest one that it stands in."""

    def line_of(place: KeyPath) -> int | None:
        for length in range(len(place), 0, -1):
            if place[:length] in lines:
                return lines[place[:length]]
        return None

    return line_of
