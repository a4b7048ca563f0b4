"""Say what is wrong with words of the command line, in plain words: the option, its value, and what it takes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from probe.cli.shown_params import plain_range, plain_type, shown_name
from probe.errors import UsageError
from probe.sanitise import printable
from probe.suggest import did_you_mean

_WrongUsage: Any = typer.BadParameter.__mro__[1]
"""Click's error for a wrong command line; Typer exports one kind of it alone."""

_WHAT_IS_WRONG = (
    (r"Input should be a valid integer.*|.* is not a valid integer( range)?\.?", "is no whole number"),
    (r"Input should be a valid number.*|.* is not a valid float( range)?\.?", "is no number"),
    (r"Input should be greater than.*", "is too small"),
    (r"Input should be less than.*", "is too large"),
    (r".* is not in the range .*", "is out of range"),
)
"""Pairs of what Click and pydantic say of a number, and of how people say it."""
_CHOICE = re.compile(r".* is not one of (?P<names>'.*')", re.DOTALL)
_BETWEEN = re.compile(r"([\d.]+) to ([\d.]+)\]")
_FROM = re.compile(r"([\d.]+) or more\]")
_MISSING_VALUE = re.compile(r"Option .* requires an argument\.", re.DOTALL)
_EXTRA_WORDS = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)
_MOST_CHARS = 80


@contextmanager
def plain_values(ctx: Any, args: Sequence[str], written: Mapping[str, Any]) -> Iterator[None]:
    """Turn what is said of a value, or of a word too many, into a UsageError.

    `written` are the values as they were typed.
    """
    try:
        yield
    except typer.BadParameter as error:
        if error.param is None or type(error) is not typer.BadParameter:
            raise  # a parameter that is missing, which Click says well
        _refuse_value(error, ctx, written.get(error.param.name or ""))
    except _WrongUsage as error:
        extra = _EXTRA_WORDS.fullmatch(error.message)
        if extra is None:
            raise
        _refuse_words(extra[1], ctx, args)


@contextmanager
def values_needed(ctx: Any) -> Iterator[None]:
    """Turn what is said of an option at the end of the line, without the value that it takes, into a UsageError."""
    try:
        yield
    except _WrongUsage as error:
        if not _MISSING_VALUE.fullmatch(error.message):
            raise
        option = next(param for param in ctx.command.params if error.option_name in param.opts)
        shown = plain_type(option.get_help_record(ctx)[0]).split(", ")[-1]
        raise UsageError(
            "needs a value", key=error.option_name, remedy=f"Write it behind the option: {shown}"
        ) from None


def _refuse_value(error: Any, ctx: Any, value: object) -> NoReturn:
    """Raise UsageError for a value that cannot be used."""
    name, said = shown_name(error.param), error.message.removeprefix("Value error, ").removesuffix(".")
    given = repr(printable(str(value), _MOST_CHARS))
    for pattern, problem in _WHAT_IS_WRONG:
        if re.fullmatch(pattern, error.message, re.DOTALL):
            raise UsageError(f"{given} {problem}", key=name, remedy=_what_it_takes(error.param, ctx)) from None
    choice = _CHOICE.fullmatch(said)
    names = re.findall(r"'([^']*)'", choice["names"]) if choice else []
    raise UsageError(said, key=name, remedy=did_you_mean(str(value), names).strip() or None) from None


def _what_it_takes(param: Any, ctx: Any) -> str:
    """Say which numbers an option takes, as its help does."""
    shown, about = param.get_help_record(ctx) or (param.metavar or "", param.help or "")
    is_whole, about = plain_type(shown).endswith(" N"), plain_range(about)
    kind = "a whole number" if is_whole else "a number"
    if between := _BETWEEN.search(about):
        return f"It takes {kind} from {between[1]} to {between[2]}."
    least = _FROM.search(about)
    return f"It takes {kind} of {least[1]} or more." if least else f"It takes {kind}."


def _refuse_words(words: str, ctx: Any, args: Sequence[str]) -> NoReturn:
    """Raise UsageError for words that belong to nothing; often one is meant for an option that takes no value."""
    first = words.split(" ", maxsplit=1)[0]
    before = args[args.index(first) - 1] if first in args[1:] else ""
    takes_none = any(before in param.opts and getattr(param, "is_flag", False) for param in ctx.command.params)
    remedy = f"Leave it out: {before} takes no value." if takes_none else "Leave it out, or name the option it is for."
    raise UsageError("is a word too many", key=printable(words, _MOST_CHARS), remedy=remedy) from None
