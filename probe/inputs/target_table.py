"""Write `[targets.NAME]` tables of a `probe.toml`, and add them to a file as it stands."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.errors import UsageError
from probe.inputs.load_config import parse_config
from probe.sanitise import printable

Value = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A table to be written: its keys in their order, with remarks above and below."""

    name: str
    keys: Mapping[str, Value]
    above: Sequence[str] = ()
    below: Sequence[str] = ()

    def __str__(self) -> str:
        lines = [*map(_comment, self.above), f"[targets.{self.name}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in self.keys.items() if value]
        return "\n".join([*lines, *map(_comment, self.below)]) + "\n"


def added(text: str, tables: Iterable[TargetTable], path: Path) -> str:
    """Return the text of a file with these tables at its end; what is there stays as it is. Raises UsageError."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += newline
    for table in tables:
        text += (newline if text else "") + str(table).replace("\n", newline)
    try:
        parse_config(text, path)
    except UsageError as error:
        raise UsageError(
            f"no table can be added at its end: {error.message}",
            path=path,
            remedy="Write its targets as [targets.NAME] tables, or choose another file with --config.",
        ) from None
    return text


def _comment(text: str) -> str:
    return f"# {printable(text)}"


def _toml(value: Value) -> str:
    """Return a value as TOML writes it: strings as JSON does, but for the one character that JSON leaves alone."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "{ " + ", ".join(f"{_toml_key(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"


def _toml_key(key: str) -> str:
    is_bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if is_bare else _toml(key)
