"""The messages of a vantage to a coordinator, as JSON. Never a token, nor the value of a secret variable."""

from pydantic import Field

from probe import errors
from probe.checkup.asked_target import AskedTarget
from probe.errors import ProbeError
from probe.model.base_models import Lenient, Utc
from probe.model.check_report import CheckFinding
from probe.model.choices import OutputFormat
from probe.model.preflight import Preflight
from probe.model.run_manifest import Manifest


class Refusal(Lenient):
    """An error of `probe`'s own, raised at a vantage."""

    kind: str
    message: str
    remedy: str | None = None
    path: str | None = None
    key: str | None = None

    @classmethod
    def of(cls, error: ProbeError) -> "Refusal":
        """Take an error."""
        path = None if error.path is None else str(error.path)
        return cls(kind=type(error).__name__, message=error.message, remedy=error.remedy, path=path, key=error.key)

    def raised_at(self, vantage: str) -> ProbeError:
        """Return the error, which says at which vantage it was raised."""
        kind = getattr(errors, self.kind, errors.EnvironmentUnusableError)
        place = f"{vantage}: {self.path}" if self.path else vantage
        error: ProbeError = kind(self.message, remedy=self.remedy, path=place, key=self.key)
        return error


class ReadyArm(Lenient):
    """An arm that is prepared at a vantage; `argv` are the command lines of its steps, by their labels."""

    manifest: Manifest
    argv_template: tuple[str, ...]
    environment_names: tuple[str, ...]
    output_format: OutputFormat
    tokens_a_call: int
    argv: dict[str, tuple[str, ...]]


class OpenedReply(Lenient):
    """The arms of a run that is prepared, or why it is not."""

    arms: tuple[ReadyArm, ...] = ()
    refusal: Refusal | None = None


class AskedAtVantage(Lenient):
    """A target that was asked before the first round."""

    name: str
    record: Preflight
    findings: tuple[CheckFinding, ...]

    def as_target(self) -> AskedTarget:
        """Return it as a target that was asked here. When it was used last is known to the vantage alone."""
        return AskedTarget(self.name, self.record, self.findings, None)


class AskedReply(Lenient):
    """The targets that were asked, by the names of all arms that share what was found."""

    targets: dict[str, AskedAtVantage] = Field(default_factory=dict)
    refusal: Refusal | None = None


class TargetState(Lenient):
    """A target of a vantage's `probe.toml`: whether there is a token for it, never what it is."""

    name: str
    base_url: str
    token: str = Field(description="`set`, `not set`, or `command`, which is run when a run begins")


class VantageState(Lenient):
    """A vantage, for a person."""

    vantage: str = ""
    probe_version: str
    python: str
    client: str | None = Field(description="the version of Claude Code that would be run; None where there is none")
    load: float = Field(description="of the last minute")
    cpus: int
    runs: int
    targets: tuple[TargetState, ...]
    problem: str | None = Field(None, description="why its `probe.toml` cannot be read")
    certificate_ends: Utc | None = None
    clock_offset_ms: float | None = None
    clock_error_ms: float | None = None
