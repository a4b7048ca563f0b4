"""Show how the parameters of a command are called, and what they take, as people write it."""

import re
from typing import Any

_VALUES = {
    " <int range>": " N",
    " <int>": " N",
    " <float range>": " X",
    " <float>": " X",
    " <path>": " PATH",
    "... <list[str]>": "...",
    " <list[str]>": " TEXT",
    " <str>": " TEXT",
}
_LIST_OF = re.compile(r"<list\[(.+)\]>")
_RANGE = re.compile(r"(\d[\d.]*)<=x<=(\d[\d.]*)(?=\])")
_AT_LEAST = re.compile(r"x>=(\d[\d.]*)(?=\])")


def plain_type(name: str) -> str:
    """Return an option with its value as people write it: `--rounds N`, not `--rounds <int range>`."""
    for type_name, plain in _VALUES.items():
        name = name.replace(type_name, plain)
    return _LIST_OF.sub(r"<\1>", name)


def plain_range(text: str) -> str:
    """Return the help of an option with its range in words: `[1 to 64]`, not `[1<=x<=64]`."""
    return _AT_LEAST.sub(r"\1 or more", _RANGE.sub(r"\1 to \2", text))


def shown_name(param: Any) -> str:
    """Return what a person calls an option, or an argument."""
    name = max(param.opts, key=len)
    return str(name if name.startswith("-") else (param.metavar or name.upper()).removesuffix("...").strip("[]"))
