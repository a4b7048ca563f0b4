"""The commands that a document shows in its `console` blocks, and the same with placeholders filled."""

import re
from collections.abc import Iterator, Mapping

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"\s+# .*$")


def shown_commands(text: str) -> Iterator[str]:
    """Yield the commands of a document, without their comments."""
    for block in _BLOCK.finditer(text):
        for line in block[1].splitlines():
            if line.startswith("$ "):
                yield _COMMENT.sub("", line.removeprefix("$ "))


def filled(command: str, values: Mapping[str, str]) -> str:
    """Return a command with its placeholders replaced."""
    for placeholder, value in values.items():
        command = command.replace(placeholder, value)
    return command
