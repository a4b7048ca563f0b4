"""A worker says why it has no scheduler, and a port that is taken is refused: real processes on loopback."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed")

from probe.fleet.tls_files import SCHEDULER, find_tls
from tests.conftest import Probe
from tests.fleet.fleet_here import FleetHere


@contextmanager
def started(probe: Probe, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Start a command whose lines go to its standard output; interrupt it afterwards."""
    process = probe.start(*words, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        finally:
            process.kill()


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.fixture
def port() -> int:
    """Return a port on loopback that nothing uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("words", [("scheduler",), ("worker", "tcp://127.0.0.1:1", "--vantage", "fra")])
def test_a_port_that_is_taken_is_refused(probe: Probe, words: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        said = probe("fleet", *words, "--port", str(taken), code=4).err
    assert f"cannot listen on 127.0.0.1:{taken}: Address already in use" in said


@pytest.mark.slow
def test_a_worker_waits_for_its_scheduler_and_says_so(probe: Probe, port: int) -> None:
    with started(probe, "fleet", "worker", f"tcp://127.0.0.1:{port}", "--vantage", "fra") as worker:
        assert line(worker) == f"No scheduler answers at tcp://127.0.0.1:{port}. Trying again until one does.\n"
        with FleetHere(probe.folder, port=port):
            assert line(worker) == f"Connected to tcp://127.0.0.1:{port}.\n"


@pytest.mark.slow
def test_certificates_of_different_keys_are_said_to_be_so(probe: Probe) -> None:
    for keys in ("own", "foreign"):
        probe("fleet", "keys", keys, "--vantage", "fra")
    with FleetHere(probe.folder, find_tls(probe.folder / "own", SCHEDULER)) as fleet:
        said = probe("fleet", "status", str(fleet.address), "--tls", "foreign", code=4).err
        assert f"--tls: the certificates here and at {fleet.address} do not fit" in said
        words = "fleet", "worker", str(fleet.address), "--vantage", "fra", "--tls", "foreign"
        with started(probe, *words) as worker:
            assert line(worker).startswith(f"The certificates here and at {fleet.address} do not fit")


def test_an_address_to_be_reached_at_is_a_whole_one(probe: Probe) -> None:
    words = "fleet", "worker", "tcp://127.0.0.1:8786", "--vantage", "fra", "--contact-address", "198.18.2.2"
    assert "--contact-address: '198.18.2.2' is no address of a scheduler or worker" in probe(*words, code=2).err


def test_the_same_is_not_said_again() -> None:
    from probe.fleet.reach_scheduler import without_repetition

    said: list[str] = []
    told = without_repetition(said.append)
    for what in ("waiting", "waiting", "connected", "lost", "lost", "waiting"):
        told(what)
    assert said == ["waiting", "connected", "lost", "waiting"]


@pytest.mark.slow
def test_status_says_which_vantage_answers_with_an_error_and_shows_the_others(probe: Probe, here: FleetHere) -> None:
    address = str(here.address)
    removed = Probe(probe.folder / "removed")
    removed.folder.mkdir()
    with (
        started(probe, "fleet", "worker", address, "--vantage", "fra") as fra,
        started(removed, "fleet", "worker", address, "--vantage", "sin") as sin,
    ):
        for worker in (fra, sin):
            assert any(said.startswith("Connected") for said in iter(worker.stdout or ()))
        shutil.rmtree(removed.folder)
        ran = probe("fleet", "status", address, code=4)
        told = probe("fleet", "status", address, "--json", code=4).json
    assert ran.err == ""
    assert "\nfra: probe " in ran.out
    assert ran.out.endswith("\nsin: answers with an error: FileNotFoundError: [Errno 2] No such file or directory\n")
    (sin_told,) = told["unreadable"]
    assert sin_told["error"].startswith("Traceback")
