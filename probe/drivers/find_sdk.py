"""Find the Claude Agent SDK for Python, which comes with the extra `sdk`, without importing it."""

import re
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from probe.drivers.asked_process import AskedProcess, IsLine
from probe.drivers.process import Cancel, ChildCommand, Limits
from probe.drivers.sandbox import inherited_environment
from probe.errors import EnvironmentUnusableError

PACKAGE = "claude-agent-sdk"
OLDEST = (0, 2, 186)
"""The oldest version that the driver was tested with."""
_START_TIMEOUT_S = 60.0
_MOST_CHARS = 300


def sdk_version() -> str:
    """Return the installed SDK's version. Raises EnvironmentUnusableError where there is none, or it is too old."""
    remedy = "Install it: pip install 'claude-probe[sdk]'"
    try:
        found = version(PACKAGE)
    except PackageNotFoundError:
        raise EnvironmentUnusableError(
            f"the package {PACKAGE}, which this driver runs, is not installed", key="--driver agent-sdk", remedy=remedy
        ) from None
    if _numbers(found) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise EnvironmentUnusableError(
            f"{PACKAGE} {found} is too old for this driver, which needs {oldest} or newer",
            key="--driver agent-sdk",
            remedy=remedy,
        )
    return found


def check_sdk(program: Path, is_ready: IsLine, environment: Mapping[str, str], cancel: Cancel) -> None:
    """Start the SDK's program once, without orders. Raises EnvironmentUnusableError where it does not load the SDK."""
    found = sdk_version()
    argv = (sys.executable, "-I", str(program), "client")
    command = ChildCommand(argv, inherited_environment(environment), program.parent, is_asked=True)
    with AskedProcess(command, Limits(timeout_s=_START_TIMEOUT_S), cancel, is_ready) as asked:
        if asked.failure is None and (asked.wait_for(is_ready, _START_TIMEOUT_S) or cancel.cancelled):
            return
        told = asked.failure.reason if asked.failure else _last_line(asked.end(0.0).stderr.data)
    raise EnvironmentUnusableError(
        f"{PACKAGE} {found} cannot be loaded: {told}",
        key="--driver agent-sdk",
        remedy="Install it: pip install 'claude-probe[sdk]'",
    )


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_MOST_CHARS] if lines else f"it did not start within {_START_TIMEOUT_S:.0f} s"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:3]))
