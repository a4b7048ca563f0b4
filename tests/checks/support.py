"""Run checks in this process, and read what they print."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from probe.cli.check import check
from probe.model.check_report import CheckFinding, CheckReport, Severity
from tests.checks.front import MODEL

TOKEN = "sk-probe-check-0123456789abcdef"
SLACK_MS = 6000.0  # what a noisy machine may add


def named_url(remedy: str | None) -> str:
    """Return the address that a remedy says to set."""
    found = re.search(r"Set base_url to (\S+)", remedy or "")
    assert found, remedy
    return found[1]


@dataclass(frozen=True)
class Checked:
    """The exit code of a check, and what it printed."""

    code: int
    report: CheckReport
    out: str
    err: str

    def finding(self, code: str) -> CheckFinding:
        """Return the first finding of this code; there must be one."""
        found = self.findings(code)
        assert found, f"no {code} among {self.codes(*Severity)}: {self.out}"
        return found[0]

    def findings(self, code: str) -> list[CheckFinding]:
        """Return the findings of this code."""
        return [finding for finding in self.report.findings if finding.code == code]

    def codes(self, *severities: Severity) -> set[str]:
        """Return the codes of the findings of these severities."""
        return {finding.code for finding in self.report.findings if finding.severity in severities}

    @property
    def complaints(self) -> set[str]:
        """The codes of what is wrong or warned of."""
        return self.codes(Severity.WRONG, Severity.WARNING)


@dataclass(frozen=True)
class Checker:
    """Runs checks in this process, in a private folder with a private HOME."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(
        self,
        url: str | None = None,
        *,
        model: str = MODEL,
        faults: Sequence[str] = (),
        env: Sequence[str] = (),
        timeout_s: float = 20.0,
        client: str | None = None,
        target: str | None = None,
    ) -> Checked:
        with pytest.raises(typer.Exit) as ended:
            check(
                targets=None if target is None else [target],
                base_url=url,
                model=model if target is None else None,
                env=list(env),
                timeout=timeout_s,
                use_client=bool(client),
                client=client,
                faults=list(faults),
                as_json=True,
            )
        code = ended.value.exit_code
        out, err = self.capture.readouterr()
        assert TOKEN not in out + err
        return Checked(code, CheckReport.model_validate_json(out), out, err)


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checker:
    """Return a checker with the token TOKEN, and nothing else of ours in the environment."""
    for name in list(os.environ):
        if name not in {"PATH", "LANG", "TMPDIR"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    return Checker(tmp_path, capsys)
