"""The specification of a run: all that follows from what was asked for, and nothing secret."""

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.choices import CLAUDE_PRINT, Role, UpstreamKind
from probe.model.run_manifest import Options, arm_name
from probe.model.scenario import Scenario
from probe.model.target import Target

LOCAL = "local"
"""The vantage that is the machine where the run was begun."""
DEFAULT_MAX_ROUNDS = 200
"""For --until-sure, where nothing else is said."""


class ArmSpec(Frozen):
    """A target to measure, beside others or alone, and the driver of its calls.

    An embedded target has no address before the run begins. `target.env` holds the values of variables that are known
    to be harmless; `secret_env` names those whose values are resolved late.
    """

    target: Target
    secret_env: tuple[str, ...] = ()
    table: str | None = Field(None, description="the [targets.NAME] table of probe.toml that the target came from")
    config_file: str | None = Field(None, description="the probe.toml with that table")
    faults: tuple[str, ...] = Field((), description="of an embedded upstream")
    gates: tuple[str, ...] = ()
    role: Role = Role.TARGET
    driver: str = CLAUDE_PRINT
    vantage: str | None = Field(None, description="the place where the calls are made; None: of a run of one machine")

    @property
    def name(self) -> str:
        """The arm's name: that of the target (and the driver, where a run has several), and of the vantage."""
        return arm_name(self.target.name, self.vantage)

    @property
    def is_elsewhere(self) -> bool:
        """True where the calls are made by a worker of a fleet."""
        return self.vantage not in {None, LOCAL}

    @property
    def embedded(self) -> bool:
        """True where the calls go to an embedded upstream of the arm's own."""
        return self.target.kind is UpstreamKind.EMBEDDED


class RunSpec(Frozen):
    """A run, resolved and validated: with an environment it is everything that the run needs.

    Serialisable to JSON and back. Tokens and the values of secret variables are no part of it: they are resolved where
    the run is made (`probe.session.secrets`).
    """

    scenario: Scenario
    arms: tuple[ArmSpec, ...] = Field(min_length=1)
    options: Options = Options()
    keep_sandbox: bool = False

    @property
    def is_in_one_place(self) -> bool:
        """True where all calls are made by this machine."""
        return not set(self.options.vantages) - {LOCAL}

    @property
    def rounds(self) -> int:
        """The number of rounds of each arm, at most."""
        options = self.options
        if options.until_sure:
            return options.max_rounds or options.rounds or DEFAULT_MAX_ROUNDS
        return options.rounds or self.scenario.rounds
