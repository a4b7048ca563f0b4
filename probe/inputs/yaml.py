"""YAML, read within bounds: a few lines of it can stand for gigabytes, or for themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe.errors import UsageError
from probe.inputs.source_lines import MOST_DEPTH, MOST_NUMBER_CHARS, KeyPath, LineOf, nearest
from probe.sanitise import sound

_MOST_VALUES = 20_000
"""With each alias counted as all that it stands for."""
_NUMBER = re.compile(r"[-+]?[\d.][\w.+:-]*")


def parse_yaml(text: str, path: Path) -> tuple[object, LineOf]:
    """Parse a YAML file; return its content and the function that finds a key's line. Raises UsageError."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only scenarios need it
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415

    try:
        _Bounds(path).check(YAML(typ="safe", pure=True).parse(text))
        content = YAML(typ="rt", pure=True).load(text)
        return content, yaml_lines(content)
    except UsageError:
        raise
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise UsageError(f"is not YAML: {error.problem or error.context}", path=path, line=line) from None
    except Exception as error:  # noqa: BLE001 - of strange tags and values the library makes any error
        words = " ".join(str(error).split())[:200] or type(error).__name__
        raise UsageError(f"is not YAML: {words}", path=path) from None


@dataclass(slots=True)
class _Node:
    """A list or mapping that is being read: its anchor, and how many values it holds so far."""

    anchor: str | None
    values: int = 1


class _Bounds:
    """Counts the values of a file by its events, which cost no more than its text."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: list[_Node] = [_Node(None)]
        self._sizes: dict[str, int] = {}

    def check(self, events: Any) -> None:
        """Raise UsageError at the first event that goes beyond a bound."""
        for event in events:
            line = event.start_mark.line + 1
            match type(event).__name__:
                case "SequenceStartEvent" | "MappingStartEvent":
                    self._open_node(event.anchor, line)
                case "SequenceEndEvent" | "MappingEndEvent":
                    node = self._open.pop()
                    self._add(node.anchor, node.values, line)
                case "ScalarEvent":
                    self._check_scalar(event.value, line, is_quoted=event.style is not None)
                    self._add(event.anchor, 1, line)
                case "AliasEvent":
                    self._follow_alias(event.anchor, line)

    def _open_node(self, anchor: str | None, line: int) -> None:
        self._open.append(_Node(anchor))
        if len(self._open) > MOST_DEPTH:
            raise self._refusal(f"is nested more than {MOST_DEPTH} deep", line)

    def _check_scalar(self, text: str, line: int, *, is_quoted: bool) -> None:
        if len(text) > MOST_NUMBER_CHARS and not is_quoted and _NUMBER.fullmatch(text):
            raise self._refusal(f"holds a number of {len(text):,} characters", line)
        if sound(text) != text:
            raise self._refusal("holds half of a letter", line)

    def _follow_alias(self, anchor: str, line: int) -> None:
        if any(node.anchor == anchor for node in self._open):
            raise self._refusal(f"*{anchor} stands for what it is a part of itself", line)
        self._add(None, self._sizes.get(anchor, 1), line)

    def _add(self, anchor: str | None, values: int, line: int) -> None:
        if anchor is not None:
            self._sizes[anchor] = values
        self._open[-1].values += values
        if self._open[-1].values > _MOST_VALUES:
            raise self._refusal(f"holds more than {_MOST_VALUES:,} values, with what aliases stand for", line)

    def _refusal(self, problem: str, line: int) -> UsageError:
        return UsageError(problem, path=self._path, line=line)


def yaml_lines(root: object) -> LineOf:
    """Find the line (from 1) of a key in what ruamel.yaml loaded in round-trip mode."""
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
    return nearest(lines)
