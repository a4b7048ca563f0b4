"""The way to an upstream, gone wrong for real: names, connections, proxies, certificates, HTTP/2."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from probe.checks.way_findings import judge_way
from probe.model.check_report import Category, CheckFinding, Severity, TlsFacts, Way, WayStep
from probe.texts import Texts
from probe.upstream import EmbeddedUpstream
from tests.checks.front import front
from tests.checks.support import Checked, Checker, named_url
from tests.real.test_network import tls_front
from tests.wire.support import RawServer, answering, black_hole

NOW = datetime(2026, 7, 27, tzinfo=UTC)


def test_nothing_listens(checker: Checker) -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
        checked = checker(f"http://127.0.0.1:{port}")
    assert checked.finding("connection_refused").evidence.startswith("ECONNREFUSED")
    assert (checked.code, checked.report.plain_calls) == (3, 0)
    with EmbeddedUpstream(port=port):
        assert checker(f"http://127.0.0.1:{port}").code == 0


def test_a_name_that_does_not_resolve(checker: Checker) -> None:
    checked = checker(f"http://{'x' * 64}.invalid")
    assert checked.finding("dns").evidence.startswith("DNS")
    assert checked.code == 3


def test_a_connection_that_is_never_taken_ends_at_the_limit(checker: Checker) -> None:
    with black_hole() as url:
        checked = checker(url, timeout_s=1)
    assert checked.finding("connect_timeout").evidence.startswith("ETIMEDOUT")
    assert checked.report.took_ms < 5000


@contextmanager
def certified(authority: trustme.CA, days: int) -> Iterator[str]:
    """Run an upstream with a certificate for localhost that ends in so many days; yield its address."""
    certificate = authority.issue_cert("localhost", not_after=datetime.now(UTC) + timedelta(days=days))
    with EmbeddedUpstream() as upstream, tls_front(certificate, upstream.port) as url:
        yield url


@pytest.fixture
def trusted(tmp_path: Path) -> tuple[trustme.CA, str]:
    """Return an authority, and the file with its certificate."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return authority, str(tmp_path / "ca.pem")


def refusal_of_tls(checked: Checked, code: str) -> CheckFinding:
    """Return the finding of a certificate that is no good."""
    finding = checked.finding(code)
    assert (checked.code, finding.severity) == (3, Severity.WRONG)
    assert finding.evidence.startswith(Category.SSL.value)
    return finding


def assert_good_tls(checked: Checked) -> None:
    assert (checked.code, checked.complaints) == (0, set())
    assert checked.report.way is not None
    assert checked.report.way.tls is not None
    assert checked.report.way.tls.protocol == "TLSv1.3"


def test_a_certificate_that_has_expired(
    checker: Checker, monkeypatch: pytest.MonkeyPatch, trusted: tuple[trustme.CA, str]
) -> None:
    authority, file = trusted
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", file)
    ends = datetime.now(UTC) - timedelta(days=1)
    with certified(authority, days=-1) as url:
        finding = refusal_of_tls(checker(url), "tls_expired")
    assert f"{ends:%Y-%m-%d}" in finding.title


def test_a_certificate_for_another_host(
    checker: Checker, monkeypatch: pytest.MonkeyPatch, trusted: tuple[trustme.CA, str]
) -> None:
    authority, file = trusted
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", file)
    with certified(authority, days=90) as url:
        port = url.rpartition(":")[2]
        finding = refusal_of_tls(checker(f"https://127.0.0.1:{port}"), "tls_wrong_host")
        name = str(finding.remedy).rpartition(": ")[2]
        assert_good_tls(checker(f"https://{name}:{port}"))


def test_a_certificate_of_an_unknown_authority(
    checker: Checker, monkeypatch: pytest.MonkeyPatch, trusted: tuple[trustme.CA, str]
) -> None:
    authority, file = trusted
    with certified(authority, days=90) as url:
        finding = refusal_of_tls(checker(url), "tls_unknown_authority")
        assert "NODE_EXTRA_CA_CERTS" in str(finding.remedy)
        monkeypatch.setenv("NODE_EXTRA_CA_CERTS", file)
        assert_good_tls(checker(url))


def test_a_certificate_that_expires_soon(
    checker: Checker, monkeypatch: pytest.MonkeyPatch, trusted: tuple[trustme.CA, str]
) -> None:
    authority, file = trusted
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", file)
    with certified(authority, days=3) as url:
        checked = checker(url)
    assert (checked.code, checked.complaints) == (0, {"tls_expires_soon"})


def test_a_certificate_that_is_not_valid_yet(
    checker: Checker, monkeypatch: pytest.MonkeyPatch, trusted: tuple[trustme.CA, str]
) -> None:
    authority, file = trusted
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", file)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    certificate = authority.issue_cert("localhost", not_before=tomorrow, not_after=tomorrow + timedelta(days=90))
    with EmbeddedUpstream() as upstream, tls_front(certificate, upstream.port) as url:
        finding = refusal_of_tls(checker(url), "tls_not_yet_valid")
    assert "clock" in str(finding.remedy)


def test_a_certificate_that_is_signed_by_itself(
    checker: Checker, monkeypatch: pytest.MonkeyPatch, trusted: tuple[trustme.CA, str]
) -> None:
    authority, file = trusted
    itself = trustme.LeafCert(authority.private_key_pem.bytes(), authority.cert_pem.bytes(), [])
    with EmbeddedUpstream() as upstream, tls_front(itself, upstream.port) as url:
        finding = refusal_of_tls(checker(url), "tls_self_signed")
        assert "NODE_EXTRA_CA_CERTS" in str(finding.remedy)
        monkeypatch.setenv("NODE_EXTRA_CA_CERTS", file)
        assert "tls_self_signed" not in checker(url).complaints


