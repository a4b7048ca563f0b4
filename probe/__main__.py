"""The console script and `python -m probe`: refuse an unsupported system before importing what it lacks."""

import sys

from probe.errors import ProbeError
from probe.system import require_supported_system


def main() -> None:
    """Run the command line, or end with the exit code of what this system lacks."""
    try:
        require_supported_system()
    except ProbeError as error:
        print(f"probe: {error}", file=sys.stderr)  # noqa: T201 - the command line cannot be imported
        sys.exit(error.exit_code)
    from probe.cli import main as run_command_line  # noqa: PLC0415 - only on a system that has what it imports

    run_command_line()


if __name__ == "__main__":
    main()
