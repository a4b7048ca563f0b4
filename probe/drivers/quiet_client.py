"""Keep the client from asking hosts other than the target, without changing its requests.

`docs/claude-code.md` has the measurements: which version asks which host, and that these settings change no request.
"""

import re
from collections.abc import Mapping

from probe.drivers.sandbox import QUIET

_LAST_UNCHANGED_BY_THE_VARIABLE = (2, 1, 100)
"""The last version whose requests CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC leaves unchanged. 2.1.100 needs it, since
without it the client asks for a list of MCP servers."""
_CHANGE_LOG_VERSIONS = ((1, 0, 101), (2, 0, 61))
"""2.0.10 fetches the change log unless it has one; 1.0.100 and 2.0.62 do not."""


def quiet_environment(version: str | None) -> Mapping[str, str]:
    """Return the variables that keep this version of the client from asking other hosts."""
    if (numbers := version_numbers(version)) and numbers <= _LAST_UNCHANGED_BY_THE_VARIABLE:
        return {**QUIET, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return QUIET


def quiet_files(version: str | None) -> Mapping[str, Mapping[str, object]]:
    """Return the content of files, by name in the client's directory, that does the same."""
    first, last = _CHANGE_LOG_VERSIONS
    if (numbers := version_numbers(version)) and first <= numbers <= last:
        return {".claude.json": {"lastReleaseNotesSeen": version, "cachedChangelog": "# Changelog"}}
    return {}


def version_numbers(version: str | None) -> tuple[int, ...] | None:
    """Return the three numbers that a version begins with, or None."""
    found = re.match(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", version or "")
    return tuple(map(int, found.groups())) if found else None
