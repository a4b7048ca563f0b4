"""The result of a run that has ended: its report, its exit code, and both as JSON."""

from dataclasses import dataclass
from pathlib import Path

from probe.errors import ExitCode
from probe.model.choices import EndReason
from probe.model.report_sections import Report

_PLACE_NAMES = ("report", "report_html")


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run in `path` that ended, with its report and the files that this was written to, if it was."""

    path: Path
    report: Report
    files: tuple[Path, ...]
    end: EndReason

    @property
    def exit_code(self) -> ExitCode:
        """INTERRUPTED, GATE_FAILED where a gate failed, or DONE."""
        if self.end is EndReason.INTERRUPTED:
            return ExitCode.INTERRUPTED
        return ExitCode.GATE_FAILED if self.report.failed_gates else ExitCode.DONE

    def as_json(self) -> dict[str, object]:
        """Return what `probe run --json` prints."""
        return {
            "run": str(self.path),
            **{name: str(file) for name, file in zip(_PLACE_NAMES, self.files, strict=False)},
            "end": self.end.value,
            "exit_code": int(self.exit_code),
            "gates_failed": [gate.expression for gate in self.report.failed_gates],
            "statistics": self.report.model_dump(mode="json"),
        }
