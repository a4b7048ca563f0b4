"""The way out, as it was measured for Claude Code: each row is a call of the real client (docs/claude-code.md)."""

from collections.abc import Mapping

import pytest

from probe.connection.proxies import DIRECT, NATIVE, NODE, ProxyRules, proxy_for, rules_of, way_to, without_proxies
from probe.errors import UsageError

P = "http://proxy.example:3128"
RELAY = "http://relay.test"
EARLIER = rules_of("2.1.197")


@pytest.mark.parametrize("base_url", [RELAY, "https://relay.test"])
@pytest.mark.parametrize(
    ("names", "native", "node"),
    [
        (("HTTP_PROXY",), "HTTP_PROXY", "HTTP_PROXY"),
        (("http_proxy",), "http_proxy", "http_proxy"),
        (("HTTPS_PROXY",), "HTTPS_PROXY", "HTTPS_PROXY"),
        (("https_proxy",), "https_proxy", "https_proxy"),
        (("ALL_PROXY",), "ALL_PROXY", None),
        (("all_proxy",), "all_proxy", None),
        (("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), "https_proxy", "https_proxy"),
        (("HTTP_PROXY", "http_proxy", "HTTPS_PROXY"), "HTTPS_PROXY", "HTTPS_PROXY"),
        (("HTTP_PROXY", "http_proxy"), "http_proxy", "http_proxy"),
        (("HTTP_PROXY", "ALL_PROXY", "all_proxy"), "HTTP_PROXY", "HTTP_PROXY"),
        (("ALL_PROXY", "all_proxy"), "all_proxy", None),
        (("HTTPS_PROXY", "all_proxy"), "HTTPS_PROXY", "HTTPS_PROXY"),
        ((), None, None),
    ],
)
def test_the_variable_that_decides(base_url: str, names: tuple[str, ...], native: str | None, node: str | None) -> None:
    environment = dict.fromkeys(names, P)
    for rules, expected in ((NATIVE, native), (NODE, node)):
        proxy = proxy_for(base_url, environment, rules)
        assert (proxy.variable if proxy else None) == expected


@pytest.mark.parametrize(
    "environment",
    [
        {"HTTP_PROXY": P, "https_proxy": ""},
        {"HTTP_PROXY": P, "http_proxy": ""},
        {"HTTP_PROXY": f" {P} "},
        {"HTTP_PROXY": "HTTP://proxy.example:3128/"},
        {"HTTP_PROXY": f"{P}/path"},
        {"HTTP_PROXY": "nonsense", "HTTPS_PROXY": P},
        {"HTTPS_PROXY": "proxy.example:3128"},
        {"https_proxy": "proxy.example:3128"},
        {"ALL_PROXY": "proxy.example:3128"},
        {"ALL_PROXY": "socks5://h:1", "HTTP_PROXY": P},
    ],
)
def test_spellings_that_name_a_proxy(environment: Mapping[str, str]) -> None:
    assert way_to(RELAY, environment) == "proxy proxy.example:3128"


@pytest.mark.parametrize(
    "environment", [{"HTTP_PROXY": ""}, {"ALL_PROXY": "socks5://h:1"}, {"all_proxy": "SOCKS4://h:1"}]
)
def test_spellings_that_name_none(environment: Mapping[str, str]) -> None:
    assert way_to(RELAY, environment) == DIRECT


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"HTTP_PROXY": "proxy.example:3128"}, "HTTP_PROXY"),
        ({"http_proxy": "proxy.example:3128", "NO_PROXY": "relay.test"}, "http_proxy"),
        ({"HTTP_PROXY": " "}, "HTTP_PROXY"),
        ({"HTTP_PROXY": "http://"}, "HTTP_PROXY"),
        ({"HTTPS_PROXY": "http://h:99999"}, "HTTPS_PROXY"),
        ({"HTTP_PROXY": "http://h:0"}, "HTTP_PROXY"),
        ({"HTTP_PROXY": "socks5://h:1"}, "HTTP_PROXY"),
        ({"HTTPS_PROXY": "socks5h://h:1"}, "HTTPS_PROXY"),
    ],
)
def test_a_proxy_that_the_client_cannot_use(environment: Mapping[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        way_to(RELAY, environment)
    assert way_to("http://127.0.0.1:8080", environment) == DIRECT


ENTRIES = [
    # address, NO_PROXY, direct by 2.1.329, direct by 2.1.39
    (RELAY, "relay.test", True, True),
    (RELAY, "RELAY.Test", True, True),
    ("http://RELAY.test", "relay.test", True, True),
    (RELAY, "test", True, False),
    (RELAY, ".test", True, True),
    (RELAY, "*.test", True, True),
    (RELAY, ".relay.test", True, False),
    (RELAY, "*.relay.test", True, False),
    (RELAY, "*relay.test", False, True),
    (RELAY, "re*.test", False, False),
    (RELAY, "..test", False, False),
    (RELAY, "*.*", False, False),
    ("http://a.relay.test", "relay.test", True, False),
    ("http://a.relay.test", ".relay.test", True, True),
    ("http://a.relay.test", "*.relay.test", True, True),
    ("http://xrelay.test", "relay.test", False, False),
    (RELAY, "*", True, True),
    (RELAY, " * ", True, True),
    (RELAY, "*:80", False, True),
    (RELAY, "other.test,*", True, True),
    (RELAY, "a.test, relay.test", True, True),
    (RELAY, "a.test relay.test", True, True),
    (RELAY, "a.test\trelay.test", True, True),
    (RELAY, " relay.test ", True, True),
    (RELAY, "a.test;relay.test", False, False),
    (RELAY, "http://relay.test", False, False),
    (RELAY, "relay.test:80", True, True),
    (RELAY, "relay.test:abc", False, False),
    ("https://relay.test", "relay.test:443", True, True),
    ("http://relay.test:8080", "relay.test:80", False, False),
    ("http://relay.test:8080", "relay.test:8080", True, True),
    ("http://relay.test:8080", "relay.test", True, True),
    ("http://relay.test:8080", ".test:8080", True, True),
    ("http://relay.test:8080", ".test", True, True),
    ("http://relay.test.", "relay.test", True, False),
    (RELAY, "relay.test.", True, False),
    (RELAY, "[relay.test]", True, False),
    ("http://10.1.2.3", "10.1.2.3", True, True),
    ("http://10.1.2.3:8080", "10.1.2.3:80", False, False),
    ("http://10.1.2.3", "10.0.0.0/8", True, False),
    ("http://10.1.2.3", "10.1.2.9/24", True, False),
    ("http://10.1.2.3", "10.1.2.4/32", False, False),
    ("http://10.1.2.3", "10.1.2.0/24:80", False, False),
    ("http://10.1.2.3", "10.*", False, False),
    ("http://10.1.2.3", "10.", False, False),
    ("http://10.1.2.3", ".3", False, True),
    ("http://10.1.2.3", "2.3", False, False),
    (RELAY, "10.0.0.0/8", False, False),
    (RELAY, "", False, False),
]


@pytest.mark.parametrize(("base_url", "no_proxy", "native", "node"), ENTRIES)
def test_who_is_exempt(base_url: str, no_proxy: str, native: bool, node: bool) -> None:
    environment = {"HTTPS_PROXY": P, "NO_PROXY": no_proxy}
    assert (way_to(base_url, environment) == DIRECT) is native
    assert (way_to(base_url, environment, NODE) == DIRECT) is node


def test_who_is_exempt_by_an_address_of_ipv6() -> None:
    for entry, native, node in (
        ("2001:db8::1", True, False),
        ("[2001:db8::1]", True, True),
        ("2001:db8::/32", True, False),
    ):
        environment = {"HTTP_PROXY": P, "NO_PROXY": entry}
        assert (way_to("http://[2001:db8::1]:8080", environment) == DIRECT) is native
        assert (way_to("http://[2001:db8::1]:8080", environment, NODE) == DIRECT) is node


@pytest.mark.parametrize(
    ("upper", "lower", "native", "node"),
    [
        ("other.test", "relay.test", True, False),
        ("relay.test", "other.test", False, True),
        ("relay.test", "", True, True),
        ("", "relay.test", True, True),
    ],
)
def test_which_spelling_of_no_proxy_wins(upper: str, lower: str, native: bool, node: bool) -> None:
    environment = {"HTTP_PROXY": P, "NO_PROXY": upper, "no_proxy": lower}
    assert (way_to(RELAY, environment) == DIRECT) is native
    assert (way_to(RELAY, environment, NODE) == DIRECT) is node


def test_a_native_client_of_before_knows_neither_all_proxy_nor_ranges() -> None:
    assert way_to(RELAY, {"ALL_PROXY": P}, EARLIER) == DIRECT
    assert way_to("http://10.1.2.3", {"HTTP_PROXY": P, "NO_PROXY": "10.0.0.0/8"}, EARLIER) != DIRECT
    assert way_to(RELAY, {"HTTP_PROXY": P, "NO_PROXY": "test"}, EARLIER) == DIRECT
    assert way_to(RELAY, {"HTTP_PROXY": P, "NO_PROXY": "other.test", "no_proxy": "relay.test"}, EARLIER) == DIRECT


def test_the_first_clients_pass_no_proxy_over() -> None:
    environment = {"HTTP_PROXY": P, "NO_PROXY": "relay.test", "no_proxy": "relay.test"}
    assert way_to(RELAY, environment, rules_of("1.0.60")) != DIRECT


@pytest.mark.parametrize(
    ("version", "rules"),
    [
        ("2.0.62", NODE),
        ("2.1.39", NODE),
        ("2.1.100", NODE),
        ("2.1.197", EARLIER),
        ("2.1.329", NATIVE),
        ("3.0.0", NATIVE),
        (None, NATIVE),
        ("dev", NATIVE),
    ],
)
def test_the_rules_follow_from_the_version(version: str | None, rules: ProxyRules) -> None:
    assert rules_of(version) is rules


@pytest.mark.parametrize("host", ["127.0.0.1:81", "127.0.0.2", "[::1]:81", "localhost", "a.localhost:80"])
@pytest.mark.parametrize("rules", [NATIVE, NODE])
def test_loopback_is_never_gone_to_by_a_proxy(host: str, rules: ProxyRules) -> None:
    environment = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), P)
    assert way_to(f"http://{host}", environment, rules) == DIRECT


def test_a_way_holds_no_password() -> None:
    proxy = proxy_for(RELAY, {"HTTP_PROXY": "http://user:p%40ss@[2001:db8::1]:3128"})
    assert proxy is not None
    assert (proxy.place, proxy.authorization) == ("[2001:db8::1]:3128", b"Basic dXNlcjpwQHNz")
    assert "dXNlcjpwQHNz" not in repr(proxy)


def test_what_is_taken_from_a_child_that_goes_to_loopback() -> None:
    environment = {"ALL_PROXY": P, "https_proxy": P, "NO_PROXY": "*", "PATH": "/bin", "MY_PROXY": P}
    assert without_proxies(environment) == {"PATH": "/bin", "MY_PROXY": P}
