"""A user whose commands are recorded, with a home and a project."""

import json
from pathlib import Path
from typing import Any

from probe.recording.destination import Destination, find_destination
from probe.recording.recorded_command import RecordedCommand, recorded_command

RECORDER = "http://127.0.0.1:40000"


RELAY = "https://relay.example/api"


TOML = f"""[targets.glm]
base_url = "{RELAY}"
model = "glm-5"
token_env = "GLM_TOKEN"
"""


class User:
    """A user's home and project, with what he has set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        self.home = folder / "home"
        (self.home / ".claude").mkdir(parents=True)
        self.settings: list[dict[str, Any]] = []

    def sets(self, **variables: str) -> None:
        """Write variables into the user's settings."""
        (self.home / ".claude" / "settings.json").write_text(json.dumps({"env": variables, "model": "opus"}))

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment, with further variables."""
        return {"HOME": str(self.home), **more}

    def destination(self, *command: str, target: str | None = None, **more: str) -> Destination:
        """Return where the requests of a command go."""
        return find_destination(command, self.environment(**more), self.folder, target, None)

    def command(self, *command: str, target: str | None = None, **more: str) -> RecordedCommand:
        """Return a command as it is led through the recorder; `settings` has what is kept for it."""

        def keep(settings: str) -> str:
            self.settings.append(json.loads(settings))
            return "KEPT"

        destination = self.destination(*command, target=target, **more)
        return recorded_command(command, self.environment(**more), destination, RECORDER, keep)
