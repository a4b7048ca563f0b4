"""Add a run that has just ended to the history that `probe.toml` names."""

import os
from pathlib import Path

from probe.cli.defects import error_text, shown_error
from probe.cli.language import tell
from probe.errors import ProbeError


def keep_in_history(run: Path, config: str | None) -> None:
    """Add the run where a `probe.toml` names a history; say so where that fails, for the run itself is stored."""
    from probe.inputs.find_config import find_config
    from probe.inputs.history_place import configured_history

    try:
        folder = configured_history(find_config(config, Path.cwd(), os.environ))
        if folder is None:
            return
        from probe.reporting.history_extra import require_history_extra

        require_history_extra()
        from probe.cli.history import add_to_history

        add_to_history(folder, [run])
    except ProbeError as error:
        tell("history.not_kept", problem=error_text(error))
    except OSError as error:
        tell("history.not_kept", problem=shown_error(error))
