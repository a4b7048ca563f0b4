"""The state of a fleet, for a person."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from probe import __version__
from probe.fleet.addresses import parse_address
from probe.fleet.fleet_client import (
    FleetClient,
    VantageDefectError,
    WorkerFacts,
    WorkerLostError,
    has_our_version,
)
from probe.fleet.tls_files import COORDINATOR, find_tls
from probe.fleet.vantage_messages import VantageState
from probe.fleet.vantage_orders import VantageOrder
from probe.model.base_models import Lenient, Utc
from probe.sanitise import printable
from probe.texts import Texts


class UnreadableWorker(Lenient):
    """A worker that is there and cannot be used: of another version, does not answer, or answers with an error."""

    vantage: str
    probe_version: str
    error: str | None = Field(None, description="the traceback that it answered with")


class FleetStatus(Lenient):
    """The vantages that are connected to a scheduler."""

    address: str
    probe_version: str = __version__
    certificate_ends: Utc | None = None
    vantages: tuple[VantageState, ...] = ()
    unreadable: tuple[UnreadableWorker, ...] = ()


def read_status(address: str, tls: Path | None) -> FleetStatus:
    """Ask a scheduler and its workers. Raises ProbeError."""
    files = find_tls(tls, COORDINATOR) if tls else None
    parsed = parse_address(address, has_tls=files is not None, key="ADDRESS")
    vantages, unreadable = [], []
    with FleetClient(parsed, files) as client:
        for facts in sorted(client.workers(), key=lambda facts: facts.vantage):
            state = _state_of(client, facts)
            if isinstance(state, VantageState):
                vantages.append(state)
            else:
                unreadable.append(state)
    return FleetStatus(
        address=str(parsed),
        certificate_ends=files.ends if files else None,
        vantages=tuple(vantages),
        unreadable=tuple(unreadable),
    )


def _state_of(client: FleetClient, facts: WorkerFacts) -> VantageState | UnreadableWorker:
    unreadable = UnreadableWorker(vantage=facts.vantage, probe_version=facts.version)
    if not has_our_version(facts):
        return unreadable
    try:
        state = VantageState.model_validate_json(client.call(facts, VantageOrder.STATE, wait_s=60.0))
        clock = client.clock_offset(facts)
    except WorkerLostError:
        return unreadable
    except VantageDefectError as error:
        return unreadable.model_copy(update={"error": error.reply})
    measured = {"vantage": facts.vantage, "clock_offset_ms": clock.offset_ms, "clock_error_ms": clock.error_ms}
    return state.model_copy(update=measured)


def status_lines(status: FleetStatus, texts: Texts) -> Iterator[str]:
    """Yield the state of a fleet in words."""
    yield texts("fleet.status", address=status.address, n=len(status.vantages) + len(status.unreadable))
    if status.certificate_ends:
        yield texts("fleet.status.certificate", date=f"{status.certificate_ends:%Y-%m-%d}")
    for state in status.vantages:
        yield ""
        yield from _vantage_lines(state, texts)
    for worker in status.unreadable:
        yield ""
        yield _unreadable_line(worker, texts)


def _unreadable_line(worker: UnreadableWorker, texts: Texts) -> str:
    if worker.error is not None:
        problem = printable(worker.error.strip().splitlines()[-1], 500)
        return texts("fleet.status.error", vantage=worker.vantage, problem=problem)
    key = "fleet.status.silent" if worker.probe_version == __version__ else "fleet.status.other_version"
    return texts(key, vantage=worker.vantage, version=worker.probe_version)


def _vantage_lines(state: VantageState, texts: Texts) -> Iterator[str]:
    client = f"Claude Code {state.client}" if state.client else texts("fleet.status.no_client")
    yield texts(
        "fleet.status.vantage", vantage=state.vantage, version=state.probe_version, client=client, python=state.python
    )
    if state.clock_offset_ms is not None:
        clock = {"offset": f"{state.clock_offset_ms:+.1f} ms", "error": f"{state.clock_error_ms:.1f} ms"}
        yield "  " + texts("fleet.status.clock", **clock)
    yield "  " + texts("fleet.status.load", load=f"{state.load:.2f}", cpus=state.cpus, runs=state.runs)
    if state.certificate_ends:
        yield "  " + texts("fleet.status.certificate", date=f"{state.certificate_ends:%Y-%m-%d}")
    for target in state.targets:
        token = texts(f"fleet.status.token.{target.token.replace(' ', '_')}")
        yield "  " + texts("fleet.status.target", target=target.name, url=target.base_url, token=token)
    if state.problem:
        yield "  " + texts("fleet.status.problem", problem=state.problem)
    elif not state.targets:
        yield "  " + texts("fleet.status.no_targets")
