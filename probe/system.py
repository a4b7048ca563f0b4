"""The operating systems that probe runs on."""

import sys

from probe.errors import EnvironmentUnusableError


def require_supported_system() -> None:
    """Raise EnvironmentUnusableError on Windows, which lacks the signals, process groups and pipes that are needed."""
    if sys.platform == "win32":
        raise EnvironmentUnusableError(
            "Windows is not supported", remedy="Use Linux, for example in WSL 2. macOS is untested."
        )
