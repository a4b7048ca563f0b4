"""JSON that another program wrote: each value of the wrong type is an error that names file and key."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from probe import strict_json
from probe.errors import UsageError
from probe.inputs.source_lines import read_text, shown
from probe.inputs.target_sources.found_target import FoundTarget, SkippedTarget
from probe.sanitise import sound

_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}


class ForeignObject:
    """An object, and its place: the file, and the key in it."""

    def __init__(self, content: dict[str, Any], path: Path, key: str = "") -> None:
        self._content = content
        self._path = path
        self._key = key

    def text(self, *names: str) -> str:
        """Return the text under the first of these names that has any; numbers and true as JSON writes them.

        An absent text is empty. Raises UsageError.
        """
        for name in names:
            value = self._content.get(name)
            if isinstance(value, dict | list):
                raise self._wrong(name, value, "text")
            text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
            if text.strip():
                return sound(text.strip())
        return ""

    def inner(self, name: str) -> "ForeignObject":
        """Return the object under this name; an absent one is empty. Raises UsageError."""
        value = self._content.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._wrong(name, value, "an object")
        return ForeignObject(value or {}, self._path, self._place(name))

    def entries(self, *names: str) -> "list[ForeignObject]":
        """Return the objects of the list under the first of these names that is there. Raises UsageError."""
        for name in names:
            value = self._content.get(name)
            if value is None:
                continue
            if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
                raise self._wrong(name, value, "a list of objects")
            return [ForeignObject(entry, self._path, f"{self._place(name)}[{at}]") for at, entry in enumerate(value)]
        return []

    def first_text(self, name: str) -> str:
        """Return the first entry of a list of texts. Raises UsageError."""
        value = self._content.get(name)
        if not value:
            return ""
        if not isinstance(value, list) or not isinstance(value[0], str):
            raise self._wrong(name, value, "a list of texts")
        return sound(value[0].strip())

    def items(self) -> "Iterator[tuple[str, ForeignObject]]":
        """Yield the objects in this one, by name. Raises UsageError."""
        for name in self._content:
            yield name, self.inner(name)

    def names(self) -> list[str]:
        """Return the names in this object."""
        return list(self._content)

    def raw(self, name: str) -> Any:
        """Return the value under this name, of any type."""
        return self._content.get(name)

    def _wrong(self, name: str, value: object, wanted: str) -> UsageError:
        found = _KINDS.get(type(value), "something else")
        return UsageError(f"must be {wanted}, and is {found}", path=self._path, key=self._place(name))

    def _place(self, name: str) -> str:
        name = shown(name)
        return f"{self._key}.{name}" if self._key else name


def read_foreign_file(path: Path) -> ForeignObject:
    """Read a JSON file. Raises UsageError, which shows nothing of its content."""
    if not path.is_file():
        raise UsageError("is no file", path=path)
    return parse_foreign(read_text(path).removeprefix("\ufeff"), path)


def parse_foreign(text: str, path: Path, key: str = "") -> ForeignObject:
    """Parse the JSON of a file, or of a place in it. Raises UsageError, which shows nothing of its content."""
    try:
        content = strict_json.loads(text)
    except ValueError as error:
        raise UsageError(f"is not JSON: {error}", path=path, key=key or None) from None
    if not isinstance(content, dict):
        raise UsageError(
            f"must be an object, and is {_KINDS.get(type(content), 'nothing')}", path=path, key=key or None
        )
    return ForeignObject(content, path, key)


def skipped_if_unreadable(name: str, read: Callable[[], FoundTarget | SkippedTarget]) -> FoundTarget | SkippedTarget:
    """Read one provider of many; one that cannot be read is skipped, with the key and what is wrong there."""
    try:
        return read()
    except UsageError as error:
        return SkippedTarget(name, "targets.skip.unreadable", {"place": error.key or "", "problem": error.message})
