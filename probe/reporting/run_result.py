"""The result of a run that has ended: its report, its exit code, and both as JSON."""

from dataclasses import dataclass
from pathlib import Path

from probe.errors import ExitCode
from probe.model.choices import EndReason
from probe.model.health import HealthWord
from probe.model.report_sections import Report

_PLACE_NAMES = ("report", "report_html")


def down_targets(report: Report) -> tuple[str, ...]:
    """Return the names of the targets of which every call failed."""
    return tuple(section.name for section in report.targets if section.health.word is HealthWord.DOWN)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run in `path` that ended, with its report and the files that this was written to, if it was."""

    path: Path
    report: Report
    files: tuple[Path, ...]
    end: EndReason

    @property
    def exit_code(self) -> ExitCode:
        """INTERRUPTED; ENVIRONMENT where a vantage was lost; FAILED where a gate, or all of a target did; or DONE."""
        if self.end is EndReason.INTERRUPTED:
            return ExitCode.INTERRUPTED
        if self.end in {EndReason.VANTAGE_LOST, EndReason.FLEET_LOST}:
            return ExitCode.ENVIRONMENT
        failed = self.report.failed_gates or self.down or self.end is EndReason.SAME_FAILURE
        return ExitCode.FAILED if failed else ExitCode.DONE

    @property
    def down(self) -> tuple[str, ...]:
        """The targets of which every call failed."""
        return down_targets(self.report)

    def as_json(self) -> dict[str, object]:
        """Return what `probe run --json` prints."""
        return {
            "run": str(self.path),
            **{name: str(file) for name, file in zip(_PLACE_NAMES, self.files, strict=False)},
            "end": self.end.value,
            "exit_code": int(self.exit_code),
            "down": list(self.down),
            "gates_failed": [gate.expression for gate in self.report.failed_gates],
            "statistics": self.report.model_dump(mode="json"),
        }
