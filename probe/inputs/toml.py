"""TOML, read within bounds, and the lines of its keys."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe.errors import UsageError
from probe.inputs.source_lines import MOST_DEPTH, MOST_NUMBER_CHARS, KeyPath, LineOf, nearest

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[\w-]+")
_BARE_VALUE = re.compile(r"[^\s,\[\]{}#\"']+")
_VALUE_BEGINS = re.compile(r"[^\s,\]}#]")
_PLACE_OF_ERROR = re.compile(r"\(at line (\d+), column \d+\)")


def parse_toml(text: str, path: Path) -> tuple[dict[str, Any], LineOf]:
    """Parse a TOML file; return its content and the function that finds a key's line. Raises UsageError."""
    line_of = toml_lines(text, path)
    try:
        return tomllib.loads(text), line_of
    except (ValueError, RecursionError) as error:  # a number of too many digits is a ValueError only
        found = _PLACE_OF_ERROR.search(str(error))
        raise UsageError(f"is not TOML: {error}", path=path, line=int(found[1]) if found else None) from None


def toml_lines(text: str, path: Path) -> LineOf:
    """Find the line (from 1) of each key and entry. Raises UsageError where the text goes beyond a bound.

    Of what is no TOML it finds some lines; that it is none is for others to say.
    """
    scanner = _Scanner(text, path)
    scanner.scan()
    return nearest(scanner.implied | scanner.lines)


@dataclass(slots=True)
class _Container:
    """An array or inline table within a value: its place, and in an array the index of the entry to come."""

    place: KeyPath
    index: int | None


class _Scanner:
    """Goes through the text once, key by key."""

    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path
        self._at = 0
        self._line = 1
        self._counted_to = 0
        self._table: KeyPath = ()
        self._arrays: dict[KeyPath, int] = {}
        self.lines: dict[KeyPath, int] = {}
        self.implied: dict[KeyPath, int] = {}

    def scan(self) -> None:
        """Find the places of all keys."""
        while True:
            self._skip(_BLANK)
            before = self._at
            if before >= len(self._text):
                return
            if self._text[before] == "[":
                self._header()
            elif parts := self._key():
                place = (*self._table, *parts)
                self._found(place)
                if self._take("="):
                    self._value(place)
            if self._at == before:
                self._at += 1

    def _header(self) -> None:
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        parts = self._key()
        if is_array and parts:
            array = (*self._inside(parts[:-1]), parts[-1])
            self._arrays[array] = self._arrays.get(array, -1) + 1
        self._table = self._inside(parts)
        self._found(self._table)
        while self._take("]"):
            pass

    def _inside(self, parts: KeyPath) -> KeyPath:
        """Return the parts with the index of the last entry after each array of tables."""
        place: KeyPath = ()
        for part in parts:
            place = (*place, part)
            if place in self._arrays:
                place = (*place, self._arrays[place])
        return place

    def _key(self) -> KeyPath:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _BARE_KEY.match(self._text, self._at) or _STRING.match(self._text, self._at)
            if not match:
                return tuple(parts)
            self._at = match.end()
            parts.append(_name(match[0]))
            self._check_depth(len(parts))
            if not self._take("."):
                return tuple(parts)

    def _value(self, place: KeyPath) -> None:
        """Go to the end of a value, and find what is inside of it."""
        inside: list[_Container] = []
        while self._at < len(self._text):
            self._skip(_BLANK if inside else _SPACE)
            char = self._text[self._at : self._at + 1]
            if char and char in "[{":
                self._at += 1
                inside.append(_Container(place, 0 if char == "[" else None))
                self._check_depth(len(inside) + len(self._table))
                place = self._entry(inside[-1])
                continue
            self._word(char)
            if not inside:
                return
            place = self._after(inside, place)
            if not inside:
                return

    def _word(self, char: str) -> None:
        """Pass over a string, number or name; over nothing where there is none."""
        match = _STRING.match(self._text, self._at) if char in {'"', "'"} else _BARE_VALUE.match(self._text, self._at)
        if match:
            if char not in {'"', "'"} and len(match[0]) > MOST_NUMBER_CHARS:
                raise self._refusal(f"holds a number of {len(match[0]):,} characters")
            self._at = match.end()

    def _after(self, inside: list[_Container], place: KeyPath) -> KeyPath:
        """Go to the next entry after one has ended, out of all containers that end here."""
        self._skip(_BLANK)
        while inside and (self._take("]") or self._take("}")):
            inside.pop()
            if inside:
                self._skip(_BLANK)
        if inside and self._take(","):
            container = inside[-1]
            container.index = None if container.index is None else container.index + 1
            return self._entry(container)
        if inside and not _VALUE_BEGINS.match(self._text, self._at):
            self._at += 1
        return place

    def _entry(self, container: _Container) -> KeyPath:
        """Return the place of the entry that begins here; within an inline table, with its key."""
        self._skip(_BLANK)
        if container.index is not None:
            place = (*container.place, container.index)
        else:
            place = (*container.place, *self._key())
            self._take("=")
        self._found(place)
        return place

    def _found(self, place: KeyPath) -> None:
        line = self._line_here()
        self.lines.setdefault(place, line)
        for length in range(1, len(place)):
            self.implied.setdefault(place[:length], line)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _take(self, char: str) -> bool:
        """Pass over this character, where it comes next."""
        self._skip(_SPACE)
        found = self._text.startswith(char, self._at)
        self._at += found
        return found

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line

    def _check_depth(self, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise self._refusal(f"is nested more than {MOST_DEPTH} deep")

    def _refusal(self, problem: str) -> UsageError:
        return UsageError(problem, path=self._path, line=self._line_here())


def _name(written: str) -> str:
    """Return the key that is written so, quoted or bare."""
    if written[0] == "'":
        return written.strip("'")
    if written[0] != '"':
        return written
    try:
        return str(tomllib.loads(f"k = {written}")["k"])
    except ValueError:
        return written.strip('"')
