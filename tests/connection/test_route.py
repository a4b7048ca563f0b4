"""The way to an upstream: directly, or by a proxy of the environment."""

import ssl
from pathlib import Path

import pytest
import trustme

from probe.connection.proxies import NATIVE, NODE
from probe.connection.route import Router, route_to, tls_context
from probe.errors import UsageError


@pytest.mark.parametrize("url", ["socks5://h:1", "https://h:1"])
def test_a_proxy_that_the_recorder_cannot_use_is_an_error(url: str) -> None:
    with pytest.raises(UsageError, match="HTTP_PROXY"):
        route_to("http://h.example", {"HTTP_PROXY": url}, None)
    assert route_to("http://h.example", {"HTTP_PROXY": "https://h:1", "NO_PROXY": "h.example"}, None).proxy is None


@pytest.mark.parametrize(
    ("base_url", "host", "port", "authority", "base_path"),
    [
        ("http://relay.example", "relay.example", 80, "relay.example", ""),
        ("http://relay.example/", "relay.example", 80, "relay.example", ""),
        ("http://Relay.example:80/api/", "relay.example", 80, "relay.example", "/api"),
        ("http://relay.example:8080/a/b", "relay.example", 8080, "relay.example:8080", "/a/b"),
        ("https://relay.example", "relay.example", 443, "relay.example", ""),
        ("https://relay.example:80", "relay.example", 80, "relay.example:80", ""),
        ("http://[::1]:9/x", "::1", 9, "[::1]:9", "/x"),
        ("http://[::1]/x", "::1", 80, "[::1]", "/x"),
    ],
)
def test_the_parts_of_a_base_url(base_url: str, host: str, port: int, authority: str, base_path: str) -> None:
    route = route_to(base_url, {}, None)
    assert (route.host, route.port, route.authority, route.base_path) == (host, port, authority, base_path)
    assert (route.tls, route.proxy, route.tunnelled) == (None, None, False)


@pytest.mark.parametrize("url", ["ftp://h", "http://", "http://h:99999", "http://h:0", "//h", "http://h/a b", ""])
def test_what_is_no_address_of_an_upstream_is_an_error(url: str) -> None:
    with pytest.raises(UsageError, match="base URL"):
        route_to(url, {}, None)


def test_https_is_tunnelled_through_a_proxy_and_http_where_the_client_does_so() -> None:
    environment = {"HTTPS_PROXY": "http://u:p@proxy.example:3128"}
    context = ssl.create_default_context()
    secure = route_to("https://relay.example", environment, context, NATIVE)
    assert secure.proxy is not None
    assert (secure.tls, secure.proxy.host, secure.proxy.port, secure.tunnelled) == (
        context,
        "proxy.example",
        3128,
        True,
    )
    plain = [route_to("http://relay.example", environment, context, rules) for rules in (NATIVE, NODE)]
    assert [(route.tls, route.proxy is not None, route.tunnelled) for route in plain] == [
        (None, True, False),
        (None, True, True),
    ]


def test_a_router_builds_a_context_for_https_alone_and_only_once() -> None:
    router = Router({"SSL_CERT_FILE": "/absent.pem"})
    assert router.route("http://relay.example").tls is None
    with pytest.raises(UsageError):
        router.route("https://relay.example")
    sound = Router({})
    first, second = sound.route("https://relay.example/a"), sound.route("HTTPS://relay.example/b")
    assert first.tls is not None
    assert first.tls is second.tls
    assert sound.route("https://relay.example/a") is first


def test_a_router_keeps_to_the_environment_of_its_beginning() -> None:
    environment = {"HTTP_PROXY": "http://proxy.example"}
    router = Router(environment)
    environment.clear()
    assert router.route("http://relay.example").proxy is not None


def test_certificates_that_the_client_is_told_to_trust_are_trusted(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
        trusted = tls_context({name: str(tmp_path / "ca.pem")}).get_ca_certs()
        assert len(trusted) == len(tls_context({}).get_ca_certs()) + 1
    assert tls_context({"SSL_CERT_DIR": str(tmp_path)}).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])
def test_an_error_names_the_variable_and_the_file_of_certificates(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for path in (tmp_path / "empty.pem", tmp_path / "absent.pem"):
        with pytest.raises(UsageError, match="certificates") as caught:
            tls_context({name: str(path)})
        assert name in str(caught.value)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(("value", "mode"), [("0", ssl.CERT_NONE), ("1", ssl.CERT_REQUIRED), ("", ssl.CERT_REQUIRED)])
def test_a_client_told_not_to_verify_is_not_asked_to(value: str, mode: ssl.VerifyMode) -> None:
    context = tls_context({"NODE_TLS_REJECT_UNAUTHORIZED": value})
    assert (context.verify_mode, context.check_hostname) == (mode, mode is ssl.CERT_REQUIRED)
