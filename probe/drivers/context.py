"""The parts of a run that drivers are built from."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import SecretStr

from probe.drivers.process import Cancel
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.target import Target
from probe.ports import Driver, ProcessRecorder
from probe.redact import Redactor

PRIME_TIMEOUT_S = 60.0
MADE_UP_TOKEN = "probe-made-up-token"  # noqa: S105 - it opens nothing
"""The token of a call that has none: some clients refuse to start without one."""


def sealed(values: Mapping[str, str]) -> dict[str, SecretStr]:
    """Return variables whose values are not printed by accident."""
    return {name: SecretStr(value) for name, value in values.items()}


def opened(variables: Mapping[str, SecretStr]) -> dict[str, str]:
    """Return sealed variables with their values."""
    return {name: value.get_secret_value() for name, value in variables.items()}


@dataclass(frozen=True, slots=True)
class RunContext:
    """The things that all arms of a run share: the specification, probe's own environment, and what cancels the run.

    `prime_url` is the address of an upstream of our own for the client's first start in a sandbox, None for no priming;
    `prime_timeout_s` gives the time that such a start may take, when it begins.
    """

    spec: RunSpec
    environment: Mapping[str, str] = field(repr=False)
    cancel: Cancel
    prime_url: str | None = None
    prime_timeout_s: Callable[[], float] = lambda: PRIME_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class ArmContext:
    """The things that a driver needs to make the calls of one arm.

    `base_url` gives the address of a call (round, step label) and `open_call` puts a recorder in front of it,
    which can stay for further calls.
    `variables` are those that the target sets for the client; with a `token` of None none is sent.
    """

    arm: ArmSpec
    base_url: Callable[[int, str], str]
    token: SecretStr | None
    variables: Mapping[str, SecretStr]
    redactor: Redactor = field(repr=False)
    open_call: Callable[[str], AbstractContextManager[ProcessRecorder]] | None

    @property
    def target(self) -> Target:
        """The target of the arm, with its address."""
        return self.arm.target

    @property
    def token_value(self) -> str | None:
        """The token, opened for a header or for the environment of a child process."""
        return self.token.get_secret_value() if self.token else None

    def environment(self) -> dict[str, str]:
        """Return the variables with their values, for the environment of a child process."""
        return opened(self.variables)


class DriverFactory(Protocol):
    """Builds the drivers of a run's arms, and holds what they share."""

    @property
    def client_version(self) -> str | None:
        """The version of the client that is run; None for a driver without a client."""
        ...

    def build(self, arm: ArmContext) -> Driver:
        """Build an arm's driver. Raises ProbeError where the client or the address cannot serve the arm."""
        ...


OpenDrivers = Callable[[RunContext], AbstractContextManager[DriverFactory]]
"""Starts what the drivers of a run share, and ends it when the run has ended."""
