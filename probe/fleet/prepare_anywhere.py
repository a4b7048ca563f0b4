"""Prepare a run where it is made: on this machine, or at the vantages of a fleet. Imports no Dask by itself."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from probe.checkup.asked_target import AskedTarget, arms_to_ask
from probe.drivers.cancel import Cancel
from probe.drivers.driver_registry import DRIVERS, Drivers
from probe.errors import UsageError
from probe.model.run_spec import RunSpec
from probe.session.prepare import PreparedRun, prepared
from probe.session.secrets import ArmSecrets
from probe.texts import Texts


@contextmanager
def prepared_anywhere(
    spec: RunSpec,
    secrets: Sequence[ArmSecrets],
    environment: Mapping[str, str],
    *,
    drivers: Drivers = DRIVERS,
    cancel: Cancel | None = None,
) -> Iterator[PreparedRun]:
    """Prepare a run, see `prepared`; its arms at vantages elsewhere are prepared there. Raises ProbeError."""
    if not any(arm.is_elsewhere for arm in spec.arms):
        with prepared(spec, secrets, environment, drivers=drivers, cancel=cancel) as run:
            yield run
        return
    require_fleet_extra()
    from probe.fleet.coordinator import prepared_in_fleet

    with prepared_in_fleet(spec, secrets, environment, drivers, cancel) as run:
        yield run


def preflight_anywhere(
    run: PreparedRun, environment: Mapping[str, str], texts: Texts
) -> tuple[PreparedRun, tuple[AskedTarget, ...]]:
    """Ask each target from each of its vantages, see `run_preflight`. Raises PreflightFailed."""
    if run.elsewhere is not None:
        from probe.fleet.fleet_preflight import run_fleet_preflight

        return run_fleet_preflight(run, environment, texts)
    if not arms_to_ask(run):
        return run, ()
    from probe.checkup.ask_targets import run_preflight  # takes long to import

    return run_preflight(run, environment, texts)


def require_fleet_extra() -> None:
    """Raise UsageError where the packages of a fleet are not installed."""
    try:
        import cryptography  # noqa: F401
        import dask  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"the package {error.name}, which a fleet needs, is not installed",
            remedy="pip install 'claude-probe[fleet]'",
        ) from error
