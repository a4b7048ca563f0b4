"""Strangers join no fleet, its members serve nothing else, and tokens are nowhere but at their vantage."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

pytest.importorskip("distributed")

from tests.fleet.members import TOKENS, FleetOnLoopback, Member, free_port, wait_until
from tests.fleet.witness import read_log

GLM = ("--target", "glm", "--driver", "messages", "--no-preflight")


def ports_of(member: Member) -> set[tuple[str, int]]:
    """Return what a member listens on."""
    found = psutil.Process(member.process.pid).net_connections("inet")
    return {(one.laddr.ip, one.laddr.port) for one in found if one.status == psutil.CONN_LISTEN}


@pytest.mark.slow
def test_members_listen_on_loopback_alone_and_take_no_settings_of_the_user_s_dask(whole_fleet: FleetOnLoopback) -> None:
    fleet = whole_fleet
    loaded = fleet.folder / "loaded"
    (fleet.folder / "preload.py").write_text(f"open({str(loaded)!r}, 'w')\n")
    settings = fleet.folder / "home" / ".config" / "dask" / "own.yaml"
    settings.parent.mkdir(parents=True)
    preload = f"preload: [{fleet.folder / 'preload.py'}]"
    settings.write_text(f"distributed:\n  scheduler:\n    {preload}\n  worker:\n    {preload}\n")
    fleet.start_all("fra")
    for member in (fleet.scheduler, fleet.workers["fra"]):
        ((host, _),) = ports_of(member)
        assert host == "127.0.0.1"
    run = fleet.start_run(*GLM, "--vantage", "fra", "-n", "2")
    assert run.process.wait(90) == 0, run.said
    assert not loaded.exists()


class Forwarder(socketserver.ThreadingTCPServer):
    """Passes connections on to a port, and keeps all bytes."""

    daemon_threads = True
    port = 0
    passed: bytearray

    class Handler(socketserver.BaseRequestHandler):
        """One connection."""

        def handle(self) -> None:
            server = self.server
            assert isinstance(server, Forwarder)
            with socket.create_connection(("127.0.0.1", server.port)) as there:
                back = threading.Thread(target=self.pass_on, args=(there, self.request, server.passed), daemon=True)
                back.start()
                self.pass_on(self.request, there, server.passed)

        def pass_on(self, source: socket.socket, sink: socket.socket, passed: bytearray) -> None:
            try:
                while data := source.recv(1 << 16):
                    passed += data
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass


@contextmanager
def forwarded(port: int) -> Iterator[Forwarder]:
    with Forwarder(("127.0.0.1", 0), Forwarder.Handler) as server:
        server.port, server.passed = port, bytearray()
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def has_in_memory(member: Member, text: str) -> bool:
    """Return True where the text stands anywhere in a process's memory."""
    place = Path(f"/proc/{member.process.pid}")
    wanted = text.encode()
    with closing((place / "mem").open("rb", buffering=0)) as memory:
        for line in (place / "maps").read_text().splitlines():
            span, mode, *_ = line.split()
            start, end = (int(part, 16) for part in span.split("-"))
            if not mode.startswith("rw") or end - start > 1 << 30:
                continue
            try:
                memory.seek(start)
                if wanted in memory.read(end - start):
                    return True
            except OSError:
                continue
    return False


def holders(fleet: FleetOnLoopback, run: Member) -> list[str]:
    """Return the members in whose memory the token of the vantage stands."""
    members = {"worker": fleet.workers["fra"], "scheduler": fleet.scheduler, "coordinator": run}
    return [name for name, member in members.items() if has_in_memory(member, TOKENS["fra"])]


@pytest.mark.slow
def test_a_token_is_nowhere_but_at_its_vantage(whole_fleet: FleetOnLoopback) -> None:
    """Look into the memory of the scheduler and the coordinator, into what passes between members, and into files."""
    fleet = whole_fleet
    (fleet.folder / "delay").write_text("1")
    fleet.start_scheduler().wait_for("://")
    port, real = free_port(), fleet.port
    with forwarded(fleet.port) as to_scheduler, forwarded(port) as to_worker:
        fleet.port = to_scheduler.server_address[1]
        contact = f"tcp://127.0.0.1:{to_worker.server_address[1]}"
        fleet.start_worker("fra", "--port", str(port), "--contact-address", contact).wait_for("Connected")
        fleet.port = real
        run = fleet.start_run(*GLM, "--vantage", "fra", "-n", "3")
        wait_until(lambda: read_log(fleet.log).total() >= 3, "the second round")
        assert TOKENS["fra"] in fleet.log.read_text(), "the upstream got it"
        assert holders(fleet, run) == ["worker"]
        assert run.process.wait(90) == 0, run.said
        passed = bytes(to_scheduler.passed) + bytes(to_worker.passed)
    assert b"glm@fra" in passed, "the traffic was seen"
    assert TOKENS["fra"].encode() not in passed
    files = [path for path in fleet.folder.rglob("*") if path.is_file() and path != fleet.log]
    assert [path for path in files if TOKENS["fra"].encode() in path.read_bytes()] == []


@pytest.mark.slow
def test_a_worker_of_another_version_is_refused(fleet: FleetOnLoopback) -> None:
    fleet.start_worker("fra", VERSION="0.0.7").wait_for("Connected")
    run = fleet.start_run(*GLM, "--vantage", "fra", "-n", "2")
    assert run.process.wait(60) == 2, run.said
    assert "0.0.7" in run.said
    assert not fleet.log.exists() or not fleet.log.read_text()


def test_a_vantage_sends_its_token_only_where_its_own_file_says(fleet: FleetOnLoopback) -> None:
    config = fleet.folder / "other.toml"
    config.write_text('[targets.glm]\nbase_url = "http://127.0.0.1:1"\nmodel = "m"\ntoken_env = "GLM_TOKEN"\n')
    fleet.start_worker("fra", "--config", str(config)).wait_for("Connected")
    run = fleet.start_run(*GLM, "--vantage", "fra", "-n", "2")
    assert run.process.wait(60) == 2, run.said
    assert f"fra: {config}: targets.glm.base_url" in run.said
    assert not fleet.log.read_text()
