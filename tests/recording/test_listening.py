"""The address that a recorder listens on: named by a person, or any port of loopback."""

import socket

import pytest

from probe.errors import UsageError
from probe.recording.listening import listen_on, url_of


@pytest.mark.parametrize("named", [None, "0", "127.0.0.1:0", "localhost:0"])
def test_without_a_host_it_is_loopback_and_without_a_port_a_free_one(named: str | None) -> None:
    with listen_on(named, exposed=False) as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        assert port > 0
        assert url_of(listener, "/api") == f"http://127.0.0.1:{port}/api"
        socket.create_connection((host, port)).close()


def test_an_address_of_version_6_stands_in_brackets() -> None:
    with listen_on("[::1]:0", exposed=False) as listener:
        port = listener.getsockname()[1]
        assert url_of(listener, "") == f"http://[::1]:{port}"
        socket.create_connection(("::1", port)).close()


@pytest.mark.parametrize("named", ["0.0.0.0:0", "[::]:0"])
def test_an_address_that_others_reach_has_to_be_asked_for(named: str) -> None:
    with pytest.raises(UsageError, match="others could send requests") as caught:
        listen_on(named, exposed=False)
    assert "--expose" in str(caught.value.remedy)
    listen_on(named, exposed=True).close()


@pytest.mark.parametrize(
    "named",
    [
        "here",
        "",
        ":",
        ":80",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:http",
        "[]:8080",
        "1:2:x",
        "80.5",
    ],
)
def test_what_does_not_read_as_an_address_is_refused(named: str) -> None:
    with pytest.raises(UsageError, match="does not read as HOST:PORT") as caught:
        listen_on(named, exposed=True)
    assert repr(named) in str(caught.value)


def test_a_port_that_is_taken_and_a_host_that_is_not_ours_are_named() -> None:
    with listen_on(None, exposed=False) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"cannot listen on {place}: "):
            listen_on(place, exposed=False)
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1:80: "):
        listen_on("192.0.2.1:80", exposed=True)
