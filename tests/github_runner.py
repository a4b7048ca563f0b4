"""A runner of GitHub Actions, as far as it reads a step's log: the two forms of workflow commands.

Written after the runner's own parser (`ActionCommand.cs`): it takes `::name props::message` at the beginning of a line,
blanks aside, and `##[name props]message` anywhere. Its comparisons pass over characters that have no width.
"""

import re
from dataclasses import dataclass, field

REGISTERED = frozenset(
    "set-output set-env save-state add-path add-mask add-matcher remove-matcher debug notice warning error group "
    "endgroup echo stop-commands".split()
)
_NO_WIDTH = re.compile(
    r"[\x00-\x08\x0e-\x1f\xad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_NEW_FORM = re.compile(r"\s*::(?P<name>[^\s:]+)(?: (?P<properties>[^:]*))?::(?P<data>.*)", re.DOTALL)
_OLD_FORM = re.compile(r".*?##\[(?P<name>[^\s\]]+)(?: (?P<properties>[^\]]*))?\](?P<data>.*)", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A workflow command that a runner obeys."""

    name: str
    message: str
    properties: dict[str, str] = field(default_factory=dict)


def obeyed(log: str) -> list[Command]:
    """Return the commands that a runner finds in a log."""
    found = (_command(_NO_WIDTH.sub("", line)) for line in _LINE_ENDS.split(log))
    return [command for command in found if command is not None]


def _command(line: str) -> Command | None:
    for form in (_NEW_FORM, _OLD_FORM):
        match = form.fullmatch(line)
        if match and match["name"] in REGISTERED:
            pairs = (pair.partition("=") for pair in (match["properties"] or "").split(",") if "=" in pair)
            properties = {name.strip(): _unescaped(value) for name, _, value in pairs}
            return Command(match["name"], _unescaped(match["data"]), properties)
    return None


def _unescaped(text: str) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text
