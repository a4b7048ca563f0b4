"""Keep text of strangers from being taken for workflow commands by a runner of GitHub Actions.

A runner reads what a step prints. It obeys each line that begins with `::NAME`, and each that has `##[NAME` anywhere;
so an upstream whose error message is printed could set outputs, hide words of the log, or annotate.
"""

import re

_UNSEEN = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*"
"""Characters that a runner may skip or ignore where it looks for a command: it compares by the rules of a language."""
_LINE_ENDS = re.compile(r"(?<=[\n\r])")
_FIRST_COLON = re.compile(f"^{_UNSEEN}:(?={_UNSEEN}:)")
_OLD_FORM = re.compile(rf"#(?={_UNSEEN}#{_UNSEEN}\[)")


def guarded(text: str) -> str:
    """Return whole lines in which nothing is a workflow command; they read as before, but for a space."""
    return "".join(_OLD_FORM.sub("# ", _FIRST_COLON.sub(r"\g<0> ", line)) for line in _LINE_ENDS.split(text))


class CommandGuard:
    """Guards a stream that is written in pieces: a line is passed on when it ends."""

    def __init__(self) -> None:
        self._begun = ""

    def whole_lines(self, text: str) -> str:
        """Take a piece, and return the lines that it completes, guarded."""
        lines, end, self._begun = (self._begun + text).rpartition("\n")
        return guarded(lines + end)

    def rest(self) -> str:
        """Return the line that has not ended, guarded and ended; nothing where there is none."""
        rest, self._begun = self._begun, ""
        return guarded(rest + "\n") if rest else ""