def test_certificates_that_the_target_does_not_have_verified(checker: Checker, trusted: tuple[trustme.CA, str]) -> None:
    authority, _ = trusted
    with certified(authority, days=90) as url:
        checked = checker(url, env=["NODE_TLS_REJECT_UNAUTHORIZED=0"])
    assert (checked.code, checked.finding("tls_unverified").severity) == (0, Severity.WARNING)


@pytest.mark.parametrize(
    ("alert", "code"),
    [(b"\x46", "tls_old"), (b"\x28", "tls")],
    ids=["protocol_version", "handshake_failure"],
)
def test_a_server_that_ends_the_handshake(checker: Checker, alert: bytes, code: str) -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\x15\x03\x01\x00\x02\x02" + alert)

    with RawServer(refuse) as server:
        checked = checker(f"https://localhost:{server.port}")
    assert checked.codes(Severity.WRONG) == {code}
    assert checked.code == 3


def test_a_step_that_takes_long_is_named() -> None:
    steps = (
        WayStep(stage="dns", where="relay.example:443", ms=4200, category=Category.OK),
        WayStep(stage="tcp", where="relay.example:443", ms=30, category=Category.OK),
    )
    findings = list(judge_way(Way(host="relay.example", port=443, steps=steps), "http://relay.example", NOW))
    (slow,) = (draft.in_words(Texts()) for draft in findings if draft.code == "slow_way")
    assert (slow.severity, slow.evidence) == (Severity.WARNING, "dns 4.20 s")


def test_a_certificate_without_names_is_for_no_host() -> None:
    failed = WayStep(stage="tls", where="relay.example:443", ms=30, category=Category.SSL)
    way = Way(host="relay.example", port=443, steps=(failed,), tls=TlsFacts(verify_code=62, verified=False))
    (finding,) = (draft.in_words(Texts()) for draft in judge_way(way, "https://relay.example", NOW))
    assert finding.code == "tls_wrong_host"
    assert finding.title.endswith("the certificate is not for relay.example")


def test_http_and_https_mixed_up(checker: Checker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(tmp_path / "ca.pem"))
    with EmbeddedUpstream() as upstream, tls_front(authority.issue_cert("localhost"), upstream.port) as url:
        plain = checker(f"https://localhost:{upstream.port}")
        assert named_url(plain.finding("tls_not_spoken").remedy) == f"http://localhost:{upstream.port}"
        secure = checker(url.replace("https://", "http://"))
        assert named_url(secure.finding("needs_tls").remedy) == url
        assert checker(url).code == 0


def test_a_proxy_that_is_not_there(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2secret@127.0.0.1:9")
    checked = checker("https://relay.invalid")
    assert {"proxy"} == checked.codes(Severity.WRONG)
    assert {"proxy_used", "proxy_set"} <= checked.codes(Severity.NOTE)
    assert "hunter2secret" not in checked.out + checked.err


def test_the_way_is_said(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with front() as between:
        direct = checker(between.url)
        assert direct.finding("way").title.endswith("is reached directly")
        assert "proxy_used" not in direct.codes(*Severity)
        proxied = checker("http://relay.invalid", env=[f"https_proxy={between.url}"])
    assert proxied.finding("way").title == f"relay.invalid:80 is reached through the proxy 127.0.0.1:{between.port}"
    assert proxied.finding("proxy_used").evidence.startswith(f"127.0.0.1:{between.port}, set by https_proxy")


def test_an_upstream_that_speaks_http2_only(checker: Checker) -> None:
    settings = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"
    with answering(settings) as server:
        checked = checker(server.base_url)
    assert checked.codes(Severity.WRONG) == {"http2_only"}
    assert "HTTP/1.1" in str(checked.finding("http2_only").remedy)


def test_an_upstream_that_cuts_http1_off_without_a_word_and_speaks_http2(checker: Checker) -> None:
    def serve(connection: socket.socket) -> None:
        if connection.recv(65536).startswith(b"PRI * HTTP/2.0"):
            connection.sendall(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")

    with RawServer(serve) as server:
        checked = checker(server.base_url)
    assert checked.codes(Severity.WRONG) == {"http2_only"}
    with answering() as server:  # which cuts off whatever it is asked
        assert "http2_only" not in checker(server.base_url).codes(Severity.WRONG)


def test_a_server_that_ends_the_handshake_since_it_speaks_http2_only(checker: Checker) -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\x15\x03\x03\x00\x02\x02\x78")  # fatal, no_application_protocol

    with RawServer(refuse) as server:
        checked = checker(f"https://localhost:{server.port}")
    assert checked.codes(Severity.WRONG) == {"http2_only"}


def test_a_proxy_that_refuses(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    with front() as server:  # which knows no CONNECT
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        checked = checker("https://relay.invalid")
    assert "501" in checked.finding("proxy").evidence


def test_a_proxy_that_probe_cannot_use_is_a_finding(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "https://user:hunter2secret@127.0.0.1:9")
    checked = checker("https://relay.invalid")
    assert (checked.code, checked.codes(Severity.WRONG)) == (3, {"proxy_unusable"})
    assert "HTTPS_PROXY" in checked.finding("proxy_unusable").evidence
    assert "NO_PROXY" in str(checked.finding("proxy_unusable").remedy)
    assert "hunter2secret" not in checked.out + checked.err


def test_an_address_in_capitals_is_one_all_the_same(checker: Checker) -> None:
    with front() as upstream:
        checked = checker(upstream.url.replace("http", "HTTP"))
        assert (checked.code, checked.complaints) == (0, set())
        secure = checker(upstream.url.replace("http", "HTTPS"))
    assert secure.finding("tls_not_spoken").remedy == f"Set base_url to {upstream.url}"
