"""Keeps versions of the client from asking hosts beside the target, where that leaves their requests as they are.

`docs/claude-code.md` has what was measured: which versions ask whom, and that these measures change no request.
"""

import re
from collections.abc import Mapping

from probe.drivers.sandbox import QUIET

_LAST_SAME_WITHOUT_THE_REST = (2, 1, 100)
"""Up to this version CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC leaves every request as it is; 2.1.100 needs it, for else
it asks for a list of MCP servers."""
_ASKS_FOR_CHANGE_LOG = ((1, 0, 101), (2, 0, 61))
"""2.0.10 fetches it unless it has one; 1.0.100 and 2.0.62 do not."""


def quiet_environment(version: str | None) -> Mapping[str, str]:
    """Return the variables that keep this version of the client from asking others."""
    if (numbers := _numbers(version)) and numbers <= _LAST_SAME_WITHOUT_THE_REST:
        return {**QUIET, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return QUIET


def quiet_files(version: str | None) -> Mapping[str, Mapping[str, object]]:
    """Return the files in the client's directory that do the same, by name."""
    first, last = _ASKS_FOR_CHANGE_LOG
    if (numbers := _numbers(version)) and first <= numbers <= last:
        return {".claude.json": {"lastReleaseNotesSeen": version, "cachedChangelog": "# Changelog"}}
    return {}


def _numbers(version: str | None) -> tuple[int, ...] | None:
    """The three numbers of a version; None where it has not as many."""
    found = re.match(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", version or "")
    return tuple(map(int, found.groups())) if found else None
