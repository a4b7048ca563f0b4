"""Failures below HTTP: names, ports, certificates. Real sockets, the real client, both recorder modes."""

import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from probe.model.call import Diagnosis
from probe.model.observation import Observation
from probe.upstream import EmbeddedUpstream
from tests.drivers.support import at_a_deadline
from tests.real.catalogue import NETWORK
from tests.real.support import bench
from tests.real.test_calls import ASKED, DEADLINE_S
from tests.wire.support import black_hole

pytestmark = pytest.mark.real


@contextmanager
def tls_server(certificate: trustme.LeafCert) -> Iterator[str]:
    """Run a server on loopback that offers this certificate and speaks no further."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        listener.settimeout(0.2)
        while not stop.is_set():
            try:
                accepted, _ = listener.accept()
            except TimeoutError:
                continue
            with accepted:
                accepted.settimeout(10)
                try:
                    context.wrap_socket(accepted, server_side=True).close()
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://localhost:{listener.getsockname()[1]}"
    finally:
        stop.set()
        thread.join()
        listener.close()


@contextmanager
def tls_front(certificate: trustme.LeafCert, port: int) -> Iterator[str]:
    """TLS in front of a plain server on loopback: bytes go through as they come."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as front,
                socket.create_connection(("127.0.0.1", port)) as back,
            ):
                while True:
                    ready, _, _ = select.select([front, back], [], [], 10)
                    for source, sink in ((front, back), (back, front)):
                        if source in ready:
                            data = source.recv(65536)
                            if not data:
                                return
                            sink.sendall(data)
                    if not ready:
                        return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"https://localhost:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("recorder", [True, False])
def test_https_with_a_private_authority_and_a_base_path(
    real_client: str, tmp_path: Path, recorder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # complexity: assertions on one result
    authority = trustme.CA()
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(trusted))
    with (
        EmbeddedUpstream() as upstream,
        tls_front(authority.issue_cert("localhost"), upstream.port) as url,
        bench(real_client, tmp_path, recorder=recorder, route=lambda *_: f"{url}/some/prefix") as workbench,
    ):
        observation, found = workbench.call(ASKED)
    assert found.outcome == "ok", found.evidence
    path = next(each.path for each in upstream.served if each.kind == "main")
    assert path.startswith("/some/prefix/v1/messages")
    if recorder:
        assert observation.exchanges is not None
        first = next(each for each in observation.exchanges if each.tls_ms is not None)
        assert first.tls_ms is not None
        assert first.tls_ms > 0


def diagnosed(
    client: str, root: Path, url: str, *, recorder: bool, timeout_s: float = DEADLINE_S
) -> tuple[str, str | None]:
    with bench(client, root, recorder=recorder, client_retries=0, route=lambda *_: url) as workbench:
        _, found = workbench.call_to_its_deadline(ASKED.model_copy(update={"timeout_s": timeout_s}))
    return found.outcome, found.cause


@pytest.mark.parametrize("recorder", [True, False])
def test_nothing_listens(real_client: str, tmp_path: Path, recorder: bool) -> None:
    outcome, _ = diagnosed(real_client, tmp_path, "http://127.0.0.1:9", recorder=recorder)
    assert outcome == NETWORK["nothing listens"]


@pytest.mark.slow
@pytest.mark.parametrize("recorder", [True, False])
def test_an_upstream_that_comes_up_late_is_retried(real_client: str, tmp_path: Path, recorder: bool) -> None:
    def call(late_s: float) -> tuple[Observation, Diagnosis]:
        over = threading.Event()

        def come_up() -> None:
            over.wait(late_s)
            with EmbeddedUpstream(port=port):
                over.wait()

        late = threading.Thread(target=come_up)
        with bench(real_client, tmp_path, recorder=recorder, route=lambda *_: f"http://127.0.0.1:{port}") as workbench:
            late.start()
            try:
                return workbench.call(ASKED)
            finally:
                over.set()
                late.join()

    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(("127.0.0.1", 0))  # as long as it has the port nobody but our upstream gets that
        port = place.getsockname()[1]
        _, found = at_a_deadline(call, lambda workbench: (workbench[0].words.requesting_at_ms or 0) < 2200, 2.5)
    assert (found.outcome, found.flags) == ("ok", ("retried",))


@pytest.mark.parametrize("recorder", [True, False])
def test_a_name_that_does_not_resolve(real_client: str, tmp_path: Path, recorder: bool) -> None:
    # A label of 64 letters is refused by the resolver itself, so no question leaves this machine.
    outcome, _ = diagnosed(real_client, tmp_path, f"http://{'x' * 64}.invalid", recorder=recorder)
    # The client's words for that are less plain than for a name that is merely unknown.
    assert outcome == NETWORK["a name that does not resolve"] if recorder else outcome in {"dns", "connection_failed"}


@pytest.mark.slow
def test_a_connection_that_is_never_accepted(real_client: str, tmp_path: Path) -> None:
    with black_hole() as url:
        found = diagnosed(real_client, tmp_path, url, recorder=True, timeout_s=5.0)
        assert found[0] == NETWORK["a port that never accepts"]
        # Without a recorder nobody can tell it from an upstream that is silent.
        found = diagnosed(real_client, tmp_path, url, recorder=False, timeout_s=5.0)
        assert found == ("timed_out", "no_first_byte")


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("expired", "TLS: certificate expired", "expired"),
        ("wrong_host", "TLS: certificate of another host", "ostname mismatch"),
        ("unknown", "TLS: unknown authority", "unable to get local issuer|self-signed"),
    ],
)
@pytest.mark.parametrize("recorder", [True, False])
def test_a_certificate_that_is_no_good(
    real_client: str, tmp_path: Path, kind: str, row: str, said: str, recorder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import re

    authority = trustme.CA()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    certificate = {
        "expired": lambda: authority.issue_cert("localhost", not_after=yesterday),
        "wrong_host": lambda: authority.issue_cert("other.example"),
        "unknown": lambda: authority.issue_cert("localhost"),
    }[kind]()
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    if kind != "unknown":
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(trusted))
    else:
        monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    with tls_server(certificate) as url:
        outcome, cause = diagnosed(real_client, tmp_path, url, recorder=recorder)
    assert outcome == NETWORK[row], cause
    if recorder:
        assert re.search(said, cause or "")
