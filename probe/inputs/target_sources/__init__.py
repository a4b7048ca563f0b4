"""Targets in the settings of other programs: where they are found, and never a copy of a token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.inputs.target_sources.cc_switch import CC_SWITCH_FILES, find_in_cc_switch
from probe.inputs.target_sources.ccr import CCR_FILES, find_in_ccr
from probe.inputs.target_sources.claude_code import CLAUDE_FILES, find_in_claude_code
from probe.inputs.target_sources.found_target import FoundTarget, FoundTargets, SkippedTarget

FindTargets = Callable[[Path], FoundTargets]


@dataclass(frozen=True, slots=True)
class TargetSource:
    """A program with targets in its settings: files of a directory in the home directory, or where a variable says."""

    name: str
    program: str
    find: FindTargets
    directory: str
    files: tuple[str, ...]
    variable: str | None = None
    in_projects: bool = False

    def places(self, environment: Mapping[str, str], folder: Path) -> list[Path]:
        """Return the directories with settings of the program; `folder` is the working directory."""
        moved, home = environment.get(self.variable or ""), environment.get("HOME")
        places = [Path(moved)] if moved else [Path(home) / self.directory] if home else []
        if self.in_projects:
            places.append(folder / self.directory)
        own = {place.resolve(): place for place in reversed(places) if self._is_in(place)}
        return list(reversed(own.values()))

    def _is_in(self, place: Path) -> bool:
        return any((place / name).exists() for name in self.files)


SOURCES = {
    source.name: source
    for source in (
        TargetSource(
            "claude", "Claude Code", find_in_claude_code, ".claude", CLAUDE_FILES, "CLAUDE_CONFIG_DIR", in_projects=True
        ),
        TargetSource("cc-switch", "cc-switch", find_in_cc_switch, ".cc-switch", CC_SWITCH_FILES),
        TargetSource("ccr", "claude-code-router", find_in_ccr, ".claude-code-router", CCR_FILES),
    )
}

__all__ = ["SOURCES", "FoundTarget", "FoundTargets", "SkippedTarget", "TargetSource"]
