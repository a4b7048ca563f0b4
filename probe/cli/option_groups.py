"""Groups of options: dataclasses whose fields are options of a command."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Let Typer see a group of options, a parameter whose type is a dataclass, as one option for each of its fields."""
    signature = inspect.signature(command)
    groups: dict[str, Any] = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if is_dataclass(parameter.annotation)
    }

    @wraps(command)
    def call_with_groups(**arguments: Any) -> None:
        for name, group in groups.items():
            given_fields = {field.name for field in fields(group)} & arguments.keys()
            arguments[name] = group(**{field: arguments.pop(field) for field in given_fields})
        command(**arguments)

    options = [option for parameter in signature.parameters.values() for option in _options_of(parameter)]
    call_with_groups.__signature__ = signature.replace(parameters=options)  # type: ignore[attr-defined]
    return call_with_groups


def _options_of(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Yield the options that a parameter of a command stands for: itself, or those of its group."""
    if not is_dataclass(parameter.annotation):
        yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    for field in fields(parameter.annotation):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=field.type
        )


def given(arguments: Mapping[str, object]) -> dict[str, object]:
    """Return those of a command's arguments that were given and that are fields of Options, those of groups included.

    Files are made absolute.
    """
    from probe.model.run_manifest import Options

    flat = dict(arguments)
    for group in arguments.values():
        if is_dataclass(group) and not isinstance(group, type):
            flat |= {field.name: getattr(group, field.name) for field in fields(group)}
    values = {name: _as_option(name, flat[name]) for name in Options.model_fields.keys() & flat.keys()}
    return {name: value for name, value in values.items() if value is not None and value != []}


def _as_option(name: str, value: object) -> object:
    """Return an argument as the field of this name in Options takes it."""
    if isinstance(value, Path):
        return str(value.absolute())
    if name == "targets" and isinstance(value, str):  # of a command that takes one
        return (value,)
    return value
